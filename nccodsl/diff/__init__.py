"""What callers, callees and other systems notice when a script changes.

Owns: comparing two versions of a script, and the words for their differences. Pure: the versions are compiled already.
"""
