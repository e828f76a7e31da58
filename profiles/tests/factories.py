"""Valid rows from nothing."""

from datetime import UTC, datetime
from typing import Any

import factory
from rest_framework.test import APIClient

from profiles.models import User
from profiles.models.names import email_fold, username_fold
from profiles.services import tokens_issue

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
PASSWORD = "violet-otter-47"


class UserFactory(factory.django.DjangoModelFactory):
    """An active, public account without a password; `password=` gives it one."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"person_{number}")
    username_key = factory.LazyAttribute(lambda user: username_fold(user.username))
    email = factory.LazyAttribute(lambda user: f"{user.username_key}@example.com")
    email_key = factory.LazyAttribute(lambda user: email_fold(user.email) if user.email else None)
    joined_at = NOON

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        password = kwargs.pop("password", None)
        user = model_class(*args, **kwargs)
        user.set_password(password)
        user.save(force_insert=True)
        return user


def client_for(user: User | None = None) -> APIClient:
    """Return a client signed in as `user`, or signed out."""
    client = APIClient()
    if user is not None:
        tokens = tokens_issue(user_id=user.pk, at=datetime.now(UTC))
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
    return client
