"""A compiled flow as a graph: its steps and statements, what leads to what, and where the platform asks the flow."""
