"""Ratings against choices, rankings, and rewrites: the other forms in which trainers say what is better."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.core.filters import Filters
from analytics.core.scale import ORDERED
from analytics.core.scope import Scope
from analytics.reports.agreement import SEED
from analytics.reports.agreement_detail import Provenance, provenance_of
from analytics.reports.one_criterion import of_one, one_criterion
from analytics.reports.preferences import scores_of
from analytics.stats.preferences.rating_choice import (
    RatingChoice,
    RatingChoiceAcross,
    rating_choice,
    rating_choice_across,
)
from analytics.stats.preferences.rewrites import Rewrites, rewrites
from analytics.stats.preferences.side_opinions import others_mean, others_share_of_b
from analytics.store import Engine
from analytics.store.engine import Criterion
from analytics.text.edit_distance import token_edit_distances

_SUFFIX = re.compile(r"^(?P<stem>.+?)[ _.\-](?P<side>a|b)$", re.IGNORECASE)
MOST_REWRITES = 20_000
NO_RATINGS = "no criterion of this project rates the two answers of a pair (named <criterion>_a and <criterion>_b)"


@dataclass(frozen=True, kw_only=True, slots=True)
class RatedPair:
    """Two criteria that rate answer A and answer B of the same pair."""

    stem: str
    criterion_a: str
    criterion_b: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RatingsReport:
    """Ratings against choices on one preference criterion.

    Attributes
    ----------
    rated : RatedPair or None
        The criteria compared; None where there are none.
    offered : tuple of RatedPair
        All that could be.
    within : RatingChoice or None
        The same trainer's rating and choice.
    across : RatingChoiceAcross or None
        Others' ratings against a choice.
    names : mapping of row of the per-trainer results -> name
    trainer_codes : tuple of int
        Which trainer each row of the per-trainer results is.
    undefined : str or None
    """

    provenance: Provenance
    rated: RatedPair | None
    offered: tuple[RatedPair, ...]
    within: RatingChoice | None
    across: RatingChoiceAcross | None
    names: tuple[str, ...]
    trainer_codes: tuple[int, ...]
    undefined: str | None

    def to_document(self) -> dict[str, Any]:
        """Return the part of the document that `preferences --json` prints."""
        return {
            "rated": self.rated,
            "within": self.within,
            "across": self.across,
            "trainers": self.names,
            "undefined": self.undefined,
        }


def rated_pairs(criteria: tuple[Criterion, ...], project: str) -> tuple[RatedPair, ...]:
    """Return the pairs of criteria of a project that rate A and B: the same name, ending in a and in b."""
    sides: dict[str, dict[str, str]] = {}
    for c in criteria:
        match = _SUFFIX.match(c.criterion)
        if match and c.project == project and c.scale.level in ORDERED:
            sides.setdefault(match["stem"], {})[match["side"].lower()] = c.criterion
    return tuple(
        RatedPair(stem=stem, criterion_a=side["a"], criterion_b=side["b"])
        for stem, side in sorted(sides.items())
        if len(side) == 2
    )


def ratings_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str, rated: str | None = None
) -> RatingsReport:
    """Return whether choices follow ratings, within and across trainers.

    Parameters
    ----------
    rated : str, optional
        Stem of the rating criteria, e.g. "helpfulness" for helpfulness_a and helpfulness_b. Default: the first.
    """
    one = one_criterion(engine, scope, filters, project=project, criterion=criterion)
    scores_of(one.counts)
    source = provenance_of(one, "two-way")
    with engine.session(scope, filters.replace(projects=(project,), criteria=())) as session:
        criteria = session.criteria()
        offered = rated_pairs(criteria, project)
        chosen = next((p for p in offered if rated in (None, p.stem)), None)
        if chosen is None:
            return RatingsReport(
                provenance=source, rated=None, offered=offered, within=None, across=None, names=(), trainer_codes=(),
                undefined=NO_RATINGS,
            )  # fmt: skip
        code = {c.criterion: c.code for c in criteria if c.project == project}
        rows = session.arrays(
            "preferences_ratings", criterion_code=one.criterion.code, rating_a=code[chosen.criterion_a],
            rating_b=code[chosen.criterion_b],
        )  # fmt: skip
        names = {int(c): str(name) for c, _, name, _, _ in session.rows("trainer_names")}
    item, trainer = np.asarray(rows["item_code"], dtype=np.int64), np.asarray(rows["trainer_code"], dtype=np.int64)
    choice = np.ma.filled(rows["score"].astype(np.float64), np.nan)
    gap = np.asarray(np.ma.filled(rows["difference"].astype(np.float64), np.nan))
    chose, both = np.isfinite(choice), np.isfinite(choice) & np.isfinite(gap)
    codes, who = np.unique(trainer[both], return_inverse=True)
    within = rating_choice(
        item[both], who.reshape(-1), choice[both], gap[both], n_trainers=int(codes.size),
        confidence=engine.settings.confidence,
    )  # fmt: skip
    favour = np.where(np.isfinite(gap), (np.sign(gap) + 1) / 2, np.nan)
    votes = np.full(item.size, np.nan)
    votes[chose] = others_share_of_b(item[chose], choice[chose])
    across = rating_choice_across(
        item[chose], trainer[chose], choice[chose], others_mean(item, gap)[chose], others_mean(item, favour)[chose],
        votes[chose], confidence=engine.settings.confidence,
    )  # fmt: skip
    return RatingsReport(
        provenance=source,
        rated=chosen,
        offered=offered,
        within=within,
        across=across,
        names=tuple(names.get(int(c), str(int(c))) for c in codes),
        trainer_codes=tuple(int(c) for c in codes),
        undefined=None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class RewritesReport:
    """Rewrites on one free-text criterion; `one_in`: one item in so many was compared."""

    provenance: Provenance
    project: str
    criterion: str
    found: Rewrites
    n_judgments: int
    one_in: int

    def to_document(self) -> dict[str, Any]:
        """Return the part of the document that `preferences --json` prints."""
        found = self.found
        return {
            "project": self.project,
            "criterion": self.criterion,
            "provenance": self.provenance,
            "alpha": found.agreement.alpha,
            "median_distance_within": found.agreement.median_within,
            "mean_distance_shuffled": found.agreement.shuffled,
            "unchanged": found.unchanged,
            "change": found.change,
            "change_quartiles": found.change_quartiles,
            "change_when_changed": found.change_when_changed,
            "distance": found.distance_name,
            "one_in": self.one_in,
        }


def rewrites_report(engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str) -> RewritesReport:
    """Return how much trainers rewrite, how alike, and how often nothing needed changing."""
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        n = one.counts.patterns.n_judgments
        one_in = max(1, -(-n // MOST_REWRITES))
        frame = session.frame("preferences_rewrites", criterion_code=one.criterion.code, one_in=one_in)
    found = rewrites(
        frame["item_code"].to_numpy(),
        frame["trainer_code"].to_numpy(),
        [str(t) for t in frame["text"]],
        [None if t is None or t != t else str(t) for t in frame["original"]],
        rng=np.random.default_rng(SEED),
        distance=token_edit_distances,
        confidence=engine.settings.confidence,
    )
    return RewritesReport(
        provenance=provenance_of(one, "two-way"), project=project, criterion=criterion, found=found,
        n_judgments=len(frame), one_in=one_in,
    )  # fmt: skip
