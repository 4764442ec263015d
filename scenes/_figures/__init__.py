"""The figures for print, in a file of the name of the concept; matplotlib draws them, and manim has no part in it."""
