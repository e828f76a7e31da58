"""Who comes back, from how often and how lately they came: a baseline to be beaten."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1

from mlengine.errors import NotFitted, TooLittleData

Vector = NDArray[np.float64]
# Ten of each make the likelihood a mountain rather than a ridge.
_LEAST_ACCOUNTS = 10


class BuyTillDie:
    """BG/NBD: everybody acts at a rate of their own, and may leave for good after any act.

    Rates are gamma(r, alpha) among accounts, chances of leaving beta(a, b). Four numbers are
    fitted by maximum likelihood to three of each account: `repeats` (acts after the first),
    `last` (time from the first to the last act) and `age` (time from the first act to now), in
    one unit of time.

    Attributes
    ----------
    shape_ : ndarray of float64, shape (4,)
        r, alpha, a and b.

    References
    ----------
    Fader, Hardie and Lee (2005), doi:10.1287/mksc.1040.0098.
    """

    shape_: Vector

    def fit(self, repeats: Vector, last: Vector, age: Vector) -> BuyTillDie:
        """Learn from accounts, shape (n_accounts,) each, forgetting any earlier fit.

        :raises TooLittleData: if there are fewer than ten.
        """
        if len(repeats) < _LEAST_ACCOUNTS:
            raise TooLittleData("A rate of return needs ten accounts or more.")
        # The mean time apart brings the four numbers near one, where the search starts.
        unit = max(float(age.mean()), 1e-9)
        found = minimize(
            _negative_likelihood,
            np.zeros(4),
            args=(repeats, last / unit, age / unit),
            method="L-BFGS-B",
            bounds=[(-10.0, 10.0)] * 4,
        )
        self.shape_ = np.exp(found.x) * np.array([1.0, unit, 1.0, 1.0])
        return self

    def alive(self, repeats: Vector, last: Vector, age: Vector) -> Vector:
        """Return the probability that an account has not left for good."""
        r, alpha, a, b = self._shape()
        odds = (r + repeats) * np.log((alpha + age) / (alpha + last))
        odds += np.log(a / (b + np.maximum(repeats, 1.0) - 1.0))
        return np.where(repeats > 0, 1.0 / (1.0 + np.exp(np.minimum(odds, 700.0))), 1.0)

    def returns(self, repeats: Vector, last: Vector, age: Vector, *, within: float) -> Vector:
        """Return the probability of an act within that time."""
        r, alpha, _, _ = self._shape()
        nothing = ((alpha + age) / (alpha + age + within)) ** (r + repeats)
        return self.alive(repeats, last, age) * (1.0 - nothing)

    def expected(self, repeats: Vector, last: Vector, age: Vector, *, within: float) -> Vector:
        """Return the number of acts expected within that time."""
        r, alpha, a, b = self._shape()
        share = within / (alpha + age + within)
        series = hyp2f1(r + repeats, b + repeats, a + b + repeats - 1.0, share)
        quiet = ((alpha + age) / (alpha + age + within)) ** (r + repeats)
        count = (a + b + repeats - 1.0) / (a - 1.0) * (1.0 - quiet * series)
        return np.asarray(count * self.alive(repeats, last, age), dtype=np.float64)

    def _shape(self) -> tuple[float, float, float, float]:
        if not hasattr(self, "shape_"):
            raise NotFitted("Call fit before asking who returns.")
        r, alpha, a, b = self.shape_.tolist()
        return r, alpha, a, b


def _negative_likelihood(logs: Vector, repeats: Vector, last: Vector, age: Vector) -> float:
    r, alpha, a, b = np.exp(logs)
    common = gammaln(r + repeats) - gammaln(r) + r * np.log(alpha)
    common += gammaln(a + b) + gammaln(b + repeats) - gammaln(b) - gammaln(a + b + repeats)
    stayed = -(r + repeats) * np.log(alpha + age)
    left = np.log(a / (b + np.maximum(repeats, 1.0) - 1.0)) - (r + repeats) * np.log(alpha + last)
    either = np.where(repeats > 0, np.logaddexp(stayed, left), stayed)
    return -float((common + either).mean())
