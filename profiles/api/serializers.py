"""Shapes on the wire. They parse and describe; they never save and never query."""

from typing import Any

from rest_framework import serializers

from mlengine.sources import WEIGHABLE
from profiles.models import Erasure, Follow
from socialml.api.fields import Id, PageQuery, Query, StrictBoolean, Text
from socialml.core.text import fold

LONGEST_PASSWORD = 128
_MOST_INTERESTS = 20
_MOST_MUTED = 200


class Exact(serializers.CharField):
    """A string taken as it is: a name, an address, a secret. Nothing is trimmed or cleaned."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Email(serializers.EmailField):
    """An address, or nothing."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Words(serializers.ListField):
    """A list of short texts, each once however it is spelled, in their first spelling."""

    def to_internal_value(self, data: Any) -> list[str]:
        if isinstance(data, list) and len(data) > self.max_length:
            # Refused before any work is done on them.
            text = f"Ensure this field has no more than {self.max_length} elements."
            raise serializers.ValidationError(text, code="max_length")
        words: dict[str, str] = {}
        for word in super().to_internal_value(data):
            words.setdefault(fold(word), word)
        return list(words.values())


class Folded(Words):
    """A list of words that are compared: kept folded."""

    def to_internal_value(self, data: Any) -> list[str]:
        return [fold(word) for word in super().to_internal_value(data)]


class Share(serializers.FloatField):
    """A number from 0 to 1; not a string, not true."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0.0, max_value=1.0, **kwargs)

    def to_internal_value(self, data: Any) -> float:
        # NaN is neither below 0 nor above 1.
        if isinstance(data, bool) or not isinstance(data, int | float) or not 0 <= data <= 1:
            raise serializers.ValidationError("Give a number from 0 to 1.", code="out_of_range")
        return float(data)


class SourceWeights(serializers.DictField):
    """How much each source of recommendations counts, by its name; 1 where it is not named."""

    child = Share()

    def to_internal_value(self, data: Any) -> dict[str, float]:
        if isinstance(data, dict):
            unknown = [str(name)[:64] for name in data if name not in WEIGHABLE]
            if unknown:
                text = f"No such source; there are: {', '.join(WEIGHABLE)}."
                raise serializers.ValidationError(
                    {name: [text] for name in unknown[:20]}, code="unknown_source"
                )
        weights: dict[str, float] = super().to_internal_value(data)
        return weights


class _Described(serializers.Serializer):
    email = Email(max_length=254, allow_blank=True, default="")
    display_name = Text(max_length=60, allow_blank=True, default="")
    bio = Text(max_length=500, allow_blank=True, default="")
    interests = Words(child=Text(max_length=40), max_length=_MOST_INTERESTS, default=list)
    language = serializers.RegexField(
        r"^[a-z]{2,3}(-[A-Za-z]{2,4})?\Z", max_length=8, allow_blank=True, default=""
    )
    is_private = StrictBoolean(default=False)


class SignUp(_Described):
    """A new account. Without a password it is used with its tokens until it sets one."""

    username = Exact(max_length=30)
    password = Exact(max_length=LONGEST_PASSWORD, required=False, write_only=True)


class ProfileInput(_Described):
    """The account as it shall be; `user_id`, where given, must be the caller's."""

    username = Exact(max_length=30)
    user_id = Id(required=False)


class ProfileQuery(Query):
    """Whose profile: by id or by name, else one's own."""

    user_id = Id(required=False)
    username = Exact(max_length=120, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) > 1:
            raise serializers.ValidationError("Give user_id or username, not both.")
        return attrs


class OwnQuery(Query):
    """`user_id`, where given, must be the caller's."""

    user_id = Id(required=False)


class ReceiptQuery(Query):
    receipt = Exact(max_length=43)


class Credentials(serializers.Serializer):
    """A name or an address, and its password."""

    username = Exact(max_length=254)
    password = Exact(max_length=LONGEST_PASSWORD)


class Refresh(serializers.Serializer):
    refresh = Exact(max_length=2048)


class Proof(serializers.Serializer):
    """A name or an address with its password; or, where there is none, a refresh token."""

    username = Exact(max_length=254, required=False)
    password = Exact(max_length=LONGEST_PASSWORD, required=False)
    refresh = Exact(
        max_length=2048,
        required=False,
        help_text="The last one of an account that never set a password.",
    )

    def validate(self, given: dict[str, str]) -> dict[str, str]:
        names = ["username", "password"]
        if "refresh" in given and not given.keys().isdisjoint(names):
            text = "Send this, or a name and a password."
            raise serializers.ValidationError({"refresh": [text]})
        missing = [] if "refresh" in given else [name for name in names if name not in given]
        if missing:
            text = "This field is required."
            raise serializers.ValidationError({name: [text] for name in missing}, code="required")
        return given


class PasswordChange(serializers.Serializer):
    """The current password may be left out by an account that has none yet."""

    new_password = Exact(max_length=LONGEST_PASSWORD)
    current_password = Exact(max_length=LONGEST_PASSWORD, required=False, allow_null=True)


class PreferencesInput(serializers.Serializer):
    """How to rank for the account. Not personalised: the newest, and no profile is read."""

    is_personalised = StrictBoolean(default=True)
    muted_hashtags = Folded(child=Text(max_length=64), max_length=_MOST_MUTED, default=list)
    muted_categories = Folded(child=Text(max_length=40), max_length=_MOST_MUTED, default=list)
    languages = Words(
        child=serializers.RegexField(r"^[a-z]{2,3}(-[A-Za-z]{2,4})?\Z", max_length=8),
        max_length=20,
        default=list,
    )
    weights = SourceWeights(
        default=dict,
        help_text=f"0 leaves a source out, 1 is the default. Sources: {', '.join(WEIGHABLE)}.",
    )


class GraphPage(PageQuery):
    """A page of accounts."""


class Profile(serializers.Serializer):
    """An account. What the viewer may not see of it is left out."""

    id = Id()
    username = serializers.CharField()
    display_name = serializers.CharField()
    bio = serializers.CharField()
    is_private = serializers.BooleanField()
    follower_count = serializers.IntegerField()
    following_count = serializers.IntegerField()
    post_count = serializers.IntegerField()
    joined_at = serializers.DateTimeField()
    email = serializers.CharField(required=False, help_text="One's own only.")
    interests = serializers.ListField(child=serializers.CharField(), required=False)
    language = serializers.CharField(required=False)
    has_password = serializers.BooleanField(required=False, help_text="One's own only.")
    following = serializers.ChoiceField(Follow.State.choices, required=False, allow_null=True)
    followed_by = serializers.BooleanField(required=False)
    muted = serializers.BooleanField(required=False)


class Tokens(serializers.Serializer):
    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds that the access token lives.")


class ModerationAccess(serializers.Serializer):
    access = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds that the token lives.")
    refresh = serializers.CharField(
        required=False, help_text="For the next time; given to whoever sent one."
    )


class NewProfile(Profile):
    """A new account with its first tokens."""

    tokens = Tokens()


class AccountLine(serializers.Serializer):
    """One account of a list, with the viewer's own follow of it."""

    id = Id()
    username = serializers.CharField()
    display_name = serializers.CharField()
    followed_at = serializers.DateTimeField()
    following = serializers.ChoiceField(Follow.State.choices, allow_null=True)


class FollowState(serializers.Serializer):
    user_id = Id()
    state = serializers.ChoiceField(Follow.State.choices)


class BlockState(serializers.Serializer):
    user_id = Id()
    blocked = serializers.BooleanField()


class MuteState(serializers.Serializer):
    user_id = Id()
    muted = serializers.BooleanField()


class PreferencesShown(serializers.Serializer):
    is_personalised = serializers.BooleanField()
    muted_hashtags = serializers.ListField(child=serializers.CharField())
    muted_categories = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    weights = serializers.DictField(child=serializers.FloatField())
    history_since = serializers.DateTimeField(
        allow_null=True, help_text="The last reset: nothing before it counts."
    )
    muted_authors = serializers.ListField(
        child=serializers.IntegerField(), help_text="Set by PUT /api/profile/{user_id}/mute."
    )


class ResetShown(serializers.Serializer):
    history_since = serializers.DateTimeField()
    deleted = serializers.DictField(child=serializers.IntegerField(), help_text="Rows, by table.")


class ErasureShown(serializers.Serializer):
    receipt = serializers.CharField()
    state = serializers.ChoiceField(Erasure.State.choices)
    requested_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    deleted = serializers.DictField(child=serializers.IntegerField(), help_text="Rows, by table.")


class ExportShown(serializers.Serializer):
    """Everything the service holds about the account, by table."""

    exported_at = serializers.DateTimeField()
    tables = serializers.DictField(child=serializers.ListField(child=serializers.DictField()))
