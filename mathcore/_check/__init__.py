"""Whether a concept still computes what it did, and where somebody's own run departs from it."""
