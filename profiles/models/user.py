"""The account: who publishes, reads and is ranked for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from profiles.models.names import email_fold, username_fold, username_problem


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        """Keep the accounts that are neither suspended nor erased."""
        return self.filter(is_active=True)

    def people(self) -> UserQuerySet:
        """Keep the accounts of people: not the archive of imported items."""
        return self.filter(is_archive=False)


class UserManager(BaseUserManager["User"]):
    """Finds accounts by any spelling of their name, as Django's own log-in asks it to."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        """Keep the accounts that are neither suspended nor erased."""
        return self.get_queryset().active()

    def people(self) -> UserQuerySet:
        """Keep the accounts of people: not the archive of imported items."""
        return self.get_queryset().people()

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username_key=username_fold(username or ""))

    def create_user(
        self, username: str, email: str = "", password: str | None = None, **fields: Any
    ) -> User:
        """Make an account as operators and tests do; people come by profiles.services.

        Reserved names are allowed here. Without a password the account has none.

        :raises ValidationError: if the name breaks a rule or is taken.
        """
        problem = username_problem(username)
        if problem:
            raise ValidationError(problem[1], code=problem[0])
        user = self.model(username=username, email=email, **fields)
        user.username_key = username_fold(username)
        user.email_key = email_fold(email) if email else None
        user.joined_at = fields.get("joined_at") or timezone.now()
        user.set_password(password)
        user.validate_unique()
        user.save(using=self._db, force_insert=True)
        return user

    def create_superuser(
        self, username: str, email: str = "", password: str | None = None, **fields: Any
    ) -> User:
        """Make an account that may do everything in the admin: `manage.py createsuperuser`.

        :raises ValidationError: if the name breaks a rule or is taken.
        """
        return self.create_user(
            username, email, password, **{**fields, "is_staff": True, "is_superuser": True}
        )


class User(AbstractBaseUser, PermissionsMixin):
    """One account."""

    username = models.CharField(max_length=30, unique=True)
    # The folded name: two spellings of one name are one account.
    username_key = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=60, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    # The folded address; null where none was given, so that many may have none.
    email_key = models.CharField(max_length=254, unique=True, null=True)  # noqa: DJ001
    bio = models.CharField(max_length=500, blank=True)
    interests = models.JSONField(default=list)
    language = models.CharField(max_length=8, blank=True)
    is_private = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    # Holds imported items whose author nobody knows; author spread ignores it.
    is_archive = models.BooleanField(default=False)
    joined_at = models.DateTimeField()

    # Kept by profiles.services.follows and posts.services.posts, their only writers.
    follower_count = models.PositiveIntegerField(default=0)
    following_count = models.PositiveIntegerField(default=0)
    post_count = models.PositiveIntegerField(default=0)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        indexes = [
            models.Index(fields=["-joined_at", "-id"], name="user_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(username=""), name="user_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.username
