"""How does it learn?"""

from convscope.train.balance import BalancedAccuracy as BalancedAccuracy
from convscope.train.balance import balanced_weights as balanced_weights
from convscope.train.callbacks import Callback as Callback
from convscope.train.callbacks import Interrupted as Interrupted
from convscope.train.callbacks import SkipStep as SkipStep
from convscope.train.callbacks import StopEpoch as StopEpoch
from convscope.train.callbacks import StopFit as StopFit
from convscope.train.checkpoints import SaveBest as SaveBest
from convscope.train.checkpoints import SaveLast as SaveLast
from convscope.train.checkpoints import load_state as load_state
from convscope.train.checkpoints import reason_of as reason_of
from convscope.train.exporting import EXPORT_FORMAT as EXPORT_FORMAT
from convscope.train.finetuning import FineTuning as FineTuning
from convscope.train.gradients import GradientAccumulation as GradientAccumulation
from convscope.train.gradients import GradientClip as GradientClip
from convscope.train.guards import EarlyStopping as EarlyStopping
from convscope.train.guards import StopOnNaN as StopOnNaN
from convscope.train.guards import TimeLimit as TimeLimit
from convscope.train.inference import Prediction as Prediction
from convscope.train.inference import probabilities as probabilities
from convscope.train.items import not_taken as not_taken
from convscope.train.learner import Learner as Learner
from convscope.train.metrics import accuracy as accuracy
from convscope.train.metrics import error_rate as error_rate
from convscope.train.optimiser import NORMS as NORMS
from convscope.train.optimiser import adam as adam
from convscope.train.optimiser import build_optimizer as build_optimizer
from convscope.train.optimiser import set_momentum as set_momentum
from convscope.train.optimiser import set_rates as set_rates
from convscope.train.optimiser import trainable_params as trainable_params
from convscope.train.outputs import logits_of as logits_of
from convscope.train.progress import ProgressTable as ProgressTable
from convscope.train.rate_search import SuggestedLRs as SuggestedLRs
from convscope.train.rate_search import valley as valley
from convscope.train.recorder import Recorder as Recorder
from convscope.train.schedules import combine_scheds as combine_scheds
from convscope.train.schedules import combined_cos as combined_cos
from convscope.train.schedules import one_cycle as one_cycle
from convscope.train.schedules import sched_cos as sched_cos
from convscope.train.schedules import sched_exp as sched_exp
from convscope.train.schedules import sched_lin as sched_lin
from convscope.train.schedules import sched_no as sched_no
from convscope.train.showing import viewable as viewable
from convscope.train.state import Splits as Splits
from convscope.train.state import Training as Training
from convscope.train.weights import DIGEST as DIGEST
from convscope.train.weights import ENTRY as ENTRY
from convscope.train.weights import load_weights as load_weights
from convscope.train.weights import save_weights as save_weights
from convscope.train.weights import weights_digest as weights_digest

__all__ = [
    "DIGEST",
    "ENTRY",
    "EXPORT_FORMAT",
    "NORMS",
    "BalancedAccuracy",
    "Callback",
    "EarlyStopping",
    "FineTuning",
    "GradientAccumulation",
    "GradientClip",
    "Interrupted",
    "Learner",
    "Prediction",
    "ProgressTable",
    "Recorder",
    "SaveBest",
    "SaveLast",
    "SkipStep",
    "Splits",
    "StopEpoch",
    "StopFit",
    "StopOnNaN",
    "SuggestedLRs",
    "TimeLimit",
    "Training",
    "accuracy",
    "adam",
    "balanced_weights",
    "build_optimizer",
    "combine_scheds",
    "combined_cos",
    "error_rate",
    "load_state",
    "load_weights",
    "logits_of",
    "not_taken",
    "one_cycle",
    "probabilities",
    "reason_of",
    "save_weights",
    "sched_cos",
    "sched_exp",
    "sched_lin",
    "sched_no",
    "set_momentum",
    "set_rates",
    "trainable_params",
    "valley",
    "viewable",
    "weights_digest",
]
