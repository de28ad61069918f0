"""Preprocessing: what does whitening really do, and when does it help?"""
