"""How many networks a crowd comes from, and how many it would be expected to."""

from django.db.models import Count, F, FloatField, Sum
from django.db.models.functions import Cast

from analytics.models import AccountNetwork

# A crowd may come from so many times fewer networks than one by chance, at no loss: friends
# share a campus, and a town its provider.
TOLERANCE = 4.0
# Of fewer accounts nothing is told: it would say which of them are neighbours.
FEWEST_TOLD = 10


def networks_in_all() -> float:
    """Return the effective number of networks of all accounts; 0 where none is known. One query.

    (sum of n)^2 / sum of n^2 over the accounts n of each, Simpson's index (doi:10.1038/163688a0).
    """
    sizes = AccountNetwork.objects.values("network").annotate(size=Count("pk")).order_by()
    size = Cast(F("size"), FloatField())
    found = sizes.aggregate(total=Sum(size), squares=Sum(size * size))
    return found["total"] ** 2 / found["squares"] if found["squares"] else 0.0


def spread(accounts: int, squares: float, *, in_all: float) -> float:
    """Return the networks of a crowd, as a share of those of as many accounts drawn by chance.

    `squares` is the sum of the squared numbers of the crowd's accounts on each network, `in_all`
    the effective networks of everybody. Of N accounts drawn by chance the effective networks are
    N / (1 + (N - 1) / `in_all`), give or take chance; at most 1 is returned.

    >>> round(spread(100, 100.0, in_all=1000.0), 2), round(spread(100, 1e4, in_all=1000.0), 3)
    (1.0, 0.011)
    """
    if not accounts or not in_all:
        return 1.0
    expected = accounts / (1.0 + (accounts - 1) / in_all)
    return min(1.0, accounts * accounts / squares / expected)


def weight(accounts: int, known: int, squares: float, *, in_all: float) -> float:
    """Return the weight of a crowd's accounts, `known` of which are known by their network.

    1, unless those come from fewer networks than a TOLERANCE-th of what chance would give: then
    as much less as they are fewer. Accounts of no known network weigh 1.
    """
    if not known:
        return 1.0
    damped = min(1.0, TOLERANCE * spread(known, squares, in_all=in_all))
    return 1.0 - known / accounts * (1.0 - damped)
