"""/api/profile and the account's own ranking controls."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from posts.services import author_cards_forget
from profiles import selectors, services
from profiles.api import serializers as shapes
from profiles.api.views.privacy import erasure_shown
from socialml.api.envelope import answer
from socialml.api.gate import client_address
from socialml.api.schema import documented
from socialml.api.views import SignedInView
from socialml.core.errors import Forbidden


class ProfileView(SignedInView):
    """/api/profile"""

    rate_scopes = {"POST": "sign_up", "PUT": "write", "PATCH": "write", "DELETE": "write"}

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny() if self.request.method == "POST" else IsAuthenticated()]

    @documented(
        "Make an account",
        request=shapes.SignUp,
        data=shapes.NewProfile,
        status=201,
        signed_in=False,
        description="Answers with its first tokens. A password is optional.",
    )
    def post(self, request: Request) -> Response:
        sign_up = shapes.SignUp(data=request.data)
        sign_up.is_valid(raise_exception=True)
        now = timezone.now()
        with transaction.atomic():
            user = services.account_create(
                **sign_up.validated_data, at=now, address=client_address(request)
            )
            tokens = services.tokens_issue(user_id=user.pk, at=now)
        card = selectors.account_card(user.pk, user.pk)
        data = {**card, "tokens": tokens_shown(tokens)}
        return answer(data, "Account created", status=201)

    @documented("Read a profile", query=shapes.ProfileQuery, data=shapes.Profile, errors=[404])
    def get(self, request: Request) -> Response:
        query = shapes.ProfileQuery.read(request.query_params)
        user_id = query.get("user_id", self.me.pk)
        if "username" in query:
            user_id = selectors.account_id_of(query["username"]) or 0
        return answer(selectors.account_card(user_id, self.me.pk))

    @documented(
        "Replace one's profile", request=shapes.ProfileInput, data=shapes.Profile, errors=[403]
    )
    def put(self, request: Request) -> Response:
        return self._update(shapes.ProfileInput(data=request.data))

    @documented(
        "Change one's profile", request=shapes.ProfileInput, data=shapes.Profile, errors=[403]
    )
    def patch(self, request: Request) -> Response:
        return self._update(shapes.ProfileInput(data=request.data, partial=True))

    @documented(
        "Erase one's account",
        query=shapes.OwnQuery,
        data=shapes.ErasureShown,
        status=202,
        errors=[403],
        description="The account is closed at once; /api/profile/erasure tells when all is gone.",
    )
    def delete(self, request: Request) -> Response:
        query = shapes.OwnQuery.read(request.query_params)
        own_only(query, self.me.pk)
        return answer(erasure_shown(self.me.pk), "Account closed", status=202)

    def _update(self, draft: shapes.ProfileInput) -> Response:
        draft.is_valid(raise_exception=True)
        changes = dict(draft.validated_data)
        own_only(changes, self.me.pk)
        changes.pop("user_id", None)
        with transaction.atomic():
            services.account_update(user_id=self.me.pk, changes=changes)
            if "is_private" in changes:
                # Before the worker rewrites anything, nobody may see what has become private.
                author_cards_forget(author_id=self.me.pk)
        return answer(selectors.account_card(self.me.pk, self.me.pk), "Profile saved")


class PreferencesView(SignedInView):
    """/api/profile/preferences"""

    rate_scopes = {"PUT": "write", "PATCH": "write"}

    @documented("Read one's ranking controls", data=shapes.PreferencesShown)
    def get(self, request: Request) -> Response:
        return answer(selectors.controls_of(self.me.pk))

    @documented(
        "Replace one's ranking controls",
        request=shapes.PreferencesInput,
        data=shapes.PreferencesShown,
    )
    def put(self, request: Request) -> Response:
        return self._set(shapes.PreferencesInput(data=request.data))

    @documented(
        "Change one's ranking controls",
        request=shapes.PreferencesInput,
        data=shapes.PreferencesShown,
    )
    def patch(self, request: Request) -> Response:
        return self._set(shapes.PreferencesInput(data=request.data, partial=True))

    def _set(self, draft: shapes.PreferencesInput) -> Response:
        draft.is_valid(raise_exception=True)
        saved = services.preferences_set(
            user_id=self.me.pk, changes=draft.validated_data, at=timezone.now()
        )
        return answer(saved, "Preferences saved")


class ProfileResetView(SignedInView):
    """/api/profile/preferences/reset"""

    rate_scopes = {"POST": "write"}

    @documented(
        "Forget what was learned of me",
        data=shapes.ResetShown,
        description=(
            "Feeds start afresh: nothing done before counts any more, here or in the next "
            "training. Interests, follows, mutes and preferences stay; what was seen is not "
            "shown again."
        ),
    )
    def post(self, request: Request) -> Response:
        done = services.profile_reset(user_id=self.me.pk, at=timezone.now())
        return answer(done, "Profile reset")


def own_only(given: Mapping[str, Any], my_id: int) -> None:
    """Refuse a `user_id` that is not the caller's.

    :raises Forbidden: if it is another's.
    """
    if given.get("user_id", my_id) != my_id:
        raise Forbidden("This is another account's.", fields={"user_id": ["Not yours."]})


def tokens_shown(tokens: Mapping[str, str]) -> dict[str, Any]:
    """Return the tokens with the seconds that the access token lives."""
    lifetime = settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"]
    return {**tokens, "expires_in": int(lifetime.total_seconds())}
