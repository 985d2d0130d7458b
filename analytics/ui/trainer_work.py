"""One trainer's way of working: confidence, pace and sessions, and what changed over time."""

from __future__ import annotations

import math

import streamlit as st

from analytics.core.numerals import coefficient, count, day, percent, plural
from analytics.core.results import Estimate
from analytics.figures.trainer_profile_curves import (
    evidence,
    falls,
    moving_average,
    newcomer,
    reliability,
    session_course,
    weeks,
)
from analytics.reports.trainer_profile_time import (
    FEWEST,
    ChartPoint,
    ControlCharts,
    NewcomerCurve,
    TimeProfile,
    time_profile_report,
)
from analytics.reports.trainer_profile_work import (
    ConfidenceProfile,
    PaceProfile,
    confidence_profile_report,
    pace_profile_report,
)
from analytics.ui.chart import chart
from analytics.ui.page import card, cards, empty, explained
from analytics.ui.trainer_profile import NEVER_ALONE, Looked, Shown, figures, points, says, side, times

WHERE = ("This criterion", "All of the project")


def confidence(looked: Looked) -> None:
    """Draw stated confidence against being right, with the Brier score and its parts."""
    found = looked.view.report(confidence_profile_report, **looked.asked)
    with card("Confidence", stretch=False, key="profile_confidence"):
        if found.found is None:
            empty(f"Nothing to show: {found.undefined}.")
            return
        says(_confidence_sentence(found.found.overconfidence))
        figures(
            [
                Shown(
                    name="overconfidence",
                    estimate=found.found.overconfidence,
                    text=points,
                    beside=f"The others: {points(found.team_overconfidence)}."
                    if math.isfinite(found.team_overconfidence)
                    else "",
                ),
                Shown(name="brier", estimate=found.found.brier, beside="0 is perfect, 0.25 is always saying one half."),
                Shown(name="calibration_error", estimate=found.found.ece_debiased),
            ],
            across=3,
        )
    with cards(2):
        with card("As right as they say?", help=explained("overconfidence"), key="profile_reliability"):
            figure = reliability(found, looked.view.palette)
            if figure is not None:
                chart(figure, key="reliability")
            st.caption(
                "A mark is a group of judgments with like stated confidence, its size how many; the bar is the "
                "95\u00a0% interval of the share right. On the dashed line people are as right as they say, above "
                "it too modest, below it too sure."
            )
        with card("What the Brier score is made of", help=explained("brier"), key="profile_brier"):
            _parts(found)


def _confidence_sentence(beyond: Estimate) -> str:
    where = side(beyond)
    by = coefficient(100 * abs(beyond.value), 0)
    if where > 0:
        return f"Surer than right: stated confidence lies {by} points of 100 above the share right."
    if where < 0:
        return f"More modest than need be: stated confidence lies {by} points of 100 below the share right."
    return "Stated confidence and share right are not told apart: as sure as right, as far as one can tell."


def _parts(whole: ConfidenceProfile) -> None:
    found = whole.found
    if found is None:
        return
    st.markdown(
        f"- **Reliability {coefficient(found.reliability, 3)}** (0 is best): how far stated confidence lies from the "
        "share right, group by group.\n"
        f"- **Resolution {coefficient(found.resolution, 3)}** (more is better): how far confidence tells right from "
        "wrong.\n"
        f"- **Uncertainty {coefficient(found.uncertainty, 3)}**: how mixed right and wrong are; not in anybody's hands."
    )
    exact = "exactly" if found.exact else "nearly, for confidence was grouped"
    st.caption(
        f"Brier = reliability − resolution + uncertainty, {exact}. "
        + (
            f"A right answer got the higher confidence in {percent(found.auroc)} of pairs of a right and a wrong one "
            "(50\u00a0% says nothing). "
            if math.isfinite(found.auroc)
            else ""
        )
        + f"Right or wrong: {count(whole.n_gold)} by gold, {count(whole.n_consensus)} by at least three others of whom "
        "two in three agree; without gold a sound minority view counts as wrong."
    )


def pace_and_sessions(looked: Looked) -> None:
    """Draw time on the same items, rapid judgments, runs of one label, and the course of a session."""
    found = looked.view.report(pace_profile_report, **looked.asked)
    with card("Pace and sessions", stretch=False, key="profile_pace"):
        if found.undefined:
            empty(f"Nothing to show: {found.undefined}.")
            return
        says(f"{_pace_sentence(found)} {NEVER_ALONE}")
        figures(
            [
                Shown(
                    name="relative_time",
                    estimate=found.relative,
                    text=times,
                    beside=f"Usually {count(found.median_s)} s; the others {count(found.team_median_s)} s."
                    if math.isfinite(found.median_s)
                    else "",
                ),
                Shown(name="rapid_share", estimate=found.rapid, text=percent),
                Shown(
                    name="rapid_accuracy",
                    estimate=found.right_rapid,
                    text=percent,
                    beside=f"Their other judgments: {percent(found.right_rest.value)}."
                    if found.right_rest.defined
                    else "",
                ),
            ],
            across=3,
        )
        st.caption(
            "Time is compared on the same items and net of their length"
            + (
                f" (1\u00a0% more text takes this team {coefficient(found.length_slope)}\u00a0% more time)"
                if found.length_slope
                else ""
            )
            + ". A rapid judgment took under a tenth of the others' mean time. Fast is not bad: read whether rapid "
            "ones are right. Open tabs and pauses count as time."
        )
    with cards(2):
        with card("Agreement along a session", help=explained("session_course"), key="profile_fatigue"):
            _course(found, looked, as_time=False)
            _slope(Shown(name="fatigue_slope", estimate=found.fatigue, text=points), "agreement beyond the items")
        with card("Time along a session", help=explained("session_course"), key="profile_slowing"):
            _course(found, looked, as_time=True)
            _slope(Shown(name="fatigue_slope", estimate=found.slowing, text=times), "time a judgment")
    with card("The same label over and over", help=explained("longest_run"), stretch=False, key="profile_runs"):
        if not found.longest_run:
            empty("Nothing to show: the log holds no sessions.")
        else:
            often = (
                f"Shuffled within sessions, their labels have so long a run in {percent(found.run_p, 1)} of cases"
                if math.isfinite(found.run_p)
                else "With fewer than ten judgments in sessions nothing can be said of chance"
            )
            says(
                f"The longest run of one label in a session is {count(found.longest_run)} "
                f"({found.run_label or 'none'}). {often}."
            )
            st.caption(f"Queues that are sorted make long runs by themselves. {NEVER_ALONE}")


def _pace_sentence(found: PaceProfile) -> str:
    if not found.relative.defined:
        return f"Pace is not known: {found.relative.undefined}."
    where = side(found.relative, at=1.0)
    if not where:
        return "They take as long as others on the same items."
    return f"They take {times(found.relative.value)} the time of others on the same items."


def _course(found: PaceProfile, looked: Looked, *, as_time: bool) -> None:
    curve = found.time_curve if as_time else found.agreement_curve
    figure = session_course(found, looked.view.palette, as_time=as_time)
    if figure is None or curve is None:
        why = curve.undefined if curve is not None else "the log holds no sessions"
        empty(f"Nothing to show: {why}.")
        return
    chart(figure, key=f"course_{'time' if as_time else 'said'}")
    st.caption(
        f"Against the mean of their own session (dotted line), {plural(curve.n_sessions, 'session')}. "
        + ("1× is the session's usual time." if as_time else "In answers of 100.")
        + " Bars are 95\u00a0% intervals."
    )


def _slope(shown: Shown, what: str) -> None:
    e = shown.estimate
    if not e.defined:
        return
    settled = side(e, at=1.0 if shown.text is times else 0.0)
    start = "Within a session" if settled else "No change is settled: within a session"
    unit = " answers in 100" if shown.text is points else ""
    st.caption(
        f"{start} {what} changes by {shown.text(e.value)}{unit} per 10 judgments ({shown.text(e.low)} to "
        f"{shown.text(e.high)}). Queues that get harder look the same."
    )


def over_time(looked: Looked) -> None:
    """Draw weeks, control charts, the daily alarm, and the learning curve of a newcomer."""
    where = st.segmented_control("Over", WHERE, default=WHERE[0], required=True, key="profile_time_of")
    whole = where == WHERE[1]
    with st.spinner("Reading all criteria of the project" if whole else "Reading the criterion", show_time=True):
        found = looked.view.report(
            time_profile_report,
            project=looked.project,
            criterion=None if whole else looked.criterion,
            trainer_id=looked.trainer_id,
        )
    with cards(2):
        with card("Week by week", help=explained("weekly_residual"), key="profile_weeks"):
            figure = weeks(found.weeks, looked.view.palette)
            if figure is None:
                empty("Fewer than two weeks with five judgments that can be compared. Look at all of the project.")
            else:
                chart(figure, key="profile_weeks_chart")
                st.caption(
                    "Share right (by gold, else as most others) beyond what ordinary trainers reach on the same "
                    "items; the dotted line is as expected. The shade is the 95\u00a0% interval of one week."
                )
        with card("The alarm one may read every day", help=explained("drift_evidence"), key="profile_alarm"):
            if found.charts is None:
                empty(_too_few(found))
            else:
                _alarm(found.charts, looked, whole=whole)
    if found.charts is not None:
        _charts(found.charts, looked)
    with card("Learning", help=explained("judgments_to_target"), stretch=False, key="profile_learning"):
        _learning(found.curve, looked)


def _too_few(found: TimeProfile) -> str:
    return f"No charts: {found.undefined}. With fewer than {FEWEST} look at all of the project."


def _alarm(found: ControlCharts, looked: Looked, *, whole: bool) -> None:
    says(
        f"It rang at judgment {count(found.alarm.n)}{_on(found.alarm)}: results fell below what the items promise."
        if found.alarm is not None
        else "It has not rung."
    )
    chart(evidence(found, looked.view.palette), key="profile_evidence")
    st.caption(
        "Evidence that results fell at some time, growing and shrinking with every judgment. It rings at 1\u2009000: "
        "while nothing changes it rings by mistake at most once in 1\u2009000 judgments on average, however often one "
        "looks. By itself it is no flag."
        + (
            " Several criteria of one item hang together, so over all of a project the rate is approximate."
            if whole
            else ""
        )
    )


def _charts(found: ControlCharts, looked: Looked) -> None:
    with cards(2):
        with card("Moving average", help=explained("ewma"), key="profile_ewma"):
            says(
                f"It first left its limits at judgment {count(found.average_signal.n)}{_on(found.average_signal)}."
                if found.average_signal is not None
                else f"Never outside its limits over {count(found.n)} judgments."
            )
            chart(moving_average(found, looked.view.palette), key="profile_ewma_chart")
            st.caption(
                "Results against expectation, in standard deviations of one judgment, older ones fading out; the "
                "shade is where an ordinary trainer stays: of 100 such series "
                f"{count(100 * found.false_alarms)} would ever leave it. A diamond marks the first time outside."
            )
        with card("Falls, added up", help=explained("cusum"), key="profile_cusum"):
            says(
                f"It passed its limit at judgment {count(found.falls_signal.n)}{_on(found.falls_signal)}; the fall is "
                f"reckoned from judgment {count(found.falls_since.n)}{_on(found.falls_since)}."
                if found.falls_signal is not None and found.falls_since is not None
                else f"Never over its limit over {count(found.n)} judgments."
            )
            chart(falls(found, looked.view.palette), key="profile_cusum_chart")
            st.caption(
                f"Results below expectation add up (CUSUM). The limit ({coefficient(found.limit, 1)}) is set by "
                f"simulation: if nothing had changed, {count(100 * found.false_alarms)} of 100 such series would ever "
                "pass it."
            )


def _on(point: ChartPoint) -> str:
    return f" ({day(point.when)})" if point.when is not None else ""


def _learning(found: NewcomerCurve, looked: Looked) -> None:
    if found.undefined:
        empty(f"No learning curve: {found.undefined}.")
        return
    says(_learning_sentence(found))
    chart(newcomer(found, looked.view.palette), key="profile_newcomer")
    st.caption(
        f"First judgment {day(found.first_day)}. Marks: share right in stretches of their judgments, with 95\u00a0% "
        f"intervals. Line: their curve; dashed: an average newcomer of {count(found.n_newcomers)}, with its interval. "
        "Right by gold, else as most others; those who stay are not like those who leave."
    )


def _learning_sentence(found: NewcomerCurve) -> str:
    if not math.isfinite(found.to_target):
        return (
            f"The target of {percent(found.target)} is not in sight: newcomers here do not get better with practice, "
            "as far as one can tell."
        )
    if found.to_target == 0:
        return f"By the curve they stood at the target of {percent(found.target)} from the start."
    if found.to_target > 1e6:
        return f"At this pace the target of {percent(found.target)} is out of reach."
    low, high = sorted((found.to_target_low, found.to_target_high))
    upper = count(high) if math.isfinite(high) and high < 1e6 else "never"
    return (
        f"By the curve they reach {percent(found.target)} after about {count(found.to_target)} judgments "
        f"({count(low)} to {upper})."
    )
