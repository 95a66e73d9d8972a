"""What build.py does, step by step: how the static site is put together, served, checked and tested."""
