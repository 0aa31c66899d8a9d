"""Scripts in color, for tools that highlight code: the only room that imports Pygments."""
