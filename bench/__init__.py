"""What films cost: our drawing against manim's, against the usual way of writing manim scenes, against the encoder."""
