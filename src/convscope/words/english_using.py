"""What commands say that use a trained model, in English."""

USING = {
    "predicted": "{pictures} in {time}: {speed} a second",
    "unfinished": "this run is {status}: the best epoch so far is used",
    "cannot_be_read": "cannot be read",
    "not_sure": "not sure",
    "more_unread": "and {count} more that cannot be read: see {file}",
    "left_out": "left out",
    "unknown_class": "not measured, the model does not know this class: {name} ({pictures})",
    "on_the_only_test_set": (
        "the best epoch was chosen on the only test set: its accuracy is too good to be "
        "expected of new pictures"
    ),
    "evaluated": (
        "{share} of the pictures are recognised: {right} of {count}. Of new pictures of the same "
        "kind, {low} to {high} would be (95 % interval, Wilson 1927)."
    ),
    "title_judged": "How well each class is known",
    "classes_left": "more classes, better known or without pictures: {left}",
    "title_pairs": "Most confused",
    "no_pairs": "none: every picture was recognised",
    "pairs_left": "more pairs of classes that were confused: {left}",
    "no_matrix": (
        "left out: {count} classes are too many for a matrix in a terminal (the limit is {most})"
    ),
    "read_judged": "A row for each class, a column for what its pictures were taken for",
    "matrix_left": (
        "left out, for they hold nothing but zeros: rows (classes without pictures): {rows}, "
        "columns (classes that no picture was taken for): {columns}"
    ),
    "title_suspects": "Labels that may be wrong",
    "read_suspects": (
        "suspicions, not findings: look before you change a label; a model that learnt little "
        "suspects wrongly. Shown: {shown} of {count}; all of them: --json"
    ),
    "all_numbers": "all numbers: --json; every picture with its prediction: --out predictions.csv",
    "more_left_out": "and {count} more left out",
    "more_unknown": "more classes that the model does not know: {count}",
    "side_used": "of its sides, {side} was used",
    "exported": "written",
    "compared": "compared with PyTorch",
    "compared_on": "{pictures} of {source}",
    "largest_difference": "largest difference",
    "difference_of": "{difference} of at most {most}, in units of the largest logit",
    "card": "model card",
}
