"""Where do the pictures come from, and what do they hold?"""

from convscope.pictures.alike import Alike as Alike
from convscope.pictures.alike import alike as alike
from convscope.pictures.amounts import amount as amount
from convscope.pictures.archives import URLs as URLs
from convscope.pictures.archives import is_at_hand as is_at_hand
from convscope.pictures.archives import untar_data as untar_data
from convscope.pictures.cache import Pixels as Pixels
from convscope.pictures.cache import cached_pixels as cached_pixels
from convscope.pictures.decoding import read_picture as read_picture
from convscope.pictures.digits import digits_folder as digits_folder
from convscope.pictures.entries import Entry as Entry
from convscope.pictures.entries import cache_folder as cache_folder
from convscope.pictures.entries import cache_limit as cache_limit
from convscope.pictures.entries import clear as clear
from convscope.pictures.entries import entries as entries
from convscope.pictures.findings import Finding as Finding
from convscope.pictures.findings import Inspected as Inspected
from convscope.pictures.formats import PICTURE_SUFFIXES as PICTURE_SUFFIXES
from convscope.pictures.glance import Glance as Glance
from convscope.pictures.glance import glance as glance
from convscope.pictures.headers import Headers as Headers
from convscope.pictures.headers import headers as headers
from convscope.pictures.home import home as home
from convscope.pictures.listing import get_image_files as get_image_files
from convscope.pictures.paths import Path as Path
from convscope.pictures.photograph import photograph as photograph
from convscope.pictures.reading import RESIZES as RESIZES
from convscope.pictures.reading import Reading as Reading
from convscope.pictures.sources import is_source as is_source
from convscope.pictures.sources import located as located
from convscope.pictures.sources import own_names as own_names
from convscope.pictures.sources import pictures_of as pictures_of
from convscope.pictures.splits import ROLES as ROLES
from convscope.pictures.streaming import Stream as Stream
from convscope.pictures.survey import Survey as Survey
from convscope.pictures.survey import survey as survey

__all__ = [
    "PICTURE_SUFFIXES",
    "RESIZES",
    "ROLES",
    "Alike",
    "Entry",
    "Finding",
    "Glance",
    "Headers",
    "Inspected",
    "Path",
    "Pixels",
    "Reading",
    "Stream",
    "Survey",
    "URLs",
    "alike",
    "amount",
    "cache_folder",
    "cache_limit",
    "cached_pixels",
    "clear",
    "digits_folder",
    "entries",
    "get_image_files",
    "glance",
    "headers",
    "home",
    "is_at_hand",
    "is_source",
    "located",
    "own_names",
    "photograph",
    "pictures_of",
    "read_picture",
    "survey",
    "untar_data",
]
