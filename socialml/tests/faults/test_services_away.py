"""Requests are answered whatever becomes of the cache and the broker, and no work is lost."""

from socialml.tests.faults.plant import until

POST = {"content": "Written in the dark #night"}
# Less than any time-out that nobody set, and far more than a busy machine takes.
SOON = 5.0


def waiting(plant):
    return plant.rows("SELECT task FROM core_job")


def test_with_the_broker_away_a_post_is_201_and_its_work_is_done_on_its_return(plant):
    plant.web_start()
    token = plant.sign_up("ann")
    plant.kill("broker")

    status, answer, seconds = plant.ask("POST", "/api/post", POST, token=token)

    assert status == 201, answer
    assert seconds < SOON
    assert waiting(plant)
    plant.valkey_start("broker")
    plant.worker_start()
    assert until(lambda: not waiting(plant), seconds=60)


def test_with_a_broker_that_hangs_a_post_is_201_all_the_same(plant):
    plant.web_start()
    token = plant.sign_up("ann")
    plant.pause("broker")

    first, _, seconds = plant.ask("POST", "/api/post", POST, token=token)
    second, _, later_seconds = plant.ask("POST", "/api/post", POST, token=token)

    plant.pause("broker", goes_on=True)
    assert (first, second) == (201, 201)
    # One wait for the broker's time-out; then nobody waits for it for a while.
    assert max(seconds, later_seconds) < SOON


def test_without_the_cache_people_read_write_and_are_still_kept_from_guessing(plant):
    plant.web_start()
    ann, ben = plant.sign_up("ann"), plant.sign_up("ben")
    post_id = plant.ask("POST", "/api/post", POST, token=ann)[1]["data"]["id"]
    plant.kill("cache")

    asked = [
        plant.ask("PUT", f"/api/post/{post_id}/like", token=ben),
        plant.ask("GET", "/api/feed", token=ben),
        plant.ask("GET", f"/api/post/{post_id}", token=ben),
        plant.ask("POST", f"/api/post/{post_id}/comments", {"content": "Me too"}, token=ben),
        plant.ask("GET", "/health/ready"),
    ]

    assert [status for status, _, _ in asked] == [201, 200, 200, 201, 200]
    assert [item["id"] for item in asked[1][1]["data"]["results"]] == [post_id]
    assert asked[2][1]["data"]["liked"] is True
    assert asked[4][1]["status"] == "degraded"
    assert max(seconds for _, _, seconds in asked[1:]) < SOON
    guess = {"username": "ann", "password": "a wrong guess"}
    guesses = [plant.ask("POST", "/api/auth/token", guess)[0] for _ in range(12)]
    assert guesses == [401] * 10 + [429] * 2


def test_with_a_cache_that_hangs_only_the_first_request_waits(plant):
    plant.web_start()
    token = plant.sign_up("ann")
    plant.pause("cache")

    asked = [plant.ask("GET", "/api/feed", token=token) for _ in range(5)]

    plant.pause("cache", goes_on=True)
    assert [status for status, _, _ in asked] == [200] * 5
    assert max(seconds for _, _, seconds in asked) < SOON
    # Of those that do not wait the fastest is told apart, however busy the machine is.
    assert min(seconds for _, _, seconds in asked[1:]) < 0.5
