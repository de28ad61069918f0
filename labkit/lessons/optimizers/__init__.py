"""Optimizers: why is plain gradient descent slow, and what do the others fix?"""
