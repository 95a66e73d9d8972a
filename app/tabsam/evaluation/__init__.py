"""How good masks and models are: masks held against the truth, clicks simulated, whole data sets evaluated, and reports of it.

The arithmetic (comparing, clicking, matching, summaries, charts) is pure and runs in the page, too; what runs models over many
pictures, in processes, is for CPython. What is measured is said in docs/measuring.md, with whose definition it is.
"""
