"""One film at many settings of a knob: the knob is the time axis."""
