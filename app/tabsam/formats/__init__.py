"""Files out and in: one module a format, with what they share in reading, writing and rings.

registry lists what can be written, detecting and importing take in what comes. Bytes in, bytes out: where they lie is the
caller's (cli, page/).
"""
