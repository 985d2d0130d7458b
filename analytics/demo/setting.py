"""What an answer depends on, gathered once: the parts of the simulation, and what is decided per visit or trainer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.demo import planted
from analytics.demo.behaviour import (
    BoolArray,
    FloatArray,
    IntArray,
    correlated,
    leaning_to_first,
    logistic_noise,
    persistent_noise,
)
from analytics.demo.items import Items
from analytics.demo.planted import Plan
from analytics.demo.programme import GENERAL, TIE_HALF_WIDTH
from analytics.demo.schedule import Visits
from analytics.demo.trainers import Team
from analytics.demo.truth import Truth


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """Everything an answer depends on, gathered once.

    Attributes
    ----------
    items, team, plan, visits, truth
        The simulation's parts.
    readings : int array (M,)
        How each trainer reads the confused rule: +1 = intent counts (satire), -1 = effect counts (harmful).
    camps : int array (M,)
        How each trainer takes the new model's breezy voice: +1 or -1.
    random : bool array (J,)
        True where the answer is given at random.
    straight : bool array (J,)
        True where the answer is the session's one label.
    a_first : bool array (V,)
        True where the response listed first also stood first.
    lead : float array (V,)
        Lead of response A over B as this trainer sees it on this visit, position and length included.
    """

    items: Items
    team: Team
    plan: Plan
    visits: Visits
    truth: Truth
    readings: IntArray
    camps: IntArray
    random: BoolArray
    straight: BoolArray
    a_first: BoolArray
    lead: FloatArray


def make_setting(
    rng: np.random.Generator, items: Items, team: Team, plan: Plan, visits: Visits, truth: Truth
) -> Setting:
    """Gather what answers depend on and draw what is decided once a visit or once a trainer."""
    m, v, rows = team.ids.size, visits.item.size, visits.row_visit
    chance = plan.random_share(visits.trainer, visits.day, visits.seen)
    straight = rng.random(int(visits.session.max()) + 1)[visits.session] < plan.straight[visits.trainer]
    a_first = rng.random(v) < 0.5
    a_first = np.where(visits.origin >= 0, ~a_first[visits.origin], a_first)  # repeats show the other order
    sides = np.where(np.arange(m) % 2 == 0, 1, -1)
    return Setting(
        items=items, team=team, plan=plan, visits=visits, truth=truth,
        readings=rng.permutation(sides), camps=rng.permutation(sides),
        random=rng.random(rows.size) < chance[rows], straight=straight[rows], a_first=a_first,
        lead=_leads(rng, items, plan, visits, truth, a_first),
    )  # fmt: skip


def _leads(
    rng: np.random.Generator, items: Items, plan: Plan, visits: Visits, truth: Truth, a_first: BoolArray
) -> FloatArray:
    """Return A's lead (V,): honest ones follow Rao and Kupper with the planted strengths, exactly, over all items."""
    item, trainer = visits.item, visits.trainer
    own = persistent_noise(rng, visits.origin, planted.OPINION_SHARE)
    toss_up = np.zeros(items.ids.size, dtype=bool)
    toss_up[truth.ambiguous[f"{GENERAL}/preference"]] = True
    seen = np.where(toss_up[item], own, correlated(truth.pair[item], own, planted.RHO))
    lead = truth.lead[item] + logistic_noise(seen)
    words = np.log(np.maximum(items.words[:, :2], 1.0))
    lead = lead + plan.length[trainer] * (words[:, 0] - words[:, 1])[item]
    by_position = rng.random(item.size) < plan.first[trainer]
    return leaning_to_first(lead, a_first, by_position, TIE_HALF_WIDTH)
