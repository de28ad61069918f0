"""Activation functions: why did networks stop using the sigmoid?"""
