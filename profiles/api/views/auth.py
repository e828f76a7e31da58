"""/api/auth: signing in, staying signed in, signing out."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from profiles import services
from profiles.api import serializers as shapes
from profiles.api.views.accounts import tokens_shown
from profiles.models.names import email_fold, username_fold
from socialml.api.envelope import answer
from socialml.api.gate import client_address, gate_pass
from socialml.api.schema import documented
from socialml.api.views import OpenView, SignedInView


class _Secrets(OpenView):
    """An endpoint whose answers are never stored: they hold tokens.

    It reads no access token either: a client with an expired one must still get in. And what a
    refusal writes (the end of a stolen session) must stay, with an Idempotency-Key too.
    """

    authentication_classes = []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return APIView.dispatch(self, request, *args, **kwargs)


class TokenView(_Secrets):
    """/api/auth/token"""

    rate_scope = "login"

    @documented(
        "Sign in",
        request=shapes.Credentials,
        data=shapes.Tokens,
        errors=[401],
        signed_in=False,
        description="`username` takes the name or the address.",
    )
    def post(self, request: Request) -> Response:
        given = shapes.Credentials(data=request.data)
        given.is_valid(raise_exception=True)
        user_id = services.credentials_verify(**_guess_counted(given.validated_data))
        tokens = services.account_sign_in(
            user_id=user_id, at=timezone.now(), address=client_address(request)
        )
        return answer(tokens_shown(tokens), "Signed in")


class ModerationTokenView(_Secrets):
    """/api/moderation/token"""

    rate_scope = "login"

    @documented(
        "Get in to read why one is suspended, and to appeal",
        request=shapes.Proof,
        data=shapes.ModerationAccess,
        errors=[401],
        signed_in=False,
        description="Takes what signing in takes, from a suspended account as well; or, from a "
        "suspended account that never set a password, its last refresh token. The token opens "
        "/api/moderation/decisions and what is below it, and nothing else.",
    )
    def post(self, request: Request) -> Response:
        given = shapes.Proof(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.now()
        if "refresh" in given.validated_data:
            tokens = services.moderation_tokens_trade(at=now, **given.validated_data)
        else:
            user_id = services.suspended_verify(**_guess_counted(given.validated_data))
            tokens = {"access": services.moderation_token_issue(user_id=user_id, at=now)}
        return answer(tokens_shown(tokens), "Access to the decisions about you")


class TokenRefreshView(_Secrets):
    """/api/auth/token/refresh"""

    @documented(
        "Trade a refresh token for the next pair",
        request=shapes.Refresh,
        data=shapes.Tokens,
        errors=[401],
        signed_in=False,
        description="A refresh token works once. One that comes back ends its session.",
    )
    def post(self, request: Request) -> Response:
        given = shapes.Refresh(data=request.data)
        given.is_valid(raise_exception=True)
        tokens = services.tokens_refresh(
            refresh=given.validated_data["refresh"],
            at=timezone.now(),
            address=client_address(request),
        )
        return answer(tokens_shown(tokens), "Refreshed")


class LogoutView(SignedInView):
    """/api/auth/logout"""

    @documented("End this session", description="Both its tokens are refused from now on.")
    def post(self, request: Request) -> Response:
        services.session_revoke(session_id=self.me.session_id, at=timezone.now())
        return answer({}, "Signed out")


class PasswordView(SignedInView):
    """/api/auth/password"""

    rate_scope = "login"

    @documented(
        "Set or change the password",
        request=shapes.PasswordChange,
        description="Ends the account's other sessions.",
    )
    def post(self, request: Request) -> Response:
        given = shapes.PasswordChange(data=request.data)
        given.is_valid(raise_exception=True)
        gate_pass(scope="login_account", who=f"a{self.me.pk}")
        services.password_set(
            user_id=self.me.pk,
            new_password=given.validated_data["new_password"],
            current_password=given.validated_data.get("current_password"),
            session_id=self.me.session_id,
            at=timezone.now(),
        )
        return answer({}, "Password saved")


def _guess_counted(given: Mapping[str, str]) -> dict[str, str]:
    """Return the name and the password, the guess counted against the name."""
    gate_pass(scope="login_account", who=_counted_as(given["username"]))
    return {"name": given["username"], "password": given["password"]}


def _counted_as(name: str) -> str:
    """Return what guesses at one account are counted under, whatever its spelling."""
    folded = email_fold(name) if "@" in name else username_fold(name)
    return sha256(folded.encode()).hexdigest()[:32]
