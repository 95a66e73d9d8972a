"""What several formats share: text, JSON and classes read and written, rings from and to other programs, run lengths, zips.

Nothing in here knows a format by its name: what only one needs stays in that format's module.
"""
