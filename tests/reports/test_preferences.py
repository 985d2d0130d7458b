"""The reports on preferences, each number against a loop over the log in plain Python."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from itertools import combinations, permutations

import numpy as np
import pytest
from scipy import stats

from analytics.core.errors import FilterError
from analytics.core.filters import Filters
from analytics.core.scope import Scope
from analytics.reports.preferences import preferences_report
from analytics.reports.preferences_ceiling import ceiling_attributes, ceiling_slices_report
from analytics.reports.preferences_effects import effects_report
from analytics.reports.preferences_models import NO_MODELS, models_report
from analytics.reports.preferences_opinions import ratings_report, rewrites_report
from analytics.reports.preferences_pairs import PairChoice, pair_report, pairs_report
from analytics.reports.preferences_rankings import rankings_report
from analytics.store import Engine
from tests.reports.preference_log import HOSTILE, SCORES, answers, counted, items, judgments, make_engine

LEAD = Scope(role="lead")
OF = {"project": "p", "criterion": "better"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return make_engine(tmp_path_factory.mktemp("preference-log"))


def by_item(criterion: str) -> dict[str, list[dict]]:
    found = defaultdict(list)
    for j in counted(criterion):
        found[j["item_id"]].append(j)
    return found


# --- agreement ------------------------------------------------------------------------------------------------------


def test_agreement_is_what_loops_over_pairs_of_judgments_give(engine: Engine) -> None:
    report = preferences_report(engine, LEAD, Filters(), **OF)
    same, shares, sided_same, sided = [], [], 0.0, 0.0
    for group in by_item("better").values():
        x = [SCORES[j["label"]] for j in group]
        shares.append(sum(v == 0 for v in x) / len(x))
        every = list(permutations(x, 2))
        if every:
            same.append(sum(a == b for a, b in every) / len(every))
            sided += sum(bool(a and b) for a, b in every) / len(every)
            sided_same += sum(a == b != 0 for a, b in every) / len(every)
    t = float(np.mean(shares))
    p_e = t**2 + (1 - t) ** 2 / 2
    assert report.agreement.exact.value == pytest.approx(np.mean(same))
    assert report.agreement.kappa_symmetric.value == pytest.approx((np.mean(same) - p_e) / (1 - p_e))
    assert report.agreement.non_tied.value == pytest.approx(sided_same / sided)
    sides = Counter(j["label"] for j in counted("better"))
    assert (report.n_a, report.n_tie, report.n_b) == (sides["A"], sides["tie"], sides["B"])
    assert report.provenance.left_out["by_models"] == 90
    assert report.provenance.left_out["outside_scale"] > 0
    assert report.ceiling.low.value == pytest.approx(max(0.5, sided_same / sided))


def test_cohens_kappa_of_every_pair_of_trainers(engine: Engine) -> None:
    report = preferences_report(engine, LEAD, Filters(), **OF)
    given = {(j["item_id"], j["trainer_id"]): j["label"] for j in counted("better")}
    for pair in report.pairs:
        one, two = f"t{pair.first[-1]}", f"t{pair.second[-1]}"
        both = [i for i, t in given if t == one and (i, two) in given]
        assert pair.n_items == len(both)
        p_o = np.mean([given[i, one] == given[i, two] for i in both])
        share = [[sum(given[i, t] == label for i in both) / len(both) for label in SCORES] for t in (one, two)]
        p_e = float(np.dot(*share))
        if math.isfinite(pair.kappa):
            assert pair.kappa == pytest.approx((p_o - p_e) / (1 - p_e))
    assert len(report.pairs) == 28


def test_graded_strength_is_read_with_its_sign(engine: Engine) -> None:
    report = preferences_report(engine, LEAD, Filters(), project="p", criterion="strength")
    assert report.graded
    assert report.agreement.scores == (-3, -2, -1, 0, 1, 2, 3)
    assert report.n_a == sum(int(j["label"]) < 0 for j in counted("strength"))


def test_other_levels_and_one_sided_scales_are_refused_with_a_reason(engine: Engine) -> None:
    with pytest.raises(FilterError, match="'useful_a' is of level 'ordinal'; choose a preference"):
        preferences_report(engine, LEAD, Filters(), project="p", criterion="useful_a")
    with pytest.raises(FilterError, match="'one_sided': preference labels must be symmetric in A and B"):
        preferences_report(engine, LEAD, Filters(), project="p", criterion="one_sided")
    with pytest.raises(FilterError, match="no criterion 'nothing'"):
        preferences_report(engine, LEAD, Filters(), project="p", criterion="nothing")


def test_ceilings_by_topic_hold_only_items_of_the_topic(engine: Engine) -> None:
    assert "topic" in {a.name for a in ceiling_attributes(engine, LEAD, Filters(), **OF)}
    report = ceiling_slices_report(engine, LEAD, Filters(), attribute="topic", **OF)
    topic = {i["item_id"]: i.get("topic") for i in items()}
    assert report.found is not None
    for s in report.found.slices:
        groups = [g for i, g in by_item("better").items() if topic[i] == s.name]
        assert s.ceiling.agreement.n_items == len(groups)
    missing = ceiling_slices_report(engine, LEAD, Filters(), attribute="weather", **OF)
    assert missing.undefined == "no judged item of this selection has a value of weather"


# --- models ---------------------------------------------------------------------------------------------------------


def met() -> list[tuple[str, str, int]]:
    found = []
    for j in counted("better"):
        pair = answers(j["item_id"])
        if pair and "model" in pair["A"]:
            found.append((pair["A"]["model"], pair["B"]["model"], SCORES[j["label"]]))
    return found


def test_win_rates_and_meetings_are_counts_whatever_the_order_of_the_list(engine: Engine) -> None:
    report = models_report(engine, LEAD, Filters(), **OF)
    assert report.models == ("atlas", "boreal", "cedar")
    for name, rate in zip(report.models, report.win_rates, strict=True):
        points = [(1 - s) / 2 if a == name else (1 + s) / 2 for a, b, s in met() if name in (a, b)]
        assert rate.value == pytest.approx(np.mean(points))
        assert rate.n_judgments == len(points)
        assert rate.low < rate.value < rate.high
    pair = next(p for p in report.pairs if (p.first, p.second) == ("atlas", "boreal"))
    of_pair = [(a, s) for a, b, s in met() if {a, b} == {"atlas", "boreal"}]
    assert pair.wins_first == sum((s < 0) == (a == "atlas") and s != 0 for a, s in of_pair)
    assert pair.ties == sum(s == 0 for _, s in of_pair)
    assert report.n_judgments + report.n_without_models == len(counted("better"))


def test_planted_strengths_come_out_in_order_and_the_trainer_who_takes_the_first_does_not_upset_them(
    engine: Engine,
) -> None:
    report = models_report(engine, LEAD, Filters(), **OF)
    assert report.strengths is not None
    assert np.argsort(-report.strengths.log_strength).tolist() == [0, 1, 2]
    assert report.strengths.undefined is None
    assert report.strengths.variance_method == "two-way clustered"
    assert report.differences is not None
    assert report.differences.rank_low.tolist()[0] == 1
    assert report.ties is not None
    assert report.ties.nu.defined
    assert len(report.reliabilities) == 8


def test_models_are_refused_where_nobody_named_them(engine: Engine) -> None:
    report = models_report(engine, LEAD, Filters(topics=("nowhere",)), **OF)
    assert report.undefined == NO_MODELS


def test_a_manager_sees_no_names(engine: Engine) -> None:
    manager = Scope(role="manager")
    shown = {r.name for r in models_report(engine, manager, Filters(), **OF).reliabilities}
    shown |= {t.name for t in effects_report(engine, manager, Filters(), **OF).by_trainer}
    shown |= {p.first for p in preferences_report(engine, manager, Filters(), **OF).pairs}
    assert shown
    assert not any(name.startswith("Name ") for name in shown)


# --- order, length, cycles, flips -----------------------------------------------------------------------------------


def test_order_effects_are_counts_and_the_planted_trainer_is_found(engine: Engine) -> None:
    report = effects_report(engine, LEAD, Filters(), **OF)
    known = [(j["trainer_id"], SCORES[j["label"]] * (1 if j["shown_first"] == "A" else -1))
             for j in counted("better") if j["shown_first"]]  # fmt: skip
    sided = [s for _, s in known if s]
    assert report.first.value == pytest.approx(np.mean([s < 0 for s in sided]))
    assert report.first.n_judgments == len(sided)
    assert report.n_without_order == len(counted("better")) - len(known)
    for t in report.by_trainer:
        mine = [s for who, s in known if who == f"t{t.name[-1]}" and s]
        assert (t.n_sided, t.share.value) == (len(mine), pytest.approx(np.mean([s < 0 for s in mine])))
        assert t.p_value == pytest.approx(stats.binomtest(sum(s < 0 for s in mine), len(mine)).pvalue)
    assert report.by_trainer[0].name == "Name 0"
    assert report.by_trainer[0].flagged


def test_length_effects_are_counts(engine: Engine) -> None:
    report = effects_report(engine, LEAD, Filters(), **OF)
    longer = []
    for j in counted("better"):
        pair = answers(j["item_id"])
        if pair and SCORES[j["label"]]:
            gap = len(pair["B"]["text"]) - len(pair["A"]["text"])
            if gap:
                longer.append(np.sign(gap) == SCORES[j["label"]])
    assert report.longer.value == pytest.approx(np.mean(longer))
    assert sum(b.share.n_judgments or 0 for b in report.length_bins) == len(longer)


def test_cycles_are_those_a_loop_finds(engine: Engine) -> None:
    report = effects_report(engine, LEAD, Filters(), **OF)
    choice: dict[tuple[str, str], dict[tuple[str, str], int]] = defaultdict(dict)
    for j in counted("better"):
        pair, row = answers(j["item_id"]), next(i for i in items() if i["item_id"] == j["item_id"])
        if pair:
            a, b = pair["A"]["text"], pair["B"]["text"]
            choice[row["prompt"], j["trainer_id"]] |= {(a, b): SCORES[j["label"]], (b, a): -SCORES[j["label"]]}
    closed = circular = 0
    for votes in choice.values():
        for x, y, z in combinations(sorted({k[0] for k in votes}), 3):
            three = [votes.get(pair, 0) for pair in ((x, y), (y, z), (z, x))]
            closed += all(three)
            circular += abs(sum(three)) == 3
    assert closed > 0
    assert (int(report.cycles.triads.sum()), int(report.cycles.circular.sum())) == (closed, circular)


def test_flips_are_pairs_seen_in_both_orders(engine: Engine) -> None:
    report = effects_report(engine, LEAD, Filters(), **OF)
    seen: dict[tuple[str, str], dict[str, tuple[int, int]]] = defaultdict(dict)
    for j in judgments():
        usable = j["criterion"] == "better" and j.get("status") == "submitted" and j.get("shown_first")
        if usable and j["trainer_id"] != "bot" and j["label"] in SCORES:
            first = seen[j["item_id"], j["trainer_id"]]
            kept = first.get(j["shown_first"])
            if kept is None or j["round"] < kept[0]:
                first[j["shown_first"]] = (j["round"], SCORES[j["label"]])
    pairs = [(v["A"][1], v["B"][1]) for v in seen.values() if len(v) == 2]
    assert report.flips.n_pairs == len(pairs)
    assert report.flips.same_answer_n == sum(a == b != 0 for a, b in pairs)
    assert report.flips.same_side_n == sum(a * b < 0 for a, b in pairs)


# --- ratings, rankings, rewrites ------------------------------------------------------------------------------------


def test_ratings_are_joined_with_the_choices_of_the_same_trainer(engine: Engine) -> None:
    report = ratings_report(engine, LEAD, Filters(), **OF)
    assert report.rated is not None
    assert (report.rated.criterion_a, report.rated.criterion_b) == ("useful_a", "useful_b")
    rated = {c: {(j["item_id"], j["trainer_id"]): int(j["label"]) for j in counted(f"useful_{c}")} for c in "ab"}
    both = []
    for j in counted("better"):
        key = (j["item_id"], j["trainer_id"])
        if key in rated["a"] and key in rated["b"]:
            both.append((SCORES[j["label"]], rated["b"][key] - rated["a"][key]))
    assert report.within is not None
    differing = [(s, d) for s, d in both if d]
    assert report.within.concordance.value == pytest.approx(np.mean([np.sign(d) == s for s, d in differing]))
    assert report.within.concordance.n_judgments == len(differing)
    assert report.across is not None
    assert report.across.brier_ratings.defined
    none = ratings_report(engine, LEAD, Filters(), rated="beauty", **OF)
    assert "_a and" in str(none.undefined)


def test_rankings_agree_as_scipy_says_and_unreadable_ones_are_counted(engine: Engine) -> None:
    report = rankings_report(engine, LEAD, Filters(), project="p", criterion="order")
    taus = []
    for group in by_item("order").values():
        ranks = []
        for j in group:
            place = {x: k for k, tied in enumerate(j["label"].split(">")) for x in tied.split("=")}
            if set(place) == {"r0", "r1", "r2"}:
                ranks.append([place[f"r{k}"] for k in range(3)])
        taus += [stats.kendalltau(a, b).statistic for a, b in combinations(ranks, 2)]
    assert report.agreement.tau_b.value == pytest.approx(np.nanmean(taus))
    assert report.n_unread == 1
    assert report.strengths is not None
    assert np.argsort(-report.strengths.log_strength).tolist() == [0, 1, 2]
    assert report.n_pairs == 3 * report.agreement.n_rankings


def test_rewrites_are_compared_with_the_answer_they_change(engine: Engine) -> None:
    report = rewrites_report(engine, LEAD, Filters(), project="p", criterion="rewrite")
    left = [j["label"] == answers(j["item_id"])["r1"]["text"] for j in counted("rewrite")]
    assert report.found.unchanged.value == pytest.approx(np.mean(left))
    assert report.found.agreement.median_within < report.found.agreement.shuffled
    assert report.one_in == 1


# --- drill-down -----------------------------------------------------------------------------------------------------


def test_pairs_are_listed_by_votes_models_topic_and_words(engine: Engine) -> None:
    every = pairs_report(engine, LEAD, Filters(), choice=PairChoice(), **OF)
    assert every.n_found == len(by_item("better"))
    clear = [abs(p.n_a - p.n_b) / (p.n_a + p.n_tie + p.n_b) for p in every.pairs]
    assert clear == sorted(clear)
    times = {p.item_id: [j["duration_s"] for j in counted("better") if j["item_id"] == p.item_id] for p in every.pairs}
    for p in every.pairs:
        known = [s for s in times[p.item_id] if s is not None]
        assert p.median_s == (pytest.approx(np.median(known)) if known else None)
    two = pairs_report(engine, LEAD, Filters(), choice=PairChoice(model_a="cedar", model_b="atlas"), **OF)
    assert {frozenset((p.model_a, p.model_b)) for p in two.pairs} == {frozenset(("atlas", "cedar"))}
    lost = pairs_report(engine, LEAD, Filters(), choice=PairChoice(loser="cedar"), **OF)
    assert all(p.n_a < p.n_b if p.model_a == "cedar" else p.n_b < p.n_a for p in lost.pairs)
    law = pairs_report(
        engine, LEAD, Filters(), choice=PairChoice(attribute="topic", values=("law",), text="PROMPT 3"), **OF
    )
    assert law.n_found
    assert all(p.topic == "law" and "rompt 3" in str(p.prompt) for p in law.pairs)
    second = pairs_report(engine, LEAD, Filters(), choice=PairChoice(), page=2, **OF)
    assert not {p.item_id for p in second.pairs} & {p.item_id for p in every.pairs}


def test_one_pair_shows_a_and_b_as_the_labels_mean_them(engine: Engine) -> None:
    turned = pair_report(engine, LEAD, Filters(), item_id="p5", **OF)
    assert (turned.answer_a.id, turned.answer_b.id) == ("A", "B")
    assert "".join(c.text for c in turned.changes if c.kind != "only_b") == turned.answer_a.text
    hostile = pair_report(engine, LEAD, Filters(), item_id="p4", **OF)
    assert hostile.answer_a.text == HOSTILE
    without = pair_report(engine, LEAD, Filters(), item_id="p12", **OF)
    assert without.answer_a is None
    assert without.changes == ()
    assert all(s == SCORES.get(j.label) for j, s in turned.judgments)
    with pytest.raises(FilterError, match="no item 'p999'"):
        pair_report(engine, LEAD, Filters(), item_id="p999", **OF)
