"""Where accounts came from, told apart but not told."""

from django.db import models


class AccountNetwork(models.Model):
    """The network that an account last signed up, signed in or refreshed from.

    `network` is a keyed hash of the address without its last part: equal for neighbours, and
    without the key nothing to trace back. Kept for two weeks.
    """

    account_id = models.BigIntegerField(unique=True)
    network = models.BigIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="account_network_seen")]

    def __str__(self) -> str:
        return f"{self.account_id} from {self.network:x}"
