"""Who may be called when: zones, rule sets, calendars, retries and decisions. Pure: the moment is always given."""
