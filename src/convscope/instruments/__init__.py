"""What happens inside while it learns?"""

from convscope.instruments.stats import ActivationStats as ActivationStats
from convscope.instruments.watching import Watch as Watch
from convscope.instruments.watching import watch as watch

__all__ = ["ActivationStats", "Watch", "watch"]
