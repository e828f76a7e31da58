"""Everything the service holds about one account, as one document."""

from typing import Any

from analytics.selectors.export import EXPORTED as ANALYTICS
from mlengine.export import EXPORTED as MLENGINE
from posts.selectors.export import EXPORTED as POSTS
from profiles.selectors.export import EXPORTED as PROFILES
from reels.selectors.export import EXPORTED as REELS
from socialml.core.export import tables_export

TABLES = (*PROFILES, *POSTS, *REELS, *ANALYTICS, *MLENGINE)

# Ways from a row to an account that the export does not follow, and why.
# profiles/tests/test_export.py fails for one that is neither followed nor written down here.
NOT_EXPORTED = {
    "reels.Rendition.reel": "Smaller copies of a video that the export names.",
    "reels.UploadPart.upload": "Pieces of a video that the account has itself.",
    "reels.VideoHash.reel": "Numbers by which copies of a video are found, which the export names.",
    "reels.SoundHash.sound": "Numbers by which a sound is found, which the export names.",
    "reels.ReelCopy.reel": "What came of it is a decision; the original is another's.",
    "reels.ReelCopy.original": "That somebody copied a reel is the copier's.",
    "profiles.Block.blocked": "Who blocks the account is the blocker's own.",
    "profiles.Mute.muted": "Who mutes the account is the muter's own.",
    "profiles.RefreshToken.session": "Ids of tokens are secrets, and say nothing more.",
    "profiles.Erasure.account_id": "Exists only once the account does not.",
    "profiles.User_groups.user": "What moderators may do is the house's, not theirs.",
    "profiles.User_user_permissions.user": "What moderators may do is the house's, not theirs.",
    "admin.LogEntry.user": "What moderators did is the house's record.",
    "posts.PostHashtag.post": "Repeats posts.Post.hashtags.",
    "posts.SearchText.post": "Repeats posts.Post.content and hashtags.",
    "posts.Report.account": "Who reports the account is the reporter's own.",
    "posts.Decision.moderator": "Decisions are given to those they concern.",
    "posts.Appeal.moderator": "Answers are given to those they concern.",
    "posts.Case.account": "Tells of others' reports; what came of it is a decision.",
    "posts.Case.claimed_by": "What moderators do is the house's record.",
    "posts.CaseEntry.moderator": "What moderators do is the house's record.",
    "posts.PolicyVersion.created_by": "The policy is the house's.",
    "posts.Rule.policy": "The policy is the house's.",
    "analytics.Event.target_id": "What others did to the account is theirs.",
}


def account_export(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return the account's rows by table, oldest first. One query a table."""
    return tables_export(TABLES, account_id=user_id)
