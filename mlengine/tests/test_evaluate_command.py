"""`manage.py evaluate`: one JSON object on standard output, one sentence where a file is bad."""

import csv
import json
import random

import pytest
from django.core.management import CommandError, call_command
from scipy import stats

# Arguments of a call on one bad file, F.
RECOMMENDER = ["recommender", "--train", "F", "--test", "F"]
EXPERIMENT = ["experiment", "--arm", "arm", "--metric", "bought", "--data", "F"]
BANDIT = ["bandit", "--logged", "F", "--policy", "F"]


@pytest.fixture
def evaluate(capsys):
    def run(*arguments):
        call_command("evaluate", *(str(one) for one in arguments))
        return json.loads(capsys.readouterr().out)

    return run


def written(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_recommender_prints_what_the_design_names(evaluate, tmp_path):
    rng = random.Random(1)
    rows = [
        {"user": user, "item": item, "timestamp": moment}
        for user in range(60)
        for moment, item in enumerate(rng.sample(range(user % 2, 60, 2), 14))
    ]
    train = written(tmp_path / "train.csv", [row for row in rows if row["timestamp"] < 11])
    test = written(tmp_path / "test.csv", [row for row in rows if row["timestamp"] >= 11])

    result = evaluate("recommender", "--train", train, "--test", test, "--k", 5)

    named = {"users", "items", "fit_seconds", "predict_ms_p50", "predict_ms_p99", "peak_rss_mb"}
    assert named | {"recall@5", "ndcg@5", "hit_rate@5", "tried", "chosen"} <= result.keys()
    assert result["ndcg@5"] > result["popularity"]["ndcg@5"]


def test_sentiment_is_judged_through_what_serves(evaluate, tmp_path):
    rows = [
        {"text": "I love it, wonderful", "label": "positive"},
        {"text": "Terrible, I hate it", "label": "negative"},
    ]

    result = evaluate("sentiment", "--data", written(tmp_path / "texts.csv", rows))

    assert (result["n"], result["accuracy"]) == (2, 1.0)
    assert {"macro_f1", "macro_recall", "per_label", "texts_per_second"} <= result.keys()


def test_two_proportions_agree_with_the_pooled_z_test(evaluate, tmp_path):
    rows = [{"arm": "a", "bought": int(n < 30)} for n in range(200)]
    rows += [{"arm": "b", "bought": "true" if n < 50 else "false"} for n in range(210)]

    data = written(tmp_path / "experiment.csv", rows)
    result = evaluate("experiment", "--data", data, "--arm", "arm", "--metric", "bought")

    pooled = 80 / 410
    z = (50 / 210 - 30 / 200) / (pooled * (1 - pooled) * (1 / 200 + 1 / 210)) ** 0.5
    assert result["effect"] == pytest.approx(50 / 210 - 30 / 200)
    assert result["p_value"] == pytest.approx(2 * stats.norm.sf(z), abs=1e-12)
    assert result["interval"][0] < result["effect"] < result["interval"][1]
    assert result["arms"]["b"] == {
        "n": 210,
        "mean": pytest.approx(50 / 210),
        "standard_deviation": pytest.approx(0.4268, abs=1e-3),
    }
    assert result["sample_ratio_p"] == pytest.approx(stats.chisquare([200, 210]).pvalue)


def test_real_metrics_agree_with_welch(evaluate, tmp_path):
    rng = random.Random(2)
    first = [rng.gauss(1, 1) for _ in range(40)]
    last = [rng.gauss(1.5, 3) for _ in range(70)]
    rows = [{"arm": "x", "spent": value} for value in first]
    rows += [{"arm": "y", "spent": value} for value in last]

    data = written(tmp_path / "experiment.csv", rows)
    arguments = ["--data", data, "--arm", "arm", "--metric", "spent", "--expected", "4:7"]
    result = evaluate("experiment", *arguments)

    truth = stats.ttest_ind(last, first, equal_var=False)
    assert result["p_value"] == pytest.approx(truth.pvalue, abs=1e-12)
    assert result["interval"] == pytest.approx(list(truth.confidence_interval()), abs=1e-9)
    assert result["sample_ratio_p"] == pytest.approx(1.0)


def test_a_broken_assignment_shows(evaluate, tmp_path):
    rows = [{"arm": "ab"[n % 3 == 0], "bought": n % 2} for n in range(3000)]

    data = written(tmp_path / "experiment.csv", rows)
    result = evaluate("experiment", "--data", data, "--arm", "arm", "--metric", "bought")

    assert result["sample_ratio_p"] < 0.001


def test_a_policy_is_valued_from_anothers_log(evaluate, tmp_path):
    rng = random.Random(3)
    worth = {"x": 0.7, "y": 0.2}
    logged = []
    for _ in range(4000):
        action = "x" if rng.random() < 0.3 else "y"
        reward = int(rng.random() < worth[action])
        propensity = 0.3 if action == "x" else 0.7
        logged.append({"action": action, "reward": reward, "propensity": propensity})
    policy = [{"action": "x", "probability": 0.9}, {"action": "y", "probability": 0.1}]

    result = evaluate(
        "bandit",
        *("--logged", written(tmp_path / "log.csv", logged)),
        *("--policy", written(tmp_path / "policy.csv", policy)),
    )

    weights = [3.0 if row["action"] == "x" else 1 / 7 for row in logged]
    rewards = [weight * row["reward"] for weight, row in zip(weights, logged, strict=True)]
    assert result["ips"]["value"] == pytest.approx(sum(rewards) / 4000, abs=1e-9)
    assert result["snips"]["value"] == pytest.approx(sum(rewards) / sum(weights), abs=1e-9)
    size = sum(weights) ** 2 / sum(weight**2 for weight in weights)
    truth = 0.9 * 0.7 + 0.1 * 0.2
    for name in ("ips", "snips", "dr"):
        low, high = result[name]["interval"]
        assert low < truth < high
        assert result[name]["effective_sample_size"] == pytest.approx(size)
    assert result["n"] == 4000


def test_positions_have_policies_of_their_own(evaluate, tmp_path):
    logged = [
        {"action": "x", "reward": position, "propensity": 1, "position": position}
        for position in (0, 1)
        for _ in range(10)
    ]
    policy = [
        {"action": "x", "probability": 1, "position": 1},
        {"action": "x", "probability": 0, "position": 0},
        {"action": "y", "probability": 1, "position": 0},
    ]

    result = evaluate(
        "bandit",
        *("--logged", written(tmp_path / "log.csv", logged)),
        *("--policy", written(tmp_path / "policy.csv", policy)),
    )

    assert result["ips"]["value"] == pytest.approx(0.5)
    assert result["snips"]["value"] == pytest.approx(1.0)


def test_a_file_that_is_no_video_is_refused_in_the_answer(evaluate, tmp_path):
    (tmp_path / "not.mp4").write_bytes(b"not a video at all")

    (report,) = evaluate("video", tmp_path / "not.mp4")["files"]

    assert report["ok"] is False
    assert report["error"]["code"]


@pytest.mark.parametrize(
    ("text", "arguments", "complaint"),
    [
        ("user,item\n1,x\n", RECOMMENDER, "line 2"),
        ("", RECOMMENDER, "empty"),
        ("arm,bought\na,1\na,0\n", EXPERIMENT, "two arms"),
        ("arm,bought\na,1\na,0\nb,one\n", EXPERIMENT, "line 4"),
        ("arm\na\n", EXPERIMENT, "no column 'bought'"),
        ("action,reward,propensity\nx,1,0\n", BANDIT, "no column"),
        ("text,label\nhi,odd\n", ["sentiment", "--data", "F"], "label"),
    ],
)
def test_a_bad_file_gets_one_sentence_and_no_output(
    evaluate, capsys, tmp_path, text, arguments, complaint
):
    file = tmp_path / "bad.csv"
    file.write_text(text)

    with pytest.raises(CommandError, match=complaint):
        evaluate(*(file if one == "F" else one for one in arguments))

    assert capsys.readouterr().out == ""


def test_a_missing_file_gets_one_sentence(evaluate, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        evaluate("churn", "--train", tmp_path / "a", "--test", tmp_path / "b", "--label", "x")
