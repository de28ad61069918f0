"""What else keeps a network from learning by heart? Notebook 12: noise, shared weights, several tasks, transfer."""
