"""Everything about preferences in one document: what `preferences --json` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.core.errors import FilterError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.preferences import PreferenceReport, preferences_report
from analytics.reports.preferences_ceiling import CeilingSlices, ceiling_slices_report
from analytics.reports.preferences_effects import EffectsReport, effects_report
from analytics.reports.preferences_models import ModelsReport, models_report
from analytics.reports.preferences_opinions import (
    RatingsReport,
    RewritesReport,
    ratings_report,
    rewrites_report,
)
from analytics.reports.preferences_rankings import RankingsReport, rankings_report
from analytics.store import Engine


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceDocument:
    """All reports of one preference criterion."""

    main: PreferenceReport
    slices: CeilingSlices
    models: ModelsReport
    effects: EffectsReport
    ratings: RatingsReport

    def to_document(self) -> dict[str, Any]:
        """Return the criterion's part of the document."""
        found = self.slices.found
        return self.main.to_document() | {
            "ceiling_slices": {
                "attribute": self.slices.attribute,
                "slices": [
                    {"value": s.name, "shrunk": s.shrunk, "own": s.ceiling.point, "low": s.ceiling.low,
                     "high": s.ceiling.high, "agreement": s.ceiling.agreement}
                    for s in (found.slices if found else ())
                ],
                "differ_p": None if found is None else found.differ_p,
                "thin": self.slices.thin,
                "undefined": self.slices.undefined,
            },
            "response_models": self.models.to_document(),
            "effects": self.effects.to_document(),
            "ratings": self.ratings.to_document(),
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class PreferenceDocument:
    """Choices, rankings and rewrites of a selection; `set_aside`: (project, criterion, why it could not be read)."""

    snapshot_id: str
    filters: Filters
    choices: tuple[ChoiceDocument, ...]
    rankings: tuple[RankingsReport, ...]
    rewrites: tuple[RewritesReport, ...]
    set_aside: tuple[tuple[str, str, str], ...]

    def to_document(self) -> dict[str, Any]:
        """Return the whole document."""
        return {
            "snapshot_id": self.snapshot_id,
            "filters": self.filters.to_dict(),
            "criteria": [c.to_document() for c in self.choices],
            "rankings": [r.to_document() for r in self.rankings],
            "rewrites": [w.to_document() for w in self.rewrites],
            "set_aside": [
                {"project": project, "criterion": name, "reason": reason} for project, name, reason in self.set_aside
            ],
        }


def preference_document(engine: Engine, scope: Scope, filters: Filters, *, by: str = "topic") -> PreferenceDocument:
    """Return every report on preferences, rankings and rewrites of the selection.

    Parameters
    ----------
    by : str
        Attribute to slice the ceiling by.
    """
    choices, rankings, rewrites, aside = [], [], [], []
    for c in engine.criteria(scope, filters):
        of = {"project": c.project, "criterion": c.criterion}
        if c.scale.level == "preference":
            try:
                main = preferences_report(engine, scope, filters, **of)
            except FilterError as error:
                aside.append((c.project, c.criterion, str(error)))
                continue
            choices.append(
                ChoiceDocument(
                    main=main,
                    slices=ceiling_slices_report(engine, scope, filters, attribute=by, **of),
                    models=models_report(engine, scope, filters, **of),
                    effects=effects_report(engine, scope, filters, **of),
                    ratings=ratings_report(engine, scope, filters, **of),
                )
            )
        elif c.scale.level == "ranking":
            rankings.append(rankings_report(engine, scope, filters, **of))
        elif c.scale.level == "text":
            rewrites.append(rewrites_report(engine, scope, filters, **of))
    return PreferenceDocument(
        snapshot_id=engine.snapshot_id, filters=filters, choices=tuple(choices), rankings=tuple(rankings),
        rewrites=tuple(rewrites), set_aside=tuple(aside),
    )  # fmt: skip
