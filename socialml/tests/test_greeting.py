import json

import pytest

from socialml.processes.greeting import greeting

URL = "http://127.0.0.1:8000"


@pytest.fixture
def seeded(tmp_path):
    account = {"username": "demo", "password": "a b#c%:/"}
    (tmp_path / "demo.json").write_text(json.dumps({"member": account, "moderator": account}))
    return tmp_path


def told(var, *, has_client=True):
    return greeting(url=URL, var=var, seconds=3.0, has_client=has_client)


def test_the_link_to_look_signs_in_whatever_the_password_holds(seeded):
    assert f"Look       {URL}/#sign-in=demo:a%20b%23c%25%3A%2F\n" in told(seeded)


def test_the_dashboard_is_opened_as_the_moderator_if_there_is_one(seeded, tmp_path):
    assert f"Dashboard  {URL}/dashboard#sign-in=demo:a%20b%23c%25%3A%2F\n" in told(seeded)
    assert f"Dashboard  {URL}/dashboard\n" in told(tmp_path / "empty")


def test_without_a_demo_account_the_link_signs_nobody_in(tmp_path):
    assert f"Look       {URL}/\n" in told(tmp_path)
    assert "sign-in" not in told(tmp_path)


def test_no_client_is_named_where_there_is_none(seeded):
    assert "Look" not in told(seeded, has_client=False)
