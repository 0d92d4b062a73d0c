"""What is said in English about comparisons."""

COMPARE = {
    # columns
    "compare_tried": "what was tried",
    "compare_col_accuracy": "accuracy",
    "compare_col_best_accuracy": "best accuracy",
    "compare_col_train_loss": "training loss",
    "compare_col_valid_loss": "validation loss",
    "compare_col_rise": "rise of the loss under noise",
    "compare_col_noise": "noise / signal",
    "compare_col_noise_scale": "noise scale, pictures",
    "compare_col_steps": "steps",
    "compare_col_steps_to_equal": "steps to equal accuracy",
    "compare_col_parameters": "parameters learnt",
    "compare_col_multiply_adds": "multiply-adds a picture",
    "compare_col_seconds": "time of a training",
    "compare_spread": "median, and under it the smallest and the largest of the seeds",
    "compare_never": "never",
    "compare_nobody": "none",
    "compare_failed": "learnt nothing with {count} of {seeds} seeds",
    # what was tried
    "compare_no_norm": "no normalisation",
    "compare_before": "{layer}, then ReLU",
    "compare_after": "ReLU, then {layer}",
    "compare_batch_of": "batches of {size}",
    "compare_rate": "{schedule}, rate {rate}",
    "compare_schedule_one_cycle": "1cycle, cosine",
    "compare_schedule_linear": "1cycle, linear",
    "compare_schedule_constant": "constant rate",
    "compare_pool_stride": "stride 2",
    "compare_pool_max": "stride 1, max pooling",
    "compare_pool_average": "stride 1, average pooling",
    "compare_speed_plain": "without normalisation, rate x{times}",
    "compare_speed_batch": "with BatchNorm, rate x{times}",
    "compare_space_rgb": "RGB (red, green, blue)",
    "compare_space_hsv": "HSV (hue, saturation, value)",
    "compare_space_hsv_turned": "HSV, hue as a direction",
    "compare_space_grey": "shades of grey",
    "compare_features_cnn": "CNN (features learnt)",
    "compare_features_pixels": "linear on pixels",
    "compare_features_edges": "linear on edges",
    "compare_features_gradients": "linear on gradient histograms",
    "compare_painted": "{data}, painted",
    "compare_after_share": "after {share} of the training",
    # what was found
    "compare_against": (
        "{measure}, against {reference} ({value}): better beyond the spread of the seeds: "
        "{better}; worse: {worse}; no difference beyond it: {same}."
    ),
    "compare_chance": (
        "With {seeds} seeds, chance alone pulls the ranges of two equals apart in one of {chance} "
        "comparisons."
    ),
    "compare_one_seed": (
        "One seed only. {measure}: first {first} ({best}), last {last} ({worst}). How much of that "
        "is chance, only more seeds tell (--seeds 5)."
    ),
    "compare_orders": (
        "Normalisation after instead of before the activation: better beyond the spread of the "
        "seeds with {better}; worse with {worse}; no difference beyond it with {same}."
    ),
    "compare_orders_once": (
        "One seed only. Normalisation after the activation came out ahead with: {ahead}. How much "
        "of that is chance, only more seeds tell (--seeds 5)."
    ),
    "compare_noise_found": (
        "In the middle of the training the noise of a gradient is {most} times its signal with "
        "{small}, {least} times with {large}. Both would be equal with batches of {low} to {high} "
        "pictures, as measured in the trainings of different sizes."
    ),
    "compare_rates_found": (
        "{schedule}: best at {rate} ({best}); within {close} of that: {good}; learnt nothing with "
        "some seed at: {failed}."
    ),
    "compare_speed_equal": (
        "{name}: {steps} steps to the accuracy for which {reference} takes {own}: {factor} "
        "times as fast (seeds: {low} to {high}; never with {never} of {seeds})."
    ),
    "compare_speed_never": (
        "{name}: does not reach the accuracy of {reference} with {never} of {seeds} seeds; its "
        "best is {best}."
    ),
    # how it was done
    "compare_settings": (
        "Batches of {batch}, {schedule}, rate {lr}, epochs: {epochs} = {steps} steps, where "
        "nothing else is said."
    ),
    "compare_known_to": (
        "An accuracy of {share} that is measured on {pictures} pictures is itself known only to "
        "within {error} (twice its standard error)."
    ),
    "compare_note_norm": (
        "Where fewer than three values share a mean (InstanceNorm2d on the last map), the layer is "
        "left out there. LocalResponseNorm has nothing to learn."
    ),
    "compare_note_batch": (
        "All sizes see as many pictures, at the same rate, which is not scaled. Noise / signal = "
        "variance of a batch's gradient / squared length of the true gradient (McCandlish et al. "
        "2018); times the batch size it is the noise scale."
    ),
    "compare_note_lr": "The net without BatchNorm: steps B and C of the ladder, at other rates.",
    "compare_note_schedule": (
        "Noise: every filter is moved in a random direction by {size} of its own length; rise = "
        "mean of the training loss over {directions} directions minus the loss without noise, on "
        "{pictures} pictures at most (Li et al. 2018). Lower is flatter."
    ),
    "compare_note_pool": (
        "Same kernels, widths, parameters and map sizes; a stride of 1 computes up to four times "
        "as many places."
    ),
    "compare_note_speed": (
        "Batches of {batch}, constant rates: x1 is {rate}. The accuracy to reach is the best of "
        "the net without normalisation at x1, seed by seed (median {goal}); looked at every "
        "{every} steps. The figure of Ioffe & Szegedy (2015)."
    ),
    "compare_note_painted": (
        "Digits in ink of one of two opposite hues, for each digit others, all around the circle; "
        "the class is the digit and the hue. That colour tells half of it is so by construction; "
        "for real pictures: --data FOLDER. HSV as it is stored has a seam, for hue begins again at "
        "red; as a direction (S cos H, S sin H, V) it has none. Each channel is scaled by its own "
        "mean and deviation."
    ),
    "compare_note_colour": (
        "{arch} on {pictures} training pictures of {size} pixels; grey has three equal channels, "
        "so the net is the same. HSV as it is stored has a seam, for hue begins again at red; as a "
        "direction (S cos H, S sin H, V) it has none. Each channel is scaled by its own mean and "
        "deviation."
    ),
    "compare_note_features": (
        "The linear models learn at rate {rate}. Edges: the chapter's four kernels, answers above "
        "and below 0 apart, mean of 4 x 4 places. Gradient histograms: Dalal & Triggs (2005)."
    ),
    "compare_told": "{name}, seed {seed}: accuracy {accuracy} in {time}",
    "compare_picture": "{time}; picture: {file}",
    "compare_left": "; {done} of {trainings} done, about {left} to go",
    "compare_plan": "{trainings} trainings: {ways} ways, with {seeds} seeds each",
    "compare_plan_time": "; as measured once, about {time} of one processor",
    "compare_so_far": "interrupted; what is done so far, which is only a part:",
    "compare_nothing": "interrupted before the first training was done",
    "compare_only_seeds": "{count} of {seeds} seeds so far",
    "compare_page": "{time}; page: {file}",
    # axes
    "compare_batch_size": "pictures a batch (logarithmic)",
    "compare_noise": "noise / signal (logarithmic)",
    "compare_noise_size": "noise, as a share of each filter's length",
    "compare_rise": "rise of the training loss",
    "compare_train_loss": "training loss (logarithmic)",
    "compare_held_out": "accuracy on held-out pictures, 0 to 1 (as odds)",
    "compare_accuracy": "accuracy, 0 to 1",
    "compare_share": "{measure}, 0 to 1",
    # titles
    "compare_heading": "{title}; learnt from {data}, seeds: {seeds}",
    "compare_title_norm": "Normalisation layers",
    "compare_title_order": "Normalisation before or after the activation",
    "compare_title_batch": "Batch sizes",
    "compare_title_by_batch": "Accuracy by batch size",
    "compare_title_lr": "Learning rates",
    "compare_title_by_lr": "Accuracy by learning rate",
    "compare_title_lr_loss": "Training loss by learning rate",
    "compare_title_schedule": "Schedules",
    "compare_title_pool": "Stride or pooling",
    "compare_title_speed": "How fast it learns with and without BatchNorm",
    "compare_title_by_speed": "Accuracy against training steps",
    "compare_title_colour": "Colour spaces",
    "compare_title_features": "Features by hand and learnt",
    "compare_title_loss": "Training loss, step by step",
    "compare_title_noise": "How much of a gradient is noise",
    "compare_title_flatness": "How flat the minimum is",
    # how to read a picture
    "compare_read_dots": (
        "A dot is a seed, the bar their median, a grey line their range: where two ranges overlap, "
        "nothing is known to differ."
    ),
    "compare_read_lines": (
        "A line is the median of the seeds, the band around it reaches from the lowest to the "
        "highest: where two bands overlap, nothing is known to differ."
    ),
    "compare_read_both": (
        "A dot is a seed, the bar their median, a grey line their range; a curve is the median of "
        "the seeds, its band reaches from the lowest to the highest. Where ranges or bands "
        "overlap, nothing is known to differ."
    ),
    # what is asked, and what the book says
    "compare_asked_norm": (
        "Which normalisation layer serves best in the chapter's net, and does it need one at all?"
    ),
    "compare_asked_order": (
        "Does it matter whether normalisation stands before the activation or after it?"
    ),
    "compare_asked_batch": "What speaks for larger batches, and what against them?",
    "compare_asked_lr": "How high may the learning rate be, constant or as the top of a cycle?",
    "compare_asked_schedule": (
        "A constant rate, or one cycle in straight lines or in cosines: which learns better, and "
        "which ends in a flatter minimum?"
    ),
    "compare_asked_pool": (
        "Should maps become smaller by a stride of 2, or by a stride of 1 and pooling?"
    ),
    "compare_asked_speed": (
        "How many steps does BatchNorm save, and how much higher may the rate be with it?"
    ),
    "compare_asked_colour": (
        "Does it matter whether a net gets colours as red, green and blue, as hue, saturation and"
        " value, or as shades of grey?"
    ),
    "compare_asked_features": (
        "How good are features made by hand, as before deep learning, beside those that a CNN "
        "learns?"
    ),
    "compare_book_norm": (
        "The book: it uses BatchNorm, leaves the other normalisation layers to the reader's "
        "further research, and gives no numbers."
    ),
    "compare_book_order": (
        "The book: it leaves this to the reader's further research, and gives no numbers."
    ),
    "compare_book_batch": (
        "The book: the gradients of larger batches are more exact, for more pictures made them; "
        "but there are fewer of them in an epoch, so the weights are changed less often."
    ),
    "compare_book_lr": (
        "The book: who starts at a high rate may see the training diverge, and who ends at one "
        "may jump over the minimum; a cycle that starts and ends low stands a higher rate in "
        "between."
    ),
    "compare_book_schedule": (
        "The book: 1cycle learns faster and overfits less, for high rates skip narrow minima and "
        "the training ends where the loss is smooth. Smith's first cycle was linear, fastai's is "
        "a cosine."
    ),
    "compare_book_pool": (
        "The book: its nets have strides of 2; it puts the question to Howard, Szegedy and LeCun,"
        " and gives no numbers."
    ),
    "compare_book_speed": (
        "The book shows the figure of the BatchNorm paper: with it a net gets as good in far "
        "fewer steps, and five and thirty times the rate still learn."
    ),
    "compare_book_colour": (
        "The book: HSV instead of RGB makes no difference; grey instead of RGB is a loss."
    ),
    "compare_book_features": (
        "The book: before deep learning features were made by hand; which ones is left to further"
        " research. It gives no numbers."
    ),
    # the page
    "compare_page_about": "Learnt from {data}, with the seeds {seeds}. All of it took {time}.",
    "compare_part_book": "What the book says",
    "compare_part_found": "What came out",
    "compare_part_pictures": "Pictures",
    "compare_part_read": "How to read it",
    "compare_part_done": "How it was measured",
    "compare_how_rows": (
        "A row is one thing that was tried. It was trained with every seed: a seed gives other "
        "first weights and another order of the pictures, and nothing else differs."
    ),
    "compare_how_cells": (
        "A cell has the median of the seeds, under it the smallest and the largest of them."
    ),
    "compare_how_apart": (
        "Two rows differ beyond the spread only where their ranges do not touch, so that the "
        "worst seed of one is better than the best of the other. Where ranges overlap it is not "
        "known which one is better; that is no proof that they are equal."
    ),
    "compare_how_one": "There is one seed, so nothing tells a difference from chance.",
    "compare_dots_alt": "{measure}, median and range of the seeds: {rows}.",
    "compare_chart_alt": (
        "{title}: the median of the seeds, first and last point of each line: {rows}."
    ),
    "compare_dots_row": "{name} {median} ({low} to {high})",
    "compare_chart_row": "{name} from {first} to {last}",
}
