#!/usr/bin/env bash
# scikit-learn 1.9.1: the loss, both optimisers and the stopping rule that its multilayer perceptrons train with, on
# deepreel's data. These are private to the library, and called as its training loop does; mean_squared_error and
# StandardScaler are public. Beside the latter, the standard deviation of pandas 3.1.1.
#
# The loss is half of the mean, the velocity holds the learning rate, Adam's epsilon stands beside the uncorrected v,
# and training stops when n_iter_no_change is exceeded. The default step is Nesterov's. StandardScaler divides by n:
# `check` names all of these, which `--convention` accepts. With the default epsilon Adam agrees, as do the public
# mean_squared_error, pandas, which divides by n - 1, and with ddof 0 StandardScaler. Seen, the conventions'
# explanations left out:
#
# metric.npz         ok, 1 values
# loss.npz           mse: obtained 30.8241511271363, expected 61.6483022542726; half; ok
# momentum.npz       velocity[step=1, axis=0]: obtained 0.4294087125633513, expected -42.94087125633512;
#                    rate-in-velocity; ok
# adam_usual.npz     ok, 306 values
# adam_large.npz     theta[step=1, axis=0]: obtained -1.4000387891113724, expected -1.4000012270803255; epsilon-hat; ok
# stop.npz           waited[epoch=32]: obtained 11.0, expected 10; patience-exceeded; ok
# nesterov.npz       theta[step=1, axis=0]: obtained -1.6841234461296326, expected -2.070591287436649;
#                    nesterov-rate-in-velocity; ok
# scaler.npz         deviation[feature=0]: obtained 0.7831594828067933, expected 0.7869156649452744; other-ddof; ok;
#                    with --ddof 0 ok, 8 values
# pandas.npz         ok, 8 values
set -euo pipefail
. findings/_by_convention.sh
packages scikit-learn==1.9.1 scipy==1.17.1 pandas==3.1.1 numpy==2.4.6
cp assets/data/iris.csv "$folder"
ours dropout --split 2 --epochs 3 # whose minibatches are all of the flowers that train in standardization
for concept in mean-squared-error momentum adam early-stopping; do ours "$concept"; done

run <<'PY'
import numpy as np
import pandas as pd
from sklearn.metrics import mean_squared_error
from sklearn.neural_network import MLPClassifier, _base
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer
from sklearn.preprocessing import StandardScaler

data = np.load("ours/mean-squared-error.npz")
x, y, w = data["x"][:, None], data["y"][:, None], data["w_star"]
np.savez("metric.npz", mse=mean_squared_error(y, w * x))
np.savez("loss.npz", mse=_base.LOSS_FUNCTIONS["squared_error"](y, w * x))

turn = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
hessian = turn @ np.diag([1, 100]) @ turn.T


def walk(optimizer, concept, names):
    """The path of theta and of what the optimiser keeps, from deepreel's start."""
    start = np.load(f"ours/{concept}.npz")["theta"]
    theta = start[0].copy()
    descent = optimizer([theta])
    path = {"theta": [theta.copy()], **{name: [np.zeros(2)] for name in names}}
    for _ in start[1:]:
        descent.update_params([theta], [hessian @ theta])
        path["theta"].append(theta.copy())
        for name, kept in names.items():
            path[name].append(np.copy(getattr(descent, kept)[0]))
    return path


for name, chosen in (("momentum", {"nesterov": False}), ("nesterov", {})):
    path = walk(lambda held: SGDOptimizer(held, 0.01, **chosen), "momentum", {"velocity": "velocities"})
    np.savez(f"{name}.npz", **path)
for name, epsilon in (("adam_usual", 1e-8), ("adam_large", 1e-3)):
    path = walk(lambda held: AdamOptimizer(held, 0.1, epsilon=epsilon), "adam", {"m": "ms", "v": "vs"})
    np.savez(f"{name}.npz", **path)

losses = np.load("ours/early-stopping.npz")["val_loss"]
net = MLPClassifier(n_iter_no_change=10, tol=0)
net.loss_curve_, net.best_loss_, net._no_improvement_count, waited = [], np.inf, 0, []
for loss in losses:
    net.loss_curve_.append(loss)
    net._update_no_improvement_count(False, None, None, None)
    waited.append(net._no_improvement_count)
    if net._no_improvement_count > net.n_iter_no_change:
        break
stop = len(waited) - 1
np.savez("stop.npz", waited=waited + waited[-1:] * (len(losses) - len(waited)), stop_epoch=stop)

rows = np.unique(np.load("ours/dropout.npz")["minibatch"])
flowers = pd.read_csv("iris.csv").loc[rows, ["sepal_length", "sepal_width", "petal_length", "petal_width"]]
scaler = StandardScaler().fit(flowers)
np.savez("scaler.npz", mean=scaler.mean_, deviation=scaler.scale_)
np.savez("pandas.npz", mean=flowers.mean(), deviation=flowers.std())
PY

agrees metric.npz mean-squared-error
departs half 'mse: obtained 30.824' loss.npz mean-squared-error
departs rate-in-velocity 'obtained 0.429408' momentum.npz momentum
agrees adam_usual.npz adam
departs epsilon-hat 'obtained -1.400038' adam_large.npz adam --eps 0.001
departs patience-exceeded 'waited[epoch=32]: obtained 11.0, expected 10' stop.npz early-stopping
departs nesterov-rate-in-velocity 'obtained -1.684123' nesterov.npz momentum
departs other-ddof 'obtained 0.783159' scaler.npz standardization --epochs 10
agrees pandas.npz standardization --epochs 10
agrees scaler.npz standardization --epochs 10 --ddof 0
