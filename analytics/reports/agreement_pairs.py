"""Who with whom: Cohen's kappa of every pair of the busiest trainers, alike ones side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.core.filters import Filters
from analytics.core.scale import ORDERED
from analytics.core.scope import Scope
from analytics.reports.agreement import criterion_agreement
from analytics.reports.agreement_detail import Provenance, provenance_of
from analytics.reports.agreement_texts import text_trainer_pairs
from analytics.reports.one_criterion import OneCriterion, of_one, one_criterion
from analytics.stats.agreement.matrix_order import clustered_order
from analytics.stats.agreement.pairwise_kappa import PairwiseKappas, pairwise_kappas
from analytics.stats.agreement.weights import agreement_weights
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.store import Engine

MOST_TRAINERS = 80
"""Trainers in the table: those with the most judgments on items that others judged too."""
THIN = 10
"""Below this many shared items a pair's kappa is mostly luck: it is greyed, and does not order the table."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedTrainer:
    """One row and column of the table; `name` as the viewer may see it.

    Attributes
    ----------
    n_paired : int
        Judgments on items with two judgments or more.
    mean_kappa : float
        Mean kappa with the others, weighted by shared items, thin pairs left out; nan where there is none.
    """

    code: int
    trainer_id: str
    name: str
    n_paired: int
    mean_kappa: float


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerPair:
    """Two trainers (places in the table, a < b) and their agreement on the items both judged."""

    a: int
    b: int
    n_shared: int
    observed: float
    kappa: float
    low: float
    high: float
    thin: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementPairs:
    """The table of trainers, in an order that puts those who agree with each other side by side.

    Attributes
    ----------
    coefficient : str
        "cohen_kappa", "cohen_kappa_quadratic" where labels are ordered, "krippendorff_alpha_text" for free text.
    trainers : tuple of PairedTrainer
    pairs : tuple of TrainerPair
        Only pairs that share an item.
    mean_kappa : float
        Light's kappa of the trainers shown: the mean over pairs, weighted by shared items; nan without pairs.
    n_trainers_all : int
        Trainers who judged, shown or not.
    undefined : str or None
    """

    provenance: Provenance
    coefficient: str
    trainers: tuple[PairedTrainer, ...]
    pairs: tuple[TrainerPair, ...]
    mean_kappa: float
    n_trainers_all: int
    confidence: float
    undefined: str | None


def agreement_pairs_report(
    engine: Engine, scope: Scope, filters: Filters, *, project: str, criterion: str
) -> AgreementPairs:
    """Return agreement of all pairs of the busiest trainers.

    Cohen's kappa, with quadratic weights where labels are ordered; of free text alpha.
    """
    with engine.session(scope, of_one(filters, project, criterion)) as session:
        one = one_criterion(engine, scope, filters, project=project, criterion=criterion, session=session)
        names = {int(code): (i, name) for code, i, name, _, _ in session.rows("trainer_names")}
        busiest = busiest_trainers(one)
        rows = session.arrays(
            "agreement_pair_judgments",
            criterion_code=one.criterion.code,
            trainers=[int(c) for c in busiest],
            label_codes=one.label_codes,
        )
    name, found = _pairs(one, busiest, rows, engine)
    counts = one.counts
    kappa = np.full((busiest.size, busiest.size), np.nan)
    n = np.zeros((busiest.size, busiest.size), dtype=np.int64)
    kappa[found.first, found.second] = kappa[found.second, found.first] = found.kappa
    n[found.first, found.second] = n[found.second, found.first] = found.n
    order = clustered_order(kappa, np.where(n >= THIN, n, 0))
    seat = np.empty(order.size, dtype=np.int64)
    seat[order] = np.arange(order.size)
    paired = _n_paired(one)
    return AgreementPairs(
        provenance=provenance_of(one, "items"),
        coefficient=name,
        trainers=tuple(
            PairedTrainer(
                code=int(busiest[j]),
                trainer_id=names[int(busiest[j])][0],
                name=names[int(busiest[j])][1],
                n_paired=paired[int(busiest[j])],
                mean_kappa=_mean(kappa[j], n[j]),
            )
            for j in order
        ),
        pairs=tuple(
            TrainerPair(
                a=int(min(seat[a], seat[b])),
                b=int(max(seat[a], seat[b])),
                n_shared=int(found.n[q]),
                observed=float(found.agreement[q]),
                kappa=float(found.kappa[q]),
                low=float(found.low[q]),
                high=float(found.high[q]),
                thin=int(found.n[q]) < THIN,
            )
            for q, (a, b) in enumerate(zip(found.first, found.second, strict=True))
        ),
        mean_kappa=found.mean_kappa(by_items=True),
        n_trainers_all=counts.n_trainers,
        confidence=engine.settings.confidence,
        undefined=_undefined(one, found.first.size),
    )


def _pairs(
    one: OneCriterion, busiest: IntArray, rows: dict[str, npt.NDArray[Any]], engine: Engine
) -> tuple[str, PairwiseKappas]:
    """Return the name of the coefficient and its value for every pair, places in `busiest` standing for trainers."""
    counts, confidence = one.counts, engine.settings.confidence
    if counts.texts is not None:
        whole = criterion_agreement(counts, engine, names="headline").main
        if not (whole.defined and whole.expected > 0):
            nobody = np.zeros(0, dtype=np.int64)
            return whole.name, pairwise_kappas(nobody, nobody, nobody, 1, confidence=confidence)
        return whole.name, text_trainer_pairs(counts.texts, busiest, whole.expected, confidence)
    weighted = counts.level in ORDERED and len(counts.labels) > 1
    rank_of = {label: k for k, label in enumerate(counts.labels)}
    rank = np.array([rank_of.get(label, -1) for label in one.criterion.dictionary], dtype=np.int64)
    found = pairwise_kappas(
        np.unique(np.asarray(rows["unit"], dtype=np.int64), return_inverse=True)[1].reshape(-1),
        np.searchsorted(busiest, np.asarray(rows["trainer_code"], dtype=np.int64)),
        rank[np.asarray(rows["label_code"], dtype=np.int64)],
        max(len(counts.labels), 1),
        weights=agreement_weights("quadratic", counts.values) if weighted else None,
        confidence=confidence,
        engine="numpy",
    )
    return "cohen_kappa_quadratic" if weighted else "cohen_kappa", found


def busiest_trainers(one: OneCriterion, most: int = MOST_TRAINERS) -> IntArray:
    """Return the codes of the trainers with the most judgments on items that others judged too, at most `most`."""
    paired = _n_paired(one)
    ranked = sorted((code for code, n in paired.items() if n), key=lambda code: (-paired[code], code))
    return np.array(sorted(ranked[:most]), dtype=np.int64)


def _n_paired(one: OneCriterion) -> dict[int, int]:
    t, sizes = one.counts.trainer_patterns, one.counts.patterns.sizes
    n = np.bincount(t.trainer, weights=t.n * (sizes[t.pattern] > 1) if t.n.size else None, minlength=t.n_trainers)
    return {int(code): round(float(k)) for code, k in zip(one.counts.trainer_codes, n, strict=True)}


def _mean(kappa: FloatArray, n: IntArray) -> float:
    good = np.isfinite(kappa) & (n >= THIN)
    return float(kappa[good] @ n[good] / n[good].sum()) if good.any() else math.nan


def _undefined(one: OneCriterion, n_pairs: int) -> str | None:
    if one.counts.n_trainers < 2:
        return "Fewer than two trainers judged, so there is no pair."
    return None if n_pairs else "No two trainers judged the same item, so there is no pair."
