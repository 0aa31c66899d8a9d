"""Whole campaigns in virtual time: the book, the rules and the script are the real ones, the phones are emulated."""
