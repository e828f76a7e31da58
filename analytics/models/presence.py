"""Who was there, and how many that made."""

from django.db import models
from django.db.models import Q


class AccountDay(models.Model):
    """One account did something on one UTC day. Kept as long as the log."""

    account_id = models.BigIntegerField()
    day = models.DateField()
    # It signed up on that day.
    is_first = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "account_id"], name="account_day_once")
        ]
        indexes = [
            models.Index(fields=["account_id"], name="account_day_of"),
            models.Index(fields=["day"], condition=Q(is_first=True), name="account_day_first"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} on {self.day}"


class ActiveCount(models.Model):
    """How many accounts did something on one UTC day, and in the 7 and 30 that end with it."""

    day = models.DateField(unique=True)
    daily = models.PositiveIntegerField(default=0)
    weekly = models.PositiveIntegerField(default=0)
    monthly = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.daily}"


class Cohort(models.Model):
    """Of the accounts that signed up in one week, how many were there so many weeks later.

    Weeks are those of the calendar, from Monday on; week 0 counts all who signed up.
    """

    week = models.DateField()
    weeks_later = models.PositiveSmallIntegerField()
    accounts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "weeks_later"], name="cohort_once")]

    def __str__(self) -> str:
        return f"{self.week} + {self.weeks_later}: {self.accounts}"
