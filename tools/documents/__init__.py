"""The documentation: what is made from the code, and how all of it becomes a site."""
