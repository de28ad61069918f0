"""Batch normalization: what does normalising inside the network buy?"""
