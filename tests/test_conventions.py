"""Conventions: a run that follows another one is told apart from a mistake, and may be accepted."""

import re

import numpy as np
import pytest
import torch
from torch.nn import functional

import render
from mathcore import InputError, _catalog, compare
from mathcore._check.checking import RTOL

CONVENTIONS = [(concept, name) for concept in _catalog.concepts() for name in _catalog.load(concept).Trace.conventions]
TURNED = {  # where the default knobs show nothing of some
    "adam": {"eps": 1e-3},
    "convolution_2d": {"padding": "same", "stride": 2},
    "logistic_loss": {"seed": 49, "epochs": 20},  # one flower has a probability below 1e-7
    "padding": {"size": 6, "kernel_size": 5, "padding": 2, "stride": 2},
    "pooling": {"size": 16, "window": 4, "stride": 2},
}


def theirs(concept, name) -> dict[str, np.ndarray]:
    """A run by a convention: the quantities that it changes."""
    trace = _catalog.load(concept).compute(_catalog.turned(concept, TURNED.get(concept, {})))
    changed = trace.by_convention(name)
    assert set(changed) <= set(trace.arrays())
    return {key: np.asarray(values, dtype=float) for key, values in changed.items()}


@pytest.mark.parametrize(("concept", "name"), CONVENTIONS)
def test_a_run_by_a_convention_is_told_and_may_be_accepted(concept, name):
    run, knobs = theirs(concept, name), TURNED.get(concept, {})
    told = compare(concept, run, knobs)
    whose, meaning, ours = _catalog.load(concept).Trace.conventions[name]
    assert told.fault
    assert told.hint.startswith(f"agrees throughout with the convention of {whose}: {meaning}; {ours}. Where")
    assert not compare(concept, run, knobs, convention=name).fault


@pytest.mark.parametrize(("concept", "name"), CONVENTIONS)
def test_a_run_that_departs_from_the_convention_as_well_is_not_said_to_follow_it(concept, name):
    run, knobs = theirs(concept, name), TURNED.get(concept, {})
    largest = {key: np.abs(values[np.isfinite(values)]).max() for key, values in run.items()}
    key = max(largest, key=lambda one: largest[one])
    values = run[key] = run[key].copy()
    values.flat[-1] += 10 * RTOL * max(largest[key], 1)
    assert "convention" not in compare(concept, run, knobs).hint
    assert compare(concept, run, knobs, convention=name).fault


@pytest.mark.parametrize(("concept", "name"), CONVENTIONS)
def test_a_run_of_ours_is_none_by_the_convention(concept, name):
    trace = _catalog.load(concept).compute(_catalog.turned(concept, TURNED.get(concept, {})))
    mine = {key: trace.arrays()[key] for key in theirs(concept, name)}
    assert compare(concept, mine, TURNED.get(concept, {}), convention=name).fault


def test_conventions_that_the_knobs_do_not_tell_apart_are_named_together():
    """Around one ring of cells the edge repeated is its mirror image."""
    trace = _catalog.load("padding").compute()
    told = compare("padding", {"output": trace.by_convention("edge-border")["output"]}).hint
    assert "--convention edge-border" in told
    assert told.endswith("accepts it, as does symmetric-border of scipy.ndimage")


def test_a_convention_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(
        InputError, match="pooling has no convention 'shared'; those that it has are shared-ties, every"
    ):
        compare("pooling", {"output": np.zeros((4, 4))}, convention="shared")
    with pytest.raises(InputError, match="linear-fit has no conventions"):
        compare("linear_fit", {"loss": 1.0}, convention="shared")


def test_the_documentation_lists_every_convention():
    told = (_catalog.ROOT / "docs" / "checking.md").read_text()
    for concept, name in CONVENTIONS:
        whose, meaning, _ = _catalog.load(concept).Trace.conventions[name]
        (seen,) = re.findall(re.escape(f"| `{concept}` | `{name}` | {whose} | {meaning} |") + " (.+) \\|", told)
        for library in seen.split(", "):
            if library.startswith(("PyTorch", "not run", "as in")):
                continue
            version = library.split()[-1]
            assert any(version in script and f" {name} " in script for script in scripts()), f"{name}: {library}"


def scripts() -> list[str]:
    """What runs other libraries."""
    return [path.read_text() for path in (_catalog.ROOT / "findings").glob("*-by-convention.sh")]


def test_amax_shares_the_gradient_of_a_tie():
    image = torch.tensor(np.array(_catalog.load("pooling").compute().image), requires_grad=True)
    windows = image.unfold(0, 2, 2).unfold(1, 2, 2)
    (gradient,) = torch.autograd.grad(windows.amax(dim=(2, 3)).sum(), image)
    assert compare("pooling", {"input_gradient": gradient}).hint.startswith(
        "agrees throughout with the convention of MLX"
    )


@pytest.mark.parametrize(
    ("size", "stride", "zeros"), [(12, 2, (0, 1)), (11, 2, (1, 1)), (12, 3, (0, 0)), (9, 4, (1, 1))]
)
def test_tensorflow_pads_no_more_than_the_stride_needs(size, stride, zeros):
    module = _catalog.load("convolution_2d")
    trace = module.compute(module.Params(size=size, stride=stride, padding="same"))
    padded = functional.pad(torch.tensor(trace.image.copy()), zeros * 2)[None, None]
    output = functional.conv2d(padded, torch.tensor(trace.kernel.copy())[None, None], stride=stride)[0, 0]
    np.testing.assert_allclose(trace.by_convention("same-late")["output"], output, rtol=0, atol=1e-12)
    assert output.shape[0] == -(-size // stride)


def test_torch_keeps_its_z_of_the_old_state():
    trace = _catalog.load("gru").compute()
    earlier = np.concatenate([np.zeros_like(trace.h[:1]), trace.h[:-1]])
    z = trace.by_convention("z-keeps")["z"]
    np.testing.assert_allclose(z * earlier + (1 - z) * trace.candidate, trace.h, rtol=0, atol=1e-12)


def test_the_command_accepts_a_convention(tmp_path, capsys):
    path = tmp_path / "mine.npz"
    np.savez(path, **theirs("momentum", "rate-in-velocity"))
    assert render.main(["check", "momentum", "--against", str(path)]) == 1
    assert "--convention rate-in-velocity" in capsys.readouterr().out
    assert render.main(["check", "momentum", "--against", str(path), "--convention", "rate-in-velocity"]) == 0
    assert render.main(["check", "momentum", "--convention", "rate-in-velocity"]) == 2
    assert capsys.readouterr().err == "render.py: --convention goes with --against.\n"
    assert render.main(["describe", "momentum"]) == 0
    assert "rate-in-velocity" in capsys.readouterr().out
