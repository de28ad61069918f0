"""Weight initialization: why does a ten-layer network die before training begins?"""
