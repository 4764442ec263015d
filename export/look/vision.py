"""What eyes make of colours: contrast, distance, and what is left of a colour to the colour-blind.

Contrast is that of WCAG 2, distance that of CIE Lab (CIE76). Colour blindness is simulated twice, by Machado, Oliveira
& Fernandes (2009) and by Brettel, Viénot & Mollon (1997): the former is the less certain one for tritanopia. The tables
are those of the papers and of CIE 1931; the tests compare with the libraries *colorspacious* and *DaltonLens*.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

import numpy as np

SHARES = np.arange(256) / 255
LINEAR = np.where(SHARES <= 0.04045, SHARES / 12.92, ((SHARES + 0.055) / 1.055) ** 2.4)  # of an sRGB byte
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of red, green and blue
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
CONES = np.array([[0.15514, 0.54312, -0.03286], [-0.15514, 0.45684, 0.03286], [0, 0, 0.01608]])  # Smith & Pokorny 1975
BLINDNESS = ("protan", "deuteran", "tritan")  # in the order of the cones that are missing
SEVERE = {  # Machado's, at full severity
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteran": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
NM_475_575 = [[0.1421, 0.1126, 1.0419], [0.8425, 0.9154, 0.0018]]  # XYZ of lights that a dichromat sees as others do
NM_485_660 = [[0.05795, 0.1693, 0.6162], [0.1649, 0.0610, 0.0]]
ANCHORS = {"protan": NM_475_575, "deuteran": NM_475_575, "tritan": NM_485_660}

Simulation = Callable[[np.ndarray, str], np.ndarray]


def contrast(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """WCAG's contrast, 1 to 21, of sRGB bytes [... rgb]."""
    one, other = LINEAR[one] @ LUMINANCE, LINEAR[other] @ LUMINANCE
    return np.asarray((np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05))


def rgb(colour: str) -> np.ndarray:
    """The bytes [rgb] of #rrggbb."""
    return np.frombuffer(bytes.fromhex(colour[1:]), np.uint8)


def lab(linear: np.ndarray) -> np.ndarray:
    """CIE Lab [... Lab], under D65, of red, green and blue without their gamma [... rgb], 0 to 1."""
    shares = linear @ XYZ.T / XYZ.sum(axis=1)
    x, y, z = np.moveaxis(np.where(shares > (6 / 29) ** 3, np.cbrt(shares), shares * (29 / 6) ** 2 / 3 + 4 / 29), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def machado(linear: np.ndarray, kind: str) -> np.ndarray:
    """What a dichromat of a kind sees of colours without their gamma [... rgb]: Machado, Oliveira & Fernandes."""
    return np.asarray(linear @ np.transpose(SEVERE[kind])).clip(0, 1)


def brettel(linear: np.ndarray, kind: str) -> np.ndarray:
    """The same by Brettel, Viénot & Mollon: along the missing cone onto the half plane of grey and the nearer light."""
    to_cones, missing = CONES @ XYZ, BLINDNESS.index(kind)
    seen = linear @ to_cones.T
    grey = to_cones.sum(axis=1)
    side = np.cross(grey, np.eye(3)[missing])  # normal of the plane that parts the two halves
    lights = sorted(np.array(ANCHORS[kind]) @ CONES.T, key=lambda light: float(side @ light))
    planes = np.cross(grey, lights)[(seen @ side >= 0).astype(int)]
    others = np.delete(np.arange(3), missing)
    seen[..., missing] = -(seen[..., others] * planes[..., others]).sum(axis=-1) / planes[..., missing]
    return np.asarray(seen @ np.linalg.inv(to_cones).T).clip(0, 1)


def distances(
    colours: Mapping[str, str], simulate: Simulation | None = None, kind: str = ""
) -> Iterator[tuple[float, str, str]]:
    """How far every two colours (#rrggbb by name) are apart in CIE Lab, to all or to dichromats of a kind."""
    linear = LINEAR[[rgb(colour) for colour in colours.values()]]
    places = dict(zip(colours, lab(simulate(linear, kind) if simulate else linear), strict=True))
    return ((float(np.linalg.norm(places[a] - places[b])), a, b) for a, b in combinations(colours, 2))


def closest(colours: Mapping[str, str], simulate: Simulation | None = None, kind: str = "") -> tuple[float, str, str]:
    """The two that are hardest to tell apart, and their distance."""
    return min(distances(colours, simulate, kind))
