#!/usr/bin/env bash
# scikit-learn 1.9.1: the loss, both optimisers and the stopping rule that its multilayer perceptrons train with, on
# deepreel's data. All but mean_squared_error are private to the library; they are called as its training loop does.
#
# The loss is half of the mean, the velocity holds the learning rate, Adam's epsilon stands beside the uncorrected v,
# and training stops when n_iter_no_change is exceeded: `check` names all four, which `--convention` accepts. With the
# default epsilon Adam agrees, as does the public mean_squared_error. Seen, the conventions' explanations left out:
#
# metric.npz         ok, 1 values
# loss.npz           mse: obtained 30.8241511271363, expected 61.6483022542726; half; ok
# momentum.npz       velocity[step=1, axis=0]: obtained 0.4294087125633513, expected -42.94087125633512;
#                    rate-in-velocity; ok
# adam_usual.npz     ok, 306 values
# adam_large.npz     theta[step=1, axis=0]: obtained -1.4000387891113724, expected -1.4000012270803255; epsilon-hat; ok
# stop.npz           stop_epoch: obtained 32.0, expected 31; patience-exceeded; ok
set -euo pipefail
. findings/_by_convention.sh
packages scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6
for concept in mean-squared-error momentum adam early-stopping; do ours "$concept"; done

run <<'PY'
import numpy as np
from sklearn.metrics import mean_squared_error
from sklearn.neural_network import MLPClassifier, _base
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

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


optimizer = lambda held: SGDOptimizer(held, 0.01, momentum=0.9, nesterov=False)
np.savez("momentum.npz", **walk(optimizer, "momentum", {"velocity": "velocities"}))
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
PY

agrees metric.npz mean-squared-error
departs half 'mse: obtained 30.824' loss.npz mean-squared-error
departs rate-in-velocity 'obtained 0.429408' momentum.npz momentum
agrees adam_usual.npz adam
departs epsilon-hat 'obtained -1.400038' adam_large.npz adam --eps 0.001
departs patience-exceeded 'stop_epoch: obtained 32.0, expected 31' stop.npz early-stopping
