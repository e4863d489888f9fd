"""The words and laws of Practika: standard library only, no input or output.

Everything here can be read, tested and reasoned about without a database, a file or a clock.
Imports flow toward this package and never out of it.
"""
