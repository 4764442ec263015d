"""One rendering of a film, and the files that are made of it."""
