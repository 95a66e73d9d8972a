"""The console: a person's Python, which scripts the very session that is on the screen.

running (code to results) and output (what it says) know nothing of tabsam; documents, pictures, segmenting and packages are what
a script has in its hands; session puts them together. Nothing of it is imported before the first script. In which order scripts
and other requests are answered is left to scripting.py, and how Python is interrupted to web.py.
"""
