"""Estimators: each learns arrays, predicts from them with numpy and scipy, and stores them.

Nothing here imports Django, pandas or scikit-learn; modules that fit with scikit-learn are
imported by name, in the worker alone.
"""

from mlengine.estimators.blend import RECOMMENDERS, Blend, Blended
from mlengine.estimators.content import ContentSimilarity
from mlengine.estimators.content_vectors import ContentVectors
from mlengine.estimators.factorisation import MatrixFactorisation
from mlengine.estimators.graph_filter import GraphFilter
from mlengine.estimators.item_to_item import ItemToItem
from mlengine.estimators.neighbours import ItemNeighbours
from mlengine.estimators.popularity import Popularity
from mlengine.estimators.recommender import Recommender
from mlengine.estimators.regression import ItemRegression
from mlengine.estimators.sequences import SequenceRegression
from mlengine.estimators.transitions import Transitions

__all__ = [
    "RECOMMENDERS",
    "Blend",
    "Blended",
    "ContentSimilarity",
    "ContentVectors",
    "GraphFilter",
    "ItemNeighbours",
    "ItemRegression",
    "ItemToItem",
    "MatrixFactorisation",
    "Popularity",
    "Recommender",
    "SequenceRegression",
    "Transitions",
]
