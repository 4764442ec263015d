"""Event files of TensorBoard, as torch's SummaryWriter, Lightning and Keras write them; tensorboard reads them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mathcore._check.columns import Axes, Submission
from mathcore._check.compare import sequence
from mathcore._check.names import meant, respelled
from mathcore._check.series import named, told
from mathcore._data import MOST_BYTES, InputError, regular

EVENTS = ".tfevents."  # in the name of every such file


def read_events(path: Path, axes: Axes, asked: Sequence[str] = ()) -> Submission:
    """The scalars of an event file that are quantities with one axis, each at the steps at which it was written.

    Args:
        path: the file.
        axes: of every quantity of the concept.
        asked: which tags are which quantities, see `series`.

    Raises:
        InputError: tensorboard is not installed, the file cannot be read or has no scalars, or two tags mean the same.
    """
    series = _series(path)
    renamed = named(path, list(series), asked, axes)
    tags = {renamed.get(tag, tag): points for tag, points in series.items()}
    found = meant(path, tags, [name for name in axes if len(axes[name]) == 1])
    arrays = {name: np.array([value for _, value in tags[tag]]) for name, tag in found.items()}
    steps = {
        name: np.array([step for step, _ in tags[tag]], dtype=np.int64)
        for name, tag in found.items()
        if sequence(axes[name]) is not None
    }
    unused = tuple(tag for tag in tags if tag not in found.values())
    notes = (*told(renamed), *respelled(found, {}))
    return Submission(arrays, unused, steps, dict.fromkeys(steps, "step"), notes)


def _series(path: Path) -> dict[str, list[tuple[int, float]]]:
    """The scalars by their tags: steps and values."""
    try:
        from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
        from tensorboard.util.tensor_util import make_ndarray
    except ImportError:
        install = "pip install 'deepreel[tensorboard]', or download the curve as CSV from TensorBoard"
        raise InputError(f"{path} is an event file, which needs tensorboard to be read: {install}.") from None
    series: dict[str, list[tuple[int, float]]] = {}
    for event in EventFileLoader(str(regular(path, "an event file", MOST_BYTES))).Load():
        for value in event.summary.value:
            array = make_ndarray(value.tensor)
            if array.dtype.kind in "biuf" and array.size == 1:
                series.setdefault(value.tag, []).append((event.step, array.item()))
    if not series:
        raise InputError(f"{path} holds no scalars, or it is damaged.")
    return series
