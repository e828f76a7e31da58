"""What every endpoint starts from."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import APIException, NotAuthenticated, ParseError
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from socialml.api.authentication import Caller, caller_of
from socialml.api.bodies import body_refuse
from socialml.api.errors import answer_error
from socialml.api.gate import client_address, gate_pass
from socialml.api.idempotency import answered_once
from socialml.api.renderers import accept_check
from socialml.core.errors import DomainError
from socialml.core.redis import Command


class FilledRequest(Request):
    """A request whose body, where the view asks for it, must be there."""

    def _parse(self) -> tuple[Any, Any]:
        if self.stream is None:
            # Not even {}: more likely a slip than the wish for every default.
            raise ParseError("The body is empty: send a JSON object.", code="parse_error")
        return super()._parse()


class OpenView(APIView):
    """A view for anybody, limited by account or address, idempotent where a POST has a key."""

    permission_classes = [AllowAny]
    # The scope of the limit that a request counts against; methods may have their own.
    rate_scope: str | None = None
    rate_scopes: dict[str, str] = {}
    # Whether POST answers through `answered` itself, once its slow half is done: the transaction of
    # a key must not stand open meanwhile.
    is_slow = False
    # What a success is; a failure is JSON in any case.
    media_type = "application/json"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        has_key = request.method == "POST" and "Idempotency-Key" in request.headers
        if self.is_slow or not has_key:
            return super().dispatch(request, *args, **kwargs)
        dispatch = super().dispatch
        try:
            return answered_once(request, lambda: dispatch(request, *args, **kwargs))
        except DomainError as error:
            return self._refuse(request, error)

    def answered(self, request: Request, work: Callable[[], Response]) -> HttpResponse:
        """Answer with what `work` gives, once for each Idempotency-Key."""
        if "Idempotency-Key" not in request.headers:
            return work()
        return answered_once(request._request, lambda: self.finalize_response(request, work()))

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FilledRequest:
        return FilledRequest(
            request,
            parsers=self.get_parsers(),
            authenticators=self.get_authenticators(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.perform_authentication(request)
        user = request.user
        is_known = bool(user and user.is_authenticated)
        scope = self.rate_scopes.get(request.method or "") or self.rate_scope
        gate_pass(
            scope=scope or ("account" if is_known else "anonymous"),
            who=f"a{user.pk}" if is_known else client_address(request._request),
            session_id=user.session_id if isinstance(user, Caller) else "",
        )
        self.check_permissions(request)
        accept_check(request._request, media_type=self.media_type)
        body_refuse(request._request, getattr(self, (request.method or "").lower(), None))

    def _refuse(self, request: HttpRequest, error: Exception) -> HttpResponse:
        wrapped = self.initialize_request(request)
        self.headers: dict[str, str] = {}
        self.request = wrapped
        response = answer_error(error, {"request": request, "view": self})
        if response is None:
            raise error
        return self.finalize_response(wrapped, response).render()


class SignedInView(OpenView):
    """A view for signed-in accounts only."""

    permission_classes = [IsAuthenticated]

    @property
    def me(self) -> Caller:
        """The account asking."""
        caller = self.request.user
        assert isinstance(caller, Caller)
        return caller


class LeanView(SignedInView):
    """A signed-in GET whose bytes are ready: it passes the same gate, and skips most of DRF.

    A subclass says in `asked` what it needs of Redis, and answers with that in `read`.
    HEAD goes with GET, other methods the usual way.
    """

    def asked(self, request: HttpRequest, caller: Caller) -> Sequence[Command]:
        """Return the commands that go to Redis together with the rate limit's."""
        return ()

    def read(self, request: HttpRequest, caller: Caller, found: Sequence[Any]) -> bytes:
        """Return the whole body. `found` are the answers to `asked`; None each without Redis."""
        raise AssertionError("A LeanView says how it reads.")

    def get(self, request: Request) -> HttpResponse:
        """Stand for the method where the API describes itself; `dispatch` answers it."""
        raise AssertionError("dispatch answers GET")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return super().dispatch(request, *args, **kwargs)
        try:
            caller = caller_of(request)
            if caller is None:
                raise NotAuthenticated
            accept_check(request)
            found = gate_pass(
                scope=self.rate_scope or "account",
                who=f"a{caller.pk}",
                session_id=caller.session_id,
                also=self.asked(request, caller),
            )
            body_refuse(request, self.get)
            body = self.read(request, caller, found)
        except (DomainError, APIException, DatabaseError) as error:
            return self._refuse(request, error)
        return HttpResponse(body, content_type="application/json")
