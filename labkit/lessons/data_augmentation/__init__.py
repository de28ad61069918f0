"""Data augmentation: how do you get more data without collecting any?"""
