"""How does a model leave, and how does it come back?"""

from convscope.export.reading import Opened as Opened
from convscope.export.reading import opened as opened
from convscope.export.returning import load_learner as load_learner

__all__ = ["Opened", "load_learner", "opened"]
