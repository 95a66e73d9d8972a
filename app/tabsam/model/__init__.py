"""What is made of a model's answer."""
