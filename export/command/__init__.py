"""The options of the command line, and what it reports."""
