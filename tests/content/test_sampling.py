from pathlib import Path

from learning.content.sampling import Sentence, draw_sample
from tests import factories


def test_draw_sample_takes_everything_where_there_is_less(tmp_path: Path) -> None:
    library = factories.library(folder=tmp_path)
    sample = draw_sample(library, seed=1, sentences=1000, questions=1000)
    assert Sentence("how-it-spreads/five-steps", "First a cell breaks out.", ("D-2.5",)) in (
        sample.sentences
    )
    assert not any("It can grow." in sentence.text for sentence in sample.sentences)  # no claim
    assert all(sentence.facts for sentence in sample.sentences)
    assert sorted(question.key for _, question in sample.questions) == [
        "routes-one",
        "routes-several",
        "steps-one",
        "steps-order",
    ]


def test_draw_sample_splits_sentences_and_drops_list_marks(tmp_path: Path) -> None:
    body = "1. One thing. Another thing. {D-2.1 D-2.2}\n"
    section = factories.routes_section(body=body, picture=None)
    library = factories.library(
        folder=tmp_path, modules=[factories.module(sections=[section, factories.steps_section()])]
    )
    sample = draw_sample(library, seed=1, sentences=1000, questions=0)
    facts = ("D-2.1", "D-2.2")
    mine = [s for s in sample.sentences if s.place == "how-it-spreads/three-routes"]
    assert sorted(mine, key=lambda sentence: sentence.text) == [
        Sentence("how-it-spreads/three-routes", "Another thing.", facts),
        Sentence("how-it-spreads/three-routes", "One thing.", facts),
    ]
    assert sample.questions == ()


def test_draw_sample_with_the_same_seed_is_the_same(tmp_path: Path) -> None:
    library = factories.library(folder=tmp_path)
    first, again, other = (
        draw_sample(library, seed=seed, sentences=3, questions=2) for seed in (7, 7, 8)
    )
    assert first == again
    assert (len(first.sentences), len(first.questions)) == (3, 2)
    assert len(set(first.sentences)) == 3
    assert (first.sentences, first.questions) != (other.sentences, other.questions)
