"""Campaigns while they run: what the book says of them from second to second, for a terminal and a page."""
