"""Measurements, each a program that prints a table: `python -m tests.benchmarks` runs all. Not part of the test run."""
