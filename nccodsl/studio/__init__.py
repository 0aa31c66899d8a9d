"""The studio: scripts, their calls and their graph in the browser, served to one person on this machine."""
