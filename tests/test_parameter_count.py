"""Parameter counts: enumerated one by one, then formulas, then the numbers of the notes."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mathcore.parameter_count import MOST_DRAWN, Params, compute, drawn_neurons

SETTING = {"layers": (300, 50, 7, 2)}  # other sentences
NOTATION = ("float32",)  # numerals that tell no value

nets = st.lists(st.integers(1, 60), min_size=2, max_size=5).map(tuple)


def enumerated(sizes):
    """Every parameter by its layer, input and neuron, in the order of counting; a bias comes after the inputs."""
    return [
        (layer, one, neuron)
        for layer, (inputs, neurons) in enumerate(pairwise(sizes))
        for neuron in range(neurons)
        for one in range(inputs + 1)
    ]


@settings(max_examples=30, deadline=None)
@given(nets)
def test_what_is_counted_is_what_can_be_enumerated(sizes):
    trace, every = compute(Params(layers=sizes)), enumerated(sizes)
    assert trace.total == len(every) == trace.parameters.sum()
    assert trace.memory == 4 * len(every)
    biases = [one == sizes[layer] for layer, one, _ in every]
    assert trace.biases.sum() == sum(biases)
    assert trace.weights.sum() == len(every) - sum(biases)


@settings(max_examples=30, deadline=None)
@given(nets)
def test_every_drawn_edge_is_counted_as_the_parameter_that_it_is(sizes):
    trace, every = compute(Params(layers=sizes)), enumerated(sizes)
    assert trace.counted[0] == 0
    drawn = [[*drawn_neurons(size), size] for size in sizes]  # the extra input comes last
    edges = [(layer, drawn[layer][row], drawn[layer + 1][column]) for layer, row, column in trace.edge.tolist()]
    assert [every[count - 1] for count in trace.counted[1:]] == edges
    assert np.all(np.diff(trace.counted) > 0), "each once"
    assert trace.counted[-1] == trace.total
    if max(sizes) <= MOST_DRAWN:
        assert trace.counted.tolist() == list(range(len(every) + 1))


@pytest.mark.parametrize("count", [1, 2, 20, 21, 100, 1000])
def test_neurons_that_are_drawn_are_spread_from_the_first_to_the_last(count):
    drawn = drawn_neurons(count)
    assert len(drawn) == min(count, MOST_DRAWN)
    assert [drawn[0], drawn[-1]] == [0, count - 1]
    assert np.ptp(np.diff(drawn)) <= 1 if count > 1 else True


@pytest.mark.parametrize("sizes", [(10, 20, 3), (1, 1), (1000, 1, 1000), (784, 300, 100, 10)])
def test_a_net_that_torch_really_allocates_has_as_many(sizes):
    net = torch.nn.Sequential(*(torch.nn.Linear(a, b) for a, b in pairwise(sizes)))
    assert compute(Params(layers=sizes)).total == len(torch.nn.utils.parameters_to_vector(net.parameters()))


def test_the_numbers_of_the_notes():
    trace = compute()
    assert trace.parameters.tolist() == [220, 63]
    assert trace.total == 283
    assert trace.first_neuron == 11
    assert trace.notes.tolist() == [[10, 20, 3], [4, 100, 3], [6, 100, 1]]
    assert trace.notes_total.tolist() == [283, 803, 801]
    assert trace.lenet.tolist() == [156, 2416, 48120, 10164, 850]
    assert trace.lenet_total == 61706


def test_a_convolution_needs_far_fewer_than_a_dense_layer_with_the_same_input_and_output():
    trace = compute()
    image = torch.zeros(1, 1, 32, 32)
    conv = torch.nn.Conv2d(1, 6, 5)
    assert conv(image).shape == (1, trace.maps, trace.map_side, trace.map_side) == (1, 6, 28, 28)
    assert trace.conv_first == trace.conv_counted[-1] == (5 * 5 * 1 + 1) * 6 == 156
    assert trace.dense_first == trace.dense_counted[-1] == (32 * 32 + 1) * 28 * 28 * 6 == 4_821_600
    assert trace.dense_cell == trace.dense_counted[1] == 1025
    assert trace.dense_counted.tolist() == list(range(0, 4_821_601, 1025))
    assert trace.dense_lines.tolist() == list(range(1026)), "the lines to the first cell lead to its count"
    assert trace.conv_lines.tolist() == list(range(27)), "and to that of the first map"
    assert trace.conv_counted.tolist() == [0, 26, 52, 78, 104, 130, 156]


@pytest.mark.parametrize(
    "layers", [(3,), (1, 2, 3, 4, 5, 6), (0, 1), (2, 1001), (2, -1), ("two", 3)], ids=str
)  # fmt: skip
def test_a_knob_out_of_its_range_is_refused(layers):
    with pytest.raises(ValidationError, match="layers"):
        Params(layers=layers)
