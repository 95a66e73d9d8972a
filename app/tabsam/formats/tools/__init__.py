"""Formats of single annotation tools, one module each, imported when a file of theirs comes or goes.

table lists them, recognising tells them by what is in a file, importing reads one picture's. Each module has a
:class:`~tabsam.formats.tools.items.ToolFormat`: how a file is taken apart into pictures, and how pictures are written.
"""
