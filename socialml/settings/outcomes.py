"""What the outcomes of showing a post are worth."""

import math

from django.core.exceptions import ImproperlyConfigured

from socialml.settings.env import env

_NAME = "SOCIALML_OUTCOME_WEIGHTS"
# As the event log's signals weigh the same acts (analytics.selectors.weights).
_DEFAULT = {"watch": 1.0, "like": 3.0, "comment": 4.0, "share": 5.0, "skip": -0.5, "report": -10.0}


def outcome_weights() -> dict[str, float]:
    """Return the weights by outcome: the defaults, and over them what the environment's JSON says.

    :raises ImproperlyConfigured: if it is no object of known outcomes and finite numbers.
    """
    given = env.json(_NAME, default={})
    if not isinstance(given, dict) or not given.keys() <= _DEFAULT.keys():
        known = ", ".join(_DEFAULT)
        raise ImproperlyConfigured(f"{_NAME} must be a JSON object with some of: {known}.")
    for name, weight in given.items():
        is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not is_number or not math.isfinite(weight):
            raise ImproperlyConfigured(f"{_NAME}: the weight of {name} must be a number.")
    return {**_DEFAULT, **{name: float(weight) for name, weight in given.items()}}
