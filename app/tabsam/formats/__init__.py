"""Files out and in: one module a format; what several of them need is in shared/, what single tools have of their own in tools/.

registry lists what can be written, detecting and importing take in what comes. Bytes in, bytes out: where they lie is the
caller's (cli, page/).
"""
