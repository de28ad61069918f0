"""Dropout: how can switching units off make a network better?"""
