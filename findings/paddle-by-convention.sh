#!/usr/bin/env bash
# Paddle 3.3.1 on the CPU: four functions, two layers and two optimisers of Paddle, on deepreel's data.
#
# conv2d with padding SAME adds no more zeros than the stride needs: `check` names the convention, which `--convention`
# accepts; with padding 1 the same call agrees. max_pool2d sends the gradient of a tie to the first cell, as deepreel
# does. Of paddle.max and paddle.amax over the cells of a window the documentation says that only amax shares the
# gradient among equal values; both do. Momentum and Adam agree, the latter also where epsilon is large. So does LSTM
# with the same weights; GRU has its reset gate after the matrix. Seen, the conventions' explanations left out:
#
# conv_same.npz      output[orow=0, ocol=0]: obtained 0.46657818206688684, expected 0.29147442865286133; same-late; ok
# conv_1.npz         ok, 36 values
# pool.npz           ok, 80 values
# max.npz            input_gradient[row=0, col=6]: obtained 0.25, expected 1.0; shared-ties; ok
# amax.npz           input_gradient[row=0, col=6]: obtained 0.25, expected 1.0; shared-ties; ok
# momentum.npz       ok, 404 values
# adam.npz           ok, 306 values
# lstm.npz           ok, 160 values
# gru.npz            h[time=1, unit=0]: obtained 0.3749389301821667, expected 0.31980677706608174; reset-after; ok
set -euo pipefail
. findings/_by_convention.sh
packages paddlepaddle==3.3.1 numpy==2.4.6
ours convolution-2d --stride 2 --padding same
for concept in pooling momentum adam lstm gru; do ours "$concept"; done

PYTHONWARNINGS=ignore run <<'PY'
import numpy as np
import paddle
from paddle.nn import functional

paddle.set_default_dtype("float64")

data = np.load("ours/convolution-2d.npz")
image, kernel = (paddle.to_tensor(data[name][None, None]) for name in ("image", "kernel"))
for name, padding in (("same", "SAME"), ("1", 1)):
    np.savez(f"conv_{name}.npz", output=functional.conv2d(image, kernel, stride=2, padding=padding).numpy()[0, 0])

cells = np.load("ours/pooling.npz")["image"]


def windows(image):
    """The cells of each window of 2 x 2 [orow ocol cell]."""
    half = len(cells) // 2
    return image.reshape([half, 2, half, 2]).transpose([0, 2, 1, 3]).reshape([half, half, 4])


for name, pooled in (
    ("pool", lambda image: functional.max_pool2d(image[None, None], 2)[0, 0]),
    ("max", lambda image: paddle.max(windows(image), axis=2)),
    ("amax", lambda image: paddle.amax(windows(image), axis=2)),
):
    image = paddle.to_tensor(cells, stop_gradient=False)
    output = pooled(image)
    output.sum().backward()
    np.savez(f"{name}.npz", output=output.numpy(), input_gradient=image.grad.numpy())

turn = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
hessian = paddle.to_tensor(turn @ np.diag([1, 100]) @ turn.T)


def walk(optimizer, concept, **names):
    """The path of theta and of what the optimiser keeps, from deepreel's start."""
    start = np.load(f"ours/{concept}.npz")["theta"]
    theta = paddle.create_parameter([2], "float64", default_initializer=paddle.nn.initializer.Assign(start[0]))
    descent = optimizer([theta])
    path = {"theta": [theta.numpy()], **{name: [np.zeros(2)] for name in names}}
    for _ in start[1:]:
        (theta @ (hessian @ theta) / 2).backward()
        descent.step()
        descent.clear_grad()
        path["theta"].append(theta.numpy())
        for name, part in names.items():
            (kept,) = (value for key, value in descent.state_dict().items() if part in key)
            path[name].append(kept.numpy().copy())
    return path


momentum = walk(lambda held: paddle.optimizer.Momentum(0.01, 0.9, held), "momentum", velocity="velocity")
adam = walk(lambda held: paddle.optimizer.Adam(0.1, epsilon=1e-3, parameters=held), "adam", m="moment1", v="moment2")
np.savez("momentum.npz", **momentum)
np.savez("adam.npz", **adam)


def read(name, layer, arranged):
    """The hidden states on deepreel's sequence, with its weights, their gates arranged for Paddle."""
    data = np.load(f"ours/{name}.npz")
    net = layer(data["x"].shape[1], data["h"].shape[1])
    for theirs, mine in (("weight_ih", "w_x"), ("weight_hh", "w_h"), ("bias_ih", "b"), ("bias_hh", "b")):
        weights = np.concatenate(arranged(*data[mine]))
        getattr(net, f"{theirs}_l0").set_value(0 * weights if theirs == "bias_hh" else weights)
    np.savez(f"{name}.npz", h=net(paddle.to_tensor(data["x"][None]))[0].numpy()[0])


read("lstm", paddle.nn.LSTM, lambda i, f, candidate, o: (i, f, candidate, o))
read("gru", paddle.nn.GRU, lambda z, r, candidate: (r, -z, candidate))  # its z is the share of the old state
PY

departs same-late 'obtained 0.466578' conv_same.npz convolution-2d --stride 2 --padding same
agrees conv_1.npz convolution-2d --stride 2 --padding same
agrees pool.npz pooling
departs shared-ties 'input_gradient[row=0, col=6]: obtained 0.25' max.npz pooling
departs shared-ties 'input_gradient[row=0, col=6]: obtained 0.25' amax.npz pooling
agrees momentum.npz momentum
agrees adam.npz adam --eps 0.001
agrees lstm.npz lstm
departs reset-after 'obtained 0.374938' gru.npz gru
