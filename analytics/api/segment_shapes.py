"""What is answered of segments, for the schema. Nothing here is run."""

from rest_framework import serializers

Number = serializers.IntegerField


class SegmentNow(serializers.Serializer):
    """`traits` are distances from the mean of all, in standard deviations."""

    id = Number()
    name = serializers.CharField()
    traits = serializers.DictField(child=serializers.FloatField())
    size = Number()
    computed_at = serializers.DateTimeField()


class SizeOfDay(serializers.Serializer):
    date = serializers.DateField()
    segment_id = Number()
    name = serializers.CharField()
    accounts = Number()


class Movement(serializers.Serializer):
    to = Number(allow_null=True)
    accounts = Number()

    def get_fields(self) -> dict[str, serializers.Field]:
        # A name that no class body can hold.
        return {"from": Number(allow_null=True), **super().get_fields()}


class FormedGroup(serializers.Serializer):
    """`stability` and `overlap` are Jaccard indices in [0, 1]; a new segment overlaps none."""

    segment_id = Number()
    name = serializers.CharField()
    size = Number()
    stability = serializers.FloatField(allow_null=True)
    overlap = serializers.FloatField(allow_null=True)


class Formation(serializers.Serializer):
    version = serializers.CharField()
    formed_at = serializers.DateTimeField()
    silhouette = serializers.FloatField()
    groups = FormedGroup(many=True)


class SegmentsShape(serializers.Serializer):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    segments = SegmentNow(many=True)
    sizes_by_day = SizeOfDay(many=True)
    movement = Movement(many=True)
    formations = Formation(many=True)


class MembershipShape(serializers.Serializer):
    """`until` is null where the account is in it still."""

    segment_id = Number()
    name = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
