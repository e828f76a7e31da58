"""The gate a trained model passes before it serves anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from mlengine.errors import NotFinite
from mlengine.metrics.intervals import MeanInterval, mean_interval
from mlengine.pipelines.base import Judged

# What a candidate that is better on average may, at the worst end of its interval, fall short
# of the live version's score, as a share of it (docs/adr/0014).
MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a candidate goes live, why in one sentence, and the intervals it rests on.

    `above` holds by how much the candidate was above "baseline" and "live", where both were
    judged in units.
    """

    is_promoted: bool
    verdict: str
    above: Mapping[str, MeanInterval] = field(default_factory=dict)


def gate(measure: str, *, candidate: Judged, baseline: Judged, live: Judged | None) -> Decision:
    """Let the candidate go live only if it beats the baseline, and the live version if any.

    All were measured on the same held-out data. Where they were judged in units, the 95 %
    interval of the mean difference must lie above 0 for the baseline; over the live version the
    mean must be above 0 and the interval above -MARGIN of its score. Scores alone are compared
    as they are.

    :raises NotFinite: if a score is not a finite number.
    """
    others = {"baseline": baseline} if live is None else {"baseline": baseline, "live": live}
    for judged in (candidate, *others.values()):
        if not np.isfinite(judged.score):
            raise NotFinite(f"A {measure} of {judged.score} cannot be compared.")
    above = {
        name: mean_interval(candidate.units - other.units)
        for name, other in others.items()
        if candidate.units is not None and other.units is not None
    }
    reached = f"{measure} {candidate.score:.4f}" + (", " if above else " ")
    over = [_over(name, other, above.get(name)) for name, other in others.items()]
    for name, other in others.items():
        lacks = _lacks(name, candidate, other, above.get(name))
        if lacks:
            said = _over(name, other, above.get(name))
            return Decision(False, f"Kept back: {reached}{said}: {lacks}.", above)
    end = "" if live else "; none was live"
    return Decision(True, f"Promoted: {reached}{' and '.join(over)}{end}.", above)


def _lacks(name: str, candidate: Judged, other: Judged, above: MeanInterval | None) -> str:
    """Return what the candidate lacks to be let past the other, or nothing."""
    if candidate.score <= other.score:
        return "it is not better"
    if above is None:
        return ""
    if name == "baseline":
        return "" if above.low > 0 else "that may be chance"
    return "" if above.low >= -MARGIN * other.score else "it may be worse"


def _over(name: str, other: Judged, above: MeanInterval | None) -> str:
    whose = "the live version's" if name == "live" else "the baseline's"
    if above is None:
        return f"against {whose} {other.score:.4f}"
    return (
        f"{above.mean:+.4f} (95 % interval {above.low:+.4f} to {above.high:+.4f})"
        f" over {whose} {other.score:.4f}"
    )
