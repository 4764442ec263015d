#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2: five layers, optimisers and callbacks of Keras, on deepreel's data.
#
# Where Keras computes what deepreel does, `check` says so: EarlyStopping that restores, dot_product_attention, Adam
# with its default epsilon. Where Keras means to compute otherwise, `check` names the convention, which `--convention`
# accepts: 'same' padding with a stride, layers.Attention without a root, a velocity that holds the rate, an epsilon
# that stands beside the uncorrected v, and early stopping that keeps the last weights. Seen, the conventions'
# explanations left out:
#
# conv.npz           output[orow=0, ocol=0]: obtained 0.46657818206688684, expected 0.29147442865286133; same-late; ok
# attention.npz      weights[query=0, key=0]: obtained 0.9999997719341872, expected 0.9694704626247121; unscaled; ok
# dot_product.npz    ok, 96 values
# momentum.npz       velocity[step=1, axis=0]: obtained 0.4294087125633513, expected -42.94087125633512;
#                    rate-in-velocity; ok
# adam.npz           ok, 306 values (epsilon 1e-7, Keras' default)
# adam_large.npz     theta[step=1, axis=0]: obtained -1.4000387891113721, expected -1.4000012270803255; epsilon-hat; ok
# stop_last.npz      restored_loss: obtained 0.22885326027900527, expected 0.11345135753769643; last-weights; ok
# stop_best.npz      ok, 104 values
set -euo pipefail
. findings/_by_convention.sh
packages keras==3.15.1 jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6
ours convolution-2d --stride 2 --padding same
for concept in attention momentum adam early-stopping; do ours "$concept"; done

run <<'PY'
import os

os.environ["KERAS_BACKEND"] = "jax"
import jax
import numpy as np

jax.config.update("jax_enable_x64", True)
import keras

keras.config.set_floatx("float64")
turn = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
hessian = turn @ np.diag([1.0, 100.0]) @ turn.T
slope = jax.grad(lambda theta: theta @ hessian @ theta / 2)

data = np.load("ours/convolution-2d.npz")
conv = keras.layers.Conv2D(1, 3, strides=2, padding="same", use_bias=False)
conv.build((1, *data["image"].shape, 1))
conv.set_weights([data["kernel"][..., None, None]])
np.savez("conv.npz", output=np.asarray(conv(data["image"][None, ..., None])[0, ..., 0]))

data = np.load("ours/attention.npz")
q, k, v = (data[name][None] for name in "qkv")
output, weights = keras.layers.Attention()([q, v, k], return_attention_scores=True)
np.savez("attention.npz", output=np.asarray(output[0]), weights=np.asarray(weights[0]))
output = keras.ops.dot_product_attention(*(one[:, :, None] for one in (q, k, v)))  # one head
np.savez("dot_product.npz", output=np.asarray(output[0, :, 0]))


def walk(optimizer, concept, names):
    """The path of theta and of what the optimiser keeps, from deepreel's start."""
    start = np.load(f"ours/{concept}.npz")["theta"]
    theta = keras.Variable(start[0])
    optimizer.build([theta])
    kept = {"theta": theta, **{name: getattr(optimizer, held)[0] for name, held in names.items()}}
    path = {name: [] for name in kept}
    for _ in start:
        for name, variable in kept.items():
            path[name].append(np.asarray(variable.value))
        optimizer.apply([slope(theta.value)], [theta])
    return path


momentum = walk(keras.optimizers.SGD(0.01, momentum=0.9), "momentum", {"velocity": "momentums"})
usual, large = (
    walk(optimizer, "adam", {"m": "_momentums", "v": "_velocities"})
    for optimizer in (keras.optimizers.Adam(0.1), keras.optimizers.Adam(0.1, epsilon=1e-3))
)
np.savez("momentum.npz", **momentum)
np.savez("adam.npz", **usual)
np.savez("adam_large.npz", **large)

losses = np.load("ours/early-stopping.npz")["val_loss"]
for name, restores in (("stop_last", False), ("stop_best", True)):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=10, restore_best_weights=restores)
    stopping.set_model(model)
    stopping.on_train_begin()
    model.stop_training, waited = False, []
    for epoch, loss in enumerate(losses):
        model.set_weights([np.array([[loss]])])  # the weight tells which epoch it is from
        stopping.on_epoch_end(epoch, {"val_loss": loss})
        waited.append(stopping.wait)
        if model.stop_training:
            break
    stopping.on_train_end()
    waited += [stopping.wait] * (len(losses) - len(waited))
    np.savez(
        f"{name}.npz", waited=waited, best_epoch=stopping.best_epoch, stop_epoch=stopping.stopped_epoch,
        restored_loss=model.get_weights()[0][0, 0],
    )
PY

departs same-late 'obtained 0.466578' conv.npz convolution-2d --stride 2 --padding same
departs unscaled 'weights[query=0, key=0]: obtained 0.999999' attention.npz attention
agrees dot_product.npz attention
departs rate-in-velocity 'obtained 0.429408' momentum.npz momentum
agrees adam.npz adam --eps 1e-7
departs epsilon-hat 'obtained -1.400038' adam_large.npz adam --eps 0.001
departs last-weights 'restored_loss: obtained 0.228853' stop_last.npz early-stopping
agrees stop_best.npz early-stopping
