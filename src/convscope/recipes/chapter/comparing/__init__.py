"""Which of two ways is better, and is that more than chance?"""

from convscope.recipes.chapter.comparing.comparisons import COMPARISONS as COMPARISONS
from convscope.recipes.chapter.comparing.comparisons import compare as compare

__all__ = ["COMPARISONS", "compare"]
