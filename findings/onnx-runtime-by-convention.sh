#!/usr/bin/env bash
# ONNX Runtime 1.32.0 with models of onnx 1.23.2: the operators LSTM and GRU with deepreel's weights, on its sequences.
#
# LSTM agrees once the gates are put into ONNX' order, i, o, f, candidate; GRU agrees as it is by default, with z the
# share of the old state. With linear_before_reset its reset gate stands after the matrix: `check` names the convention,
# which `--convention` accepts. Seen, the convention's explanation left out:
#
# lstm.npz           ok, 160 values
# gru.npz            ok, 160 values
# gru_after.npz      h[time=1, unit=0]: obtained 0.3749389052391052, expected 0.31980677706608174; reset-after; ok
set -euo pipefail
. findings/_by_convention.sh
packages onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
for concept in lstm gru; do ours "$concept"; done

run <<'PY'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def read(name, operator, arranged, **attributes):
    """The hidden states on deepreel's sequence, by an operator with its weights, their gates arranged for ONNX."""
    data = np.load(f"ours/{operator.lower()}.npz")
    w, r, b = (np.concatenate(arranged(*data[key])) for key in ("w_x", "w_h", "b"))
    held = {"W": w, "R": r, "B": np.concatenate([b, 0 * b])}
    held = [numpy_helper.from_array(values[None].astype(np.float32), key) for key, values in held.items()]
    node = helper.make_node(operator, ["X", "W", "R", "B"], ["Y"], hidden_size=data["h"].shape[1], **attributes)
    x, y = (helper.make_tensor_value_info(key, TensorProto.FLOAT, None) for key in "XY")
    graph = helper.make_graph([node], name, [x], [y], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (states,) = session.run(None, {"X": data["x"][:, None].astype(np.float32)})  # [time direction sequence unit]
    np.savez(f"{name}.npz", h=states[:, 0, 0])


read("lstm", "LSTM", lambda i, f, candidate, o: (i, o, f, candidate))
for name, after in (("gru", 0), ("gru_after", 1)):
    read(name, "GRU", lambda z, r, candidate: (-z, r, candidate), linear_before_reset=after)
PY

agrees lstm.npz lstm
agrees gru.npz gru
departs reset-after 'obtained 0.374938' gru_after.npz gru
