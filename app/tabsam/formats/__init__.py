"""From masks and outlines to files: one module a format."""
