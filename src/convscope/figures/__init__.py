"""How does a record look on paper?"""

from matplotlib.axes import Axes as Axes
from matplotlib.figure import Figure as Figure

from convscope.figures.colour import book_color_dim as book_color_dim
from convscope.figures.colour import color_dim as color_dim
from convscope.figures.curves import curves as curves
from convscope.figures.curves import loss_curve as loss_curve
from convscope.figures.layers import layer_stats as layer_stats
from convscope.figures.optional import pyplot_figure as pyplot_figure
from convscope.figures.pictures import sample_batch as sample_batch
from convscope.figures.pictures import show_image as show_image
from convscope.figures.rates import rate_search as rate_search
from convscope.figures.rates import schedule as schedule
from convscope.figures.sheet import save as save

__all__ = [
    "Axes",
    "Figure",
    "book_color_dim",
    "color_dim",
    "curves",
    "layer_stats",
    "loss_curve",
    "pyplot_figure",
    "rate_search",
    "sample_batch",
    "save",
    "schedule",
    "show_image",
]
