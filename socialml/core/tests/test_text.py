import pytest

from socialml.core.text import fold, has_too_many_marks, hashtags_of, is_blank, text_clean


@pytest.mark.parametrize("blank", ["", "  \n", "\u200b\ufeff", "\u00a0\u3164", "\u2800"])
def test_what_nobody_can_see_is_blank(blank):
    assert is_blank(blank)


@pytest.mark.parametrize("seen", ["a", "👨‍👩‍👧", "🇫🇷", "\ue000"])
def test_what_somebody_can_see_is_not(seen):
    assert not is_blank(seen)


def test_bidirectional_controls_go_and_joined_emoji_stay():
    assert text_clean("a\u202egnp.exe\u2066") == "agnp.exe"
    assert text_clean("👨‍👩‍👧👍🏽") == "👨‍👩‍👧👍🏽"


def test_a_letter_carries_eight_marks_at_most():
    assert not has_too_many_marks("a" + "\u0301\u0316" * 4)
    assert has_too_many_marks("a" + "\u0316" * 20)


@pytest.mark.parametrize(("one", "other"), [("İstanbul", "i̇stanbul"), ("ß", "ss"), ("ﬁn", "FIN")])
def test_two_spellings_of_a_name_fold_alike(one, other):
    assert fold(one) == fold(other)


def test_hashtags_are_found_once_in_any_script():
    assert hashtags_of("#Café #café #日本 #1 a#no ##x #été!") == ["café", "日本", "été"]


def test_long_runs_of_signs_cost_little():
    assert hashtags_of("#" * 50_000 + "@" * 50_000) == []
