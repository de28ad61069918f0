"""The experiments of notebook 12: noise, its penalty, shared weights, several tasks, transfer.

`batches` gives every one of several networks examples of its own; the others are one module per section.
"""
