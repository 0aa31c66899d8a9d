"""What an editor asks about a document, a module each: functions from a document to plain data."""
