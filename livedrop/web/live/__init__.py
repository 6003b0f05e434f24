"""The door that stays open: what changes is sent to the pages that show it.

A socket is a hint, HTTP is the truth. `socket` lets people in, `hub` knows in each web process who
listens to what, `line` is one of them, `push` is the relay's end and `wire` what goes between.
"""
