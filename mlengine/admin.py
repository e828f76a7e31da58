"""Models, trainings and predictions for operators: read here, changed through the registry."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from mlengine.errors import UnknownModel
from mlengine.models import (
    AccountInsight,
    ModelVersion,
    Segment,
    SegmentFormation,
    SegmentMembership,
    SegmentSize,
    Slate,
    TrainingRun,
)
from mlengine.registry import predictions_want, version_promote, version_rollback
from socialml.core.admin import ReadOnly


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnly):
    list_display = ("__str__", "name", "is_live", "score", "baseline", "verdict", "trained_at")
    list_filter = ("name", "is_live")
    search_fields = ("name", "verdict", "sha256")
    ordering = ("-id",)
    exclude = ("artifact",)
    actions = ("promote", "roll_back")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        # An artifact has megabytes, and nobody reads it here.
        found: QuerySet[ModelVersion] = super().get_queryset(request).defer("artifact")
        return found

    @admin.display(description="score")
    def score(self, version: ModelVersion) -> str:
        return _figure(version, "score")

    @admin.display(description="baseline")
    def baseline(self, version: ModelVersion) -> str:
        return _figure(version, "baseline")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("mlengine.change_modelversion"))

    @admin.action(description="Make it the one that serves", permissions=["operate"])
    def promote(self, request: HttpRequest, versions: QuerySet[ModelVersion]) -> None:
        if len(versions) != 1:
            self.message_user(request, "Choose one version.", messages.ERROR)
            return
        version = version_promote(version_id=versions[0].pk, at=timezone.now())
        predictions_want(version.name)
        self.message_user(request, f"{version} serves within seconds.")

    @admin.action(description="Give back to the version before", permissions=["operate"])
    def roll_back(self, request: HttpRequest, versions: QuerySet[ModelVersion]) -> None:
        for name in sorted({version.name for version in versions}):
            try:
                version = version_rollback(name=name, at=timezone.now())
            except UnknownModel as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.message_user(request, f"{version} serves again within seconds.")


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnly):
    list_display = ("id", "state", "started_at", "finished_at", "process")
    list_filter = ("state",)
    date_hierarchy = "started_at"
    ordering = ("-id",)


@admin.register(Slate)
class SlateAdmin(ReadOnly):
    list_display = ("id", "audience", "audience_id", "surface", "model_version", "computed_at")
    list_filter = ("audience", "surface", "model_version")
    search_fields = ("=audience_id",)
    search_help_text = "An account's or a segment's id."
    ordering = ("-id",)


@admin.register(Segment)
class SegmentAdmin(ReadOnly):
    list_display = ("name", "size", "computed_at", "ended_at")
    list_filter = (("ended_at", admin.EmptyFieldListFilter),)
    search_fields = ("name",)
    ordering = ("-size", "id")


@admin.register(SegmentFormation)
class SegmentFormationAdmin(ReadOnly):
    list_display = ("id", "version_id", "formed_at", "silhouette", "groups")
    ordering = ("-id",)


@admin.register(SegmentMembership)
class SegmentMembershipAdmin(ReadOnly):
    list_display = ("account_id", "name", "since", "until")
    search_fields = ("=account_id",)
    search_help_text = "An account's id."
    ordering = ("-id",)


@admin.register(SegmentSize)
class SegmentSizeAdmin(ReadOnly):
    list_display = ("day", "segment", "accounts")
    list_select_related = ("segment",)
    ordering = ("-day", "-accounts", "id")


@admin.register(AccountInsight)
class AccountInsightAdmin(ReadOnly):
    list_display = ("user_id", "engagement_class", "churn_risk", "segment", "computed_at")
    list_filter = ("engagement_class", "segment")
    list_select_related = ("segment",)
    search_fields = ("=user_id",)
    ordering = ("user_id",)


def _figure(version: ModelVersion, name: str) -> str:
    value = version.metrics.get(name)
    return "-" if value is None else f"{value:.4f}"
