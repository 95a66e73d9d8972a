"""What a person makes of a picture: prompts, objects with classes, edits to them, and every step to be undone.

It could not tell a browser from a terminal, and asks no model: whoever calls brings the answers (page/). How the work is written
to files is formats/'.
"""
