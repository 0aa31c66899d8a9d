"""The pages of `web`: built as committed, and used in a browser."""
