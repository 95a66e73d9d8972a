"""The journal: every step of a person's work, written when it is made: there again after a reload, a crash or a killed tab.

Lines are only ever added. codec writes states, each part of them once; lines guards every line by a checksum; journal says what
is written and reads it again. Where the bytes lie is the caller's (page/, web/worker).
"""
