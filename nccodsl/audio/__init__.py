"""The sound of an emulated call. Needs the extra `audio`."""
