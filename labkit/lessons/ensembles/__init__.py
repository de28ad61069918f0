"""Ensembles: why are many mediocre models better than one?"""
