"""Overfitting and weight decay: why should weights be small?"""
