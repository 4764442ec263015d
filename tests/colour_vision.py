"""How far apart colours are to those who see only two of the three primaries, by two published simulations."""

from itertools import combinations

import numpy as np
from colorspacious import cspace_convert
from daltonlens.simulate import Deficiency, Simulator_Brettel1997

BLINDNESS = {"protan": Deficiency.PROTAN, "deuteran": Deficiency.DEUTAN, "tritan": Deficiency.TRITAN}


def machado(colours: np.ndarray, kind: str) -> np.ndarray:
    """What is left of sRGB colours [colour rgb], 0 to 1: Machado, Oliveira & Fernandes (2009), at full severity."""
    seen = cspace_convert(colours, {"name": "sRGB1+CVD", "cvd_type": f"{kind}omaly", "severity": 100}, "sRGB1")
    return np.clip(seen, 0, 1)


def brettel(colours: np.ndarray, kind: str) -> np.ndarray:
    """The same by Brettel, Viénot & Mollon (1997), whose tritanopia is the better founded one."""
    pixels = np.rint(255 * colours).astype(np.uint8)[None]
    return Simulator_Brettel1997().simulate_cvd(pixels, BLINDNESS[kind], severity=1)[0] / 255


def closest(colours: dict[str, str], simulate=None, kind: str = "") -> tuple[float, str, str]:
    """The two colours (#rrggbb by name) that are hardest to tell apart, and their distance in CIE Lab (CIE76)."""
    shares = np.array([list(bytes.fromhex(colour[1:])) for colour in colours.values()]) / 255
    lab = cspace_convert(simulate(shares, kind) if simulate else shares, "sRGB1", "CIELab")
    places = dict(zip(colours, lab, strict=True))
    return min((float(np.linalg.norm(places[a] - places[b])), a, b) for a, b in combinations(colours, 2))
