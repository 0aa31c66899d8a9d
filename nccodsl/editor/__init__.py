"""The language for editors: functions from an open document to plain data."""
