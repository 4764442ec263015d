"""The formats: a file each, written from one trace or from one rendering of a film."""
