"""What a network is made of: labels in English; Polish has the same keys."""

ANATOMY = {
    "anatomy_layer": "Layer (type)",
    "anatomy_path": "name",
    "anatomy_input": "input shape",
    "anatomy_output": "output shape",
    "anatomy_window": "window",
    "anatomy_parameters": "parameters",
    "anatomy_trainable": "trainable",
    "anatomy_multiply_adds": "multiply-adds",
    "anatomy_activation": "memory",
    "anatomy_field": "field / jump",
    "anatomy_whole": "whole input",
    "anatomy_unknown": "unknown",
    "anatomy_data": "depends on data",
    "anatomy_total_parameters": "parameters",
    "anatomy_frozen": "frozen",
    "anatomy_unused": "not used here",
    "anatomy_counts": (
        "weights x places of convolutions, linear layers and products of matrices; "
        "biases, normalisation, activations and pooling count nothing"
    ),
    "anatomy_each": "multiply-adds are those of one picture",
    "anatomy_others": "others count",
    "anatomy_read_field": (
        "field: side in pixels of the box that one place can see, far from the borders; "
        "jump: pixels from one place's box to the next one's"
    ),
    "anatomy_read_window": (
        "window: side of the kernel, / stride, + padding, d dilation, g groups; only what differs "
        "from 1, 0, 1 and 1"
    ),
    "anatomy_book": "the book",
    "anatomy_true": "True",
    "anatomy_false": "False",
    "anatomy_one_number": "1 number",
    "anatomy_left_out": "columns left out, the line is too narrow",
    "anatomy_reused": "again",
    "anatomy_optimiser": "optimiser",
    "anatomy_loss": "loss function",
    "anatomy_callbacks": "callbacks",
    "anatomy_network": "{network}, input {shape}",
    "anatomy_at_least": "at least {count}; no rule for {names}",
    "anatomy_tied": "tied to an earlier layer",
}
