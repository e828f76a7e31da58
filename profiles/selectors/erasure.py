"""How far an erasure is."""

from profiles.models import Erasure
from socialml.core.errors import NotFound


class ReceiptNotFound(NotFound):
    """No erasure has this receipt."""


def erasure_of(receipt: str) -> Erasure:
    """Return the erasure that has this receipt. One query.

    :raises ReceiptNotFound: if none has.
    """
    erasure = Erasure.objects.filter(receipt=receipt).first()
    if erasure is None:
        raise ReceiptNotFound("No erasure has this receipt.")
    return erasure
