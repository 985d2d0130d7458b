"""One trainer's answers: against gold, against the others, against the items' labels."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from analytics.core.numerals import ABSENT, coefficient, count, percent, plural, signed
from analytics.figures.cells import Spec, alt_of
from analytics.figures.trainer_profile import MOST_LABELS, confusion_table, labels_used, right_by_label
from analytics.reports.trainer_profile_gold import GoldProfile, gold_profile_report
from analytics.reports.trainer_profile_peers import PeersProfile, peers_profile_report
from analytics.reports.trainer_profile_scale import HaloProfile, ScaleProfile, halo_profile_report, scale_profile_report
from analytics.ui.chart import chart
from analytics.ui.page import card, cards, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped
from analytics.ui.trainer_profile import Looked, Shown, figures, points, says, side

TOO_MANY = f"More than {MOST_LABELS} labels: a table would not be readable. The labels used stand in the next section."


def against_gold(looked: Looked) -> None:
    """Draw accuracy on gold, which labels are confused, and what mistakes cost."""
    found = looked.view.report(gold_profile_report, **looked.asked)
    with card("Against gold", stretch=False, key="profile_gold"):
        if found.undefined:
            empty(f"Nothing to show: {found.undefined}. Add known answers for some of their items to see more.")
            return
        says(_gold_sentence(found))
        figures(
            [
                Shown(
                    name="gold_accuracy",
                    estimate=found.accuracy,
                    text=percent,
                    beside=f"The others: {percent(found.team_accuracy)}.",
                ),
                Shown(
                    name="gold_accuracy_shrunken",
                    estimate=found.shrunken,
                    text=percent,
                    beside=f"Below the target of {percent(found.target)} with probability "
                    f"{percent(found.p_below_target)}.",
                ),
                Shown(name="gold_ratio", estimate=found.ratio, beside="1 is as the others on the same gold."),
                *(
                    [
                        Shown(
                            name="expected_cost",
                            estimate=found.cost,
                            beside=f"The others: {coefficient(found.team_cost)}.",
                        )
                    ]
                    if found.cost is not None
                    else []
                ),
            ]
        )
        if found.n_suspect:
            st.caption(
                f"{plural(found.n_suspect, 'of their wrong answers is', 'of their wrong answers are')} on gold that "
                "able trainers speak against, or that went stale: read the team's gold audit before holding it against "
                "them."
            )
    with cards(2):
        with card("What they say where gold says each label", key="profile_gold_table"):
            _cells(
                found.labels,
                confusion_table(
                    found.labels,
                    found.confusion,
                    looked.view.palette,
                    right_title="Gold says",
                    alt=f"What {looked.name} said where gold says each label of {looked.criterion}.",
                ),
                key="gold_confusion",
            )
            st.caption("Each row sums to 100\u00a0%. The coloured diagonal is right.")
        with card("Right, label by label", help=explained("gold_label_accuracy"), key="profile_gold_labels"):
            chart(
                right_by_label(found.by_label, looked.view.palette, measure="Given where gold says it"),
                key="gold_labels",
            )
    if found.cost is not None:
        _costs(found)


def _gold_sentence(found: GoldProfile) -> str:
    where = {1: "better than", -1: "less well than", 0: "about as well as"}[side(found.ratio, at=1.0)]
    start = (
        f"{percent(found.accuracy.value)} of {plural(found.accuracy.n_judgments or 0, 'answer')} match the known one"
    )
    if found.ratio.defined:
        return f"{start}: {where} the others on the same gold items."
    return f"{start}. Nobody else met these items, so there is nothing to compare with."


def _costs(found: GoldProfile) -> None:
    with card("What the mistakes cost", help=explained("expected_cost"), stretch=False, key="profile_costs"):
        if not found.worst:
            empty("No mistake on gold that costs anything.", icon=":material/verified:")
            return
        column = st.column_config
        table(
            pd.DataFrame(
                {
                    "gold": [true for true, *_ in found.worst],
                    "said": [given for _, given, *_ in found.worst],
                    "each": [price for *_, price, _ in found.worst],
                    "times": [n for *_, n in found.worst],
                    "together": [price * n for *_, price, n in found.worst],
                }
            ),
            key="profile_cost_table",
            alt="The dearest mistakes on gold",
            columns={
                "gold": column.TextColumn("Gold says", width=150),
                "said": column.TextColumn("They said", width=150),
                "each": column.NumberColumn("Cost each", format="%.2f", width=100),
                "times": column.NumberColumn("Times", format="localized", width=90),
                "together": column.NumberColumn("Together", format="%.2f", width=100),
            },
        )


def against_peers(looked: Looked) -> None:
    """Draw agreement with the others, what the others say instead, the effect on alpha, and repeats."""
    found = looked.view.report(peers_profile_report, **looked.asked)
    with card("Against peers", stretch=False, key="profile_peers"):
        if found.undefined:
            empty(f"Nothing to show: {found.undefined}.")
            return
        says(_peers_sentence(found))
        figures(
            [
                Shown(name="peer_agreement", estimate=found.agreement, text=percent),
                Shown(name="peer_excess", estimate=found.excess, text=points, beside="0 is like everybody on them."),
                Shown(name="majority_agreement", estimate=found.majority, text=percent),
                Shown(
                    name="alpha_without_trainer",
                    estimate=found.effect,
                    text=lambda v: signed(v, 3),
                    beside=f"The team's alpha on this {found.level} scale: {coefficient(found.alpha, 3)}.",
                ),
            ]
        )
        if found.subjective:
            st.caption("Tastes may differ on this criterion: differing from the others is not an error.")
    with cards(2):
        with card("What they say where the others say each label", key="profile_peers_table"):
            _cells(
                found.labels,
                confusion_table(
                    found.labels,
                    found.confusion,
                    looked.view.palette,
                    right_title="Others said",
                    alt=f"What {looked.name} said where the others said each label of {looked.criterion}.",
                ),
                key="peers_confusion",
            )
            st.caption("Each row sums to 100\u00a0%; where several others judged, each counts its part.")
        with card("In step, label by label", help=explained("peer_label_agreement"), key="profile_peers_labels"):
            chart(
                right_by_label(found.by_label, looked.view.palette, measure="Given where another gave it"),
                key="peers_labels",
            )
    with card("With themselves, on blind repeats", stretch=False, key="profile_repeats"):
        _repeats(found)


def _peers_sentence(found: PeersProfile) -> str:
    if not found.excess.defined:
        return f"There is nothing to compare: {found.excess.undefined}."
    where = {
        1: "Others give the same answer more often than these items lead one to expect.",
        -1: "Others give the same answer less often than these items lead one to expect.",
        0: "Others give the same answer about as often as these items lead one to expect.",
    }[side(found.excess)]
    if side(found.effect) > 0:
        where += " Without them the others agree better among themselves, beyond the luck of the items."
    return where


def _repeats(found: PeersProfile) -> None:
    if not found.consistency.defined:
        empty(f"Nothing to show: {found.consistency.undefined}. Send some items twice, a day apart, to learn this.")
        return
    ceiling = (
        f" That caps agreement beyond chance with the team at about {coefficient(found.ceiling)}."
        if math.isfinite(found.ceiling)
        else ""
    )
    says(
        f"They give the same answer again to {percent(found.consistency.value)} of items that come back; even a "
        f"perfectly instructed team would differ with itself on {percent(found.noise)}.{ceiling}"
    )
    figures(
        [
            Shown(
                name="self_consistency",
                estimate=found.consistency,
                text=percent,
                of="repeat",
                beside=f"The team: {percent(found.team_consistency)}.",
            ),
            Shown(
                name="self_consistency",
                title="The same, drawn to the team",
                estimate=found.consistency_shrunken,
                text=percent,
                of="repeat",
            ),
        ]
    )
    st.caption(
        f"Beyond chance: {coefficient(found.self_kappa)}. Where somebody is no steadier than in step with others, "
        "the difference is noise, not opinion."
        if math.isfinite(found.self_kappa)
        else "Fewer than ten repeats, or no variation: nothing is said of consistency beyond chance."
    )


def scale_use(looked: Looked) -> None:
    """Draw labels against what the items lead one to expect, severity, range, and halo."""
    found = looked.view.report(scale_profile_report, **looked.asked)
    with card("How they use the scale", stretch=False, key="profile_scale"):
        if found.undefined:
            empty(f"Nothing to show: {found.undefined}.")
            return
        says(_scale_sentence(found))
        if not (found.severity.defined or found.ends.defined):
            st.caption(f"Severity, range and ends of the scale are not shown: {escaped(found.severity.undefined)}.")
        else:
            _scale_figures(found)
    with cards(2):
        with card("Labels they give, and what their items ask for", help=explained("label_usage"), key="profile_use"):
            chart(labels_used(found.labels, looked.view.palette), key="labels_used")
            st.caption(
                f"Diamonds: the others' share lies outside the interval. In all, {percent(found.distance)} of their "
                f"labels would have to change to use them as the others do on the same items; chance alone does as "
                f"much in {_chance(found.p_value)}."
            )
        with card("Do their criteria move together?", help=explained("halo"), key="profile_halo"):
            _halo(looked.view.report(halo_profile_report, **looked.asked))


def _scale_figures(found: ScaleProfile) -> None:
    figures(
        [
            Shown(name="severity", estimate=found.severity, text=signed, beside=_of_scale(found)),
            Shown(
                name="central_tendency",
                estimate=found.tendency,
                beside="1 like the others; under 1 keeps to the middle.",
            ),
            Shown(name="ends_excess", estimate=found.ends, text=points),
        ]
    )


def _of_scale(found: ScaleProfile) -> str:
    if not (found.severity.defined and math.isfinite(found.points)):
        return ""
    return f"Scale points; the scale is {coefficient(found.points, 0)} long."


def _chance(p: float) -> str:
    if not math.isfinite(p):
        return "an unknown share of cases"
    return "fewer than 1 of 1\u2009000 cases" if p < 0.001 else f"{percent(p, 1)} of cases"


def _scale_sentence(found: ScaleProfile) -> str:
    said = []
    level = side(found.severity)
    if level:
        said.append(
            f"gives {'higher' if level > 0 else 'lower'} scores than others on the same items, by "
            f"{coefficient(abs(found.severity.value), 1)} points"
        )
    spread = side(found.tendency, at=1.0)
    if spread:
        said.append("goes to the ends of the scale" if spread > 0 else "keeps to the middle of the scale")
    if not said and found.p_value < 0.01:
        said.append("uses the labels otherwise than the others do on the same items")
    return (
        f"This trainer {' and '.join(said)}."
        if said
        else "Nothing settled: they use the scale as the others do on the same items."
    )


def _halo(found: HaloProfile) -> None:
    if not found.correlation.defined:
        empty(f"Nothing to show: {found.correlation.undefined}.")
        return
    more = found.correlation.low > found.team
    says(
        "Their criteria move together more than the team's: perhaps one impression colours all."
        if more
        else "Their criteria move together no more than the team's."
    )
    figures(
        [
            Shown(
                name="halo",
                estimate=found.correlation,
                text=signed,
                of="item",
                beside=f"The team's middle: {signed(found.team)}.",
            )
        ],
        across=1,
    )
    if math.isfinite(found.identical):
        st.caption(
            f"The same label on every criterion: {percent(found.identical)} of items; the others on these items "
            f"{percent(found.identical_expected) if math.isfinite(found.identical_expected) else ABSENT}. Compared: "
            f"{', '.join(found.criteria)}, {count(found.n_items)} items.".replace("_", "\\_")
        )


def _cells(labels: tuple[str, ...], spec: Spec | None, *, key: str) -> None:
    if len(labels) > MOST_LABELS:
        empty(TOO_MANY)
    elif spec is None:
        empty("No item of theirs has an answer to compare with.")
    else:
        st.vega_lite_chart(spec, key=key, theme=None, alt=alt_of(spec))
