"""How does a model leave, and how does it come back?"""

from convscope.export.card import NO_LICENCE as NO_LICENCE
from convscope.export.card import Card as Card
from convscope.export.graph import Compared as Compared
from convscope.export.graph import write_onnx as write_onnx
from convscope.export.reading import Opened as Opened
from convscope.export.reading import opened as opened
from convscope.export.returning import load_learner as load_learner

__all__ = [
    "NO_LICENCE",
    "Card",
    "Compared",
    "Opened",
    "load_learner",
    "opened",
    "write_onnx",
]
