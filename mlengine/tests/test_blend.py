"""Several recommenders as one, with the part of each."""

from io import BytesIO

import numpy as np
import pytest

from mlengine.datasets import Interactions, Items
from mlengine.errors import ArtifactError, NotFitted, TooLittleData
from mlengine.estimators import Blend, ContentSimilarity, ItemNeighbours, Popularity

# Even users like even items, odd users odd ones; nobody has met item 90, which is described.
ROWS = [(u, i, 1.0) for u in range(8) for i in range(8) if u % 2 == i % 2 and (u, i) != (0, 6)]
TEXTS = {i: "calm lake" if i % 2 else "fast race" for i in range(8)} | {90: "a fast race again"}


@pytest.fixture(scope="module")
def sources():
    train, items = Interactions.from_rows(ROWS), Items.from_texts(TEXTS)
    return {
        "neighbours": ItemNeighbours(shrinkage=0.0).fit(train),
        "content": ContentSimilarity(maximum_share=1.0).fit(train, items=items),
        "popular": Popularity().fit(train),
    }


@pytest.fixture(scope="module")
def blend(sources):
    return Blend(sources, {"neighbours": 1.0, "content": 0.5, "popular": 0.01})


def test_the_parts_of_an_item_add_up_to_its_score(blend):
    ranked = blend.explain([0, 2, 4], k=9)

    assert ranked
    for item in ranked:
        assert item.score == pytest.approx(sum(item.parts.values()), abs=1e-6)


def test_names_the_source_that_weighed_most(blend):
    best, second, *_ = blend.explain([0, 2, 4], k=9)

    assert (best.item_id, best.source) == (6, "neighbours")
    assert (second.item_id, second.source) == (90, "content")


def test_shows_what_only_one_source_knows(blend):
    assert 90 in {item for item, _ in blend.predict([0, 2, 4], k=9)}


def test_an_unknown_history_gets_what_is_popular(blend):
    ranked = blend.explain([], k=3)

    assert [item.source for item in ranked] == ["popular"] * 3


def test_a_weight_of_nothing_leaves_a_source_out(sources):
    alone = Blend(sources, {"neighbours": 1.0})

    assert alone.predict([0, 2, 4], k=9) == [(6, pytest.approx(1.0))]
    assert alone.explain([0, 2, 4], k=9)[0].parts.keys() == {"neighbours"}


def test_a_negative_weight_counts_against_an_item(sources):
    ranked = Blend(sources, {"content": 1.0, "neighbours": -0.5}).explain([0, 2, 4], k=9)

    assert [item.item_id for item in ranked] == [90, 6]
    assert ranked[1].parts["neighbours"] < 0


def test_never_shows_what_was_met_or_excluded(blend):
    ranked = blend.predict([0, 2, 4], k=20, exclude=[6, 404])

    assert not {item for item, _ in ranked} & {0, 2, 4, 6}


def test_ranks_many_people_as_it_ranks_one(blend):
    train = Interactions.from_rows(ROWS)

    ids, scores, parts = blend.score_users(train.histories(blend.item_ids_), k=4, chunk=3)

    for row, past in enumerate(train.items_by_user().values()):
        alone = blend.explain(sorted(past), k=4)
        assert ids[row][: len(alone)].tolist() == [item.item_id for item in alone]
        assert scores[row][: len(alone)] == pytest.approx([i.score for i in alone], rel=1e-5)
        for name, part in parts.items():
            assert part[row][: len(alone)] == pytest.approx(
                [item.parts[name] for item in alone], abs=1e-6
            )


def test_survives_a_save_and_load(blend):
    file = BytesIO()
    blend.save(file)
    file.seek(0)

    loaded = Blend.load(file)

    assert loaded.predict([0, 2], k=9) == blend.predict([0, 2], k=9)
    assert loaded.weights == blend.weights


def test_a_damaged_source_is_refused(blend):
    file = BytesIO()
    blend.save(file)

    with pytest.raises(ArtifactError):
        Blend.load(BytesIO(file.getvalue()[:-40]))


def test_a_new_text_finds_its_like_above_the_threshold(sources):
    content = sources["content"]

    assert {item for item, _ in content.similar("what a FAST #race", k=9, threshold=0.3)} == {
        *(0, 2, 4, 6),
        90,
    }
    assert content.similar("nothing of the kind", k=9) == []
    assert set(content.shared_words(0, 90)) == {"fast", "race"}
    assert content.shared_words(0, 404) == []


def test_refuses_nothing_to_blend_and_what_is_not_fitted():
    with pytest.raises(TooLittleData):
        Blend({}, {})
    with pytest.raises(NotFitted):
        ItemNeighbours().over(np.array([1]))
