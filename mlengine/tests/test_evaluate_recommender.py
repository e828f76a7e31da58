"""The judge of recommenders: fair, complete and clear about bad files."""

import json

import numpy as np
import pytest

from mlengine.datasets import Interactions
from mlengine.errors import DatasetError, TooLittleData
from mlengine.estimators import RECOMMENDERS, Popularity
from mlengine.evaluation.judging import Examination
from mlengine.evaluation.negatives import judge_among_negatives, read_negatives
from mlengine.evaluation.recommender import evaluate
from mlengine.evaluation.splits import hold_back, is_later

# What is judged once serves several tests.
pytestmark = pytest.mark.xdist_group("judged recommender")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write 80 people of 4 tastes, each walking the 20 items of theirs in order."""
    folder = tmp_path_factory.mktemp("walkers")
    rng = np.random.default_rng(11)
    train, test, negatives = ["user,item,pos"], ["user,item,pos"], ["user,item,negatives"]
    for user in range(80):
        start, taste = int(rng.integers(20)), user % 4
        walk = [(start + step) % 20 * 4 + taste for step in range(9)]
        train += [f"{user},{item},{pos}" for pos, item in enumerate(walk[:8])]
        test.append(f"{user},{walk[8]},8")
        rivals = [item for item in range(80) if item % 4 != taste][:50]
        negatives.append(f"{user},{walk[8]},{' '.join(map(str, rivals))}")
    titles = ["item,title", *(f"{item},taste{item % 4} number{item}" for item in range(80))]
    for name, rows in [("train", train), ("test", test), ("neg", negatives), ("items", titles)]:
        (folder / f"{name}.csv").write_text("\n".join(rows))
    return folder


@pytest.fixture(scope="module")
def result(files):
    return evaluate(
        train=files / "train.csv",
        test=files / "test.csv",
        items=files / "items.csv",
        negatives=files / "neg.csv",
        k=5,
    )


@pytest.fixture(scope="module")
def plain(files):
    """The same without items and negatives."""
    return evaluate(train=files / "train.csv", test=files / "test.csv", k=5)


def test_finds_the_planted_walk_far_better_than_popularity(result):
    assert result["ndcg@5"] > 0.8
    assert result["recall@5"] > 0.9
    assert result["ndcg@5"] > 3 * result["popularity"]["ndcg@5"]


def test_prints_every_figure_it_promises_as_plain_json(result):
    printed = json.loads(json.dumps(result, allow_nan=False))

    promised = {"users", "items", "fit_seconds", "predict_ms_p50", "predict_ms_p99", "peak_rss_mb"}
    assert promised | {"recall@5", "ndcg@5", "hit_rate@5", "chosen", "tried"} <= printed.keys()
    assert printed["popularity"].keys() >= {"recall@5", "ndcg@5", "hit_rate@5"}
    assert (printed["users"], printed["items"], printed["test_users"]) == (80, 80, 80)
    # Nothing in these files shows how an item looks.
    kinds = RECOMMENDERS.keys() - {"content-vectors"}
    assert {one["model"] for one in printed["tried"]} == kinds
    assert printed["chosen"].keys() <= kinds
    assert printed["ablation_on_val"].keys() == {
        "blend",
        *(f"without {name}" for name in printed["chosen"]),
    }


def test_ranks_among_given_negatives_too(result):
    assert result["negatives"]["contests"] == 80
    assert (
        result["negatives"]["hit_rate@5"] > 0.95 > result["popularity"]["negatives"]["hit_rate@5"]
    )


@pytest.mark.slow
def test_the_same_files_give_the_same_figures(files, plain):
    again = evaluate(train=files / "train.csv", test=files / "test.csv", k=5)

    for key in ("ndcg@5", "recall@5", "chosen"):
        assert again[key] == plain[key]


@pytest.mark.slow
def test_settings_are_chosen_before_the_test_is_looked_at(files, plain, tmp_path):
    lies = ["user,item,pos", *(f"{user},{(user * 7) % 80},8" for user in range(80))]
    (tmp_path / "lies.csv").write_text("\n".join(lies))

    lied = evaluate(train=files / "train.csv", test=tmp_path / "lies.csv", k=5)

    assert lied["chosen"] == plain["chosen"]
    assert lied["ndcg@5"] < plain["ndcg@5"]


@pytest.mark.slow
def test_val_is_used_to_choose_and_then_to_learn_from(files, tmp_path):
    rows = (files / "train.csv").read_text().split("\n")
    early = [row for row in rows if not row.endswith(",7")]
    late = [rows[0], *(row for row in rows if row.endswith(",7"))]
    (tmp_path / "early.csv").write_text("\n".join(early))
    (tmp_path / "late.csv").write_text("\n".join(late))

    result = evaluate(
        train=tmp_path / "early.csv", val=tmp_path / "late.csv", test=files / "test.csv", k=5
    )

    assert result["interactions"] == 80 * 8
    assert result["ndcg@5"] > 0.8


def test_a_test_without_news_is_refused(files):
    with pytest.raises(TooLittleData, match="not met"):
        evaluate(train=files / "train.csv", test=files / "train.csv", k=5)


def test_a_list_of_no_items_is_refused(files):
    with pytest.raises(DatasetError, match="1 or more"):
        evaluate(train=files / "train.csv", test=files / "test.csv", k=0)


def test_a_missing_or_bad_file_is_refused_by_name(files, tmp_path):
    (tmp_path / "bad.csv").write_text("user,item\n1,x\n")

    with pytest.raises(DatasetError, match=r"none\.csv"):
        evaluate(train=files / "none.csv", test=files / "test.csv")
    with pytest.raises(DatasetError, match="line 2"):
        evaluate(train=files / "train.csv", test=tmp_path / "bad.csv")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("user,item,negatives\n", "no row"),
        ("user,item,negatives\n1,2,\n", "no negative"),
        ("user,item,negatives\n1,2,3 cat\n", "line 2"),
        ("user,negatives\n1,3 4\n", "'item' column"),
        ("item,negatives\n1,3 4\n", "'user'"),
    ],
)
def test_bad_negatives_are_refused(tmp_path, content, says):
    (tmp_path / "neg.csv").write_text(content)
    test = Interactions.from_rows([(1, 2, 1.0), (1, 3, 1.0)])

    with pytest.raises(DatasetError, match=says):
        read_negatives(tmp_path / "neg.csv", test)


def test_negatives_may_stand_in_one_column_or_in_many(tmp_path):
    test = Interactions.from_rows([(1, 2, 1.0)])
    (tmp_path / "one.csv").write_text('user,negatives\n1,"[3, 4 | 5]"\n')
    (tmp_path / "many.csv").write_text("user,item,a,b,c\n1,2,3,4,5\n")

    for name in ("one.csv", "many.csv"):
        (contest,) = read_negatives(tmp_path / name, test)
        assert (contest.user_id, contest.item_id, contest.rivals.tolist()) == (1, 2, [3, 4, 5])


def test_rivals_with_the_same_score_count_half(tmp_path):
    past = Interactions.from_rows([(u, i, 1.0) for u in range(3) for i in range(10)])
    test = Interactions.from_rows([(9, 0, 1.0)])
    (tmp_path / "neg.csv").write_text("user,negatives\n9,1 2 3 4 5 6 7 8\n")
    scorer = Popularity().fit(past)
    contests = read_negatives(tmp_path / "neg.csv", test)

    assert judge_among_negatives(scorer, past, contests, k=4)["hit_rate@4"] == 0.0
    assert judge_among_negatives(scorer, past, contests, k=5)["hit_rate@5"] == 1.0


def test_an_examination_asks_only_for_what_is_new():
    past = Interactions.from_rows([(1, 5, 1.0), (2, 5, 1.0)])
    later = Interactions.from_rows([(1, 5, 1.0), (1, 6, 1.0), (2, 5, 1.0), (3, 5, 1.0)])

    exam = Examination(past, later)

    assert exam.user_ids.tolist() == [1, 3]
    report = exam.report(np.array([[6, 5], [7, -1]]))
    assert (report.users, report.recall, report.hit_rate) == (2, 0.5, 0.5)
    # An item of another user's test is no hit.
    assert exam.report(np.array([[5, 7], [6, -1]])).recall == 0.0


def test_the_newest_or_random_choices_are_held_back_and_one_is_left():
    rows = [(u, i, 1.0, float(i)) for u in (1, 2) for i in range(10)] + [(3, 4, 1.0, 0.0)]
    whole = Interactions.from_rows(rows)

    kept, held = hold_back(whole, newest=True, each=2)
    assert held.items_by_user() == {1: {8, 9}, 2: {8, 9}}
    assert kept.items_by_user()[3] == {4}

    kept, held = hold_back(whole, newest=False, each=None)
    assert (len(kept), len(held)) == (19, 2)
    assert len(set(map(frozenset, held.items_by_user().values()))) == 2


def test_knows_whether_the_test_comes_after_train():
    early = Interactions.from_rows([(1, 5, 1.0, 10.0), (2, 6, 1.0, 20.0)])
    late = Interactions.from_rows([(1, 7, 1.0, 11.0), (2, 8, 1.0, 30.0)])
    mixed = Interactions.from_rows([(1, 7, 1.0, 9.0), (2, 8, 1.0, 30.0)])
    unordered = Interactions.from_rows([(1, 7, 1.0)])

    assert is_later(early, late)
    assert not is_later(early, mixed)
    assert not is_later(early, unordered)
