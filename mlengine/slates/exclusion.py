"""What an account is not to be shown, whatever it scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlengine.slates.accounts import Account
from mlengine.slates.catalogue import Catalogue


def excluded(account: Account, catalogue: Catalogue) -> NDArray[np.bool_]:
    """Return which posts the account is not to be shown, shape (n_posts,).

    What was seen or asked for less of, one's own, authors hidden by a block or a mute, what is for
    its author's followers alone, muted hashtags and categories, and languages outside those one
    has chosen.
    """
    out = catalogue.is_closed.copy()
    out[catalogue.columns_by(account.following)] = False
    out[catalogue.columns_by([account.id, *account.hidden])] = True
    out[catalogue.columns_of(account.seen.posts)] = True
    out[catalogue.columns_of(account.dismissed)] = True
    if account.seen.earlier.count:
        out |= account.seen.earlier.holds(catalogue.ids)
    if account.muted_hashtags:
        out[catalogue.columns_tagged(account.muted_hashtags)] = True
    if account.muted_categories:
        out |= catalogue.is_of(account.muted_categories)
    if account.languages:
        # A text too short to tell its language is shown to all.
        names = {*account.languages, "", "und"}
        spoken = [code for code, name in enumerate(catalogue.languages) if name in names]
        out |= ~np.isin(catalogue.language, spoken)
    return out
