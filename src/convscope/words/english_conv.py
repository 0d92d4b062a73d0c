"""Labels of convolutions in English."""

CONV = {
    # what a kernel answers to
    "kernel_top_edge": "upper edges: dark above, bright below",
    "kernel_left_edge": "left edges: dark on the left, bright on the right",
    "kernel_diag1_edge": "edges that rise to the right: dark above them, bright along the diagonal",
    "kernel_diag2_edge": "edges that fall to the right: dark above them, bright along the diagonal",
    "kernel_identity": "nothing but the pixel itself: the picture stays as it is",
    "kernel_sharpen": "a pixel that differs from its neighbours: the difference is added to it",
    "kernel_outline": "any pixel that differs from the eight around it; 0 on flat ground",
    "kernel_emboss": "brightness that rises towards the lower right, added to the picture",
    "kernel_sobel_x": "brightness that rises to the right, smoothed up and down",
    "kernel_sobel_y": "brightness that rises downwards, smoothed left and right",
    "kernel_prewitt_x": "brightness that rises to the right, three rows averaged",
    "kernel_prewitt_y": "brightness that rises downwards, three columns averaged",
    "kernel_scharr_x": "brightness that rises to the right, nearly equal in every direction",
    "kernel_scharr_y": "brightness that rises downwards, nearly equal in every direction",
    "kernel_laplacian": "what is darker than its surroundings; 0 on flat ground and on slopes",
    "kernel_box_blur": "the mean of its square: fine detail is lost",
    "kernel_gaussian_blur": "a weighted mean, the middle most: fine detail is lost softly",
    "kernel_gabor": "bright upright stripes, four pixels apart",
    # one kernel, pixels and cells
    "picture": "picture",
    "row": "row",
    "rows": "rows",
    "column": "column",
    "columns": "columns",
    "patch": "pixels under the kernel",
    "one_kernel": "kernel",
    "products": "products",
    "sum": "sum",
    "with_bias": "with a bias of {bias}",
    "map": "map",
    "map_of": "map of layer {layer}",
    "brightness": "brightness, 0 to 255",
    "reds": "red",
    "greens": "green",
    "blues": "blue",
    "more": "... and {count} more",
    "flat_pixels": "pixels of the picture, row by row",
    "flat_cells": "cells of the map, row by row",
    "cells": "rows {top} to {bottom}, columns {left} to {right}: {count} cells",
    "cells_with_holes": "rows {top} to {bottom}, columns {left} to {right}: {count} dotted cells",
    "behind_picture": "that would begin behind the picture",
    "answers": "{rows} x {columns}: {lowest} to {highest}, strongest at row {row}, column {column}",
    "source": "source",
    "one_cell": "row {row}, column {column}",
    "no_cells": "no cell",
    "language_code": "en",
    "play": "play",
    "place": "place of the window",
    "title_pixels": "Pixels",
    "title_equations": "One equation for each cell",
    "title_sliding": "A window slides over a picture",
    "read_place": (
        "Each pixel in the box is multiplied by the weight at the same place of the kernel; the "
        "products are added up. Red is positive, blue negative. On flat ground an edge kernel "
        "gives 0."
    ),
    "read_over": (
        "The kernel stands on every place of the picture. What lies in a box makes the one cell "
        "in a box of the same colour on the map: red where it is positive, blue where negative."
    ),
    "read_kernels": (
        "Next to each kernel stands the map it makes of the grey picture. Red: the kernel answers; "
        "blue: its opposite lies there; white: 0. Where the weights add up to 1 the map is a "
        "picture again, and grey. Scales are in brightness times weight; 1 % may lie beyond."
    ),
    "read_pixels": (
        "Every number is the brightness of one pixel, 0 to 255; the larger, the darker it is "
        "drawn. This is all that a network gets to see."
    ),
    "read_colour_channels": (
        "Three numbers a pixel. The stronger the ink, the more of that light there is: white has "
        "all three, black none."
    ),
    "read_colour_convolution": (
        "One cell of a map: the kernel has a slice for each channel. Every slice is multiplied "
        "with the pixels under it; the three sums and the bias are added up."
    ),
    "read_equations": (
        "Every line makes one cell from the pixels under the kernel. The weights are the same in "
        "each line; only the pixels change. Padding is 0 and leaves no term."
    ),
    "read_matrix": (
        "Matrix times flattened picture gives the flattened map. Grey: {zeros} zeros that stay "
        "zero. Equal colours: one weight; {weights} weights stand in {tied} places. The "
        "convolution learns {learnt} numbers with its biases, a dense layer would learn {dense}."
    ),
    "read_precedents": (
        "The boxed cell on the far right depends on what lies in the boxes, and on nothing else. "
        "Back towards the pixels they grow with every layer."
    ),
    "read_dependents": (
        "The boxed pixel on the far left reaches the cells in the boxes, and no others. It may "
        "change each of them."
    ),
    "read_sliding": (
        "Orange: the pixels that are multiplied with the kernel at this place, and the cell they "
        "make. Inside the black frame lies the picture, outside it the padding of zeros. The "
        "lines above say how many places there are."
    ),
}
