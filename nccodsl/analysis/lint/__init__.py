"""Lints: what a script may do and had better not, one file per rule."""
