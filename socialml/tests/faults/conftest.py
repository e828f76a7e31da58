import sys

import pytest

from socialml.tests.faults.plant import Plant


@pytest.fixture
def plant(tmp_path_factory):
    """An installation with its database made and both of its Valkeys up."""
    # A unix socket's path is short.
    plant = Plant(tmp_path_factory.mktemp("p"))
    plant.manage("migrate", "--verbosity", "0")
    plant.valkey_start("cache")
    plant.valkey_start("broker")
    yield plant
    plant.end()


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/faults" in str(item.path):
            item.add_marker(pytest.mark.slow)
            if sys.platform != "linux":
                item.add_marker(pytest.mark.skip(reason="kills and stops process groups"))
