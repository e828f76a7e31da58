"""What the demo community says under its posts."""

from dataclasses import dataclass, replace

import numpy as np

from posts.models import Rule
from posts.services.demo.accounts import Accounts, Flags, Floats, Ints
from posts.services.demo.publishing import Posts
from posts.services.demo.vocabulary import LANGUAGES, Vocabulary
from posts.services.demo.watching import Showings
from posts.services.policy import Policy
from posts.services.scoring import TextScore

REPLIES = 0.2
# Of a toxic account's comments, how many are.
TOXIC_COMMENTS = 0.5


@dataclass(frozen=True, slots=True)
class Comments:
    """One entry a comment, oldest first."""

    author: Ints
    post: Ints
    at: Floats
    content: list[str]
    wants_reply: Flags  # whether it answers an earlier one, where there is one
    is_held: Flags
    parent: Ints  # the comment it answers, or -1

    def __len__(self) -> int:
        return len(self.content)

    def judged(self, scores: dict[str, TextScore], policy: Policy) -> "Comments":
        """Return them with those held that the policy keeps in; nobody answers those."""
        is_held = np.array(
            [
                not policy.judge(scores[text].insights, about=Rule.About.COMMENTS).is_out
                for text in self.content
            ],
            dtype=bool,
        )
        return replace(self, is_held=is_held, parent=_parents(self, is_held))


def comments_draw(
    rng: np.random.Generator,
    accounts: Accounts,
    posts: Posts,
    showings: Showings,
    *,
    words: Vocabulary,
) -> Comments:
    """Draw the text of each comment that the showings led to."""
    led = np.flatnonzero(showings.is_commented)
    at = showings.at[led] + showings.watch_ms[led] / 1000
    led = led[np.argsort(at, kind="stable")]
    author, count = showings.user[led], len(led)
    toxic = accounts.is_toxic[author] & (rng.random(count) < TOXIC_COMMENTS)
    pick = rng.integers(0, 1_000_000, count)
    language = posts.language[showings.post[led]]
    columns = (language.tolist(), toxic.tolist(), pick.tolist())
    return Comments(
        author=author,
        post=showings.post[led],
        at=np.sort(at, kind="stable"),
        content=[
            words.comment(language=LANGUAGES[tongue], is_toxic=is_toxic, pick=p)
            for tongue, is_toxic, p in zip(*columns, strict=True)
        ],
        wants_reply=rng.random(count) < REPLIES,
        is_held=np.zeros(count, dtype=bool),
        parent=np.full(count, -1),
    )


def _parents(comments: Comments, is_held: Flags) -> Ints:
    """Let a reply answer the newest top-level comment of somebody else on the post."""
    newest: dict[int, int] = {}
    parent = np.full(len(comments), -1)
    for i, post in enumerate(comments.post.tolist()):
        above = newest.get(post)
        if comments.wants_reply[i] and above is not None:
            if comments.author[above] != comments.author[i]:
                parent[i] = above
        elif not is_held[i]:
            newest[post] = i
    return parent
