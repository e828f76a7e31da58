"""The record of what was done about cases."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from posts.models import CaseEntry
from socialml.core.admin import ReadOnly


@admin.register(CaseEntry)
class CaseEntryAdmin(ReadOnly):
    """Every step of every case: who claimed, released, decided, appealed and answered."""

    list_display = ("id", "happened_at", "act", "case_link", "moderator", "note")
    list_filter = ("act",)
    list_select_related = ("moderator",)
    search_fields = ("=case__id", "moderator__username", "note")
    search_help_text = "An id of a case, a moderator's name, or words of the note."
    ordering = ("-id",)

    @admin.display(description="case")
    def case_link(self, entry: CaseEntry) -> SafeString:
        address = reverse("admin:posts_case_change", args=[entry.case_id])
        return format_html('<a href="{}">case {}</a>', address, entry.case_id)
