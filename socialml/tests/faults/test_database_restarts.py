"""A PostgreSQL that crashes and comes back costs what was asked meanwhile, and nothing after."""

import tempfile
import time
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread

import pytest

from socialml.tests.faults.cluster import Cluster, tool
from socialml.tests.faults.plant import free_port, until

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(tool("initdb") is None, reason="PostgreSQL's initdb is not installed"),
]


@pytest.fixture
def cluster():
    # Where the account that PostgreSQL runs as may enter.
    with tempfile.TemporaryDirectory(prefix="socialml-pg-") as folder:
        cluster = Cluster(Path(folder), port=free_port())
        cluster.start()
        yield cluster
        cluster.crash()


@pytest.fixture
def database_url(cluster):
    return cluster.url


def test_once_it_is_back_nothing_fails_and_what_was_promised_is_there(plant, cluster):
    plant.environment["SOCIALML_RATE_FACTOR"] = "100"
    plant.web_start()
    plant.worker_start()
    token = plant.sign_up("ann")

    with Crowd(plant, token) as crowd:
        until(lambda: len(crowd.answers) > 40, seconds=20)
        crashed = time.monotonic()
        cluster.crash()
        time.sleep(2)
        cluster.start()
        back = time.monotonic()
        until(lambda: len(asked_since(crowd, back + 1)) > 20, seconds=60)

    before = [status for _, end, status in crowd.answers if end < crashed]
    after = asked_since(crowd, back + 1)
    meanwhile = {status for _, end, status in crowd.answers if crashed <= end <= back + 1}
    assert set(before) == set(after) == {200, 201}
    # It was noticed.
    assert 503 in meanwhile
    assert {plant.ask("GET", f"/api/post/{pk}", token=token)[0] for pk in crowd.posts} == {200}
    until(lambda: plant.ask("GET", "/health/ready")[1]["jobs_waiting"] == 0, seconds=60)


def asked_since(crowd, moment):
    return [status for begin, _, status in crowd.answers if begin > moment]


class Crowd:
    """Two who write and read without a pause, and note from when to when they waited."""

    def __init__(self, plant, token):
        self.plant, self.token = plant, token
        self.answers, self.posts = [], []
        self.is_over = Event()
        self.threads = [Thread(target=self.ask_on) for _ in range(2)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def ask_on(self):
        while not self.is_over.is_set():
            self.ask("GET", "/api/feed")
            answer = self.ask("POST", "/api/post", {"content": f"It is {time.monotonic()}"})
            if answer:
                self.posts.append(answer["id"])
            time.sleep(0.02)

    def ask(self, method, path, body=None):
        began = time.monotonic()
        try:
            status, answer, _ = self.plant.ask(method, path, body, token=self.token)
        except (OSError, HTTPException) as error:
            status, answer = type(error).__name__, None
        self.answers.append((began, time.monotonic(), status))
        return answer["data"] if status == 201 else None
