"""The names of the chapter, for `from convscope.all import *`.

Explicit and typed; nothing is patched, and no other module imports this one. It never gives a name
that the chapter defines itself (conv, simple_net, simple_cnn, fit, path, dls, learn ...).
"""

import numpy as np
import torch
from PIL import Image
from torch import nn, tensor
from torch.nn import functional as F

from convscope.data import (
    CategoryBlock,
    DataBlock,
    DataLoaders,
    GrandparentSplitter,
    ImageBlock,
    Normalize,
    PILImage,
    PILImageBW,
    RandomSplitter,
    Resize,
    URLs,
    first,
    get_image_files,
    parent_label,
    to_cpu,
    untar_data,
)
from convscope.figures import show_image
from convscope.pictures import Path
from convscope.train import (
    Callback,
    EarlyStopping,
    GradientAccumulation,
    GradientClip,
    Learner,
    accuracy,
    combined_cos,
    error_rate,
)

__all__ = [
    "Callback",
    "CategoryBlock",
    "DataBlock",
    "DataLoaders",
    "EarlyStopping",
    "F",
    "GradientAccumulation",
    "GradientClip",
    "GrandparentSplitter",
    "Image",
    "ImageBlock",
    "Learner",
    "Normalize",
    "PILImage",
    "PILImageBW",
    "Path",
    "RandomSplitter",
    "Resize",
    "URLs",
    "accuracy",
    "combined_cos",
    "error_rate",
    "first",
    "get_image_files",
    "nn",
    "np",
    "parent_label",
    "show_image",
    "tensor",
    "to_cpu",
    "torch",
    "untar_data",
]
