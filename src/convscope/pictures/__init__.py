"""Where do the pictures come from, and what do they hold?"""

from convscope.pictures.cache import Pixels as Pixels
from convscope.pictures.cache import cached_pixels as cached_pixels
from convscope.pictures.decoding import read_picture as read_picture
from convscope.pictures.home import home as home
from convscope.pictures.listing import PICTURE_SUFFIXES as PICTURE_SUFFIXES
from convscope.pictures.listing import get_image_files as get_image_files
from convscope.pictures.reading import Reading as Reading
from convscope.pictures.survey import Survey as Survey
from convscope.pictures.survey import survey as survey

__all__ = [
    "PICTURE_SUFFIXES",
    "Pixels",
    "Reading",
    "Survey",
    "cached_pixels",
    "get_image_files",
    "home",
    "read_picture",
    "survey",
]
