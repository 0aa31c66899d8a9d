"""Many calls: campaigns, their book, and what decides who is called when."""
