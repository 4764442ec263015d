"""What every film stands on: its clock and beats, its words, its theme, the references to its numbers."""
