"""What is said in English about the inside of a net while it learns."""

INSIDE = {
    # axes, lines and columns of tables
    "layer": "layer",
    "kind": "type",
    "batch": "batch",
    "channel": "channel",
    "kernel": "kernel",
    "output_value": "output value (signed, no unit)",
    "outputs": "outputs (logarithmic: log(1 + n))",
    "outputs_linear": "outputs",
    "outputs_log": "log(1 + outputs)",
    "mean": "mean",
    "std": "standard deviation",
    "share_of_outputs": "share of outputs, 0 to 1",
    "near_zero": "near zero, |x| ≤ 0.05",
    "blocked": "stopped by a ReLU, x ≤ 0",
    "not_finite": "NaN or infinite",
    "epoch_end": "end of an epoch",
    "of_the_batch": "each batch (training)",
    "running_average": "running average (validation)",
    "gamma": "gamma (factor)",
    "beta": "beta (summand)",
    "norm_gap": "gap (own spreads)",
    "in_batch": "in batch {number}",
    "in_validation": "in validation",
    "difference": "difference (RMS)",
    "fired_share": "share of pictures and places where it fires",
    "channels_share": "share of channels, 0 to 1",
    "dead": "dead: never fires",
    "sparse": "sparse: fires in less than {share}",
    "busy": "fires",
    "gradient_norm": "norm of the gradient (logarithmic)",
    "update_ratio": "change over weight (logarithmic)",
    "ratio_guide": "rule of thumb: 0.001",
    "weight": "weight (signed, no unit)",
    # titles
    "title_mean": "Mean",
    "title_std": "Standard deviation",
    "title_near_zero": "Near zero, and stopped by a ReLU",
    "title_color_dim": "{layer}: what its outputs were, step by step",
    "title_all_layers": "Every layer, step by step",
    "title_counts": "1. One batch: how many outputs fall in each bin",
    "title_log_counts": "2. The same, as logarithms",
    "title_colours": "3. As colours",
    "title_column": "4. On its side",
    "title_batch_norm": "{layer}: batch statistics against running ones",
    "title_in_batches": "{layer}, channel {channel}: one picture in different batches",
    "title_channels": "Dead and sparse channels, last epoch",
    "title_channel_map": "{layer}: how often each channel fires",
    "title_gradients": "Gradient of each layer's weights",
    "title_updates": "How far a step moves each layer",
    "title_kernels": "{layer}: its kernels while it learns",
    # how to read a picture
    "read_layer_stats": (
        "Healthy: mean and deviation drift gently, the deviation stays within about 0.3 and 3, and "
        "some outputs always pass the ReLU. Sick: spikes in the first steps, then flat lines; "
        "where the share stopped by a ReLU reaches 1, the layer is dead, even if hardly any output "
        "is near zero."
    ),
    "read_color_dim": (
        "A column is the histogram of one step (or a few); the brighter, the more outputs; the "
        "dashed line is 0. Healthy: a smooth spread that keeps its width. Sick: bursts that grow "
        "and collapse again and again, or all at one value: dead. The strips above and below hold "
        "what lies outside the window, the red one NaN and infinities."
    ),
    "read_book_color_dim": (
        "The book's own form: a column a batch, values 0 to 10 upwards, what lies outside left "
        "out. Healthy: a smooth spread. Sick: bursts that grow and collapse, again and again."
    ),
    "read_all_layers": (
        "All layers share the step axis with loss and learning rate: look up from where the loss "
        "jumps. Healthy: every layer keeps a smooth spread. Sick: growth runs from layer to layer, "
        "then all collapse; strips hold what lies outside a window, the red one NaN."
    ),
    "read_column": (
        "Count the outputs of one batch in bins, take logarithms so that rare values show, turn "
        "heights into colours, turn the strip upright: one column of the picture. Healthy: a broad "
        "hill. Sick: one bright bin and nothing else."
    ),
    "read_batch_norm": (
        "A colour is a channel: thin what each batch had, thick the running average that "
        "validation uses. Healthy: thick lines run through the middle of the thin ones. Sick: they "
        "lie apart, so that validation sees another net; a gamma near 0 silences its channel. "
        "Below, how far the outputs of training and eval mode lie apart (black: the mean of all "
        "channels): near 0 is healthy, 1 is as much as the channel's own spread."
    ),
    "read_in_batches": (
        "The same picture beside different pictures: training normalises it by its batch, "
        "validation always alike. Healthy: small differences, the noise that makes BatchNorm "
        "generalise. Sick: maps that do not look alike; the batch is too small. Bars: how far each "
        "batch's map lies from validation's (root mean square)."
    ),
    "read_channels": (
        "Dead: not once above 0 in a whole epoch. Sparse: seldom, which is no fault by itself. "
        "Healthy: no dead channels, or a few. Sick: most channels of a layer dead; they cannot "
        "come back by themselves."
    ),
    "read_channel_map": (
        "A row is a channel, a column an epoch; red means dead: not once above 0. Healthy: all "
        "kinds of colours, no red. Sick: rows that turn red and stay so."
    ),
    "read_gradient_flow": (
        "Violet is the first layer, yellow the last. Healthy: lines close together that change "
        "slowly; a step moves weights by a thousandth of their size, at high rates up to a tenth. "
        "Sick: early layers thousands "
        "of times below late ones (vanishing), or lines that shoot up (exploding)."
    ),
    "read_kernel_history": (
        "A column is a kernel, a row a step; red weighs a pixel up, blue down; slices of one "
        "kernel stand side by side. Healthy: noise turns into edges and spots. Sick: kernels that "
        "never change, or all fade to white."
    ),
    # `convscope look`
    "first": "first",
    "last": "last",
    "worst": "worst",
    "at_step": "at step",
    "dead_channels": "dead channels",
    "sparse_channels": "sparse channels",
    "fires_at_places": "fires at places",
    "fires_in_pictures": "in pictures",
    "activated_at_places": "after activation",
    "broken_steps": "steps with NaN",
}
