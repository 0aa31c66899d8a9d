"""Time as scripts see it: zones, opening hours, holidays. Pure: the moment is always given, never read."""
