"""The registry: every coefficient of agreement by its full name, the levels it is for, and what it needs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.core.results import Coefficient
from analytics.core.scale import LEVELS
from analytics.stats.agreement.chance_corrected import WeightedAgreement
from analytics.stats.agreement.conger import Conger
from analytics.stats.agreement.crossed import totals
from analytics.stats.agreement.distances import interval_distances, nominal_distances, ratio_distances, set_distances
from analytics.stats.agreement.icc import Icc
from analytics.stats.agreement.krippendorff import Alpha, OrdinalAlpha
from analytics.stats.agreement.question import WHO_UNKNOWN, Question
from analytics.stats.agreement.rankings import RankingTables, concordance_by_pattern, ranking_tables
from analytics.stats.agreement.two_trainers import CohenTable, cohen_kappa, paired_table
from analytics.stats.agreement.weights import agreement_weights
from analytics.stats.counts.exact_bounds import cohen_bounds
from analytics.stats.counts.functional import Functional, Tabulated
from analytics.stats.counts.patterns import FloatArray, IntArray, Patterns
from analytics.stats.counts.ratios import agreement_within, item_mean, specific_agreement
from analytics.stats.counts.uncertainty import ITEMS, JACKKNIFE, Spread, bootstrap_interval, interval_of, item_variance
from analytics.stats.preferences.preference_functionals import (
    AlphaSymmetric,
    KappaSymmetric,
    non_tied_agreement,
    tie_share,
)

ALL: frozenset[str] = frozenset(LEVELS)
LABELLED: frozenset[str] = frozenset({"nominal", "ordinal", "interval", "ratio", "preference"})
SETS: frozenset[str] = frozenset({"set"})
ORDERED: frozenset[str] = frozenset({"ordinal", "interval", "ratio"})
PREFERENCE: frozenset[str] = frozenset({"preference"})
NOMINAL: frozenset[str] = frozenset({"nominal"})
RANKING: frozenset[str] = frozenset({"ranking"})
NEEDS: frozenset[str] = frozenset({"trainers", "two trainers", "labels", "order", "values"})

Answer = Callable[[Question], Coefficient]
Build = Callable[[Question], Functional | str]
NO_LABELS = "it needs the text of the labels, which was not given"


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A coefficient of the registry.

    Attributes
    ----------
    name : str
        In full, as in the metric registry.
    levels : frozenset of str
        Levels of measurement it is computed for.
    needs : frozenset of str
        What it reads beside the counts: "trainers" (who judged), "two trainers" (exactly two), "labels" (their text),
        "order" (of the labels), "values" (the labels as numbers).
    function : callable
        From a question to a coefficient.
    functional : callable or None
        From a question to the coefficient as a function of additive sums, or to the reason why there is none; None
        where the coefficient is not of that kind (it needs each trainer's own totals).
    """

    name: str
    levels: frozenset[str]
    needs: frozenset[str]
    function: Answer
    functional: Build | None = None


def alpha_functional(level: str, values: FloatArray, distance: FloatArray | None = None) -> Functional | None:
    """Return Krippendorff's alpha for a level: the distance given, else the level's own; None where there is none."""
    if distance is not None:
        return Alpha(distance=distance)
    if level == "nominal":
        return Alpha(distance=nominal_distances(values.size))
    if level == "ordinal":
        return OrdinalAlpha(n_labels=values.size)
    if level in ("interval", "preference"):
        return Alpha(distance=interval_distances(values))
    if level == "ratio":
        return Alpha(distance=ratio_distances(values))
    return None


def _on_used_labels(q: Question) -> Question:
    """Drop the columns of labels that never occur: alpha is the same, its cost is not."""
    used = q.used
    if len(used) in (0, q.patterns.n_labels):
        return q
    patterns = Patterns(counts=q.patterns.counts[:, used], multiplicity=q.patterns.multiplicity)
    trainers = q.trainer_patterns
    if trainers is not None:
        place = np.zeros(q.patterns.n_labels, dtype=np.int64)
        place[used] = np.arange(len(used))
        trainers = dataclasses.replace(trainers, label=place[trainers.label])
    return dataclasses.replace(
        q,
        patterns=patterns,
        trainer_patterns=trainers,
        values=q.values[used],
        labels=None if q.labels is None else tuple(q.labels[k] for k in used),
        distance=None if q.distance is None else q.distance[np.ix_(used, used)],
    )


def _alpha(q: Question) -> Functional | str:
    distance = q.distance
    if distance is None and q.labels is not None and q.level == "set":
        distance = set_distances(q.labels)
    if distance is None and q.labels is not None and q.level == "ranking":
        distance = (1 - ranking_tables(q.labels).tau) / 2
    functional = alpha_functional(q.level, q.values, distance)
    return functional or f"labels of level {q.level} have no distance of their own, and none was given"


def _alpha_gwet_ordinal(q: Question) -> Functional | str:
    return Alpha(distance=1 - agreement_weights("ordinal", q.values))


def _alpha_jaccard(q: Question) -> Functional | str:
    return NO_LABELS if q.labels is None else Alpha(distance=set_distances(q.labels, "jaccard"))


def _alpha_nominal(q: Question) -> Functional | str:
    return Alpha(distance=nominal_distances(q.values.size))


def _weighted(chance: str, kind: str = "identity") -> Build:
    return lambda q: WeightedAgreement(weights=agreement_weights(kind, q.values), chance=chance)


def _adjacent(q: Question) -> Functional | str:
    rank = [int(r) for r in np.argsort(np.argsort(q.values))]
    return WeightedAgreement(weights=agreement_within(1, rank), chance="none")


def _rare_label(q: Question) -> Functional | str:
    if q.values.size != 2:
        return f"it is for scales of two labels, and this one has {q.values.size}; see agreement label by label"
    return specific_agreement(int(np.argmin(q.patterns.label_counts)))


def _scott(q: Question) -> Coefficient:
    reason = _not_two(q, "Scott's pi", "Fleiss' kappa is its form for more")
    return q.undefined("scott_pi", reason) if reason else _answer("scott_pi", _weighted("marginal"))(q)


def _cohen(name: str, kind: str) -> Answer:
    def answer(q: Question) -> Coefficient:
        reason = _not_two(q, "Cohen's kappa", "Conger's kappa is its form for more")
        if reason or q.trainer_patterns is None:
            return q.undefined(name, reason or WHO_UNKNOWN)
        table = paired_table(q.patterns, q.trainer_patterns)
        functional = CohenTable(weights=agreement_weights(kind, q.values))
        cells = Patterns(counts=np.eye(table.size, dtype=np.int64), multiplicity=table.reshape(-1))
        found = cohen_kappa(table, functional.weights)
        why = functional.undefined(cells, found.value)
        if why is not None:
            return q.undefined(name, why, observed=found.observed, expected=found.expected)
        if q.interval == "bootstrap":
            if q.rng is None:
                raise ValueError("interval 'bootstrap' needs rng, a numpy random Generator, got None.")
            made = bootstrap_interval(Tabulated(functional, cells), q.confidence, q.replicates, q.rng)
        else:
            closed = q.interval in ("items", "gwet")
            variance = found.se**2 if closed else item_variance(Tabulated(functional, cells), jackknife=True)[0]
            made = interval_of(
                Spread(
                    value=found.value, items=variance, df_items=float(found.n_items - 1),
                    method=ITEMS if closed else JACKKNIFE,
                ),
                q.confidence,
            )  # fmt: skip
            made = cohen_bounds(functional, table, made, q.confidence)
        return q.coefficient(name, found.value, made, observed=found.observed, expected=found.expected)

    return answer


def _not_two(q: Question, title: str, instead: str) -> str | None:
    if q.n_trainers is None:
        return WHO_UNKNOWN
    if q.n_trainers != 2:
        return f"{title} compares exactly two trainers, and {q.n_trainers} judged here; {instead}"
    return None


def _conger(q: Question) -> Coefficient:
    functional = Conger(weights=agreement_weights("identity", q.values))
    found = q.estimate_crossed("conger_kappa", functional)
    if q.trainer_patterns is None or not q.patterns.n_items_paired:
        return found
    observed, expected = functional.parts(*totals(functional, q.patterns, q.trainer_patterns))
    return dataclasses.replace(found, observed=float(observed), expected=float(expected))


def _icc(form: str) -> Answer:
    def answer(q: Question) -> Coefficient:
        found = q.estimate_crossed(form, Icc(values=q.values, form=form))
        if found.undefined is not None or found.value >= 0:
            return dataclasses.replace(found, low=max(found.low, 0.0) if not math.isnan(found.low) else found.low)
        method = f"{found.interval_method}; the items' variance came out negative and stands at 0"
        return dataclasses.replace(found, value=0.0, low=0.0, high=max(found.high, 0.0), interval_method=method)

    return answer


def _icc_mean(q: Question) -> Coefficient:
    """Step ICC(A,1) and its ends up to the mean of k judgments: k r / (1 + (k - 1) r), k the harmonic mean."""
    one = _icc("icc_a1")(q)
    if one.undefined is not None:
        return dataclasses.replace(one, name="icc_ak")
    p = q.patterns
    k = p.n_items / float(p.multiplicity @ (1 / p.sizes))

    def stepped(r: float) -> float:
        return k * r / (1 + (k - 1) * r)

    se = one.se * k / (1 + (k - 1) * one.value) ** 2
    return dataclasses.replace(
        one, name="icc_ak", value=stepped(one.value), low=stepped(one.low), high=stepped(one.high), se=se
    )


def _preference(functional_of: Callable[[FloatArray], Functional]) -> Build:
    def build(q: Question) -> Functional | str:
        scores = q.values - (q.values.max() + q.values.min()) / 2
        if not np.allclose(np.sort(scores), np.sort(-scores), atol=1e-12):
            return "the preference labels are not symmetric about a tie"
        return functional_of(scores)

    return build


def _ranking(functional_of: Callable[[RankingTables], Functional]) -> Build:
    return lambda q: NO_LABELS if q.labels is None else functional_of(ranking_tables(q.labels))


def _concordance(tables: RankingTables) -> Functional:
    def score(counts: IntArray) -> FloatArray:
        return concordance_by_pattern(counts, tables.ranks)

    return item_mean(score, "no item has two rankings of the same three answers or more", (0.0, 1.0))


def _answer(name: str, build: Build, *, used_labels: bool = False) -> Answer:
    def answer(q: Question) -> Coefficient:
        asked = _on_used_labels(q) if used_labels else q
        functional = build(asked)
        return q.undefined(name, functional) if isinstance(functional, str) else asked.estimate(name, functional)

    return answer


def _sums(name: str, levels: frozenset[str], build: Build, *needs: str, used_labels: bool = False) -> Named:
    """Register a coefficient that is a function of additive sums; `used_labels`: labels nobody gave do not matter."""
    function = _answer(name, build, used_labels=used_labels)
    return Named(name=name, levels=levels, needs=frozenset(needs), function=function, functional=build)


def _other(name: str, levels: frozenset[str], function: Answer, *needs: str) -> Named:
    """Register a coefficient that needs each trainer's own totals."""
    return Named(name=name, levels=levels, needs=frozenset(needs), function=function)


def _tau(tables: RankingTables) -> Functional:
    return WeightedAgreement(weights=tables.tau, chance="none", floor=-1.0)


def _top(tables: RankingTables) -> Functional:
    return WeightedAgreement(weights=tables.top, chance="none")


_REGISTERED: tuple[Named, ...] = (
    _sums("percent_agreement", ALL, _weighted("none")),
    _sums("adjacent_agreement", ORDERED, _adjacent, "order"),
    _sums("rare_label_agreement", NOMINAL, _rare_label),
    _sums("krippendorff_alpha", ALL, _alpha, "labels", "values", used_labels=True),
    _sums("krippendorff_alpha_nominal", LABELLED - NOMINAL | SETS, _alpha_nominal, used_labels=True),
    _sums("krippendorff_alpha_gwet_ordinal", ORDERED, _alpha_gwet_ordinal, "order"),
    _sums("krippendorff_alpha_jaccard", SETS, _alpha_jaccard, "labels", used_labels=True),
    _sums("fleiss_kappa", LABELLED, _weighted("marginal")),
    _other("scott_pi", LABELLED, _scott, "two trainers"),
    _other("cohen_kappa", LABELLED, _cohen("cohen_kappa", "identity"), "two trainers"),
    _other("cohen_kappa_linear", ORDERED, _cohen("cohen_kappa_linear", "linear"), "two trainers", "values"),
    _other("cohen_kappa_quadratic", ORDERED, _cohen("cohen_kappa_quadratic", "quadratic"), "two trainers", "values"),
    _other("conger_kappa", LABELLED, _conger, "trainers"),
    _sums("gwet_ac1", LABELLED, _weighted("gwet")),
    _sums("gwet_ac2", ORDERED, _weighted("gwet", "quadratic"), "values"),
    _sums("brennan_prediger", LABELLED, _weighted("uniform")),
    _other("icc_a1", ORDERED, _icc("icc_a1"), "trainers", "values"),
    _other("icc_c1", ORDERED, _icc("icc_c1"), "trainers", "values"),
    _other("icc_ak", ORDERED, _icc_mean, "trainers", "values"),
    _sums("kappa_symmetric", PREFERENCE, _preference(lambda s: KappaSymmetric(scores=s)), "values"),
    _sums("non_tied_agreement", PREFERENCE, _preference(non_tied_agreement), "values"),
    _sums("alpha_symmetric", PREFERENCE, _preference(lambda s: AlphaSymmetric(scores=s)), "values"),
    _sums("tie_share", PREFERENCE, _preference(tie_share), "values"),
    _sums("mean_tau_b", RANKING, _ranking(_tau), "labels"),
    _sums("kendall_w", RANKING, _ranking(_concordance), "labels"),
    _sums("top_1_agreement", RANKING, _ranking(_top), "labels"),
)

COEFFICIENTS: dict[str, Named] = {entry.name: entry for entry in _REGISTERED}
