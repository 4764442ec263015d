"""How many numbers a net learns, layer by layer.

    dense layer           (inputs + 1) · neurons
    convolutional layer   (kernel side² · channels + 1) · maps, whatever the size of the image

Every neuron has a weight for each input and a bias, the weight of an extra input that is always 1. A convolution uses
one kernel at all places of its image: from 32 × 32 pixels to 6 maps of 28 × 28 it learns 156 numbers, where a dense
layer learns 4 821 600.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import nn

import mathcore
from mathcore import Sweep, quantity

MOST_DRAWN = 20  # neurons of a layer that are drawn
NOTES = (10, 20, 3), (4, 100, 3), (6, 100, 1)  # the exercise; iris; Boston housing
IMAGE, KERNEL, MAPS = 32, 5, 6  # sides in pixels; what LeNet's first layer makes of an image
MORE_MAPS, LENET = 16, (16 * 5 * 5, 120, 84, 10)  # of its second layer; then inputs and neurons of its dense ones
FLOAT32 = 4  # bytes

Neurons = Annotated[int, Field(ge=1, le=1000)]


class Params(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """The knobs."""

    layers: tuple[Neurons, ...] = Field(
        (10, 20, 3), min_length=2, max_length=5, description="inputs, then the neurons of each layer"
    )


SWEEP = Sweep("layers", ("10,5,3", "10,20,3", "10,50,3", "10,20,20,3", "100,20,3"))


@dataclass(frozen=True, kw_only=True)
class Trace(mathcore.Trace):
    """Counts of the net that is drawn, of the notes' nets, and of LeNet beside a dense layer.

    Parameters are counted neuron by neuron, each with its weights and then its bias. Of a layer with more than 20
    neurons some are drawn, the first and the last included, so that `counted` ends at the total.
    """

    params: Params
    weights: np.ndarray = quantity("layer", "weights of each layer", dtype=int, tolerance=0)
    biases: np.ndarray = quantity("layer", "biases of each layer", dtype=int, tolerance=0)
    parameters: np.ndarray = quantity("layer", "both together", dtype=int, tolerance=0)
    total: np.ndarray = quantity("", "parameters of the net", dtype=int, tolerance=0)
    memory: np.ndarray = quantity("", "what they take as float32", unit="byte", dtype=int, tolerance=0)
    bytes_each: np.ndarray = quantity("", "what one number takes as float32", unit="byte", dtype=int)
    bias_input: np.ndarray = quantity("", "what the extra input always is", dtype=int, tolerance=0)
    first_neuron: np.ndarray = quantity("", "parameters of one neuron of the first layer", dtype=int, tolerance=0)
    drawn: np.ndarray = quantity("node", "neurons that are drawn of each layer, inputs first", dtype=int)
    edge: np.ndarray = quantity(
        "edge end", "layer of each drawn parameter, and places of its ends among the drawn neurons", dtype=int
    )
    counted: np.ndarray = quantity("edges", "parameters counted when so many edges are drawn", dtype=int)
    notes: np.ndarray = quantity("net place", "inputs and neurons of the notes' nets", dtype=int, tolerance=0)
    notes_total: np.ndarray = quantity("net", "their parameters", dtype=int, tolerance=0)
    image_side: np.ndarray = quantity("", "pixels along the side of an image", dtype=int)
    kernel_side: np.ndarray = quantity("", "weights along the side of LeNet's first kernels", dtype=int)
    map_side: np.ndarray = quantity("", "cells along the side of the maps that they make", dtype=int, tolerance=0)
    maps: np.ndarray = quantity("", "how many maps", dtype=int)
    dense_cell: np.ndarray = quantity("", "parameters of one cell of a map, where the layer is dense", dtype=int)
    dense_lines: np.ndarray = quantity(
        "dense_line", "parameters of so many lines to the first cell, if dense", dtype=int
    )
    dense_counted: np.ndarray = quantity("cells", "parameters of so many cells, if dense", dtype=int)
    dense_first: np.ndarray = quantity("", "parameters of all maps, if dense", dtype=int, tolerance=0)
    conv_lines: np.ndarray = quantity("kernel_line", "parameters of so many lines to it, if convolutional", dtype=int)
    conv_counted: np.ndarray = quantity("kernels", "parameters of so many maps, if convolutional", dtype=int)
    conv_first: np.ndarray = quantity("", "parameters of all maps, if convolutional", dtype=int, tolerance=0)
    lenet: np.ndarray = quantity("lenet_layer", "parameters of LeNet, layer by layer", dtype=int, tolerance=0)
    lenet_total: np.ndarray = quantity("", "parameters of LeNet", dtype=int, tolerance=0)

    def mistakes(self) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
        """Other counts."""
        yield "biases that were forgotten", {"total": self.weights.sum()}
        sizes = np.array(self.params.layers)
        yield "biases of the inputs that were counted, too", {"total": self.total + sizes[0]}

    def invariants(self) -> Iterator[tuple[str, bool]]:
        """What holds whatever the layers."""
        yield "total is the sum of weights and biases", bool(self.total == (self.weights + self.biases).sum())
        yield "the last drawn parameter is the last of all", bool(self.counted[-1] == self.total)


def compute(params: Params = Params()) -> Trace:
    """Build every net without giving its parameters memory, and count what torch would train."""
    with torch.device("meta"):
        layers = [nn.Linear(*sizes) for sizes in pairwise(params.layers)]
        notes = [nn.Sequential(*(nn.Linear(*sizes) for sizes in pairwise(net))) for net in NOTES]
        convolutions = [nn.Conv2d(*maps, KERNEL) for maps in pairwise((1, MAPS, MORE_MAPS))]
        lenet = [*convolutions, *(nn.Linear(*sizes) for sizes in pairwise(LENET))]
        side = convolutions[0](torch.empty(1, IMAGE, IMAGE)).shape[-1]
        dense = nn.Linear(IMAGE**2, MAPS * side**2)
    weights, biases = (np.array([getattr(layer, part).numel() for layer in layers]) for part in ("weight", "bias"))
    edge, counted = _drawn(params.layers)
    per_cell, per_map, total = IMAGE**2 + 1, KERNEL**2 + 1, weights.sum() + biases.sum()
    return Trace(
        params=params, weights=weights, biases=biases, parameters=weights + biases, total=total,
        memory=FLOAT32 * total, bytes_each=np.array(FLOAT32), bias_input=np.array(1),
        first_neuron=np.array(params.layers[0] + 1),
        drawn=np.minimum(params.layers, MOST_DRAWN), edge=edge, counted=counted,
        notes=np.array(NOTES), notes_total=np.array([_count(net) for net in notes]),
        image_side=np.array(IMAGE), kernel_side=np.array(KERNEL), map_side=np.array(side), maps=np.array(MAPS),
        dense_cell=np.array(per_cell), dense_lines=np.arange(per_cell + 1),
        dense_counted=per_cell * np.arange(MAPS * side**2 + 1),
        dense_first=np.array(_count(dense)), conv_lines=np.arange(per_map + 1),
        conv_counted=per_map * np.arange(MAPS + 1),
        conv_first=np.array(_count(convolutions[0])), lenet=np.array([_count(layer) for layer in lenet]),
        lenet_total=np.array(sum(_count(layer) for layer in lenet)),
    )  # fmt: skip


def drawn_neurons(count: int) -> np.ndarray:
    """Which neurons of a layer are drawn, the first and the last included."""
    return np.unique(np.round(np.linspace(0, count - 1, min(count, MOST_DRAWN))).astype(int))


def _drawn(sizes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The drawn parameters [edge end], a bias being that of the input after the last; how many have been counted."""
    edges, counted, before = [], [0], 0
    for layer, (inputs, neurons) in enumerate(pairwise(sizes)):
        for column, neuron in enumerate(drawn_neurons(neurons)):
            for row, one in enumerate((*drawn_neurons(inputs), inputs)):
                edges.append((layer, row, column))
                counted.append(before + neuron * (inputs + 1) + one + 1)
        before += (inputs + 1) * neurons
    return np.array(edges), np.array(counted)


def _count(module: nn.Module) -> int:
    """How many numbers torch would train."""
    return sum(parameter.numel() for parameter in module.parameters())
