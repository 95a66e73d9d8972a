"""What the page and Python say to each other, written down once: the parts of messages, and every method that Python answers.

Python is type-checked against it, requests are checked by it when they come in (checking.py), and tools/protocol.py writes the
same types into web/protocol.js. Plain data only: dicts, lists, strings, numbers, None; bytes and one-dimensional arrays for what
is large. What the worker answers without Python is in web/protocol.js alone.
"""
