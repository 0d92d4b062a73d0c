"""Which of two ways is better, and is that more than chance?"""

from convscope.recipes.chapter.comparing.asking import compare_ways as compare_ways
from convscope.recipes.chapter.comparing.asking import write_comparison as write_comparison
from convscope.recipes.chapter.comparing.comparisons import COMPARISONS as COMPARISONS
from convscope.recipes.chapter.comparing.comparisons import compare as compare

__all__ = ["COMPARISONS", "compare", "compare_ways", "write_comparison"]
