"""Every label in English; the other languages have the same keys."""

from convscope.words.english_anatomy import ANATOMY
from convscope.words.english_beside import BESIDE
from convscope.words.english_chapter import CHAPTER
from convscope.words.english_check import CHECK
from convscope.words.english_compare import COMPARE
from convscope.words.english_conv import CONV
from convscope.words.english_inside import INSIDE
from convscope.words.english_interpret import INTERPRET
from convscope.words.english_report import REPORT
from convscope.words.english_trace import TRACE
from convscope.words.english_using import USING

ENGLISH = {
    **BESIDE,
    **CHAPTER,
    **CHECK,
    **ANATOMY,
    **COMPARE,
    **CONV,
    **INSIDE,
    **INTERPRET,
    **REPORT,
    **TRACE,
    **USING,
    # a training, as a table
    "epoch": "epoch",
    "train_loss": "train_loss",
    "valid_loss": "valid_loss",
    "accuracy": "accuracy",
    "time": "time",
    # a training under way, and what a model scores
    "under_way": "epoch {epoch}, train loss {loss}",
    "balanced_accuracy": "balanced accuracy",
    # the runs, as a table
    "run": "run",
    "status": "status",
    "data": "data",
    "best_epoch": "best epoch",
    "running": "running",
    "done": "done",
    "interrupted": "interrupted",
    "failed": "failed",
    "stopped": "stopped",
    "lost": "lost",
    "damaged": "damaged",
    # one of them, and several
    "counted_pictures": "picture|pictures",
    "counted_classes": "class|classes",
    "counted_copies": "copy|copies",
    # axes and lines
    "step": "step",
    "loss": "loss",
    "share": "share of pictures, 0 to 1",
    "value": "value",
    "lr": "learning rate",
    "lr_log": "learning rate (logarithmic)",
    "momentum": "momentum",
    "every_step": "each batch",
    "smoothed": "smoothed",
    "training": "training",
    "validation": "validation",
    "suggestion": "suggested: {rate}",
    "beyond": "up to {value}, beyond the edge",
    # titles
    "title_loss": "Loss",
    "title_metrics": "Metrics",
    "title_lr": "Learning rate",
    "title_momentum": "Momentum",
    "title_rate_search": "Loss while the learning rate rises",
    "title_batch": "Pictures as the model gets them",
    # how to read a picture
    "read_curves": (
        "Healthy: both losses fall and stay together, accuracy rises. Training loss falling while "
        "validation loss rises means the net learns its training pictures by heart."
    ),
    "read_schedule": (
        "The rate warms up, then falls to almost nothing; momentum goes the other way, so that "
        "steps are careful at both ends and bold in between."
    ),
    "read_loss": (
        "The line should fall and flatten. If it jumps up and stays there, the learning rate was "
        "too high; if it never moves, too low."
    ),
    "read_rate_search": (
        "A good rate lies where the loss falls steeply, well before it shoots up; the dot marks "
        "the suggestion."
    ),
    "read_batch": (
        "Each picture with its class, after sizing. Do the names fit, and could you tell the "
        "classes apart yourself?"
    ),
}
