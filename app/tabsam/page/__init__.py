"""What the page calls: each request of web/protocol.js translated into calls, and their outcome into plain data.

It holds which picture is open and what the model last said, and no arithmetic. All but web.py, the only module that knows
JavaScript, run on CPython, which is how they are tested.
"""
