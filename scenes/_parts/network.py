"""A net: layers of neurons, an edge between any two of neighbouring layers."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Self

import numpy as np
from manim import VGroup

from scenes._parts.dots import Dots
from scenes._parts.halo import haloed
from scenes._parts.trail import Segments
from scenes._theme import Theme

FARTHEST = 1.08  # from one neuron of a layer to the next, in units of the frame
SLIM = 0.32  # the largest radius of a neuron, as a share of that distance
EDGE, LOST_EDGE, LOST_RING = 0.7, 0.08, 0.6  # opacities; a ring that is kept has 1


class Network(VGroup):
    """Neurons as discs in columns, the first of a layer on top; all discs of a layer are one path.

    Args:
        layers: how many neurons each layer has, from the inputs to the outputs.
        centre: the middle of the net.
        size: from the first layer to the last, and the height of the highest layer.
        colours: of each layer's discs.
        theme: for the edges and what is dropped.
    """

    def __init__(
        self,
        layers: Sequence[int],
        centre: np.ndarray,
        size: tuple[float, float],
        colours: Sequence[str],
        theme: Theme,
    ) -> None:
        self.pitch = min(size[1] / max(layers), FARTHEST)
        self.radius = SLIM * self.pitch
        self.places = [  # of each layer [unit 3]
            centre + np.array([[x, ((count - 1) / 2 - unit) * self.pitch, 0.0] for unit in range(count)])
            for x, count in zip(np.linspace(-0.5, 0.5, len(layers)) * size[0], layers, strict=True)
        ]
        none = np.zeros((0, 3))
        self.edges, self.lost_edges = (Segments(none, none, theme.weight, 2) for _ in range(2))
        discs = [Dots(p, hue, self.radius) for p, hue in zip(self.places, colours, strict=True)]
        self.discs = [haloed(disc, theme) for disc in discs]
        self.rings, self.lost_rings = (
            Dots(none, theme.text, opacity=0).set_stroke(theme.text).set_stroke(theme.background, 7, background=True)
            for _ in range(2)
        )
        self.crosses = Segments(none, none, theme.faint, 3, 1)
        super().__init__(self.lost_edges, self.edges, *self.discs, self.lost_rings, self.rings, self.crosses)
        self.ring([np.zeros(count) for count in layers])
        self.drop([np.ones(count) for count in layers], 0)

    def fill(self, layer: int, areas: np.ndarray) -> Self:
        """Give the neurons of a layer [unit] discs of these areas; 1 is the largest that has room."""
        self.discs[layer].put(self.places[layer], self.radius * np.sqrt(areas))
        return self

    def ring(self, areas: Sequence[np.ndarray]) -> Self:
        """Draw, at the next `drop`, a ring of that area around each neuron [layer][unit]; 0 draws none."""
        self._rings = self.radius * np.sqrt(np.concatenate(areas))
        return self

    def drop(self, kept: Sequence[np.ndarray], share: float) -> Self:
        """Let the neurons that are not `kept` [layer][unit] go, with their edges, by a share from 0 to 1."""
        pairs = list(pairwise(self.places))
        starts = np.concatenate([np.repeat(left, len(right), axis=0) for left, right in pairs])
        ends = np.concatenate([np.tile(right, (len(left), 1)) for left, right in pairs])
        stays = np.concatenate([np.outer(a, b).ravel() for a, b in pairwise(kept)]).astype(bool)
        self.edges.join(starts[stays], ends[stays]).set_stroke(opacity=EDGE)
        self.lost_edges.join(starts[~stays], ends[~stays]).set_stroke(opacity=EDGE + share * (LOST_EDGE - EDGE))
        stays, places = np.concatenate(kept).astype(bool), np.concatenate(self.places)
        ringed = self._rings > 0
        for rings, these, opacity in (
            (self.rings, ringed & stays, 1),
            (self.lost_rings, ringed & ~stays, 1 + share * (LOST_RING - 1)),
        ):
            rings.put(places[these], self._rings[these]).set_stroke(width=2.5, opacity=opacity)
        arms = 0.7 * self.radius * share * np.array([[-1.0, -1, 0], [-1, 1, 0]])
        gone = places[~stays][:, None]
        self.crosses.join((gone + arms).reshape(-1, 3), (gone - arms).reshape(-1, 3))
        return self
