"""Start here: what will I be able to see by the end?"""
