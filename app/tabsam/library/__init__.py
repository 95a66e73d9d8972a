"""The library on CPython: where models come from, how they run, and the face that scripts and the command line use.

settings -> catalogue, store (with fetching, the downloads) -> loading -> segmenter, whose answers are results; images takes
whatever a picture may come as. The page never imports from here: it has its own catalogue, storage and workers.
"""
