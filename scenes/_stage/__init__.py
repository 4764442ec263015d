"""What every film stands on: its clock and beats, its words, its theme, the sources of its numbers."""
