"""The other end of the line: NCCOs run in virtual time against scripted callees.

The core (everything but `http`) is pure: time is a number, webhooks go out through a function that it is given.
"""
