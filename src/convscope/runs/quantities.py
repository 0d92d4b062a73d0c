"""What can be recorded of a layer, and how a row finds its place."""

SCHEMA_VERSION = 1
STEP_BITS = 40  # of a row's key; the number of its series stands above them
STEP_MASK = (1 << STEP_BITS) - 1

OUTPUT = "output"
VALID_OUTPUT = "valid output"
OUTPUT_GRADIENT = "output gradient"
WEIGHT = "weight"
WEIGHT_GRADIENT = "weight gradient"
UPDATE = "update"
FIRED = "fired"
VALID_FIRED = "valid fired"
NORM = "norm"
KERNEL = "kernel"
BOOK = "book"
