"""Around a computation the world stays as it was."""

import random

import numpy as np
import pytest
import torch

from mathcore._training import Adam, checkpoints, descend, seeded


def world():
    name, keys, position, *normal = np.random.get_state()
    return (
        (name, tuple(keys), position, *normal),
        tuple(torch.get_rng_state().tolist()),
        random.getstate(),
        torch.get_num_threads(),
        torch.get_default_dtype(),
    )


@pytest.fixture(params=[(2, torch.float32), (1, torch.float64)], ids=str)
def a_world(request):
    """A caller's own settings; afterwards those of the test run."""
    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    torch.set_num_threads(request.param[0])
    torch.set_default_dtype(request.param[1])
    yield world()
    torch.set_num_threads(threads)
    torch.set_default_dtype(dtype)


def draw():
    return torch.rand(5), torch.randn(5)


def test_inside_it_computes_in_double_precision_on_one_thread(a_world):
    with seeded():
        assert torch.get_default_dtype() is torch.float64
        assert torch.get_num_threads() == 1
        assert torch.zeros(1).dtype is torch.float64


def test_afterwards_all_is_as_before(a_world):
    with seeded(5) as chance:
        draw()
        chance.rand(5)
    assert world() == a_world


def test_after_an_exception_all_is_as_before(a_world):
    def failing():
        with seeded(5) as chance:
            draw()
            chance.rand(5)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert world() == a_world


def test_after_a_seed_that_does_not_exist_all_is_as_before(a_world):
    with pytest.raises(ValueError, match="Seed"), seeded(-1):
        pass
    assert world() == a_world


def test_a_block_in_a_block_gives_back_the_outer_one(a_world):
    with seeded(1):
        outer = world()
        with seeded(2):
            draw()
        assert world() == outer
    assert world() == a_world


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_the_same_seed_draws_the_same_numbers(seed):
    def drawn():
        with seeded(seed) as chance:
            return torch.rand(5), chance.rand(5)

    (one, one_numpy), (other, other_numpy) = drawn(), drawn()
    assert torch.equal(one, other)
    assert np.array_equal(one_numpy, other_numpy)


def test_other_seeds_draw_other_numbers():
    with seeded(0) as chance:
        one, one_numpy = torch.rand(5), chance.rand(5)
    with seeded(1) as chance:
        assert not torch.equal(torch.rand(5), one)
        assert not np.array_equal(chance.rand(5), one_numpy)


def test_the_generator_is_the_one_that_the_notes_draw_from():
    for block in (seeded(0), seeded()):
        with block as chance:
            assert np.array_equal(chance.rand(20, 2), np.random.RandomState(0).rand(20, 2))
            assert torch.initial_seed() == 0


def test_descent_goes_against_the_gradient_of_every_weight_and_starts_where_it_is_told():
    start = torch.tensor([4.0, -1.0]), torch.tensor(3.0)
    path = descend(lambda w, b: (w**2).sum() / 2 + b**2, start, 0.25)
    for factor_w, factor_b in ((1, 1), (0.75, 0.5), (0.75**2, 0.5**2)):
        w, b = next(path)
        assert w.tolist() == [4 * factor_w, -factor_w]
        assert b.item() == 3 * factor_b
        assert not w.requires_grad
    assert start[0].tolist() == [4, -1]


@pytest.mark.parametrize(("steps", "kept"), [(0, [0]), (1, [0, 1]), (5, [0, 1, 2, 5]), (1000, [0, 1, 32, 1000])])
def test_checkpoints_go_from_the_first_step_to_the_last_ever_further_apart(steps, kept):
    assert checkpoints(steps, 4).tolist() == kept


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.5, 0.9)])
def test_adam_is_that_of_torch_and_takes_a_share_of_its_rate(betas):
    target = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    ours, theirs = (torch.zeros(3, dtype=torch.float64, requires_grad=True) for _ in range(2))
    adam, other = Adam([ours], 0.1, betas), torch.optim.Adam([theirs], lr=0.1, betas=betas)
    for share in (1, 1, 0.5, 0.25):
        other.param_groups[0]["lr"] = 0.1 * share
        other.zero_grad()
        ((theirs - target) ** 4).sum().backward()
        other.step()
        adam.follow(torch.autograd.grad(((ours - target) ** 4).sum(), [ours]), share)
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=0)
