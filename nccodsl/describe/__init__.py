"""A compiled flow, described: in plain English, and as a JSON Schema of the values that it wants."""
