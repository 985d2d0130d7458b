"""One trainer's choices, refusals and words, and the items on which they differ."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analytics.core.numerals import coefficient, count, day, percent, plural
from analytics.reports.trainer_profile_choices import (
    ChoicesProfile,
    RefusalsProfile,
    choices_profile_report,
    refusals_profile_report,
)
from analytics.reports.trainer_profile_texts import (
    Example,
    RationalesProfile,
    examples_profile_report,
    rationales_profile_report,
)
from analytics.ui.item import item_section, labels_in_words
from analytics.ui.page import card, empty, explained
from analytics.ui.tables import table
from analytics.ui.text import line
from analytics.ui.trainer_profile import WORTH, Looked, Shown, figures, points, says, side


def preferences(looked: Looked) -> None:
    """Draw what order, length and ties have to do with the choices."""
    found = looked.view.report(choices_profile_report, **looked.asked)
    with card("Preferences", stretch=False, key="profile_choices"):
        if found.undefined:
            empty(f"Nothing to show: {found.undefined}. Choose a criterion that compares two answers.")
            return
        says(_choices_sentence(found))
        figures(
            [
                Shown(
                    name="position_bias",
                    estimate=found.first,
                    text=percent,
                    of="choice",
                    beside=f"The others {percent(found.first_team)}; exact test against one half: p "
                    f"{_p(found.first_p)}."
                    if math.isfinite(found.first_team)
                    else "",
                ),
                Shown(
                    name="position_bias",
                    title="The same, drawn to the team",
                    estimate=found.first_shrunken,
                    text=percent,
                    of="choice",
                ),
                Shown(
                    name="first_beyond_peers",
                    estimate=found.beyond,
                    text=points,
                    of="choice",
                    beside="Against the others' choices on the same pairs, wherever the answer stood for them.",
                ),
                Shown(
                    name="length_bias",
                    estimate=found.longer,
                    text=percent,
                    of="choice",
                    beside=f"Drawn to the team's {percent(found.longer_team)}."
                    if math.isfinite(found.longer_team)
                    else "",
                ),
                Shown(
                    name="tie_excess",
                    estimate=found.ties,
                    text=points,
                    beside=f"Ties: {percent(found.tie_share)}; the others {percent(found.tie_team)}.",
                ),
            ],
            across=3,
        )


def _p(value: float) -> str:
    return "under 0.001" if value < 0.001 else f"= {coefficient(value, 3)}"


def _choices_sentence(found: ChoicesProfile) -> str:
    said = []
    first, longer, ties = side(found.first_shrunken, at=0.5), side(found.longer, at=0.5), side(found.ties)
    if first:
        said.append(f"takes the {'first' if first > 0 else 'second'} answer more often than order alone explains")
    if longer:
        said.append(f"leans to the {'longer' if longer > 0 else 'shorter'} of two answers that others find as good")
    if ties:
        said.append(
            "calls more ties than others on the same pairs"
            if ties > 0
            else "avoids ties that others see on the same pairs"
        )
    if not said:
        return "Nothing settled: neither order nor length nor ties bend their choices, as far as one can tell."
    return f"This trainer {', and '.join(said)}."


def refusals_and_skips(looked: Looked) -> None:
    """Draw refusals against what should be done, their cost, and skips beside them."""
    found = looked.view.report(refusals_profile_report, **looked.asked)
    with card("Refusals", stretch=False, key="profile_refusals"):
        if found.undefined:
            empty(f"Nothing to show: {found.undefined}. Choose a criterion that asks whether to answer.")
        else:
            says(_refusals_sentence(found))
            figures(
                [
                    Shown(
                        name="over_refusal",
                        estimate=found.over,
                        text=percent,
                        beside=_drawn(found.over_shrunken.value),
                    ),
                    Shown(
                        name="under_refusal",
                        estimate=found.under,
                        text=percent,
                        beside=_drawn(found.under_shrunken.value),
                    ),
                    Shown(
                        name="refusal_cost",
                        estimate=found.cost,
                        beside=f"A refusal too many costs {coefficient(found.cost_over)}, one too few "
                        f"{coefficient(found.cost_under)}"
                        + ("." if found.costs_declared else " (no costs are declared: each mistake counts alike)."),
                    ),
                ],
                across=3,
            )
            st.caption(
                f"What should be done: gold on {plural(found.n_gold, 'judgment')}, on the others the share of "
                "colleagues who refused. A partial answer counts as an answer."
            )
    with card("Skips", help=explained("skip_share"), stretch=False, key="profile_skips"):
        if not found.skips.defined:
            empty(f"Nothing to show: {found.skips.undefined}.")
            return
        figures(
            [
                Shown(
                    name="skip_share",
                    estimate=found.skips,
                    text=lambda v: percent(v, 1),
                    of="item",
                    beside=f"The others: {percent(found.skips_team, 1)}.",
                )
            ],
            across=1,
        )
        st.caption("A skip is not a refusal: it says that this person did not judge, not what the model should do.")


def _drawn(value: float) -> str:
    return f"Drawn to the team: {percent(value)}." if math.isfinite(value) else ""


def _refusals_sentence(found: RefusalsProfile) -> str:
    over = f"refuses {percent(found.over.value)} of what should be answered" if found.over.defined else ""
    under = f"answers {percent(found.under.value)} of what should be refused" if found.under.defined else ""
    both = " and ".join(part for part in (over, under) if part)
    return f"This trainer {both}." if both else "Not one of their items shows what should be done."


def rationales(looked: Looked) -> None:
    """Draw rationales that repeat each other or those of others."""
    with st.spinner("Comparing rationales", show_time=True):
        found = looked.view.report(rationales_profile_report, trainer_id=looked.trainer_id)
    with card("Rationales, on all criteria", stretch=False, key="profile_rationales"):
        if found.undefined:
            empty(f"Nothing to show: {found.undefined}.")
            return
        says(_rationales_sentence(found))
        figures(
            [
                Shown(name="own_repeats", estimate=found.repeated, text=lambda v: percent(v, 1), of="rationale"),
                Shown(name="shared_word_for_word", estimate=found.shared, text=lambda v: percent(v, 1), of="rationale"),
            ],
            across=2,
        )
        st.caption(
            f"Usually {count(found.median_words)} words. {WORTH} A snippet the team agreed on, a form that prescribes "
            "the wording, or two items alike look the same."
        )
    if found.groups:
        with card("The same text on different items", stretch=False, key="profile_repeated"):
            for group in found.groups:
                line(f"“{group.text}”")
                st.caption(
                    f"{plural(group.n_items, 'item')}, on {', '.join(group.criteria)}: {', '.join(group.item_ids)}"
                    f"{' …' if group.n_items > len(group.item_ids) else ''}".replace("_", "\\_")
                )
    if found.common:
        with card("The same text by different people", stretch=False, key="profile_shared"):
            column = st.column_config
            table(
                pd.DataFrame(
                    {
                        "text": [one.text for one in found.common],
                        "n": [one.n_items for one in found.common],
                        "others": [", ".join(one.others) for one in found.common],
                    }
                ),
                key="profile_shared_table",
                alt="Rationales that other people wrote word for word",
                download="shared_rationales",
                columns={
                    "text": column.TextColumn("Rationale", width=520),
                    "n": column.NumberColumn("Their items", format="localized", width=100),
                    "others": column.TextColumn("Also written by", width=320),
                },
            )


def _rationales_sentence(found: RationalesProfile) -> str:
    if not found.repeated.defined:
        return f"{plural(found.n, 'rationale')}, none long enough to compare."
    return (
        f"Of {plural(found.n_long, 'rationale')}, {percent(found.repeated.value, 1)} nearly repeat one of their own on "
        f"another item, and {percent(found.shared.value, 1)} were written word for word by somebody else too."
    )


def examples(looked: Looked) -> None:
    """List the items on which gold or the others clearly say something else; a chosen row opens the item."""
    found = looked.view.report(examples_profile_report, **looked.asked)
    with card("Items where they differ", stretch=False, key="profile_examples"):
        says(
            f"Of {plural(found.n, 'judgment')}, {count(found.n_gold)} differ from gold and {count(found.n_majority)} "
            "from what most of at least two others say."
        )
        if found.subjective:
            st.caption("Tastes may differ on this criterion: differing is not an error.")
        if not found.examples:
            empty("No item of theirs differs from gold or from a clear majority.", icon=":material/task_alt:")
            return
        st.caption("Gold first, then the largest steps. Choose a row to read the item, all answers and rationales.")
        row = _example_table(found.examples)
    if row is not None:
        item_section(
            looked.view, project=looked.project, criterion=looked.criterion, item_id=found.examples[row].item_id
        )


def _example_table(shown: Sequence[Example]) -> int | None:
    column = st.column_config
    return table(
        pd.DataFrame(
            {
                "item": [
                    f"Sensitive, open to read: {e.item_id}" if e.sensitive else e.prompt or e.item_id for e in shown
                ],
                "said": [e.said or "(none)" for e in shown],
                "gold": [e.gold for e in shown],
                "others": [labels_in_words(e.others) for e in shown],
                "rationale": [e.rationale for e in shown],
                "when": [day(e.judged_at) for e in shown],
                "item_id": [e.item_id for e in shown],
            }
        ),
        key="profile_example_table",
        alt="Items on which gold or most others say something else",
        choose=True,
        download="differing_items",
        columns={
            "item": column.TextColumn("Item", width=330),
            "said": column.TextColumn("They said", width=110),
            "gold": column.TextColumn("Gold", width=100),
            "others": column.TextColumn("Others", width=190),
            "rationale": column.TextColumn("Their rationale", width=300),
            "when": column.TextColumn("When", width=100),
            "item_id": column.TextColumn("Item id", width=120),
        },
    )
