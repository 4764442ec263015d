"""The films of the course: a trace in, an animation out. Nothing here computes what has a meaning."""
