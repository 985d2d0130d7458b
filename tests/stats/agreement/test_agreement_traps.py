"""The traps that other tools fall into: one test each, with the number or the words that are right."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

from analytics.core.scale import LEVELS
from analytics.stats.agreement.coefficients import agreement_coefficients, coefficient_names, krippendorff_alpha
from analytics.stats.counts.functional import NO_JUDGMENT, NO_PAIR, NO_VARIATION, ONE_LABEL
from analytics.stats.counts.patterns import Patterns, TrainerPatterns
from tests.stats.tables import counted, random_table


def named(matrix: np.ndarray | list, k: int, level: str = "nominal", **options: object) -> dict:
    patterns, trainers = counted(np.asarray(matrix), k)
    found = agreement_coefficients(patterns, level=level, trainer_patterns=trainers, **options)  # type: ignore[arg-type]
    return {c.name: c for c in found}


def test_one_label_throughout() -> None:
    """Undefined with a reason, never 1, 0 or a division error; percent agreement, AC1 and BP remain."""
    found = named(
        [
            [1, 1],
            [
                1,
                1,
            ],
            [1, 1],
        ],
        2,
    )
    for name in ("krippendorff_alpha", "fleiss_kappa", "scott_pi", "cohen_kappa", "conger_kappa"):
        assert found[name].undefined == NO_VARIATION, name
        assert np.isnan(found[name].value)
    for name in ("percent_agreement", "gwet_ac1", "brennan_prediger"):
        assert found[name].value == 1, name
        assert found[name].low < 1, name


def test_a_scale_of_one_label() -> None:
    found = named([[0, 0], [0, 0]], 1)
    assert found["percent_agreement"].value == 1
    for name in ("fleiss_kappa", "gwet_ac1", "brennan_prediger"):
        assert found[name].undefined == ONE_LABEL


def test_unequal_numbers_of_judgments_in_fleiss_kappa() -> None:
    """Items weigh the same whatever their number of judgments; statsmodels refuses, equal numbers agree with it."""
    counts = np.array([[3, 0], [1, 1], [0, 5], [2, 2]])
    (kappa,) = agreement_coefficients(Patterns.from_counts(counts), level="nominal", names=("fleiss_kappa",))
    m = counts.sum(axis=1)
    each = (counts * (counts - 1)).sum(axis=1) / (m * (m - 1))
    share = (counts / m[:, None]).mean(axis=0)
    assert kappa.value == pytest.approx((each.mean() - share @ share) / (1 - share @ share))
    equal = random_table(np.random.default_rng(0), 50, 4, 3, gaps=0)
    table = np.stack([(equal == k).sum(axis=1) for k in range(3)], axis=1)
    (kappa,) = agreement_coefficients(Patterns.from_counts(table), level="nominal", names=("fleiss_kappa",))
    assert kappa.value == pytest.approx(fleiss_kappa(table), abs=1e-12)


@pytest.mark.parametrize(("kind", "theirs"), [("", None), ("_linear", "linear"), ("_quadratic", "quadratic")])
def test_gaps_in_cohens_kappa_leave_the_item_out(kind: str, theirs: str | None) -> None:
    """Only items both judged are in the denominator (nltk divides by all)."""
    matrix = random_table(np.random.default_rng(1), 80, 2, 3, gaps=0.3)
    both = (matrix >= 0).all(axis=1)
    level = "ordinal" if kind else "nominal"
    found = named(matrix, 3, level)[f"cohen_kappa{kind}"]
    expected = cohen_kappa_score(*matrix[both].T, labels=[0, 1, 2], weights=theirs)
    assert found.value == pytest.approx(expected, abs=1e-12)


def test_items_with_one_judgment() -> None:
    """They leave alpha and percent agreement alone and enter the label shares of Fleiss' kappa and AC1."""
    table = [[0, 0, 1], [0, 1, -1], [1, 1, 1], [0, 0, -1]]
    more = [*table, *[[1, -1, -1]] * 6]
    a, b = named(table, 2), named(more, 2)
    assert b["krippendorff_alpha"].n_items == 10
    assert b["krippendorff_alpha"].n_items_paired == 4
    for name in ("krippendorff_alpha", "percent_agreement", "brennan_prediger"):
        assert a[name].value == pytest.approx(b[name].value, abs=1e-12), name
        assert a[name].se == pytest.approx(b[name].se, abs=1e-9), name
    for name in ("fleiss_kappa", "gwet_ac1"):
        assert a[name].value != pytest.approx(b[name].value, abs=1e-3), name


def test_singletons_do_not_swell_the_standard_error() -> None:
    """95 % single judgments: the linearised error is below Gwet's, which adds kappa squared for each."""
    rng = np.random.default_rng(2)
    matrix = random_table(rng, 2000, 2, 2, gaps=0, signal=0.8)
    matrix[100:, 1] = -1
    patterns, _ = counted(matrix, 2)
    ours, gwets = (
        agreement_coefficients(patterns, level="nominal", names=("fleiss_kappa",), interval=interval)[0].se
        for interval in ("items", "gwet")
    )
    assert ours < gwets


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_nobody_and_no_overlap(level: str) -> None:
    labels = {"set": ("", "a"), "ranking": ("a>b>c", "c>b>a")}.get(level)
    distance = 1 - np.eye(2) if level == "text" else None
    nothing = np.full((0, 2), -1)
    alone = np.array([[0], [1], [1]])
    apart = np.array([[0, -1], [-1, 1], [1, -1]])
    for matrix, reasons in ((nothing, {NO_JUDGMENT, NO_PAIR}), (alone, {NO_PAIR}), (apart, {NO_PAIR})):
        patterns, trainers = counted(matrix, 2)
        for c in agreement_coefficients(
            patterns, level=level, trainer_patterns=trainers, labels=labels, distance=distance
        ):
            if c.name == "tie_share":
                continue
            assert c.undefined is not None, (level, c.name, c.value)
            assert c.undefined in reasons or "exactly two trainers" in c.undefined, (c.name, c.undefined)


def test_one_item() -> None:
    found = named([[0, 0, 1]], 2)
    assert found["percent_agreement"].value == pytest.approx(1 / 3)
    assert np.isnan(found["percent_agreement"].low)
    assert found["percent_agreement"].interval_method.startswith("none: one item")


def test_every_item_the_same_disagreement() -> None:
    found = named([[0, 1]] * 5, 2)["krippendorff_alpha"]
    assert found.value < 0
    assert found.interval_method.startswith("none: no variation between items") or not np.isnan(found.low)


def test_the_label_nan_is_a_label() -> None:
    """Labels are text until they are codes; a flag that is called nan is a flag."""
    labels = ("", "nan", "nan|tox")
    found = named([[0, 0], [1, 1], [1, 2], [2, 2]], 3, "set", labels=labels)
    assert found["krippendorff_alpha"].undefined is None
    assert 0 < found["krippendorff_alpha"].value < 1


def test_the_empty_set_is_an_answer() -> None:
    """Nearly all say no flags: agreeing on that is agreement, and a flag against none is full disagreement."""
    matrix = [[0, 0]] * 8 + [[1, 1], [0, 1]]
    found = named(matrix, 2, "set", labels=("", "tox"))["krippendorff_alpha"]
    patterns, _ = counted(np.array(matrix), 2)
    assert found.value == pytest.approx(krippendorff_alpha(patterns, level="nominal"))


def test_two_hundred_labels() -> None:
    rng = np.random.default_rng(3)
    matrix = random_table(rng, 150, 4, 200)
    for level in ("nominal", "ordinal", "interval"):
        found = named(matrix, 200, level, values=np.arange(200.0))
        for name in ("krippendorff_alpha", "gwet_ac1", "percent_agreement"):
            assert 0 < found[name].low < found[name].value < found[name].high < 1, (level, name)


def test_unused_labels_do_not_move_alpha_but_do_move_ac1() -> None:
    matrix = random_table(np.random.default_rng(4), 60, 4, 3)
    spread = np.where(matrix < 0, -1, 2 * matrix)
    a, b = named(matrix, 3, "ordinal", values=(0, 2, 4)), named(spread, 6, "ordinal", values=(0, 1, 2, 3, 4, 5))
    assert a["krippendorff_alpha"].value == pytest.approx(b["krippendorff_alpha"].value, abs=1e-12)
    assert a["krippendorff_alpha"].low == pytest.approx(b["krippendorff_alpha"].low, abs=1e-9)
    assert a["gwet_ac1"].value != pytest.approx(b["gwet_ac1"].value, abs=1e-3)
    ordinal = [x["krippendorff_alpha_gwet_ordinal"].value for x in (a, b)]
    assert ordinal[0] != pytest.approx(ordinal[1], abs=1e-4)


def test_labels_have_the_order_they_were_given() -> None:
    """low, mid, high are not sorted alphabetically (irrCAC does)."""
    matrix = random_table(np.random.default_rng(5), 60, 4, 3)
    alphabetical = np.where(matrix < 0, -1, np.array([1, 2, 0])[np.maximum(matrix, 0)])
    a, b = (named(m, 3, "ordinal")["krippendorff_alpha"].value for m in (matrix, alphabetical))
    assert a != pytest.approx(b, abs=1e-3)


def test_a_trainer_without_judgments_changes_nothing() -> None:
    matrix = random_table(np.random.default_rng(6), 40, 4, 3)
    patterns, t = counted(matrix, 3)
    later, more = t.trainer + 3, t.n_trainers + 9
    padded = TrainerPatterns(trainer=later, pattern=t.pattern, label=t.label, n=t.n, n_trainers=more)
    for level in ("nominal", "interval"):
        for a, b in zip(
            agreement_coefficients(patterns, level=level, trainer_patterns=t),
            agreement_coefficients(patterns, level=level, trainer_patterns=padded),
            strict=True,
        ):
            for field in ("value", "low", "high", "n_trainers"):
                assert getattr(a, field) == pytest.approx(getattr(b, field), abs=1e-9, nan_ok=True), (a.name, field)


def test_without_trainers_the_interval_says_so() -> None:
    patterns, _ = counted(random_table(np.random.default_rng(7), 40, 4, 3), 3)
    found = {c.name: c for c in agreement_coefficients(patterns, level="nominal")}
    assert "who judged was not given" in found["krippendorff_alpha"].interval_method
    assert "who judged, which was not given" in str(found["conger_kappa"].undefined)
    assert found["krippendorff_alpha"].n_trainers is None


def test_two_trainers_cannot_speak_for_others() -> None:
    found = named(random_table(np.random.default_rng(8), 40, 2, 3, gaps=0), 3)
    assert "fewer than three trainers" in found["krippendorff_alpha"].interval_method


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"level": "likert"}, r"level must be one of 'nominal', .* got 'likert'"),
        ({"names": ("kappa",)}, r"names must be among .* got 'kappa'"),
        ({"names": ("icc_a1",)}, r"icc_a1 is not defined for level 'nominal'; that level has percent_agreement"),
        ({"interval": "wald"}, r"interval must be one of 'two-way', .* got 'wald'"),
        ({"interval": "bootstrap"}, r"needs rng, a numpy random Generator, got None"),
        ({"confidence": 95}, r"confidence must lie between 0 and 1, got 95"),
        ({"replicates": 1}, r"replicates must be at least 2, got 1"),
        ({"values": (1.0,)}, r"one number for each of 3 labels, got shape \(1,\)"),
        ({"values": (1.0, np.nan, 2.0)}, r"values must be finite"),
        ({"labels": ("a",)}, r"one text for each of 3 labels, got 1"),
        ({"distance": np.ones((2, 2))}, r"distance must have shape \(3, 3\), got \(2, 2\)"),
        ({"distance": np.ones((3, 3))}, r"with a diagonal of 0"),
        ({"distance": np.triu(np.ones((3, 3)), 1)}, r"distance must be symmetric"),
    ],
)
def test_wrong_use_is_refused(options: dict, text: str) -> None:
    patterns, trainers = counted(random_table(np.random.default_rng(9), 20, 4, 3), 3)
    with pytest.raises(ValueError, match=text):
        agreement_coefficients(patterns, **{"level": "nominal", "trainer_patterns": trainers} | options)


def test_foreign_trainer_patterns_are_refused() -> None:
    patterns, _ = counted(random_table(np.random.default_rng(10), 20, 4, 3), 3)
    _, others = counted(random_table(np.random.default_rng(11), 20, 4, 3), 3)
    with pytest.raises(ValueError, match="trainer_patterns must"):
        agreement_coefficients(patterns, level="nominal", trainer_patterns=others)


def test_a_ratio_scale_has_no_negative_values() -> None:
    patterns, _ = counted(random_table(np.random.default_rng(12), 20, 4, 3), 3)
    with pytest.raises(ValueError, match="must not have negative values, got -1"):
        agreement_coefficients(patterns, level="ratio", values=(-1, 0, 1), names=("krippendorff_alpha",))


def test_every_level_answers_by_default() -> None:
    patterns, trainers = counted(random_table(np.random.default_rng(13), 20, 4, 3), 3)
    for level in LEVELS:
        found = agreement_coefficients(patterns, level=level, trainer_patterns=trainers)
        assert tuple(c.name for c in found) == coefficient_names(level)
