"""The admin's common parts, and the pages of background work."""

from socialml.core.admin.decisions import decide_each, decide_with_reason
from socialml.core.admin.jobs import JobAdmin, ScheduleWindowAdmin
from socialml.core.admin.lists import ReadOnly

__all__ = ["JobAdmin", "ReadOnly", "ScheduleWindowAdmin", "decide_each", "decide_with_reason"]
