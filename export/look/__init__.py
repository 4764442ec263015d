"""A look of one's own: colours by role and a logo, read from a file and held to what the house's own themes are."""
