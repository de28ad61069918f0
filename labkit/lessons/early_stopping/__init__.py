"""Early stopping: when should training end?"""
