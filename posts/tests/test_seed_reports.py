"""The demo community leaves its moderators something to decide."""

import pytest

from posts.models import Case, Post, Report
from posts.services import post_create
from posts.services.demo import reports_make
from posts.tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db


def test_what_the_models_like_least_is_reported_by_those_who_may_see_it():
    UserFactory.create_batch(12)
    calm = [
        post_create(author_id=UserFactory().pk, content="A walk by the river", at=NOON)
        for _ in range(8)
    ]
    rude = post_create(author_id=UserFactory().pk, content="What an idiot you are", at=NOON)
    Post.objects.update(moderation="visible")

    made = reports_make(seed=1, at=NOON)

    assert Report.objects.count() == made > 0
    assert Case.objects.filter(post=rude).exists()
    assert Case.objects.filter(post__in=calm).count() == 7
    assert not Report.objects.filter(reporter__is_staff=True).exists()


def test_an_empty_community_reports_nothing():
    assert reports_make(seed=1, at=NOON) == 0
