import shutil
import sys

import pytest

from socialml.tests.faults.plant import Plant


@pytest.fixture
def lease():
    """Seconds for which a job is held: a third of the default, so that tests wait less."""
    return 10.0


@pytest.fixture
def database_url():
    """The plant's own SQLite file."""
    return ""


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A SQLite file with empty tables, for every plant to copy."""
    plant = Plant(tmp_path_factory.mktemp("m"), lease=10.0)
    plant.manage("migrate", "--verbosity", "0")
    return plant.database


@pytest.fixture
def plant(tmp_path_factory, migrated, lease, database_url):
    """An installation with its database made and both of its Valkeys up."""
    # A unix socket's path is short.
    plant = Plant(tmp_path_factory.mktemp("p"), lease=lease, database_url=database_url)
    if database_url:
        plant.manage("migrate", "--verbosity", "0")
    else:
        shutil.copy(migrated, plant.database)
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
