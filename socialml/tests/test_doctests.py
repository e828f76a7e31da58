import doctest
import pkgutil
from importlib import import_module

import pytest

from mlengine import metrics

MODULES = [
    "socialml.core.moments",
    *(name for _, name, _ in pkgutil.walk_packages(metrics.__path__, f"{metrics.__name__}.")),
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_hold(name):
    result = doctest.testmod(import_module(name))

    assert result.attempted > 0, f"{name} shows no example"
    assert result.failed == 0
