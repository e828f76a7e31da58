"""Judge a model on files anybody can supply."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from mlengine.errors import MLError
from mlengine.evaluation import (
    bandit,
    churn,
    engagement,
    experiment,
    recommender,
    returning,
    text,
    trends,
    viral,
)
from reels.services.analysis import video_report

_TEXT_TASKS = ("sentiment", "emotion", "toxicity", "spam")
_NOT_OURS = {
    *("verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color"),
    *("skip_checks", "task", "run"),
}

_JSON = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


class Command(BaseCommand):
    help = "Judge a model on files: one JSON object on standard output, logs on standard error."
    # Models and files alone are judged; nothing of a deployment needs to be in order.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
        _recommender(tasks.add_parser("recommender", help="rank what each user has not met"))
        for name in _TEXT_TASKS:
            _text(tasks.add_parser(name, help=f"label texts: {name}"), name)
        _trends(tasks.add_parser("trends", help="find bursts in a series"))
        _engagement(tasks.add_parser("engagement", help="forecast what a post will earn"))
        _viral(tasks.add_parser("viral", help="forecast views from how they begin"))
        _churn(tasks.add_parser("churn", help="foretell a yes or no from a table"))
        _returns(tasks.add_parser("returns", help="foretell who comes back, from events"))
        _experiment(tasks.add_parser("experiment", help="compare the arms of an experiment"))
        _bandit(tasks.add_parser("bandit", help="value a policy from another's log"))
        _video(tasks.add_parser("video", help="look into video files"))

    def handle(self, *, run: Callable[..., dict[str, Any]], **options: Any) -> None:
        given = {name: value for name, value in options.items() if name not in _NOT_OURS}
        try:
            result = run(**given)
        except (MLError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(orjson.dumps(result, option=_JSON).decode())


def _recommender(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--train", type=Path, required=True, help="user,item[,rating,timestamp,pos]"
    )
    parser.add_argument("--val", type=Path, help="chooses settings; else a part of train does")
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--items", type=Path, help="item,title")
    parser.add_argument("--features", type=Path, help="item vectors, .npz")
    parser.add_argument("--negatives", type=Path, help="rows among which each test item is ranked")
    parser.add_argument("--k", type=int, default=20, help="length of the lists (20)")
    parser.set_defaults(run=recommender.evaluate)


def _text(parser: ArgumentParser, task: str) -> None:
    parser.add_argument("--data", type=Path, required=True, help="text,label[,language]")
    if task == "toxicity":
        parser.add_argument("--kind", choices=text.TOXICITY_KINDS, default="any")

    def run(**given: Any) -> dict[str, Any]:
        return text.evaluate(task, **given)

    parser.set_defaults(run=run)


def _trends(parser: ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="timestamp,value")
    parser.add_argument("--windows", type=Path, required=True, help="JSON list of [start, end]")
    parser.set_defaults(run=trends.evaluate)


def _engagement(parser: ArgumentParser) -> None:
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--text", required=True, metavar="COL", help="what the post says")
    parser.add_argument("--target", required=True, metavar="COL", help="what it earned")
    parser.add_argument("--time", metavar="COL", help="when it was posted")
    parser.add_argument("--author", metavar="COL", help="who posted it")
    parser.set_defaults(run=engagement.evaluate)


def _viral(parser: ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="one row a view")
    parser.add_argument("--item", required=True, metavar="COL", help="what was viewed")
    parser.add_argument("--time", required=True, metavar="COL", help="when it was viewed")
    parser.add_argument("--author", metavar="COL", help="who made it")
    parser.add_argument("--days", type=float, default=7.0, help="when views are counted (7)")
    parser.add_argument(
        "--ages", type=float, nargs="+", default=[1, 3, 6, 24], help="hours, ascending (1 3 6 24)"
    )
    parser.set_defaults(run=viral.evaluate)


def _churn(parser: ArgumentParser) -> None:
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--label", required=True, metavar="COL", help="who left")
    parser.set_defaults(run=churn.evaluate)


def _returns(parser: ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="one row an event")
    parser.add_argument("--account", required=True, metavar="COL")
    parser.add_argument("--time", required=True, metavar="COL", help="when it happened")
    parser.add_argument("--value", metavar="COL", help="what it was worth")
    parser.add_argument("--at", required=True, help="the moment that is judged")
    parser.add_argument("--days", type=int, required=True, help="how far ahead")
    parser.set_defaults(run=returning.evaluate)


def _experiment(parser: ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="one row a subject")
    parser.add_argument("--arm", required=True, metavar="COL")
    parser.add_argument(
        "--metric", required=True, metavar="COL", help="0/1, true/false or a number"
    )
    parser.add_argument("--expected", metavar="A:B", help="planned ratio of the arms, as 1:1")
    parser.set_defaults(run=experiment.evaluate)


def _bandit(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--logged", type=Path, required=True, help="action,reward,propensity[,position]"
    )
    parser.add_argument("--policy", type=Path, required=True, help="action,probability[,position]")
    parser.set_defaults(run=bandit.evaluate)


def _video(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="+")

    def run(*, file: list[Path]) -> dict[str, Any]:
        return {"files": [video_report(path) for path in file]}

    parser.set_defaults(run=run)
