"""Serializer fields that take one spelling only, and the base of query strings."""

import re
from typing import Any, NoReturn

from django.http import QueryDict
from rest_framework import serializers

from socialml.core.text import has_too_many_marks, is_blank, text_clean

_DIGITS = re.compile(r"-?[0-9]{1,1000}\Z", re.ASCII)
LARGEST_ID = 2**63 - 1


class StrictInteger(serializers.IntegerField):
    """An integer, or its ASCII digits as a string; not 1.0, not "1_000", not " 5 "."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("invalid")
        if isinstance(data, str) and not _DIGITS.match(data):
            self.fail("invalid")
        return super().to_internal_value(data)


class Id(StrictInteger):
    """The id of an account, a post or a comment."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class Limit(StrictInteger):
    """How many results a list gives at once: 1 to 100."""

    most = 100

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=self.most, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        try:
            return super().run_validation(data)
        except serializers.ValidationError as error:
            text = f"Ask for 1 to {self.most} at once."
            raise serializers.ValidationError(text, code="invalid_limit") from error


class StrictBoolean(serializers.BooleanField):
    """true or false; in a query string also "true", "false", "1", "0"."""

    TRUE_VALUES = frozenset({"true", "True", "1"})
    FALSE_VALUES = frozenset({"false", "False", "0"})
    NULL_VALUES = frozenset({None})

    def to_internal_value(self, data: Any) -> bool:
        if isinstance(data, bool):
            return data
        if isinstance(data, str) and data in self.TRUE_VALUES:
            return True
        if not isinstance(data, str) or data not in self.FALSE_VALUES:
            self.fail("invalid", input=str(data)[:40])
        return False


class Moment(serializers.DateTimeField):
    """A moment in ISO 8601; one without a zone is in UTC."""

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.isascii():
            self.fail("invalid")
        return super().to_internal_value(value)

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        raise serializers.ValidationError("Give a moment as 2026-01-31T12:00:00Z.", code="invalid")


class Day(serializers.DateField):
    """A day as 2026-01-31."""

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.isascii():
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class Text(serializers.CharField):
    """Text for people: NFC, no bidirectional controls, something visible unless allow_blank.

    Lengths count code points. Text only; numbers are refused.
    """

    default_error_messages = {
        "too_many_combining": "Too many combining marks on one letter.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("trim_whitespace", True)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str):
            if self.max_length is not None and len(data) > self.max_length:
                # Refused before any work is done on it.
                raise serializers.ValidationError(
                    f"Ensure this field has no more than {self.max_length} characters.",
                    code="max_length",
                )
            if not self.allow_blank and is_blank(data):
                self.fail("blank")
            if has_too_many_marks(data):
                self.fail("too_many_combining")
            data = text_clean(data)
        return super().run_validation(data)


class Query(serializers.Serializer):
    """The base of query strings: no parameter twice, and unknown ones are ignored.

    `Query.read(request)` returns the validated values.
    """

    @classmethod
    def read(cls, params: QueryDict, **context: Any) -> dict[str, Any]:
        """Return the validated parameters.

        :raises ValidationError: naming each parameter that is wrong or stands twice.
        """
        twice = [name for name, values in params.lists() if len(values) > 1]
        if twice:
            raise serializers.ValidationError(
                {name[:64]: ["Give this parameter once."] for name in twice}, code="duplicate"
            )
        for name, value in params.items():
            if "\x00" in value:
                raise serializers.ValidationError(
                    {name[:64]: ["Null characters are not allowed."]},
                    code="null_characters_not_allowed",
                )
        query = cls(data=params.dict(), context=context)
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)


class PageQuery(Query):
    """Where a list starts and how many it gives."""

    limit = Limit(default=20)
    cursor = serializers.CharField(max_length=1000, required=False)
