"""Preferences: order, length, cycles and flips; ratings against choices; rankings; rewrites."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, interval, percent, plural
from analytics.figures.preference_effects import (
    choices_by_rating,
    length_bins,
    order_funnel,
    rating_slopes,
    rewrite_sizes,
)
from analytics.figures.preference_models import places_in_words, strengths, win_rates
from analytics.figures.preferences import ranking_panel
from analytics.reports.preferences_effects import EffectsReport, effects_report
from analytics.reports.preferences_opinions import RatingsReport, RewritesReport, ratings_report, rewrites_report
from analytics.reports.preferences_rankings import rankings_report
from analytics.stats.preferences.transitivity import Transitivity
from analytics.ui import state
from analytics.ui.chart import chart
from analytics.ui.page import View, card, cards, empty, explained, stack
from analytics.ui.preferences import Picked, fact, from_where, sentence
from analytics.ui.tables import table
from analytics.ui.text import escaped


def order_length_cycles(view: View, picked: Picked) -> None:
    """Draw what should not matter, and choices that contradict each other."""
    with st.spinner("Looking at order and length", show_time=True):
        report = view.report(effects_report, project=picked.project, criterion=picked.criterion)
    with cards():
        with card("Does the answer shown first win?", help=explained("chose_first"), stretch=False):
            _order(report, view)
        with stack():
            with card("Does the longer answer win?", help=explained("chose_longer"), stretch=False):
                _length(report, view)
            with card("Do choices go in circles?", help=explained("circular_share"), stretch=False):
                _cycles(report)
            with card("The same pair in both orders", help=explained("same_side_both_orders"), stretch=False):
                _flips(report)


def _order(report: EffectsReport, view: View) -> None:
    if not report.first.defined:
        empty(f"Not known: {report.first.undefined}.")
        return
    st.markdown(f"{sentence(report.first, 'The first was chosen')} of {count(report.first.n_judgments or 0)} times.")
    chart(order_funnel(report, view.palette), key="order_funnel")
    flagged = [t for t in report.by_trainer if t.flagged]
    weakest = min((t.power.n_needed for t in report.by_trainer), default=0)
    st.caption(
        f"{count(len(flagged))} of {count(len(report.by_trainer))} trainers depart from one half with at most "
        f"{percent(view.settings.false_discovery)} false discoveries among them. To find a trainer who takes the first "
        f"58\u00a0% of the time with a chance of 80\u00a0%, {count(weakest)} choices are needed."
        + (f" Order not known: {plural(report.n_without_order, 'judgment')}." if report.n_without_order else "")
    )
    column = st.column_config
    table(
        pd.DataFrame(
            {
                "name": [t.name for t in report.by_trainer],
                "share": [t.share.value for t in report.by_trainer],
                "interval": [interval(t.share.low, t.share.high) for t in report.by_trainer],
                "shrunken": [t.shrunken.value for t in report.by_trainer],
                "n": [t.n_sided for t in report.by_trainer],
                "q": [t.q_value for t in report.by_trainer],
                "power": [t.power.power for t in report.by_trainer],
            }
        ),
        key="order_table",
        alt="Share of choices for the first answer by trainer",
        height=240,
        download="first_shown",
        columns={
            "name": column.TextColumn("Trainer", width=140, pinned=True),
            "share": column.NumberColumn("First chosen", format="percent", width=95),
            "interval": column.TextColumn("Interval", width=110),
            "shrunken": column.NumberColumn("Shrunk", format="percent", width=80),
            "n": column.NumberColumn("Choices", format="localized", width=80),
            "q": column.NumberColumn("q", format="%.3f", width=65),
            "power": column.NumberColumn(
                "Power", format="percent", width=75, help="Chance that 58 % would have been found by so many choices."
            ),
        },
    )


def _length(report: EffectsReport, view: View) -> None:
    if not report.longer.defined:
        empty(f"Not known: {report.longer.undefined}.")
        return
    n = count(report.longer.n_judgments or 0)
    st.markdown(f"{sentence(report.longer, 'The longer was chosen')} of {n} times.")
    chart(length_bins(report, view.palette), key="length_bins")
    if math.isfinite(report.length_at_equal_quality):
        st.caption(
            f"Longer may be better. Where all others are evenly split, an answer 2.7 times as long is chosen "
            f"{percent(report.length_at_equal_quality)} of the time."
        )
    else:
        st.caption(f"At equal quality: not fitted, {escaped(report.length_undefined)}.")


def _cycles(report: EffectsReport) -> None:
    for name, found, who in (
        ("Within one trainer", report.cycles, True),
        ("Of the majority's choices", report.team_cycles, False),
    ):
        _cycle_line(name, found, report, who)
    if report.one_in > 1:
        st.caption(f"One prompt in {count(report.one_in)} was looked at.")


def _cycle_line(name: str, found: Transitivity, report: EffectsReport, who: bool) -> None:
    if not found.share.defined:
        st.markdown(f"**{name}**: {escaped(found.share.undefined)}.")
        return
    closed, round_ = int(found.triads.sum()), int(found.circular.sum())
    st.markdown(
        f"{sentence(found.share, name)}: of {count(closed)} closed triples {count(round_)} go in a circle; by luck "
        "25\u00a0%."
    )
    if who and round_:
        often = [
            f"{escaped(report.names.get(j, str(j)))} {count(int(found.circular[j]))} of {count(int(found.triads[j]))}"
            for j in sorted(range(found.triads.size), key=lambda j: -int(found.circular[j]))[:5]
            if found.circular[j]
        ]
        st.caption("Most circles: " + ", ".join(often) + ".")


def _flips(report: EffectsReport) -> None:
    f = report.flips
    if not f.n_pairs:
        empty("Nobody judged a pair twice, once in each order. Blind repeats with the order turned would show it.")
        return
    st.markdown(
        f"{sentence(f.same_answer, 'Same answer')}, {sentence(f.same_side, 'same side')}, "
        f"{sentence(f.tie_once, 'a tie once')} of {plural(f.n_pairs, 'pair')} that one trainer saw in both orders."
    )
    st.caption(
        f"Of {plural(f.same_side_n, 'flip')}, {count(f.first_side_n)} took the first side both times. Tied both times: "
        f"{count(f.tie_both_n)}."
    )


def ratings_against_choices(view: View, picked: Picked) -> None:
    """Draw whether trainers choose what they rated higher, and whether others' ratings foretell choices."""
    report: RatingsReport = view.report(ratings_report, project=picked.project, criterion=picked.criterion)
    if len(report.offered) > 1:
        stems = [p.stem for p in report.offered]
        state.settle("rated", stems)
        stem = st.selectbox("Ratings", stems, key="rated", bind="query-params", width=260)
        report = view.report(ratings_report, project=picked.project, criterion=picked.criterion, rated=str(stem))
    if report.undefined or report.within is None or report.across is None or report.rated is None:
        empty(f"Nothing to compare: {report.undefined}.", border=True)
        return
    w, across = report.within, report.across
    st.caption(
        f"{escaped(report.rated.criterion_a)} and {escaped(report.rated.criterion_b)} against "
        f"{escaped(picked.criterion)}."
    )
    with st.grid(4, min_column_width=200, gap="small"):
        fact(w.concordance, "rating_choice_concordance")
        fact(w.tie_when_equal, "tie_when_equal")
        fact(w.slope, "rating_choice_slope", shares=False)
        fact(across.brier_ratings, "brier_ratings", shares=False)
    with cards():
        with card("The same trainer's ratings and choice", help=explained("rating_choice_concordance")):
            chart(choices_by_rating(report, view.palette), key="choices_by_rating")
            st.caption("Printed: chose the higher rated, or called a tie where the ratings were equal.")
            st.markdown(_across_in_words(report))
        with card("How steeply each trainer's choices follow", help=explained("rating_choice_slope")):
            chart(rating_slopes(report, view.palette), key="rating_slopes")


def _across_in_words(report: RatingsReport) -> str:
    across = report.across
    if across is None or not across.brier_ratings.defined:
        return f"**Across trainers**: {escaped(across.brier_ratings.undefined if across else report.undefined)}."
    votes = across.brier_votes
    return (
        f"**Across trainers**: {percent(across.concordance.value, 1)} of choices went to the answer that others rated "
        f"higher. Squared error of others' ratings {coefficient(across.brier_ratings.value, 3)}, of others' direct "
        f"votes on the same pairs {coefficient(votes.value, 3)}; a coin has 0.250."
    )


def rankings(view: View, picked: Picked) -> None:
    """Draw agreement on rankings and what they say of response models."""
    with st.spinner("Comparing rankings", show_time=True):
        report = view.report(rankings_report, project=picked.project, criterion=picked.criterion)
    from_where(report.provenance, f"{coefficient(report.agreement.mean_answers, 1)} answers a ranking")
    if report.n_unread:
        st.caption(f"Not read: {plural(report.n_unread, 'ranking')} naming answers the item does not have.")
    with cards():
        with card("Do trainers rank alike?", help=explained("mean_tau_b")):
            chart(ranking_panel(report, view.palette), key="ranking_panel")
            st.caption("Intervals hold for other prompts. Ticks: what orders drawn by lot would give.")
        with card("How strong each model is", help=explained("log_strength")):
            if report.strengths is None or report.differences is None:
                empty(f"Models cannot be compared: {report.undefined}.")
            else:
                chart(
                    strengths(report.models, report.strengths, report.differences, view.palette), key="rank_strengths"
                )
                places = places_in_words(report.models, report.differences)
                st.caption("Places: " + "; ".join(f"{escaped(name)} {place}" for name, place in places) + ".")
    if report.strengths is not None:
        with card("How often each model is ranked above another", help=explained("win_rate"), stretch=False):
            chart(win_rates(report.models, report.win_rates, view.palette), key="rank_win_rates")
            st.caption(
                f"{count(report.n_pairs)} pairs from {plural(report.agreement.n_rankings, 'ranking')}; all pairs of a "
                "prompt and of a trainer are taken together in the intervals."
            )


def rewriting(view: View, picked: Picked) -> None:
    """Draw how much trainers rewrite, how alike, and how often nothing needed changing."""
    with st.spinner("Comparing rewrites", show_time=True):
        report: RewritesReport = view.report(rewrites_report, project=picked.project, criterion=picked.criterion)
    from_where(report.provenance)
    found, alike = report.found, report.found.agreement
    with st.grid(4, min_column_width=200, gap="small"):
        fact(found.unchanged, "rewrite_unchanged")
        fact(found.change, "rewrite_change")
        fact(found.change_when_changed, "rewrite_change", title="The same where changed")
        fact(alike.alpha, "krippendorff_alpha", shares=False)
    with card("How much is rewritten", help=explained("rewrite_change"), stretch=False):
        if found.change.defined:
            chart(rewrite_sizes(report, view.palette), key="rewrite_sizes")
        else:
            empty(f"Not known: {found.change.undefined}.")
    with card("How alike rewrites of one answer are", stretch=False):
        if not alike.alpha.defined:
            empty(f"Not defined: {alike.alpha.undefined}.")
        else:
            st.markdown(
                f"Two rewrites of the same answer are **{percent(alike.median_within)}** apart (median), rewrites of "
                f"different answers **{percent(alike.shuffled)}** (shuffled pairs, the baseline)."
            )
        quartiles = [percent(float(q)) for q in found.change_quartiles]
        st.caption(
            f"Distance: {escaped(found.distance_name)}. From the original, a quarter of rewrites changes "
            f"{quartiles[0]} or less, half {quartiles[1]} or less, three quarters {quartiles[2]} or less."
            + (f" One item in {count(report.one_in)} was compared." if report.one_in > 1 else "")
        )
