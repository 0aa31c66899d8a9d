"""A campaign simulated before it begins. Pure: the moment and the seed are always given."""
