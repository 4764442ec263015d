#!/usr/bin/env bash
# SciPy 1.17.1 and OpenCV 5.0.0 (opencv-python-headless 5.0.0.93): their image filters, on deepreel's data.
#
# Both filters give as many values as the image has cells. What they suppose beyond the image is its mirror image unless
# they are told otherwise: scipy.ndimage.correlate repeats the edge in it, cv2.filter2D does not. `check` names either
# convention and those of two other borders, which `--convention` accepts; padding has two rings here, since in one ring
# an edge that is repeated is a mirror image, too. With zeros, both agree, as does scipy.signal.correlate2d, whose
# default they are. Seen, the conventions' explanations left out:
#
# convolution-2d_ndimage.npz      output[orow=0, ocol=0]: obtained 0.5078886272928583, expected 0.29147442865286133;
#                                 symmetric-border; ok
# convolution-2d_filter2D.npz     output[orow=0, ocol=0]: obtained 0.49271601429835526, expected 0.29147442865286133;
#                                 reflect-border; ok
# convolution-2d_constant.npz, convolution-2d_signal.npz, convolution-2d_cv_constant.npz: ok, 144 values
# padding_ndimage.npz             output[orow=0, ocol=0]: obtained 227.0, expected 69.0; symmetric-border; ok
# padding_filter2D.npz            output[orow=0, ocol=0]: obtained 239.0, expected 69.0; reflect-border; ok
# padding_constant.npz, padding_signal.npz, padding_cv_constant.npz: ok, 25 values
# padding_wrap.npz                output[orow=0, ocol=0]: obtained 164.0, expected 69.0; wrap-border; ok
# padding_replicate.npz           output[orow=0, ocol=0]: obtained 198.0, expected 69.0; edge-border; ok
set -euo pipefail
. findings/_by_convention.sh
packages scipy==1.17.1 opencv-python-headless==5.0.0.93 numpy==2.4.6
ours convolution-2d --padding same
ours padding --kernel-size 5 --padding 2

run <<'PY'
import cv2
import numpy as np
from scipy import ndimage, signal

for concept in ("convolution-2d", "padding"):
    data = np.load(f"ours/{concept}.npz")
    image, kernel = data["image"], data["kernel"]
    outputs = {
        "ndimage": ndimage.correlate(image, kernel),
        "wrap": ndimage.correlate(image, kernel, mode="wrap"),
        "constant": ndimage.correlate(image, kernel, mode="constant"),
        "signal": signal.correlate2d(image, kernel, mode="same"),
        "filter2D": cv2.filter2D(image, -1, kernel),
        "replicate": cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REPLICATE),
        "cv_constant": cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_CONSTANT),
    }
    for name, output in outputs.items():
        np.savez(f"{concept}_{name}.npz", output=output)
PY

hold_both() { # CONCEPT [knobs]
    departs symmetric-border 'output[orow=0, ocol=0]' "$1_ndimage.npz" "$@"
    departs reflect-border 'output[orow=0, ocol=0]' "$1_filter2D.npz" "$@"
    for zeros in constant signal cv_constant; do agrees "$1_$zeros.npz" "$@"; done
}

hold_both convolution-2d --padding same
hold_both padding --kernel-size 5 --padding 2
departs wrap-border 'obtained 164.0' padding_wrap.npz padding --kernel-size 5 --padding 2
departs edge-border 'obtained 198.0' padding_replicate.npz padding --kernel-size 5 --padding 2
