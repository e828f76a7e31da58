from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from socialml.core.redis import client, exchange, key, patient_client, tell


def test_commands_in_one_go_are_answered_in_order():
    assert exchange(("SET", key("a"), 1), ("INCR", key("a")), ("MGET", key("a"), key("b"))) == [
        b"OK",
        2,
        [b"2", None],
    ]


def test_a_connection_that_redis_has_closed_is_opened_anew():
    (own_id,) = exchange(("CLIENT", "ID"))
    assert client.client_kill_filter(_id=str(own_id)) == 1

    assert exchange(("PING",)) == [b"PONG"]


def test_after_a_command_that_fails_no_answer_goes_to_another_question():
    client.set(key("text"), "not a number")

    with pytest.raises(redis.ResponseError):
        exchange(("INCR", key("text")), ("GET", key("text")))

    assert exchange(("PING",)) == [b"PONG"]


def test_threads_get_their_own_answers():
    def ask(number):
        return exchange(("SET", key(f"n{number}"), number), ("GET", key(f"n{number}")))[1]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(200)))

    assert answers == [str(number).encode() for number in range(200)]


def test_threads_that_have_ended_leave_no_connection_behind():
    before = len(client.client_list())

    for _ in range(client.connection_pool.max_connections // 8 + 2):
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda _: exchange(("PING",)), range(8))) == [[b"PONG"]] * 8

    assert len(client.client_list()) < before + 20


def test_what_is_told_is_done_in_order_and_answered_by_nobody():
    tell(("SET", key("a"), 1), ("INCR", key("a")))

    assert exchange(("GET", key("a")), ("PING",)) == [b"2", b"PONG"]


def test_what_fails_when_told_disturbs_nothing():
    tell(("SET", key("text"), "not a number"), ("INCR", key("text")))

    assert exchange(("GET", key("text"))) == [b"not a number"]


def test_a_patient_client_waits_longer_than_the_others():
    assert patient_client(seconds=1.0).blpop([key("nothing")], timeout=0.4) is None
