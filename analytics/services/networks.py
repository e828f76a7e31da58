"""Which accounts came from one network. The only writer of AccountNetwork."""

import ipaddress
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from analytics.models import AccountNetwork

KEPT = timedelta(days=14)
# What one owner usually holds.
_PREFIXES = {4: 24, 6: 48}
_SALT = "analytics.networks"
_BYTES = 7


def network_note(*, account_id: int, address: str, at: datetime) -> None:
    """Keep which network the account is at, if the address tells. One query.

    Addresses of no public network say nothing: they are a proxy's, or everybody's.
    """
    network = network_of(address)
    if network is not None:
        AccountNetwork.objects.bulk_create(
            [AccountNetwork(account_id=account_id, network=network, seen_at=at)],
            update_conflicts=True,
            unique_fields=["account_id"],
            update_fields=["network", "seen_at"],
        )


def network_of(address: str) -> int | None:
    """Return what stands for the /24 (of IPv6 the /48) that the address lies in.

    Keyed with SECRET_KEY; None where the text is no address of a public network.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if not parsed.is_global:
        return None
    prefix = ipaddress.ip_network((parsed, _PREFIXES[parsed.version]), strict=False)
    digest = salted_hmac(_SALT, str(prefix), algorithm="sha256").digest()
    return int.from_bytes(digest[:_BYTES])


def networks_purge(*, at: datetime) -> None:
    """Let go of what was noted longer ago than KEPT."""
    AccountNetwork.objects.filter(seen_at__lt=at - KEPT).delete()
