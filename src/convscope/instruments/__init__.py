"""What happens inside while it learns?"""

from convscope.instruments.company import picture_in_batches as picture_in_batches
from convscope.instruments.exporting import export_tensorboard as export_tensorboard
from convscope.instruments.stats import ActivationStats as ActivationStats
from convscope.instruments.trackers import MlflowTracker as MlflowTracker
from convscope.instruments.trackers import TensorboardTracker as TensorboardTracker
from convscope.instruments.trackers import WandbTracker as WandbTracker
from convscope.instruments.tracking import Tracker as Tracker
from convscope.instruments.watching import Watch as Watch
from convscope.instruments.watching import watch as watch

__all__ = [
    "ActivationStats",
    "MlflowTracker",
    "TensorboardTracker",
    "Tracker",
    "WandbTracker",
    "Watch",
    "export_tensorboard",
    "picture_in_batches",
    "watch",
]
