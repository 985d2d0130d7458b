"""A number is found by its key, its title, and by what is said of it."""

from __future__ import annotations

import pytest

from analytics.core.metrics import REGISTRY
from analytics.core.metrics.search import SUBJECTS, chapters, matching

ALL = tuple(REGISTRY.values())


@pytest.mark.parametrize("name", REGISTRY)
def test_every_number_is_found_first_by_key_and_by_title(name: str) -> None:
    entry = REGISTRY[name]
    assert matching(ALL, name)[0] == entry
    assert matching(ALL, name.replace("_", " "))[0] == entry
    assert matching(ALL, f"  {entry.title.upper()} ")[0].title == entry.title


def test_words_in_any_order_and_in_the_explanation() -> None:
    assert next(m.name for m in matching(ALL, "alpha krippendorff's")) == "krippendorff_alpha"
    assert "gwet_ac1" in {m.name for m in matching(ALL, "gwet 2008")}
    found = [m.title for m in matching(ALL, "kappa")]
    assert all("kappa" in title.casefold() for title in found[:3])


def test_nothing_is_found_for_nothing_and_for_nonsense() -> None:
    assert matching(ALL, "") == matching(ALL, "  ") == ()
    assert matching(ALL, "<script>alert(1)</script>") == ()


def test_chapters_hold_every_number_once_in_order() -> None:
    found = chapters(ALL)
    assert [e for entries in found.values() for e in entries if e not in ALL] == []
    assert sum(map(len, found.values())) == len(ALL)
    assert [t for t in SUBJECTS.values() if t in found] == list(found)
