"""How does a record look on paper?"""

from matplotlib.axes import Axes as Axes
from matplotlib.figure import Figure as Figure

from convscope.figures.algebra import equation_lines as equation_lines
from convscope.figures.algebra import tied_weights as tied_weights
from convscope.figures.attribution import heat_over as heat_over
from convscope.figures.beside import color_dims as color_dims
from convscope.figures.beside import curves_together as curves_together
from convscope.figures.channels import channel_map as channel_map
from convscope.figures.channels import channels as channels
from convscope.figures.colour import book_color_dim as book_color_dim
from convscope.figures.colour import color_dim as color_dim
from convscope.figures.comparing import comparison as comparison
from convscope.figures.curves import curves as curves
from convscope.figures.curves import loss_curve as loss_curve
from convscope.figures.film import save_film as save_film
from convscope.figures.flow import gradient_flow as gradient_flow
from convscope.figures.flow import kernel_history as kernel_history
from convscope.figures.folders import folder_overview as folder_overview
from convscope.figures.folders import picture_rows as picture_rows
from convscope.figures.inline import small_png as small_png
from convscope.figures.judged import confusion_matrix as confusion_matrix
from convscope.figures.judged import grid_inches as grid_inches
from convscope.figures.judged import judged_pictures as judged_pictures
from convscope.figures.judged import matrix_inches as matrix_inches
from convscope.figures.kernels import kernel_over as kernel_over
from convscope.figures.kernels import kernel_place as kernel_place
from convscope.figures.kernels import kernel_sheet as kernel_sheet
from convscope.figures.layers import layer_stats as layer_stats
from convscope.figures.maps import filters as filters
from convscope.figures.maps import layer_maps as layer_maps
from convscope.figures.maps import strongest_patches as strongest_patches
from convscope.figures.norms import batch_norm as batch_norm
from convscope.figures.norms import picture_in_batches as picture_in_batches
from convscope.figures.optional import pyplot as pyplot
from convscope.figures.optional import pyplot_figure as pyplot_figure
from convscope.figures.optional import subplots as subplots
from convscope.figures.page import all_layers as all_layers
from convscope.figures.page import column_made as column_made
from convscope.figures.pictures import sample_batch as sample_batch
from convscope.figures.pictures import show_image as show_image
from convscope.figures.pixels import colour_channels as colour_channels
from convscope.figures.pixels import colour_convolution as colour_convolution
from convscope.figures.pixels import pixel_table as pixel_table
from convscope.figures.rates import rate_search as rate_search
from convscope.figures.rates import schedule as schedule
from convscope.figures.reach import precedent_boxes as precedent_boxes
from convscope.figures.sheet import save as save
from convscope.figures.sliding import sliding_film as sliding_film
from convscope.figures.sliding import sliding_window as sliding_window
from convscope.figures.together import layers_together as layers_together
from convscope.figures.tracing import traced as traced

__all__ = [
    "Axes",
    "Figure",
    "all_layers",
    "batch_norm",
    "book_color_dim",
    "channel_map",
    "channels",
    "color_dim",
    "color_dims",
    "colour_channels",
    "colour_convolution",
    "column_made",
    "comparison",
    "confusion_matrix",
    "curves",
    "curves_together",
    "equation_lines",
    "filters",
    "folder_overview",
    "gradient_flow",
    "grid_inches",
    "heat_over",
    "judged_pictures",
    "kernel_history",
    "kernel_over",
    "kernel_place",
    "kernel_sheet",
    "layer_maps",
    "layer_stats",
    "layers_together",
    "loss_curve",
    "matrix_inches",
    "picture_in_batches",
    "picture_rows",
    "pixel_table",
    "precedent_boxes",
    "pyplot",
    "pyplot_figure",
    "rate_search",
    "sample_batch",
    "save",
    "save_film",
    "schedule",
    "show_image",
    "sliding_film",
    "sliding_window",
    "small_png",
    "strongest_patches",
    "subplots",
    "tied_weights",
    "traced",
]
