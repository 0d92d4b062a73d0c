"""The names of the chapter, for `from convscope.all import *`.

Explicit and typed; nothing is patched, and no other module imports this one. It never gives a name
that the chapter defines itself (conv, simple_net, simple_cnn, fit, path, dls, learn ...).
"""

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import Flatten
from torch.nn import functional as F

from convscope.all.optional import pandas as _pandas
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
    image2tensor,
    parent_label,
    tensor,
    to_cpu,
    untar_data,
)
from convscope.figures import pyplot as _pyplot
from convscope.figures import show_image, subplots
from convscope.instruments import ActivationStats
from convscope.interpret import ClassificationInterpretation
from convscope.models import sequential
from convscope.pictures import Path, photograph
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

plt = _pyplot()
pd = _pandas()

__all__ = [
    "ActivationStats",
    "Callback",
    "CategoryBlock",
    "ClassificationInterpretation",
    "DataBlock",
    "DataLoaders",
    "EarlyStopping",
    "F",
    "Flatten",
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
    "image2tensor",
    "nn",
    "np",
    "parent_label",
    "pd",
    "photograph",
    "plt",
    "sequential",
    "show_image",
    "subplots",
    "tensor",
    "to_cpu",
    "torch",
    "untar_data",
]
