"""Drawings on paper that two figures or more share."""
