"""What may go wrong in the domain, by kind. The HTTP status follows from the kind."""

from collections.abc import Mapping, Sequence


class DomainError(Exception):
    """A failure the caller can be told about.

    `code` is stable and machine-readable; `fields` names what was wrong in the input.
    """

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.fields = {name: list(texts) for name, texts in (fields or {}).items()}


class Invalid(DomainError):
    """The input breaks a rule (400)."""

    code = "invalid"


class NotSignedIn(DomainError):
    """The caller is not, or no longer, who the credentials say (401)."""

    code = "not_authenticated"


class Forbidden(DomainError):
    """The caller may know of the thing but not do this to it (403)."""

    code = "permission_denied"


class NotFound(DomainError):
    """There is no such thing, or the caller may not know of it (404)."""

    code = "not_found"


class Conflict(DomainError):
    """The thing is in a state that does not allow this (409)."""

    code = "conflict"


class TooLarge(DomainError):
    """The thing is larger than what is taken (413)."""

    code = "payload_too_large"


class RateLimited(DomainError):
    """Too many requests (429). `retry_after_seconds` says when to come back."""

    code = "rate_limited"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class NotReady(DomainError):
    """Something this needs is not there yet; asking again later may work (503)."""

    code = "not_ready"
