from learning.rules.places import PLACES, fold

ROWS = [(slug, slug.upper()) for slug in ("what-it-is", *PLACES, "when-to-call")]
ALL = tuple(row for _, row in ROWS)


def test_fold_without_a_choice_shows_everything() -> None:
    assert fold(ROWS, ()) == (ALL, ())


def test_fold_keeps_what_is_no_place_and_the_order() -> None:
    shown, folded = fold(ROWS, ["brain", "bones"])
    assert shown == ("WHAT-IT-IS", "BONES", "BRAIN", "WHEN-TO-CALL")
    assert folded == ("LUNGS", "LIVER", "NODES-AND-SKIN")


def test_fold_with_all_places_folds_nothing() -> None:
    assert fold(ROWS, PLACES) == (ALL, ())
