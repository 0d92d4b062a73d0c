"""What can be recorded of a layer, and how a row finds its place."""

SCHEMA_VERSION = 1
STEP_BITS = 40  # of a row's key; the number of its series stands above them
STEP_MASK = (1 << STEP_BITS) - 1

WATCHED = "watched"  # a name without records: so that an unused layer can be told from a wrong one
OUTPUT = "output"
VALID_OUTPUT = "valid output"
OUTPUT_GRADIENT = "output gradient"
WEIGHT = "weight"
WEIGHT_GRADIENT = "weight gradient"
UPDATE = "update"
FIRED = "firing"
FIRED_ACTIVATED = "firing after activation"
TRAINING_FIRED = "firing in training"
TRAINING_FIRED_ACTIVATED = "firing in training after activation"
NORM = "norm"
KERNEL = "kernel"
BOOK = "book"

FIRED_IN_EVAL = (FIRED, FIRED_ACTIVATED)
FIRED_IN_TRAINING = (TRAINING_FIRED, TRAINING_FIRED_ACTIVATED)
ONCE_A_SET = (VALID_OUTPUT, *FIRED_IN_EVAL, *FIRED_IN_TRAINING, KERNEL)

SWITCHES = {
    VALID_OUTPUT: "with_valid",
    OUTPUT_GRADIENT: "gradients",
    WEIGHT_GRADIENT: "gradients",
    WEIGHT: "updates",
    UPDATE: "updates",
    NORM: "norms",
    KERNEL: "kernels",
    BOOK: "book",
    **dict.fromkeys((*FIRED_IN_EVAL, *FIRED_IN_TRAINING), "channels"),
}
"""What is recorded only, or unless told otherwise, where this argument says so."""
