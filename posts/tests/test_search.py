"""What finds a post, and what no longer does."""

import pytest
from django.db import connection

from posts.models import SearchText
from posts.selectors import PostFilter, posts_page
from posts.services import post_update
from posts.tests.factories import NOON, PostFactory
from profiles.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def found(text):
    page = posts_page(viewer_id=UserFactory().pk, narrow=PostFilter(words=text.split()))
    return [post["id"] for post in page.results]


@pytest.mark.parametrize("text", ["été", "ÉTÉ", "l\u2019ÉT", "lisbonne été", "#sea", "SEA"])
def test_a_post_is_found_by_parts_of_its_words_and_hashtags_in_any_case(text):
    post = PostFactory(content="Tout l\u2019Été à Lisbonne", hashtags=["sea", "sun"])
    PostFactory(content="Winter", hashtags=["snow"])

    assert found(text) == [post.pk]


def test_an_edit_changes_what_finds_a_post():
    post = PostFactory(content="A walk by the river")

    post_update(post_id=post.pk, author_id=post.author_id, content="A run by the lake", at=NOON)

    assert (found("river"), found("lake")) == ([], [post.pk])


def test_nothing_to_search_by_is_left_of_a_deleted_post():
    post = PostFactory()

    post.delete()

    assert not SearchText.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL's pg_trgm")
def test_rare_words_are_looked_up_in_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = SearchText.objects.filter(text__contains="zebrafish").explain()

    assert "search_text_triples" in plan
