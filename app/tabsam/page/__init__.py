"""What the page calls: each request translated into calls, and their outcome into plain data; protocol/ declares both.

It holds which picture is open and what the model last said, and no arithmetic. app.py connects the parts; all but web.py, the
only module that knows JavaScript, run on CPython, which is how they are tested.
"""
