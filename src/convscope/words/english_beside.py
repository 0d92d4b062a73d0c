"""What is said of runs side by side, in English."""

BESIDE = {
    "beside_title": "{count} runs side by side",
    "beside_lead": (
        "Only settings that are not the same are listed. Results are those of each run's best "
        "epoch, on its validation pictures."
    ),
    "beside_part_results": "Results",
    "beside_part_settings": "Settings that differ",
    "beside_part_spreads": "Spread over seeds",
    "beside_part_curves": "Curves",
    "beside_part_inside": "The last layer but one, as colours",
    # headings
    "beside_number": "#",
    "beside_run": "run",
    "beside_status": "status",
    "beside_epoch": "best epoch",
    "beside_accuracy": "accuracy",
    "beside_train": "train loss",
    "beside_valid": "valid loss",
    "beside_seconds": "time",
    "beside_size": "parameters",
    "beside_setting": "setting",
    "beside_runs": "runs",
    "beside_seeds": "seeds",
    # sentences
    "beside_same": "{count} other settings are the same",
    "beside_all_same": "All {count} settings are the same",
    "beside_so_far": "{name} is {status}: its results are those so far, and count for no spread",
    "beside_other_data": (
        "Other pictures than the first run's: {names}; losses and accuracies of different data "
        "cannot be compared"
    ),
    "beside_spread": (
        "These runs differ in nothing but their seed; median, and under it the smallest and the "
        "largest"
    ),
    "beside_split": (
        "The seed also chose the validation pictures: the spread is that of both together"
    ),
    "beside_no_curves": "No run has finished an epoch.",
    "beside_unseen": "{name} has no picture here: {reason}.",
    "beside_layer": "{run}, layer {layer}",
    "beside_curves_alt": (
        "Three panels, a line a run: training loss, validation loss, accuracy by epoch. Last "
        "validation loss and accuracy: {ends}"
    ),
    "beside_colours_alt": (
        "Histograms of outputs, step by step, as colours, on one axis from {low} to {high}: {names}"
    ),
    # how to read them
    "beside_read_curves": (
        "Every run has one colour; both losses have one axis. A difference smaller than that "
        "between two seeds says nothing."
    ),
    "beside_read_colours": (
        "A column is the histogram of a step (or a few), the brighter the more outputs; the axis "
        "of values and the colours are the same in all. Healthy: a smooth spread of steady width. "
        "Ill: bursts that grow and collapse, or all on one value."
    ),
}
