"""A feed follows what people do within seconds, whatever becomes of the stream and its readers."""

import pytest

from socialml.tests.faults.plant import MANAGE, until

POST = {"content": "A walk by the river #walk"}


@pytest.fixture
def running(plant):
    """An installation with somebody's posts, and a follower that is at work."""
    plant.web_start()
    author = plant.sign_up("ann")
    plant.post_ids = [
        plant.ask("POST", "/api/post", POST, token=author)[1]["data"]["id"] for _ in range(5)
    ]
    follower_start(plant, "first")
    fan = plant.sign_up("ben")
    # Its start takes a while, and goes on from where the stream began.
    like(plant, fan)
    until(lambda: slates(plant) == 1, seconds=30)
    return plant, fan


def follower_start(plant, name):
    plant._start(name, [*MANAGE, "slates_follow"])


def like(plant, token):
    status, answer, seconds = plant.ask(
        "PUT", f"/api/post/{plant.post_ids.pop()}/like", token=token
    )
    assert status == 201, answer
    return seconds


def slates(plant):
    sql = "SELECT COUNT(*) FROM mlengine_slate WHERE audience = 'account' AND surface = 'feed'"
    [(count,)] = plant.rows(sql)
    return count


def test_an_act_changes_the_feed_within_seconds_with_no_worker_at_all(running):
    plant, fan = running

    like(plant, fan)

    until(lambda: slates(plant) == 2, seconds=10)


def test_what_a_killed_follower_had_taken_is_ranked_by_another(running):
    plant, fan = running
    # It stands still while Redis hands it the act that it was waiting for.
    plant.pause("first")
    like(plant, fan)
    plant.kill("first")
    assert slates(plant) == 1

    follower_start(plant, "second")

    until(lambda: slates(plant) == 2, seconds=30)


def test_a_cache_that_comes_back_empty_is_followed_again(running):
    plant, fan = running
    plant.kill("cache")
    assert like(plant, fan) < 5.0
    assert plant.is_running("first")
    plant.valkey_start("cache")

    # What was done meanwhile was told to nobody; with the next act the feed learns of both.
    until(lambda: plant.ask("GET", "/health/ready")[1]["status"] == "ok", seconds=30)
    like(plant, fan)

    until(lambda: slates(plant) == 2, seconds=30)
