"""How fast the built site is, as ratios to bare runs in the same browser: ``python3 build.py bench``."""
