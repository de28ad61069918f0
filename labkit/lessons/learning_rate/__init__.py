"""Learning rate and schedules: what is a good learning rate, and why should it fall?"""
