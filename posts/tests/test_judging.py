"""What the live policy does with a text before anybody else sees it."""

from datetime import timedelta

import pytest

from analytics.models import Event
from posts.models import Case, Comment, Decision, Post, Strike
from posts.services import comment_add, post_create, post_publish, post_update
from posts.tests.factories import NOON, PostFactory, UserFactory
from posts.tests.policies import policy_make_live, rule_of
from profiles.models import User

pytestmark = pytest.mark.django_db


def write(author=None, content="Hello there", **more):
    return post_create(author_id=(author or UserFactory()).pk, content=content, at=NOON, **more)


def decided():
    return list(Decision.objects.order_by("pk").values_list("action", "rule_code"))


def test_the_first_policy_holds_the_toxic_and_reduces_the_spam():
    toxic = write(content="You stupid idiot, I will kill you")
    spam = write(content="WIN a FREE iphone!!! click http://bit.ly/x now, buy cheap followers")
    kind = write(content="A lovely morning by the river")

    assert (toxic.moderation, toxic.is_reduced) == ("held", False)
    assert (spam.moderation, spam.is_reduced) == ("visible", True)
    assert (kind.moderation, kind.is_reduced) == ("visible", False)
    assert decided() == [("hold", "toxicity"), ("reduce", "spam")]


def test_a_decision_of_the_policy_quotes_the_rule_and_the_words_that_drove_it():
    version = policy_make_live(rule_of("hold", code="rude", thresholds={"insult": 0.5}))

    post = write(content="You stupid idiot")

    decision = Decision.objects.get()
    assert (decision.rule_code, decision.rule_text) == ("rude", "Nothing may be said.")
    assert (decision.policy_id, decision.is_automated) == (version.pk, True)
    assert decision.model_version == post.insights["model"]
    assert decision.facts["scores"]["insult"] == post.insights["toxicity"]["kinds"]["insult"]
    assert "idiot" in decision.facts["words"]


def test_a_rule_against_attacks_on_an_identity_holds_them_and_nothing_kind():
    policy_make_live(rule_of("hold", code="identity", thresholds={"identity": 0.5}))

    attack = write(content="All immigrants are vermin, send them back")
    kind = write(content="A quiet evening by the river")

    assert (attack.moderation, kind.moderation) == ("held", "visible")
    assert Decision.objects.get().facts["scores"]["identity"] > 0.5


@pytest.mark.parametrize(
    ("action", "state", "is_reduced", "kinds"),
    [
        ("reduce", "visible", True, ["posted", "reduced"]),
        ("hold", "held", False, ["posted", "hidden"]),
        ("remove", "hidden", False, ["posted", "hidden"]),
    ],
)
def test_each_action_is_a_state_a_count_and_an_event(action, state, is_reduced, kinds):
    policy_make_live(rule_of(action))
    author = UserFactory()

    write(author)

    kept = Post.objects.get()
    assert (kept.moderation, kept.is_reduced) == (state, is_reduced)
    assert User.objects.get(pk=author.pk).post_count == int(state == "visible")
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == kinds


def test_a_rule_that_suspends_removes_the_text_and_shuts_its_author_out():
    policy_make_live(rule_of("suspend"))
    author = UserFactory()

    write(author)

    author.refresh_from_db()
    assert (Post.objects.get().moderation, author.is_active) == ("hidden", False)
    assert [action for action, _ in decided()] == ["hide", "suspend"]
    assert not Decision.objects.filter(is_automated=False).exists()


def test_the_gravest_action_wins_and_an_allowance_exempts_its_code_alone():
    policy_make_live(
        rule_of("reduce"), rule_of("hold"), rule_of("allow", thresholds={}, languages=["fr"])
    )

    english = write(content="What a lovely morning it is by the river today")
    french = write(content="Quelle belle matinée au bord de la rivière aujourd'hui, mes amis")

    assert (english.moderation, french.language, french.moderation) == ("held", "fr", "visible")
    assert not french.is_reduced


def test_a_rule_about_newcomers_leaves_others_alone():
    policy_make_live(rule_of("hold", audience="newcomers"))
    newcomer = UserFactory(joined_at=NOON - timedelta(days=6))
    regular = UserFactory(joined_at=NOON - timedelta(days=8))
    post = PostFactory()

    def say(author):
        return comment_add(post_id=post.pk, author_id=author.pk, content="Hi", at=NOON)

    assert [write(one).moderation for one in (newcomer, regular)] == ["held", "visible"]
    assert [say(one).moderation for one in (newcomer, regular)] == ["held", "visible"]


def test_a_rule_about_comments_leaves_posts_alone():
    policy_make_live(rule_of("remove", about="comments"))
    post = write()

    comment = comment_add(post_id=post.pk, author_id=UserFactory().pk, content="Hi", at=NOON)

    assert (post.moderation, comment.moderation) == ("visible", "hidden")
    assert Comment.objects.get().moderation_reason.startswith("Removed by the toxicity model")
    assert Post.objects.get().comment_count == 0


def test_a_comment_has_no_reach_to_reduce():
    policy_make_live(rule_of("reduce"))

    comment = comment_add(
        post_id=PostFactory().pk, author_id=UserFactory().pk, content="Hi", at=NOON
    )

    assert comment.moderation == "visible"
    assert not Decision.objects.exists()


def test_a_live_policy_without_rules_lets_everything_out():
    policy_make_live()

    assert write(content="You stupid idiot, I will kill you").moderation == "visible"


def test_an_edit_is_judged_by_the_policy_of_now_and_takes_back_what_it_decided():
    policy_make_live(rule_of("reduce"))
    author = UserFactory()
    post = write(author)
    policy_make_live()

    post_update(post_id=post.pk, author_id=author.pk, content="Other words", at=NOON)

    assert not Post.objects.get().is_reduced
    last = Decision.objects.latest("pk")
    assert (last.action, last.reverses.action) == ("restore_reach", "reduce")


def test_reach_that_a_moderator_reduced_stays_reduced_when_the_text_is_edited():
    policy_make_live()
    post = write(UserFactory())
    Post.objects.update(is_reduced=True)
    Decision.objects.create(
        account=post.author, post=post, action="reduce", reason="Bait", decided_at=NOON
    )

    post_update(post_id=post.pk, author_id=post.author_id, content="Other words", at=NOON)

    assert Post.objects.get().is_reduced
    assert decided() == [("reduce", "")]


def test_a_reel_is_judged_when_it_comes_out():
    policy_make_live()
    reel = write(kind="reel", moderation="processing")
    policy_make_live(rule_of("reduce"))

    post_publish(post_id=reel.pk, media={}, at=NOON)

    assert Post.objects.get().is_reduced
    assert decided() == [("reduce", "everything")]


def test_what_the_policy_takes_down_waits_in_a_case_until_an_edit_mends_it():
    policy_make_live(rule_of("hold", code="rude", thresholds={"insult": 0.5}))
    author = UserFactory()

    post = write(author, content="You stupid idiot")

    case = Case.objects.get()
    assert (case.post, case.account, case.state) == (post, author, "open")
    assert [(flag["rule"], flag["action"]) for flag in case.flags] == [("rude", "hold")]
    assert Decision.objects.get().case == case

    post_update(post_id=post.pk, author_id=author.pk, content="You are kind", at=NOON)

    case.refresh_from_db()
    assert (Post.objects.get().moderation, case.state) == ("visible", "moot")


def test_what_the_policy_removes_is_a_strike():
    policy_make_live(rule_of("remove"))
    author = UserFactory()

    write(author)

    assert Strike.objects.get().account == author
