"""The network does not learn. What is wrong? Notebook 13."""
