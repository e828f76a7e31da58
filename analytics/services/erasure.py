"""Taking one account out of the event log."""

from django.db import models

from analytics.models import AccountDay, AccountNetwork, DayRollup, Event, Rollup

_AT_ONCE = 1000
# What a moderator decided about others: trends leave out what is hidden, whoever hid it.
_RULED = (
    Event.Kind.HIDDEN,
    Event.Kind.RESTORED,
    Event.Kind.REDUCED,
    Event.Kind.REACH_RESTORED,
)


def account_erase(*, account_id: int) -> dict[str, int]:
    """Delete what the account did and what was done to it; return how many rows, by table.

    Its views of others' posts stay as views by nobody, so that their counts still add up, and so
    does what it decided about them as a moderator, which stands. A run that was cut off is simply
    run again.
    """
    events = Event.objects.filter(target_id=account_id)
    mine = Event.objects.filter(actor_id=account_id)
    return {
        "events": _delete(events) + _delete(mine.exclude(kind__in=(Event.Kind.VIEWED, *_RULED))),
        "rulings_made_anonymous": _anonymise(mine.filter(kind__in=_RULED)),
        "views_made_anonymous": _anonymise(mine),
        "rollups": Rollup.objects.filter(author_id=account_id).delete()[0]
        + DayRollup.objects.filter(author_id=account_id).delete()[0],
        "days": AccountDay.objects.filter(account_id=account_id).delete()[0],
        "networks": AccountNetwork.objects.filter(account_id=account_id).delete()[0],
    }


def _delete(events: models.QuerySet[Event]) -> int:
    count = 0
    while ids := list(events.values_list("pk", flat=True)[:_AT_ONCE]):
        count += Event.objects.filter(pk__in=ids).delete()[0]
    return count


def _anonymise(events: models.QuerySet[Event]) -> int:
    count = 0
    while ids := list(events.values_list("pk", flat=True)[:_AT_ONCE]):
        count += Event.objects.filter(pk__in=ids).update(
            actor_id=None, client_id=None, slate_id=None, position=None, query=""
        )
    return count
