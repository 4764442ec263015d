"""The valley of two films: a quadratic loss of two parameters whose axes are turned against those of the parameters."""

import numpy as np

ANGLE = np.pi / 6  # between the first parameter's axis and the valley
AXES = np.array([[np.cos(ANGLE), -np.sin(ANGLE)], [np.sin(ANGLE), np.cos(ANGLE)]])  # along it, across it, as columns
