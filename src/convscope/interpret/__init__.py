"""What does a trained network look at, and where is it wrong?"""

from convscope.interpret.attribution import Cam as Cam
from convscope.interpret.attribution import Occluded as Occluded
from convscope.interpret.attribution import grad_cam as grad_cam
from convscope.interpret.attribution import occlusion as occlusion
from convscope.interpret.maplayers import MapLayer as MapLayer
from convscope.interpret.maplayers import map_layer as map_layer
from convscope.interpret.maps import ConvolutionMaps as ConvolutionMaps
from convscope.interpret.maps import all_maps as all_maps
from convscope.interpret.maps import feature_maps as feature_maps
from convscope.interpret.maps import filters as filters

__all__ = [
    "Cam",
    "ConvolutionMaps",
    "MapLayer",
    "Occluded",
    "all_maps",
    "feature_maps",
    "filters",
    "grad_cam",
    "map_layer",
    "occlusion",
]
