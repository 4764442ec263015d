#!/usr/bin/env bash
# tinygrad 0.14.0 on its device that is written in Python and needs no compiler: functions, a cell and optimisers of
# tinygrad, on deepreel's data.
#
# max_pool2d shares the gradient among cells that tie, and the velocity of SGD with classic=True holds the rate: `check`
# names the conventions, which `--convention` accepts. A convolution whose padding is given in numbers, attention,
# momentum, and LSTMCell with the same weights agree as they are. Adam agrees in theta; in m, single precision adds up
# to a little more than the usual tolerance, and to less than twice that. Seen, the conventions' explanations left out:
#
# pool.npz           input_gradient[row=0, col=6]: obtained 0.25, expected 1.0; shared-ties; ok
# conv.npz           ok, 36 values
# attention.npz      ok, 96 values
# momentum.npz       ok, 404 values
# adam.npz           ok, 306 values, with --rtol 2e-5; without it m[step=14, axis=1]: obtained 37.98906326293945,
#                    expected 37.988519889316564
# classic.npz        velocity[step=1, axis=0]: obtained -0.4294086992740631, expected -42.94087125633512;
#                    rate-in-velocity-uphill; ok
# lstm.npz           ok, 320 values
set -euo pipefail
. findings/_by_convention.sh
packages tinygrad==0.14.0 numpy==2.4.6
ours convolution-2d --stride 2 --padding same
for concept in pooling attention momentum adam lstm; do ours "$concept"; done

DEV=PYTHON TRAINING=1 run <<'PY'
import numpy as np
from tinygrad import Tensor
from tinygrad.nn import Conv2d, LSTMCell
from tinygrad.nn.optim import SGD, Adam


def single(values):
    tensor = Tensor(np.ascontiguousarray(values, dtype=np.float32))
    tensor.requires_grad = True
    return tensor


image = single(np.load("ours/pooling.npz")["image"][None, None])
output = image.max_pool2d(2)
output.sum().backward()
np.savez("pool.npz", output=output.numpy()[0, 0], input_gradient=image.grad.numpy()[0, 0])

data = np.load("ours/convolution-2d.npz")
conv = Conv2d(1, 1, 3, stride=2, padding=1, bias=False)
conv.weight = single(data["kernel"][None, None])
np.savez("conv.npz", output=conv(single(data["image"][None, None])).numpy()[0, 0])

data = np.load("ours/attention.npz")
q, k, v = (single(data[name][None, None]) for name in "qkv")
np.savez("attention.npz", output=q.scaled_dot_product_attention(k, v).numpy()[0, 0])

turn = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
hessian = single(turn @ np.diag([1, 100]) @ turn.T)


def walk(optimizer, concept, names):
    """The path of theta and of what the optimiser keeps, from deepreel's start."""
    start = np.load(f"ours/{concept}.npz")["theta"]
    theta = single(start[0])
    descent = optimizer([theta])
    path = {"theta": [theta.numpy()], **{name: [np.zeros(2)] for name in names}}
    for _ in start[1:]:
        descent.zero_grad()
        ((theta * (hessian @ theta)).sum() / 2).backward()
        descent.step()
        path["theta"].append(theta.numpy())
        for name, kept in names.items():
            path[name].append(getattr(descent, kept)[0].numpy())
    return path


momentum = walk(lambda held: SGD(held, 0.01, momentum=0.9), "momentum", {"velocity": "b"})
adam = walk(lambda held: Adam(held, 0.1), "adam", {"m": "m", "v": "v"})
np.savez("momentum.npz", **momentum)
np.savez("adam.npz", **adam)
classic = walk(lambda held: SGD(held, 0.01, momentum=0.9, classic=True), "momentum", {"velocity": "b"})
np.savez("classic.npz", **classic)

data = np.load("ours/lstm.npz")
cell = LSTMCell(data["x"].shape[1], data["h"].shape[1])
cell.weight_ih, cell.weight_hh, cell.bias_ih = (single(np.concatenate(data[name])) for name in ("w_x", "w_h", "b"))
cell.bias_hh = cell.bias_ih * 0
state, states = None, []
for x in data["x"]:
    state = cell(single(x[None]), state)
    states.append([one.numpy()[0] for one in state])
h, c = np.swapaxes(states, 0, 1)
np.savez("lstm.npz", h=h, c=c)
PY

departs shared-ties 'input_gradient[row=0, col=6]: obtained 0.25' pool.npz pooling
agrees conv.npz convolution-2d --stride 2 --padding same
agrees attention.npz attention
agrees momentum.npz momentum
agrees adam.npz adam --rtol 2e-5
departs rate-in-velocity-uphill 'obtained -0.429408' classic.npz momentum
agrees lstm.npz lstm
