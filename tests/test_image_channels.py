"""The channels of an image and a kernel over all of them: by hand, against torch, and against the lesson."""

import numpy as np
import pytest
import torch
from PIL import Image
from pydantic import ValidationError

from mathcore import _catalog
from mathcore.image_channels import Params, compute
from mathcore._check.checking import *  # noqa
