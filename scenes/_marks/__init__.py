"""Drawings that two films or more share. Each is one path or one image, however much data it shows."""
