"""The decision rule and what it rests on: team null, standing, change, cases, flags."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analytics.demo import simulate_team
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.trainers.evidence import Case, Evidence
from analytics.stats.trainers.flag_cases import ALL, family_cases, trainer_cases
from analytics.stats.trainers.flags import FLAG_KINDS, decide
from analytics.stats.trainers.peer_residuals import Residuals, peer_residuals
from analytics.stats.trainers.standing import _as_normal, change, standing
from analytics.stats.trainers.team_null import team_null
from tests.studies.planted_team import World, simulated_team


def piece(source, p):
    p = np.array(p, dtype=float)
    return Evidence(
        source=source, statement="{value:.0%} on {n}", p_value=p, value=p.copy(), low=p.copy(), high=p.copy(),
        n=np.full(p.size, 7),
    )  # fmt: skip


def case(p, evidence, kind="careless", **more):
    return Case(kind=kind, criterion="quality", p_value=np.array(p, dtype=float), evidence=tuple(evidence), **more)


def test_a_flag_needs_two_kinds_of_evidence():
    both = case([1e-6, 1e-6, 0.5], [piece("gold", [1e-4, 0.3, 0.5]), piece("peers", [1e-4, 1e-6, 0.5])])
    found = decide([both])
    assert [flag.trainer for flag in found.flags] == [0]
    assert [e.source for e in found.flags[0].evidence] == ["gold", "peers"]
    assert found.on_one_word == ((1, "careless", "quality"),)
    assert found.n_tested == 3


def test_two_pieces_of_one_source_are_one_kind():
    found = decide([case([1e-6], [piece("peers", [1e-4]), piece("peers", [1e-4])])])
    assert found.flags == ()


def test_a_model_alone_never_flags_and_may_back_peers():
    assert decide([case([1e-9], [piece("model", [1e-9])])]).flags == ()
    assert len(decide([case([1e-9], [piece("model", [1e-9]), piece("peers", [1e-3])])]).flags) == 1


def test_every_part_must_speak():
    pieces = [piece("gold", [1e-4, 1e-4]), piece("peers", [1e-4, 1e-4])]
    found = decide([case([1e-6, 1e-6], pieces, throughout=(np.array([1e-3, 0.4]), np.array([np.nan, 1e-3])))])
    assert [flag.trainer for flag in found.flags] == [0]


def test_flags_say_what_and_since_when_and_what_to_do():
    pieces = [piece("gold", [0.001]), piece("peers", [0.0001])]
    flag = decide([case([1e-6], pieces, kind="drifting", since=np.array([42]))]).flags[0]
    assert (flag.kind, flag.criterion, flag.since) == ("drifting", "quality", 42)
    assert flag.advice == FLAG_KINDS["drifting"].advice
    assert [e.sentence for e in flag.evidence] == ["0% on 7", "0% on 7"]
    assert flag.evidence[0].source == "peers"


def test_more_tests_need_more_evidence():
    """Benjamini-Hochberg by hand: .004 of one test stands, of forty alone it does not."""
    strong = [piece("gold", [0.004]), piece("peers", [0.004])]
    assert len(decide([case([0.004], strong)]).flags) == 1
    many = [piece("gold", [0.004] + [0.5] * 39), piece("peers", [0.004] + [0.5] * 39)]
    assert decide([case([0.004] + [0.5] * 39, many)]).flags == ()


def on(criterion, p, kind="careless", **more):
    p = np.array(p, dtype=float)
    pieces = (piece("gold", np.where(np.isnan(p), np.nan, 1e-6)), piece("peers", np.where(np.isnan(p), np.nan, 1e-6)))
    return Case(kind=kind, criterion=criterion, p_value=p, evidence=pieces, **more)


def test_the_criteria_of_a_project_cost_a_strong_case_nothing():
    """Two trainers, ten criteria: .02 on each is .02 of the trainer, not .02 x 10; by hand .02 x 2 trainers / 1."""
    cases = [on(f"c{i}", [0.02, 0.6]) for i in range(10)]
    found = decide(cases)
    assert {(flag.trainer, flag.criterion) for flag in found.flags} == {(0, f"c{i}") for i in range(10)}
    assert all(flag.q_value == pytest.approx(0.04) for flag in found.flags)
    alone = [on("c0", [0.02, 0.6]), *(on(f"c{i}", [0.9, 0.6]) for i in range(1, 10))]
    assert decide(alone).flags == ()


def test_half_of_the_rate_is_for_all_criteria_together():
    """Weighted Simes by hand: .02 with half of the weight is .04 of the trainer, x 1 trainer."""
    single = [on(f"c{i}", [0.9]) for i in range(4)]
    (flag,) = decide([*single, on(ALL, [0.02], weight=4.0)]).flags
    assert (flag.criterion, flag.q_value) == (ALL, pytest.approx(0.04))
    assert decide([*single, on(ALL, [0.03], weight=4.0)]).flags == ()


def test_a_criterion_is_named_at_the_share_of_trainers_named():
    """Benjamini and Bogomolov by hand: one of four trainers named, so the second criterion needs .05 x 1/4."""
    first, second = [1e-6, 0.9, 0.9, 0.9], [0.012, 0.9, 0.9, 0.9]
    assert len(decide([on("a", first), on("b", second)]).flags) == 2
    second[0] = 0.013
    assert [flag.criterion for flag in decide([on("a", first), on("b", second)]).flags] == ["a"]


def test_harsh_and_lenient_are_one_question_and_families_are_apart():
    """Two trainers: one two-sided question each, .02 x 2 / 1 = .04; a second family is two questions more."""
    sides = [on("a", [0.02, np.nan], kind="harsh"), on("a", [np.nan, 0.7], kind="lenient")]
    (flag,) = decide(sides).flags
    assert (flag.kind, flag.q_value) == ("harsh", pytest.approx(0.04))
    assert decide([*sides, on("b", [0.8, 0.9], kind="harsh", family="other")]).flags == ()
    with pytest.raises(ValueError, match="weight must be more than 0"):
        on("a", [0.5], weight=0.0)


def test_nothing_known_is_not_tested():
    found = decide([case([np.nan, 0.5], [piece("gold", [np.nan, 0.5])])])
    assert found.n_tested == 1
    assert decide([]).flags == ()


def test_wrong_use():
    with pytest.raises(ValueError, match="kind must be one of 'careless'"):
        decide([case([0.5], [], kind="lazy")])
    with pytest.raises(ValueError, match="source must be one of 'gold'"):
        piece("gossip", [0.5])
    with pytest.raises(ValueError, match=r"lie in \[0, 1\]"):
        piece("gold", [1.5])
    with pytest.raises(ValueError, match="same trainers"):
        decide([case([0.5], []), case([0.5, 0.5], [])])
    with pytest.raises(ValueError, match="must have shape"):
        case([0.5], [piece("gold", [0.5, 0.5])])
    with pytest.raises(ValueError, match="corroboration and each_part must lie between 0 and 1"):
        decide([], corroboration=1.0)


def test_every_flag_kind_has_words():
    assert set(FLAG_KINDS) == {"careless", "harsh", "lenient", "drifting", "position_bias", "pace", "inconsistent"}
    for kind in FLAG_KINDS.values():
        assert kind.meaning.endswith(".")
        assert kind.advice.endswith(".")


def test_team_null_is_calibrated_with_natural_spread():
    rng = np.random.default_rng(1)
    p = []
    for _ in range(200):
        se = rng.uniform(0.05, 0.2, 60)
        p.append(team_null(rng.normal(0.3, np.hypot(se, 0.1)), se).p_low)
    p = np.concatenate(p)
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.015)
    assert (p < 0.005).mean() < 0.01


def test_team_null_is_not_blinded_by_a_quarter_of_outliers():
    rng = np.random.default_rng(2)
    found = []
    for _ in range(50):
        se = np.full(60, 0.1)
        value = rng.normal(0, np.hypot(0.1, 0.1), 60)
        value[:15] -= 1.0
        null = team_null(value, se)
        found.append((null.p_low[:15] < 0.001).mean())
        assert null.centre == pytest.approx(0.0, abs=0.12)
    assert np.mean(found) > 0.9


def test_team_null_small_teams_and_margins():
    few = team_null(np.array([0.1, 0.2, np.nan]), np.array([0.1, 0.1, 0.1]))
    assert few.undefined.startswith("2 trainers can be compared")
    value, se = np.linspace(-0.3, 0.3, 20), np.full(20, 0.1)
    assert (team_null(value, se, margin=0.2).p_low >= team_null(value, se).p_low).all()
    with pytest.raises(ValueError, match="margin must not be negative"):
        team_null(value, se, margin=-1.0)


def series(rng, trainers, length, after):
    mean = np.full(trainers * length, 0.9)
    who = np.repeat(np.arange(trainers), length)
    order = np.tile(np.arange(length, dtype=float), trainers)
    chance = np.where(order < length / 2, 0.9, after)
    nothing = np.zeros(mean.size)
    residuals = Residuals(
        residual=(rng.random(mean.size) < chance) - mean, signal=mean - 0.2, mean=mean,
        usable=np.ones(mean.size, dtype=bool), context=nothing, context_stake=nothing.copy(),
    )  # fmt: skip
    return residuals, who, order


def test_change_p_values_without_a_change():
    rng = np.random.default_rng(3)
    found = change(*series(rng, 1500, 200, 0.9), 1500)
    assert (found.p_fall < 0.05).mean() == pytest.approx(0.045, abs=0.015)
    assert (found.p_fall < 0.005).mean() < 0.01


def test_change_finds_a_fall_and_when():
    rng = np.random.default_rng(4)
    found = change(*series(rng, 200, 200, 0.65), 200)
    assert (found.p_fall < 0.003).mean() > 0.85
    assert np.median(found.since) == pytest.approx(100, abs=8)
    assert (found.after < found.before).mean() > 0.97
    rise = change(*series(rng, 200, 200, 0.99), 200)
    assert (rise.p_fall < 0.01).mean() < 0.02


def test_one_item_under_two_criteria_is_one_draw_of_luck():
    """The same outcomes counted twice say nothing new, once it is known that they are of the same items."""
    rng = np.random.default_rng(6)
    residuals, who, order = series(rng, 60, 200, 0.75)
    names = ("residual", "signal", "mean", "usable", "context", "context_stake")
    twice = Residuals(**{name: np.concatenate([getattr(residuals, name)] * 2) for name in names})
    who2, order2, item = np.tile(who, 2), np.tile(order, 2), np.tile(np.arange(who.size), 2)
    once = change(residuals, who, order, 60)
    known, unknown = change(twice, who2, order2, 60, unit=item), change(twice, who2, order2, 60)
    assert np.allclose(known.se, once.se)
    assert np.median(unknown.se / once.se) == pytest.approx(np.sqrt(0.5), rel=0.02)


def test_a_fall_is_not_seen_in_the_luck_of_few_judgments_at_the_end():
    """Misses are rare: seven of twenty at a chance of .1 (P = .0024) would pass for .0004 without their skewness."""
    misses = np.arange(3, 9)
    exact = stats.binom.sf(misses - 1, 20, 0.1)
    z = (misses - 0.5 - 2.0) / np.sqrt(1.8)
    assert (stats.norm.sf(z)[4:] < exact[4:] / 4).all()
    found = stats.norm.sf(_as_normal(z, np.full(6, 0.8 / np.sqrt(1.8))))
    assert (found > 0.9 * exact).all()
    assert np.allclose(_as_normal(z, np.zeros(6)), z)


def test_too_few_judgments_for_a_change():
    rng = np.random.default_rng(5)
    found = change(*series(rng, 2, 12, 0.5), 2)
    assert np.isnan(found.p_fall).all()
    assert (found.since == -1).all()


@pytest.fixture(scope="module")
def teams():
    return [simulated_team(World(), np.random.default_rng(seed)) for seed in (101, 102, 103)]


def flagged(team):
    return decide(family_cases((team.rating, team.preference)))


def named(team):
    return {(flag.trainer, flag.kind) for flag in flagged(team).flags}


@pytest.fixture(scope="module")
def found_in(teams):
    return [flagged(team).flags for team in teams]


def test_planted_trainers_are_found_and_few_others(teams, found_in):
    """The short version of docs/studies/planted_trainers.md: three teams, seeds of their own."""
    found, planted, wrong, said = 0, 0, 0, 0
    for team, flags in zip(teams, found_in, strict=True):
        got, truth = {(flag.trainer, flag.kind) for flag in flags}, {entry[:2] for entry in team.planted}
        found += len(got & truth)
        planted += len(truth)
        wrong += len(got - truth)
        said += len(got)
    assert found / planted >= 0.9
    assert wrong / said <= 0.05


def test_random_answers_are_not_excused_by_the_disagreement_they_cause():
    """Three judgments an item or fewer: a careless trainer's own label is much of what the others disagree about."""
    team = simulate_team(
        np.random.default_rng(3), level="nominal", noise=0.1, uneven=0.0, per_item=2.5, planted={"careless": range(4)}
    )
    codes = JudgmentCodes(
        item=team.item, trainer=team.trainer, label=team.label, n_items=team.n_items, n_trainers=60, n_labels=5
    )
    found = standing(peer_residuals(codes), codes.trainer, 60)
    guessing = found.centre - found.value
    assert guessing[:4].mean() == pytest.approx(0.5, abs=0.08)
    assert np.abs(guessing[4:]).mean() < 0.1


def test_who_is_half_a_step_harsh_is_not_called_careless():
    world = World(careless=0, drifting=0, position=0, harsh=9, harsh_points=0.5, judgments=100, model=False)
    got = named(simulated_team(world, np.random.default_rng(105)))
    assert {kind for j, kind in got if j < 9} == {"harsh"}
    assert len(got) >= 6


def test_who_fell_early_is_not_called_careless():
    world = World(careless=0, harsh=0, position=0, drifting=9, fall=0.4, fall_at=0.25)
    got = named(simulated_team(world, np.random.default_rng(106)))
    assert {kind for j, kind in got if j < 9} == {"drifting"}
    assert len(got) >= 7


def test_random_answers_on_a_one_sided_scale_are_not_called_harsh():
    world = World(careless=6, harsh=0, drifting=0, position=0, skewed=True)
    got = named(simulated_team(world, np.random.default_rng(107)))
    assert {kind for j, kind in got if j < 6} == {"careless"}


def test_every_flag_of_a_simulated_team_shows_two_sources(found_in):
    for flag in found_in[0]:
        assert len({e.source for e in flag.evidence}) >= 2
        assert {e.source for e in flag.evidence} != {"model"}
        assert all(e.sentence.endswith(".") and "nan" not in e.sentence for e in flag.evidence)
        assert (flag.since >= 0) == (flag.kind == "drifting")


def test_drift_is_dated(found_in):
    flags = [f for flags in found_in for f in flags if f.kind == "drifting" and f.trainer in range(6, 9)]
    assert np.median([f.since for f in flags if f.criterion != ALL]) == pytest.approx(100, abs=20)
    assert np.median([f.since for f in flags if f.criterion == ALL]) == pytest.approx(200, abs=40)


def test_subjective_criteria_do_without_the_model():
    team = simulated_team(World(model=False), np.random.default_rng(104))
    sources = {e.source for c in trainer_cases(team.rating) for e in c.evidence}
    assert sources == {"gold", "peers"}


def test_nobody_planted_hardly_anybody_flagged():
    world = World(careless=0, harsh=0, drifting=0, position=0, model=False)
    alarms = [len(flagged(simulated_team(world, np.random.default_rng(seed))).flags) for seed in range(200, 204)]
    assert sum(a > 0 for a in alarms) <= 1
