"""The voice of a film: recordings of who speaks, or a draft of them, and how the picture waits for them."""
