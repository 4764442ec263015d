"""Loading spares the search for garbage among torch and manim, and nothing else."""

import gc
import subprocess
import sys
import weakref

from mathcore import _catalog
from mathcore._loading import loading


class Script:
    """Something that refers to itself, as scenes do."""

    def __init__(self):
        self.itself = self


def test_what_torch_brings_is_left_alone_for_good():
    code = (
        "import gc; from mathcore import _catalog; _catalog.load('lstm'); print(gc.get_freeze_count(), gc.isenabled())"
    )
    frozen, enabled = subprocess.check_output([sys.executable, "-c", code], cwd=_catalog.ROOT, text=True).split()
    assert int(frozen) > 100_000
    assert enabled == "True"


def test_the_garbage_of_a_film_is_collected_though_another_is_loaded():
    _catalog.load("lstm")
    film = Script()
    gone = weakref.ref(film)
    del film
    with loading():
        _catalog.load("gradient_descent")
    gc.collect()
    assert gone() is None
