"""The loss of a net along each weight of its first layer, and the best convex curve below such a slice."""

import numpy as np
import torch


def sweep(
    inputs: torch.Tensor, targets: torch.Tensor, net: list[torch.Tensor], values: torch.Tensor, penalty: float
) -> torch.Tensor:
    """Mean squared error plus penalty times the sum of squared weights [input unit slice]; each weight in its turn.

    Args:
        inputs: [row input].
        targets: a column [row 1]; a flat array would be subtracted from every row.
        net: weights [input unit], [unit 1], biases [1 unit], [1 1] of two layers of sigmoid units.
        values: what the swept weight is set to [slice].
        penalty: L2 penalty.
    """
    w1, w2, b1, b2 = net
    before = inputs @ w1 + b1
    output = torch.sigmoid(before) @ w2 + b2
    squares = torch.sum(w1**2) + torch.sum(w2**2) - w1[..., None] ** 2 + values**2  # [input unit slice]
    slices = penalty * squares
    for i, j in np.ndindex(*w1.shape):  # only the weight's own unit changes
        unit = before[:, j, None] + inputs[:, i, None] * (values - w1[i, j])  # [row slice]
        change = w2[j] * (torch.sigmoid(unit) - torch.sigmoid(before[:, j, None]))
        slices[i, j] += torch.mean((torch.sigmoid(output + change) - targets) ** 2, dim=0)
    return slices


def bowl(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The largest convex curve that is nowhere above `y`: its lower convex hull."""
    corners: list[int] = []
    for k in range(len(x)):
        while len(corners) > 1:
            i, j = corners[-2:]
            if (y[j] - y[i]) * (x[k] - x[i]) < (y[k] - y[i]) * (x[j] - x[i]):
                break
            corners.pop()
        corners.append(k)
    curve: np.ndarray = np.interp(x, x[corners], y[corners])
    return curve
