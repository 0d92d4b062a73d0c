"""What is said of a trained model: where it is wrong, and what it looks at, in English."""

INTERPRET = {
    # pictures that were judged
    "title_results": "Truth, and under it what the model takes it for",
    "title_top_losses": "The largest losses: prediction / truth, loss / probability, file",
    "title_least_losses": "The smallest losses: prediction / truth, loss / probability, file",
    "not_kept": "picture not kept",
    "read_results": (
        "Green and a check mark: right. Red and a cross: wrong. A handful of pictures shows what "
        "is confused, not how often: the accuracy says that."
    ),
    "read_top_losses": (
        "The loss is large where the model is sure of the wrong class. Look first whether the "
        "label is right: among the worst pictures there are often some that are called wrongly."
    ),
    # who is taken for whom
    "title_confusion": "Confusion matrix",
    "predicted_class": "predicted class",
    "actual_class": "true class",
    "read_confusion": (
        "Each row holds the pictures of one class; they stand in the column of the class that they "
        "were taken for. The diagonal is right, everything beside it wrong."
    ),
    "class": "class",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "support": "pictures",
    "mean_of_classes": "mean of the classes",
    "mean_of_pictures": "mean weighted by pictures",
    # what may be wrong with the pictures
    "suspicion": "suspicion",
    "file": "file",
    "suspect_label": "perhaps {other}: {share} against {own}",
    "copies_same": "the same picture",
    "copies_near": "nearly the same picture",
    "copies_harmful": ", on both sides of the split or in two classes",
}
