"""Every worked example of one trainer's profile, computed anew by the statistic it explains."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.core.metrics import REGISTRY, trainer_profile
from analytics.stats.counts.patterns import patterns_from_codes
from analytics.stats.inference.binomial_intervals import share_estimates
from analytics.stats.trainers.control_charts import ewma
from analytics.stats.trainers.scale_use import label_usage
from analytics.stats.trainers.session_curve import session_curve
from analytics.stats.trainers.trainer_estimates import trainer_means
from analytics.stats.trainers.weekly_means import weekly_means


def share(example):
    return share_estimates("x", np.array([example[0]]), np.array([example[1]])).value[0]


def beyond(example):
    own, others = (np.array(x) for x in example)
    return trainer_means("x", np.zeros(own.size, dtype=int), own - others, np.ones(own.size), n_trainers=1).value[0]


def soft(example):
    others, gave = (np.array(x) for x in example)
    return trainer_means("x", np.zeros(others.size, dtype=int), gave, others, n_trainers=1).value[0]


def usage(example):
    table = np.array(example[0])
    item, trainer = np.nonzero(table >= 0)
    return label_usage(*patterns_from_codes(item, trainer, table[item, trainer], example[1])).used[0].max()


def course(example):
    n = 10
    session, position = np.repeat(np.arange(n), 3), np.tile([1.0, 2.0, 3.0], n)
    return session_curve(session, position, np.tile(example, n), stretches=3).value[-1]


def week(example):
    right, expected = (np.array(x) for x in example)
    found = weekly_means(
        np.zeros(3, dtype=int), np.full(3, 1e9), right - expected, np.ones(3, dtype=bool), n_trainers=1, fewest=3
    )
    return found.value[0, 0]


COMPUTED = {
    "gold_label_accuracy": share,
    "peer_label_agreement": soft,
    "label_usage": usage,
    "ends_excess": beyond,
    "rapid_accuracy": share,
    "session_course": course,
    "weekly_residual": week,
    "ewma": lambda e: ewma(e, target=0.0, sigma=1.0).value[-1],
    "shared_word_for_word": share,
}


@pytest.mark.parametrize("metric", trainer_profile.METRICS, ids=lambda m: m.name)
def test_worked_example(metric):
    assert REGISTRY[metric.name] is metric
    assert COMPUTED[metric.name](metric.example_input) == pytest.approx(metric.example_value, abs=6e-4)


def test_no_example_was_forgotten():
    assert set(COMPUTED) == {m.name for m in trainer_profile.METRICS}
