"""What commands say that use a trained model, in English."""

USING = {
    "predicted": "{pictures} pictures in {time}: {speed} a second",
    "unfinished": "this run is {status}: the best epoch so far is used",
    "cannot_be_read": "cannot be read",
    "not_sure": "not sure",
    "more_unread": "and {count} more that cannot be read: see {file}",
    "left_out": "left out",
    "unknown_class": "not measured, the model does not know this class: {name} ({count} pictures)",
    "on_the_only_test_set": (
        "the best epoch was chosen on the only test set: its accuracy is too good to be "
        "expected of new pictures"
    ),
    "side_used": "of its sides, {side} was used",
    "exported": "written",
    "compared": "compared with PyTorch",
    "compared_on": "{count} pictures of {source}",
    "largest_difference": "largest difference",
    "difference_of": "{difference} of at most {most}, in units of the largest logit",
    "card": "model card",
}
