"""Asks AWS what this project assumes of it: `make verify-aws`.

`questions` says what is asked, `resources` what a run creates and how that is removed again.
"""
