"""My calibration, part by part: strengths, own figures on the band, items to learn from, confusions, trend."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, day, percent, plural, signed
from analytics.figures.my_calibration import WORDS, by_criterion, own_and_band, own_trend
from analytics.reports.my_calibration import my_calibration_report
from analytics.reports.my_results import InstructiveItem, MyCalibration, OwnCriterion
from analytics.ui import state
from analytics.ui.chart import chart
from analytics.ui.page import View, card, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import escaped, line, literal

NONE = "none"
"""How an empty set of labels reads."""
WHOLE_WEEKS = " Of the days you chose, whole weeks from Monday to Sunday are compared with colleagues."
FEW = 30
"""Judgments below which the page says that it is early."""


def nothing_yet() -> None:
    """Say kindly why there is nothing to see."""
    with st.container(border=True):
        st.markdown("#### Nothing to look back on yet")
        st.text(
            "This page fills as you judge. After about ten judgments that colleagues made too, your first figures "
            "stand here, with what you do well first. If you have judged already, a filter may leave them out."
        )


def my_report(view: View) -> MyCalibration:
    """Return the viewer's report, saying what is being done while it takes a moment."""
    words = st.empty()
    words.caption("Looking through your judgments and what colleagues said of the same items: a few seconds.")
    report = view.report(my_calibration_report)
    words.empty()
    return report


def opening(report: MyCalibration) -> None:
    """Print how things stand in a sentence, what the figures rest on, and who can see what."""
    st.markdown(f"## {escaped(_headline(report))}")
    if report.n_judgments < FEW:
        n = plural(report.n_judgments, "judgment")
        start = f"{n} in this selection." if report.filters.to_dict() else f"A good start: {n} so far."
        st.markdown(f"{start} Figures are still wide here and settle with more.")
    st.caption(
        f"{plural(report.n_judgments, 'judgment')} of yours on {plural(report.n_items, 'item')}. Only you are shown "
        f"here. Colleagues appear as the middle half of at least {count(report.floor)}, in rounded steps, never one by "
        "one, and not at all where that could give one of them away."
        + (WHOLE_WEEKS if report.filters.since or report.filters.until else "")
    )


def _headline(report: MyCalibration) -> str:
    """Return the page in a sentence: the direction first, then what goes well, then where there is most to gain."""
    well = _names(report.strengths)
    gain = _names(report.to_gain)
    change = report.change
    if change.defined and change.low > 0:
        start = f"You are getting closer to your colleagues: {signed(100 * change.value, 1)} same answers in 100"
        return f"{start}. Most to gain now on {gain[0]}." if gain else f"{start}."
    if well and gain:
        elsewhere = [criterion for criterion in gain if criterion not in well[:2]]
        rest = f"; most to gain on {elsewhere[0]}" if elsewhere else ", with more to gain there too"
        return f"Going well on {' and '.join(well[:2])}{rest}."
    if well:
        return f"Going well on {' and '.join(well[:2])}."
    if gain:
        return f"Most to gain on {gain[0]}: one thing to try today."
    return "Here is where you stand, and what today can teach you."


def _names(said: Sequence[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(criterion for criterion, _ in said))


def strengths_card(report: MyCalibration) -> None:
    """Draw what the intervals say the viewer does well, then what to look at first."""
    with card("What you do well", key="strengths"):
        if not report.strengths:
            empty(
                "No strength stands out beyond chance yet. That is no verdict: most figures need a hundred judgments "
                "before they can show one."
                + (" The items below are the quickest way forward." if report.items else ""),
                icon=":material/eco:",
            )
        for criterion, words in report.strengths:
            st.markdown(f":material/check_circle: **{escaped(criterion)}**: {escaped(words)}")
        if report.to_gain:
            st.markdown("**Most to gain**")
        for criterion, words in report.to_gain:
            st.markdown(f":material/trending_up: **{escaped(criterion)}**: {escaped(words)}")


def overall_card(report: MyCalibration, view: View) -> None:
    """Draw excess agreement by criterion, where there is some."""
    shown = [c for c in report.criteria if _defined(c, "peer_excess")]
    with card("Agreement beyond what the items allow", help=explained("peer_excess"), key="overall"):
        if not shown:
            empty("No criterion has ten of your judgments on items that enough colleagues judged too.")
            return
        chart(by_criterion(shown, view.palette), key="by_criterion")
        st.caption(
            "More (+) or fewer (−) same answers in 100 than your very items lead one to expect. The bar is the "
            "95\u00a0% interval: where it crosses 0, nothing is settled."
        )


def chosen_criterion(report: MyCalibration) -> OwnCriterion:
    """Draw the picker of a criterion, in the address; the busiest one first."""
    several = len({c.project for c in report.criteria}) > 1
    names = {f"{c.criterion} · {c.project}" if several else c.criterion: c for c in report.criteria}
    state.settle("of", names)
    name = st.selectbox("Look closer at", list(names), key="of", bind="query-params")
    return names[name]


def own_card(criterion: OwnCriterion, report: MyCalibration, view: View) -> None:
    """Draw the viewer's figures of one criterion on the colleagues' band, and in words what is missing and why."""
    with card(f"You on {escaped(criterion.criterion)}", key="own"):
        if criterion.subjective:
            st.markdown(
                ":material/diversity_3: Tastes may differ here: this criterion is marked as subjective, so **differing "
                "is not an error**. The figures show where you stand, not whether you are right."
            )
        shown = [f for f in criterion.figures if f.estimate.defined]
        if not shown and criterion.level == "text":
            empty("Texts you write yourself are never the same as a colleague's, so there is nothing to count here.")
            return
        if not shown:
            empty(
                f"{plural(criterion.n_judgments, 'judgment')} here so far. Figures start at about ten that colleagues "
                "made too."
            )
            return
        chart(own_and_band(criterion, view.palette), key="own_and_band")
        _in_words(criterion)
        with st.expander("What these figures say"):
            for figure in shown:
                words = WORDS[figure.name]
                st.markdown(f"**{words.title}**: {escaped(words.about)}.")
                said = explained(figure.name)
                if said:
                    st.caption(said)
            st.caption(explained("peer_band"))
        missing = [f for f in criterion.figures if not f.estimate.defined]
        if missing:
            st.caption(
                "Not shown yet: "
                + "; ".join(f"{WORDS[f.name].title} ({escaped(f.estimate.undefined)})" for f in missing)
            )
        hidden = [WORDS[f.name].title for f in shown if f.band is None]
        if hidden:
            st.caption(
                f"No band for {', '.join(hidden)}: fewer than {count(report.floor)} colleagues have enough judgments "
                "to show them without showing one."
            )


def _in_words(criterion: OwnCriterion) -> None:
    said = []
    gold = criterion.figure("gold_accuracy")
    near = criterion.gold_among_peers
    if gold and gold.estimate.defined and near.defined:
        said.append(
            f"Allowing for only {plural(near.n_judgments or 0, 'known answer')}, {percent(near.value)} is the fairest "
            f"guess ({percent(near.low)} to {percent(near.high)})."
        )
    if math.isfinite(criterion.median_s):
        pace = f"Your usual judgment takes {count(criterion.median_s)}\u00a0seconds"
        slower = criterion.figure("own_relative_time")
        if slower is not None and slower.estimate.defined:
            e = slower.estimate
            pace += (
                f", {coefficient(e.value)} times as long as colleagues on the same items ({coefficient(e.low)} to "
                f"{coefficient(e.high)}); neither fast nor slow is better"
            )
        said.append(f"{pace}.")
    if said:
        st.markdown(escaped(" ".join(said)))


def confusions_card(criterion: OwnCriterion) -> None:
    """Draw where the viewer says one thing and colleagues another."""
    with card("I say this, colleagues say that", key="confusions"):
        if not criterion.confusions:
            empty("No pair of answers stands out, or too few colleagues judged the same items to show one.")
            return
        shown = criterion.confusions[:6]
        column = st.column_config
        table(
            pd.DataFrame(
                {
                    "mine": [c.mine or NONE for c in shown],
                    "theirs": [c.theirs or NONE for c in shown],
                    "share": [c.share for c in shown],
                    "n": [c.n for c in shown],
                }
            ),
            key="confusion_table",
            alt="Your answer, the colleagues' answer to the same items, and about how often",
            columns={
                "mine": column.TextColumn("I say", width=110),
                "theirs": column.TextColumn("They say", width=110),
                "share": column.ProgressColumn("About", min_value=0, max_value=1, format="percent", width=110),
                "n": column.NumberColumn("My answers", format="localized", width=90),
            },
        )
        st.caption("Of the colleagues' answers to the items you gave the first label, rounded to 5\u00a0%.")


def trend_card(criterion: OwnCriterion, report: MyCalibration, view: View) -> None:
    """Draw excess agreement over time."""
    spans = {7: "week by week", 14: "by fortnight", 28: "four weeks at a time"}
    with card(f"Your path, {spans.get(report.period_days, 'over time')}", key="path", help=explained("own_change")):
        known = [p for p in criterion.trend if p.excess.defined]
        if len(known) < 2:
            empty(
                "A path needs two periods with ten judgments each that colleagues made too."
                if report.period_days
                else "The log holds no times, so there is no path to draw."
            )
            return
        st.markdown(f"**{escaped(_direction(criterion))}**")
        chart(own_trend(criterion, view.palette), key="own_trend")
        st.caption(
            "Same answers in 100, more (+) or fewer (−) than the items lead one to expect (dotted line: as expected). "
            "The shade is the 95\u00a0% interval."
        )


def _direction(criterion: OwnCriterion) -> str:
    """Return whether anything changed, in words that the interval supports."""
    e = criterion.change
    if not e.defined:
        return "Too early to say whether anything changes."
    ends = f"{signed(100 * e.low, 1)} to {signed(100 * e.high, 1)}"
    if e.low > 0:
        return f"Getting closer: {signed(100 * e.value, 1)} same answers in 100 in the later half ({ends})."
    if e.high < 0:
        more = "" if criterion.subjective else " The items above show where."
        return f"You and colleagues part more in the later half: {signed(100 * e.value, 1)} in 100 ({ends}).{more}"
    return f"No change is settled: later half against earlier {signed(100 * e.value, 1)} in 100 ({ends})."


def items_card(report: MyCalibration) -> None:
    """Draw the most instructive items, each with everything one needs to learn from it."""
    n = len(report.items)
    with card(f"{count(n)} items to learn from" if n > 1 else "Items to learn from", stretch=False, key="items"):
        if not report.items:
            empty(
                "No item of yours differs from a known answer, or from what enough colleagues clearly say.",
                icon=":material/task_alt:",
            )
            return
        st.caption(
            "Recent ones, from different criteria: first where a known answer differs, then where colleagues do; "
            "matters of taste come last."
        )
        for place, item in enumerate(report.items):
            _item(item, place)


def _item(item: InstructiveItem, place: int) -> None:
    other = item.gold if item.gold is not None else (item.others[0][0] if item.others else "")
    known = "the settled answer is" if item.settled_on is not None else "the known answer is"
    who = known if item.gold is not None else "most colleagues say"
    title = f"**{escaped(item.criterion)}**: you said **{_label(item.mine)}**, {who} **{_label(other)}**"
    with st.expander(title, expanded=place == 0, key=f"item_{place}"):
        facts = [day(item.judged_at) if item.judged_at else "", item.topic, f"item {item.item_id}"]
        st.caption(" · ".join(escaped(f) for f in facts if f))
        _text(item, place)
        left, right = st.columns(2, gap="medium")
        with left:
            st.markdown(f"**You:** {_label(item.mine)}")
            if item.rationale:
                line(f"“{item.rationale}”")
            else:
                st.caption("You wrote no reason.")
        with right:
            if item.gold is not None and item.settled_on is not None:
                st.markdown(f"**Settled answer:** {_label(item.gold)}")
                st.caption(f"Decided on {day(item.settled_on)}, after your judgment: nobody could know it then.")
            elif item.gold is not None:
                st.markdown(f"**Known answer:** {_label(item.gold)}")
            if item.others:
                said = ", ".join(f"{n} say{'s' if n == 1 else ''} {_label(label)}" for label, n in item.others)
                st.markdown(f"**Colleagues:** {said}")
            else:
                st.caption("Too few colleagues judged this item to show what they said.")
            if item.gold is not None and (not item.others or item.others[0][0] != item.gold):
                st.caption("Known answers can be wrong too: if you are sure of yours, tell your lead.")
        rule = item.section and f"Guideline section **{escaped(item.section)}**"
        if rule:
            version = f" (version {escaped(item.guideline_version)})" if item.guideline_version else ""
            st.markdown(f":material/menu_book: The rule: {rule}{version}. Worth reading beside this item.")
        if item.subjective:
            st.caption("This criterion is marked as subjective: differing is not an error.")


def _text(item: InstructiveItem, place: int) -> None:
    if not item.prompt and not item.responses:
        st.caption("The log holds no text for this item.")
        return
    if item.sensitive and not st.toggle(
        "Show the text", key=f"show_item_{place}", help="This item is marked as sensitive content."
    ):
        st.caption("Sensitive content: hidden until you ask for it.")
        return
    if item.prompt:
        literal(item.prompt)
    for name, text in item.responses:
        st.caption(f"Response {escaped(name)}")
        literal(text)


def _label(label: str) -> str:
    return escaped(label or NONE)


def _defined(criterion: OwnCriterion, name: str) -> bool:
    figure = criterion.figure(name)
    return figure is not None and figure.estimate.defined
