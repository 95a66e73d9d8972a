"""From a picture file's bytes to its pixels as they are: how many bits they have, what they mean, and how they are to be seen.

What Pillow reads the same on CPython and in the page it reads; TIFF in all its kinds, and what has more than 8 bits, is read
here, so that both give the same. What is made of the pixels (an RGB picture, a mask) is model/'s and formats/'s.
"""
