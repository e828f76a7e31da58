"""What an operator sees of a reel in the real admin, under its strict policy."""

import pytest
from django.contrib.auth.models import Permission
from playwright.sync_api import expect

from posts.tests.factories import NOON
from profiles.tests.factories import PASSWORD, UserFactory
from reels.models import ReelCopy
from reels.tests.factories import ready_reel, stored_reel
from socialml.core.models import Job

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def operator(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    user = UserFactory(username="olga", is_staff=True, password=PASSWORD)
    names = ("view_reel", "change_reel", "view_post")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def test_a_reel_is_watched_read_and_processed_again(sign_in, operator):
    original = stored_reel(UserFactory(username="ann"))
    reel = ready_reel(UserFactory(username="ben"))
    ReelCopy.objects.create(
        reel=reel,
        original=original,
        distance=1.5,
        overlap_seconds=1,
        offset_seconds=0,
        found_at=NOON,
    )
    Job.objects.all().delete()

    page = sign_in("olga", PASSWORD)
    page.goto("/admin/reels/reel/")
    page.locator(f"a[href*='/reel/{reel.pk}/change/']").first.click()
    expect(page.locator("h2", has_text="ben")).to_contain_text("ready")
    plays = "video => new Promise(done => { video.onplaying = () => done(video.videoWidth);"
    assert page.locator("video").evaluate(plays + " video.muted = true; video.play(); })") == 64
    shown = "pictures => pictures.map(one => one.decode().then(() => one.naturalWidth))"
    widths = page.locator(".pictures img").evaluate_all(f"async all => Promise.all(({shown})(all))")
    assert len(widths) == 4
    assert min(widths) > 0
    expect(page.locator(".parts")).to_contain_text("resolution")
    expect(page.locator(".alike")).to_contain_text(f"A copy of reel {original.pk} by ann")
    expect(page.get_by_role("row", name="nudity, at most")).to_be_visible()

    page.get_by_role("button", name="Process again").click()

    expect(page.locator(".messagelist")).to_contain_text("A worker processes it again.")
    assert Job.objects.get().kwargs["post_id"] == reel.pk
