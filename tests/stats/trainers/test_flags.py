"""The decision rule and what it rests on: team null, standing, change, cases, flags."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.trainers.evidence import Case, Evidence
from analytics.stats.trainers.flag_cases import trainer_cases
from analytics.stats.trainers.flags import FLAG_KINDS, decide
from analytics.stats.trainers.peer_residuals import Residuals
from analytics.stats.trainers.standing import change
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
    found = change(*series(rng, 3000, 200, 0.9), 3000)
    assert (found.p_fall < 0.05).mean() == pytest.approx(0.05, abs=0.012)
    assert (found.p_fall < 0.005).mean() == pytest.approx(0.005, abs=0.004)


def test_change_finds_a_fall_and_when():
    rng = np.random.default_rng(4)
    found = change(*series(rng, 200, 200, 0.65), 200)
    assert (found.p_fall < 0.003).mean() > 0.85
    assert np.median(found.since) == pytest.approx(100, abs=8)
    assert (found.after < found.before).mean() > 0.97
    rise = change(*series(rng, 200, 200, 0.99), 200)
    assert (rise.p_fall < 0.01).mean() < 0.02


def test_too_few_judgments_for_a_change():
    rng = np.random.default_rng(5)
    found = change(*series(rng, 2, 12, 0.5), 2)
    assert np.isnan(found.p_fall).all()
    assert (found.since == -1).all()


@pytest.fixture(scope="module")
def teams():
    return [simulated_team(World(), np.random.default_rng(seed)) for seed in (101, 102, 103)]


def flagged(team):
    return decide(trainer_cases(team.rating) + trainer_cases(team.preference))


def test_planted_trainers_are_found_and_few_others(teams):
    """The short version of docs/studies/planted_trainers.md: three teams, seeds of their own."""
    found, planted, wrong, said = 0, 0, 0, 0
    for team in teams:
        got = {(f.trainer, f.kind, f.criterion) for f in flagged(team).flags}
        found += len(got & team.planted)
        planted += len(team.planted)
        wrong += len(got - team.planted)
        said += len(got)
    assert found / planted >= 0.9
    assert wrong / said <= 0.05


def test_every_flag_of_a_simulated_team_shows_two_sources(teams):
    for flag in flagged(teams[0]).flags:
        assert len({e.source for e in flag.evidence}) >= 2
        assert {e.source for e in flag.evidence} != {"model"}
        assert all(e.sentence.endswith(".") and "nan" not in e.sentence for e in flag.evidence)
        assert (flag.since >= 0) == (flag.kind == "drifting")


def test_drift_is_dated(teams):
    dates = [f.since for t in teams for f in flagged(t).flags if f.kind == "drifting" and f.trainer in range(6, 9)]
    assert np.median(dates) == pytest.approx(100, abs=20)


def test_subjective_criteria_do_without_the_model():
    team = simulated_team(World(model=False), np.random.default_rng(104))
    sources = {e.source for c in trainer_cases(team.rating) for e in c.evidence}
    assert sources == {"gold", "peers"}


def test_nobody_planted_hardly_anybody_flagged():
    world = World(careless=0, harsh=0, drifting=0, position=0, model=False)
    alarms = [len(flagged(simulated_team(world, np.random.default_rng(seed))).flags) for seed in range(200, 206)]
    assert sum(a > 0 for a in alarms) <= 2
