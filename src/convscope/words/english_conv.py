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
}
