"""Examples of one guideline gap: items on which skilled trainers split, and what each side wrote."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.gap_rows import PartKind
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.stats.trainers.peers import peer_agreement
from analytics.store import Engine

LOOKED_AT = 200
"""Items with the evenest split among which examples are chosen."""
MOST_EXAMPLES = 5
MOST_RATIONALES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class GapExample:
    """One item with both readings.

    Attributes
    ----------
    item_id, prompt : str
    sensitive : bool
        Then the text is shown only when asked for.
    labels : tuple of (label, n)
        How often each label was given, in the scale's order.
    skilled_a, skilled_b : int
        Skilled trainers on either side: those who on this criterion agree with colleagues at least as often as their
        items let expect.
    rationales_a, rationales_b : tuple of str
        What trainers on either side wrote, skilled ones first.
    """

    item_id: str
    prompt: str
    sensitive: bool
    labels: tuple[tuple[str, int], ...]
    skilled_a: int
    skilled_b: int
    rationales_a: tuple[str, ...]
    rationales_b: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class GapExamples:
    """Examples of a gap; `n_found` counts all items that split."""

    snapshot_id: str
    a: str
    b: str
    examples: tuple[GapExample, ...]
    n_found: int


def gap_examples_report(
    engine: Engine,
    scope: Scope,
    filters: Filters,
    *,
    project: str,
    criterion: str,
    part_kind: PartKind | None,
    part: str,
    a: str,
    b: str,
    ordered: bool,
) -> GapExamples:
    """Return items of a part that carry both readings, those on which most skilled trainers split first.

    Parameters
    ----------
    part_kind, part : str
        Guideline section or topic, and its name.
    a, b : str
        Labels; with `ordered`, a or below against b or above.
    """
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        labels = one.counts.labels
        place_a, place_b = labels.index(a), labels.index(b)
        side_a = labels[: place_b if ordered else 0] or (labels[place_a],)
        side_b = labels[place_b:] if ordered else (labels[place_b],)
        frame = session.frame(
            "gaps_examples",
            criterion_code=one.criterion.code,
            codes_a=[one.code_of(x) for x in side_a if x in one.criterion.dictionary],
            codes_b=[one.code_of(x) for x in side_b if x in one.criterion.dictionary],
            attribute=part_kind,
            value=part,
            most=LOOKED_AT,
        )
    peers = peer_agreement(one.counts.patterns, one.counts.trainer_patterns, confidence=engine.settings.confidence)
    skilled = {int(c) for c, x in zip(one.counts.trainer_codes, peers.excess.value, strict=True) if x >= 0}
    dictionary = one.criterion.dictionary
    rank = {label: k for k, label in enumerate(labels)}
    found: list[GapExample] = []
    for _, rows in frame.groupby("unit", sort=True):
        given = np.array([dictionary[int(c)] for c in rows["label_code"]], dtype=object)
        good = np.array([int(t) in skilled for t in rows["trainer_code"]], dtype=np.bool_)
        on_a, on_b = np.isin(given, side_a), np.isin(given, side_b)
        wrote = [r if isinstance(r, str) and r.strip() else "" for r in rows["rationale"]]
        order = np.argsort(~good, kind="stable")
        prompt = rows["prompt"].iloc[0]
        found.append(
            GapExample(
                item_id=str(rows["item_id"].iloc[0]),
                prompt=prompt if isinstance(prompt, str) else "",
                sensitive=bool(rows["sensitive"].iloc[0]),
                labels=tuple(
                    (str(x), int((given == x).sum())) for x in sorted(set(given), key=lambda x: rank.get(x, len(rank)))
                ),
                skilled_a=int((good & on_a).sum()),
                skilled_b=int((good & on_b).sum()),
                rationales_a=tuple(wrote[k] for k in order if on_a[k] and wrote[k])[:MOST_RATIONALES],
                rationales_b=tuple(wrote[k] for k in order if on_b[k] and wrote[k])[:MOST_RATIONALES],
            )
        )
    found.sort(key=lambda e: (-min(e.skilled_a, e.skilled_b), -(e.skilled_a + e.skilled_b), e.item_id))
    return GapExamples(
        snapshot_id=one.snapshot_id,
        a=a,
        b=b,
        examples=tuple(found[:MOST_EXAMPLES]),
        n_found=int(frame["n_found"].iloc[0]) if len(frame) else 0,
    )
