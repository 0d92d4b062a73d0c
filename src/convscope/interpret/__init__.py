"""What does a trained network look at, and where is it wrong?"""

from convscope.interpret.attribution import Cam as Cam
from convscope.interpret.attribution import Occluded as Occluded
from convscope.interpret.attribution import grad_cam as grad_cam
from convscope.interpret.attribution import occlusion as occlusion
from convscope.interpret.classification import (
    ClassificationInterpretation as ClassificationInterpretation,
)
from convscope.interpret.maplayers import MapLayer as MapLayer
from convscope.interpret.maplayers import map_layer as map_layer
from convscope.interpret.maps import ConvolutionMaps as ConvolutionMaps
from convscope.interpret.maps import all_maps as all_maps
from convscope.interpret.maps import feature_maps as feature_maps
from convscope.interpret.maps import filters as filters
from convscope.interpret.patches import Patch as Patch
from convscope.interpret.patches import seen_by as seen_by
from convscope.interpret.patches import strongest_patches as strongest_patches
from convscope.interpret.suspicions import duplicates as duplicates
from convscope.runs import label_suspicions as label_suspicions

__all__ = [
    "Cam",
    "ClassificationInterpretation",
    "ConvolutionMaps",
    "MapLayer",
    "Occluded",
    "Patch",
    "all_maps",
    "duplicates",
    "feature_maps",
    "filters",
    "grad_cam",
    "label_suspicions",
    "map_layer",
    "occlusion",
    "seen_by",
    "strongest_patches",
]
