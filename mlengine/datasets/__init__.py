"""Plain arrays that estimators learn from, and the files they can be read from."""

from mlengine.datasets.histories import Histories
from mlengine.datasets.interactions import Interactions
from mlengine.datasets.items import Items
from mlengine.datasets.positions import positions_in, ranges
from mlengine.datasets.reading import read_interactions, read_items, read_vectors
from mlengine.datasets.tables import (
    integer_field,
    moment_field,
    moment_of,
    number_field,
    table_columns,
    table_rows,
)

__all__ = [
    "Histories",
    "Interactions",
    "Items",
    "integer_field",
    "moment_field",
    "moment_of",
    "number_field",
    "positions_in",
    "ranges",
    "read_interactions",
    "read_items",
    "read_vectors",
    "table_columns",
    "table_rows",
]
