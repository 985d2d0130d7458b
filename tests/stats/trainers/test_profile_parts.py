"""What one trainer's profile adds to the statistics: known outcomes, the course of a session, limits of charts."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.trainers.chart_limits import chart_limits
from analytics.stats.trainers.control_charts import cusum, ewma, standardised_residuals
from analytics.stats.trainers.known_outcomes import known_outcomes
from analytics.stats.trainers.learning_curve import learning_curve
from analytics.stats.trainers.session_curve import session_curve


def codes_of(rows, n_labels=3):
    """Rows (item, trainer, label)."""
    item, trainer, label = zip(*rows, strict=True)
    return JudgmentCodes.ordered(
        item=item, trainer=trainer, label=label, n_items=max(item) + 1, n_trainers=max(trainer) + 1, n_labels=n_labels
    )


def test_known_outcomes_by_gold_then_by_clear_others():
    rows = [(0, j, x) for j, x in enumerate((1, 1, 2))]  # gold says 1
    rows += [(1, j, x) for j, x in enumerate((0, 0, 0, 2))]  # others of trainer 3 agree; of the rest two in three
    rows += [(2, j, x) for j, x in enumerate((0, 1, 2, 2))]  # for 2 and 3 nobody leads; for 0 and 1 two in three say 2
    found = known_outcomes(codes_of(rows), [1, -1, -1], subjective=False)
    assert found[:3].tolist() == [1.0, 1.0, 0.0]
    assert found[3:7].tolist() == [1.0, 1.0, 1.0, 0.0]
    assert found[7:9].tolist() == [0.0, 0.0]
    assert np.isnan(found[9:]).all()


def test_known_outcomes_leave_tastes_alone():
    rows = [(0, j, 0) for j in range(5)]
    assert np.isnan(known_outcomes(codes_of(rows), [-1], subjective=True)).all()
    assert known_outcomes(codes_of(rows), [0], subjective=True).tolist() == [1.0] * 5


def test_known_outcomes_against_a_loop():
    rng = np.random.default_rng(5)
    rows = [(i, j, int(rng.integers(3))) for i in range(60) for j in range(int(rng.integers(1, 7)))]
    codes = codes_of(rows)
    gold = np.where(rng.random(60) < 0.2, rng.integers(0, 3, 60), -1)
    found = known_outcomes(codes, gold, subjective=False)
    for k in range(codes.n_judgments):
        others = [codes.label[m] for m in np.flatnonzero(codes.item == codes.item[k]) if m != k]
        if gold[codes.item[k]] >= 0:
            wanted = float(codes.label[k] == gold[codes.item[k]])
        else:
            leader = max(range(3), key=others.count)
            clear = len(others) >= 3 and 3 * others.count(leader) >= 2 * len(others)
            wanted = float(codes.label[k] == leader) if clear else np.nan
        assert found[k] == wanted or (np.isnan(found[k]) and np.isnan(wanted))


@pytest.mark.parametrize(
    ("more", "words"),
    [({"gold": [0, 0]}, "gold must have shape"), ({"fewest": 0}, "fewest must be"), ({"clear": 0.5}, "clear lie in")],
)
def test_known_outcomes_refuse_wrong_use(more, words):
    asked = {"gold": [-1], "subjective": False} | more
    with pytest.raises(ValueError, match=words):
        known_outcomes(codes_of([(0, 0, 0)]), **asked)


def test_session_curve_finds_planted_fatigue_and_ignores_bad_days():
    rng = np.random.default_rng(1)
    session = np.repeat(np.arange(40), 30)
    position = np.tile(np.arange(30), 40).astype(float)
    day = rng.normal(0, 5, 40)[session]
    found = session_curve(session, position, day - 0.02 * position + rng.normal(0, 0.1, session.size))
    assert found.undefined is None
    assert found.n.sum() == session.size
    slope = (found.value[-1] - found.value[0]) / (found.position[-1] - found.position[0])
    assert slope == pytest.approx(-0.02, abs=0.002)
    assert abs(float(found.n @ found.value)) < 1e-8


def test_session_curve_by_hand_and_its_empty_state():
    session = np.repeat([0, 1, 2, 3], 4)
    position = np.tile([1.0, 2.0, 3.0, 4.0], 4)
    outcome = np.tile([1.0, 1.0, 0.0, 0.0], 4) + session
    found = session_curve(session, position, outcome, stretches=2)
    assert found.value.tolist() == pytest.approx([0.5, -0.5])
    few = session_curve(session[:8], position[:8], outcome[:8])
    assert few.undefined is not None
    assert "16 are needed" in few.undefined
    assert session_curve(np.full(40, -1), np.arange(40.0), np.ones(40)).undefined is not None


def test_chart_limits_hold_their_rate_where_the_textbook_does_not():
    rng = np.random.default_rng(2)
    expected = rng.uniform(0.75, 0.97, 150)
    limits = chart_limits(expected, rng=rng, false_alarms=0.1, simulations=600)
    rung = textbook = left = 0
    for _ in range(300):
        z = standardised_residuals((rng.random(150) < expected).astype(float), expected)
        found = cusum(z, target=0.0, sigma=1.0, h=limits.cusum)
        rung += bool((found.low > found.threshold).any())
        textbook += bool((cusum(z, target=0.0, sigma=1.0).low > 5.0).any())
        left += ewma(z, target=0.0, sigma=1.0, limit=limits.ewma).first_signal is not None
    assert rung / 300 == pytest.approx(0.1, abs=0.06)
    assert left / 300 == pytest.approx(0.1, abs=0.06)
    assert textbook / 300 > 0.25


def test_chart_limits_still_find_a_fall():
    rng = np.random.default_rng(3)
    expected, fallen = np.full(200, 0.85), np.where(np.arange(200) < 100, 0.85, 0.5)
    limits = chart_limits(expected, rng=rng)
    caught = []
    for _ in range(60):
        z = standardised_residuals((rng.random(200) < fallen).astype(float), expected)
        found = cusum(z, target=0.0, sigma=1.0, h=limits.cusum)
        caught.append(found.first_signal is not None and 100 < found.first_signal < 170)
    assert np.mean(caught) > 0.8


@pytest.mark.parametrize(
    ("expected", "more", "words"),
    [([], {}, "at least one"), ([1.0], {}, "strictly"), ([0.5], {"false_alarms": 0.0}, "false_alarms must")],
)
def test_chart_limits_refuse_wrong_use(expected, more, words):
    with pytest.raises(ValueError, match=words):
        chart_limits(expected, rng=np.random.default_rng(0), **more)


def test_own_learning_curve_starts_at_the_trainers_start():
    rng = np.random.default_rng(4)
    who = np.repeat(np.arange(12), 80)
    practice = np.tile(np.arange(80.0), 12)
    chance = 1 / (1 + np.exp(-(0.2 + 0.4 * np.log1p(practice) + rng.normal(0, 0.3, 12)[who])))
    curve = learning_curve(who, practice, (rng.random(who.size) < chance).astype(float), n_trainers=13)
    own = curve.own(3)
    assert own[0] == pytest.approx(1 / (1 + np.exp(-curve.start[3])))
    assert (np.diff(own) > 0).all()
    assert np.isnan(curve.own(12)).all()
