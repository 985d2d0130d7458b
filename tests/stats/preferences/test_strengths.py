"""Strengths: against choix and statsmodels, with what cannot be compared said, and intervals that hold together."""

from __future__ import annotations

import choix
import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from analytics.stats.preferences.strengths.bradley_terry import bradley_terry
from analytics.stats.preferences.strengths.clustered_variance import ClusterTable
from analytics.stats.preferences.strengths.comparisons import Comparisons, chosen
from analytics.stats.preferences.strengths.connectivity import connectivity
from analytics.stats.preferences.strengths.davidson import davidson
from analytics.stats.preferences.strengths.simultaneous import quasi_variances, simultaneous_differences


def league(rng, strengths, n, nu=0.0, trainers=0):
    """n judgments between random pairs; ties by Davidson's model."""
    k = len(strengths)
    i = rng.integers(0, k, n)
    j = (i + rng.integers(1, k, n)) % k
    half = (strengths[i] - strengths[j]) / 2
    total = np.exp(half) + np.exp(-half) + nu
    u = rng.random(n) * total
    score = np.where(u < np.exp(half), -1, np.where(u < np.exp(half) + nu, 0, 1))
    return i, j, score


def fitted(rng, strengths, n, **options):
    return Comparisons.from_scores(*league(rng, np.asarray(strengths), n, **options), len(strengths))


# --- Bradley-Terry --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_bradley_terry_equals_choix_and_a_binomial_glm(seed):
    rng = np.random.default_rng(seed)
    c = fitted(rng, [1.0, 0.4, 0.0, -0.3, -0.9], 400)
    ours = bradley_terry(c, ties="drop")
    wins = [(int(a), int(b)) for a, b, w in zip(c.first, c.second, c.wins_first, strict=True) if w]
    wins += [(int(b), int(a)) for a, b, w in zip(c.first, c.second, c.wins_second, strict=True) if w]
    theirs = choix.opt_pairwise(5, wins, alpha=0, method="Newton-CG", tol=1e-12)
    assert ours.log_strength == pytest.approx(theirs - theirs.mean(), abs=1e-5)
    table = c.win_table()
    i, j = np.triu_indices(5, 1)
    design = np.zeros((i.size, 5))
    design[np.arange(i.size), i], design[np.arange(i.size), j] = 1, -1
    glm = sm.GLM(np.stack([table[i, j], table[j, i]], 1), design[:, :4], family=sm.families.Binomial()).fit()
    ability, se = ours.against(4)
    assert ability[:4] == pytest.approx(glm.params, abs=1e-6)
    assert se[:4] == pytest.approx(glm.bse, rel=1e-5)
    assert ours.deviance == pytest.approx(glm.deviance, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), shift=st.floats(-50, 50))
def test_only_differences_of_strength_enter(seed, shift):
    """Adding a constant to the truth changes nothing drawn, and the fit has mean 0 whatever the names' order."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=4)
    c = fitted(np.random.default_rng(seed), truth, 200)
    same = fitted(np.random.default_rng(seed), truth + shift, 200)
    a, b = bradley_terry(c, ties="drop"), bradley_terry(same, ties="drop")
    moved = np.abs(c.win_table() - same.win_table()).sum()
    assert moved <= 2  # one draw may fall on the edge of its probability by rounding
    if moved == 0:
        assert a.log_strength == pytest.approx(b.log_strength, abs=1e-9, nan_ok=True)
    order = rng.permutation(4)
    renamed = Comparisons(
        first=order[c.second], second=order[c.first], wins_first=c.wins_second, wins_second=c.wins_first,
        ties=c.ties, n_objects=4,
    )  # fmt: skip
    assert bradley_terry(renamed, ties="drop").log_strength[order] == pytest.approx(
        a.log_strength, abs=1e-7, nan_ok=True
    )
    for g in np.unique(a.group):
        inside = a.log_strength[a.group == g]
        assert np.isnan(inside).all() or inside.mean() == pytest.approx(0, abs=1e-9)


def test_rows_add_and_ties_are_used_as_asked():
    rng = np.random.default_rng(4)
    c = fitted(rng, [0.8, 0.0, -0.8], 300, nu=0.8)
    table = Comparisons.from_table(c.win_table().astype(int), c.tie_table())
    for ties in ("half", "drop"):
        one, two = bradley_terry(c, ties=ties), bradley_terry(table, ties=ties)
        assert one.log_strength == pytest.approx(two.log_strength, abs=1e-9)
        assert one.n_used == two.n_used == 300 - (c.n_ties if ties == "drop" else 0)
    half, drop = (bradley_terry(c, ties=t).log_strength for t in ("half", "drop"))
    assert np.ptp(half) < np.ptp(drop)
    some = chosen(c, c.ties == 0)
    assert bradley_terry(some, ties="half").log_strength == pytest.approx(drop, abs=1e-12)


def test_groups_that_never_met_get_no_common_scale():
    wins = np.zeros((5, 5), dtype=int)
    wins[0, 1], wins[1, 0], wins[2, 3], wins[3, 2] = 6, 3, 2, 5
    fit = bradley_terry(Comparisons.from_table(wins), ties="drop")
    assert "3 groups were never compared with each other" in str(fit.undefined)
    difference, se = fit.against(0)
    assert difference[1] == pytest.approx(np.log(3 / 6))
    assert np.isnan(difference[2:]).all()
    assert np.isnan(se[2:]).all()
    assert np.isnan(fit.log_strength[4])
    assert np.isnan(fit.win_probabilities()[0, 2])


def test_a_side_that_always_won_has_no_finite_strength_until_a_prior_is_asked_for():
    wins = [[0, 4, 5], [3, 0, 6], [0, 0, 0]]
    fit = bradley_terry(Comparisons.from_table(wins), ties="drop")
    assert "won by the same side" in str(fit.undefined)
    assert np.isnan(fit.log_strength[2])
    assert (fit.n_judgments, fit.n_used) == (18, 7)
    drawn = bradley_terry(Comparisons.from_table(wins), ties="drop", virtual=0.5)
    assert drawn.undefined is None
    assert drawn.connectivity.reason == fit.undefined
    assert drawn.log_strength[2] < drawn.log_strength[:2].min()


def test_virtual_wins_are_choix_ridge_of_another_name():
    """With a virtual win and loss each, the optimum solves the score equation of the penalised likelihood."""
    c = fitted(np.random.default_rng(3), [1.0, 0.0, -1.0], 60)
    fit = bradley_terry(c, ties="drop", virtual=0.7)
    wins = c.win_table()
    p = special.expit(fit.log_strength[:, None] - fit.log_strength[None, :])
    score = (wins - (wins + wins.T) * p).sum(axis=1) + 0.7 * (1 - 2 * special.expit(fit.log_strength))
    assert score == pytest.approx(np.zeros(3), abs=1e-7)


def test_clustered_errors_cover_where_rankings_are_expanded_and_plain_ones_do_not():
    """Each event is a ranking of 5, and twice copied: its pairs are one act of judging."""
    rng = np.random.default_rng(6)
    truth = np.array([0.6, 0.3, 0.0, -0.3, -0.6])
    i, j = np.triu_indices(5, 1)

    def events(n):
        utility = truth + rng.gumbel(size=(n, 5)) * 1.0
        score = np.sign(utility[:, j] - utility[:, i]).astype(int)
        event = np.repeat(np.arange(n), i.size)
        return np.tile(i, 2 * n), np.tile(j, 2 * n), np.tile(score.ravel(), 2), np.tile(event, 2)

    big = events(100_000)
    target = bradley_terry(Comparisons.from_scores(*big[:3], 5), ties="drop").log_strength
    inside = {"clustered": 0, "model": 0}
    for _ in range(100):
        first, second, score, event = events(60)
        c = Comparisons.from_scores(first, second, score, 5)
        for name, clusters in (("clustered", (event,)), ("model", ())):
            fit = bradley_terry(c, ties="drop", clusters=clusters)
            d, se = fit.against(4)
            inside[name] += abs(d[0] - (target[0] - target[4])) <= 1.96 * se[0]
    assert inside["clustered"] >= 89
    assert inside["model"] < inside["clustered"] - 5


def test_two_way_clusters_match_the_definition():
    rng = np.random.default_rng(7)
    i, j, score = league(rng, np.array([0.5, 0.0, -0.5]), 200)
    item, trainer = rng.integers(0, 40, 200), rng.integers(0, 8, 200)
    fit = bradley_terry(Comparisons.from_scores(i, j, score, 3), ties="drop", clusters=(item, trainer))
    p = special.expit(fit.log_strength[i] - fit.log_strength[j])
    u = np.zeros((200, 3))
    u[np.arange(200), i] = (score < 0) - p
    u[np.arange(200), j] -= (score < 0) - p
    h = np.zeros((3, 3))
    for a, b, q in zip(i, j, p * (1 - p), strict=True):
        e = np.eye(3)[a] - np.eye(3)[b]
        h += q * np.outer(e, e)

    def meat(code):
        total = np.array([u[code == g].sum(axis=0) for g in np.unique(code)])
        return total.T @ total * len(total) / (len(total) - 1)

    bread = np.linalg.pinv(h)
    expected = bread @ (meat(item) + meat(trainer) - meat(item * 100 + trainer)) @ bread
    assert fit.variance_method == "two-way clustered"
    if np.linalg.eigvalsh(expected).min() > -1e-12:
        assert fit.covariance == pytest.approx(expected, abs=1e-9)


def test_counted_clusters_give_what_judgments_give():
    rng = np.random.default_rng(8)
    i, j, score = league(rng, np.array([0.5, 0.0, -0.5]), 300, nu=0.5)
    pair = np.array([[0, 1], [0, 2], [1, 2]])[rng.integers(0, 3, 60)]
    item, trainer = np.repeat(np.arange(60), 5), np.concatenate([rng.permutation(8)[:5] for _ in range(60)])
    turn = i > j
    i, j = pair[item, 0], pair[item, 1]
    score = np.where(turn, -score, score)
    c = Comparisons.from_scores(i, j, score, 3)

    def counted(*columns):
        keys, at = np.unique(np.stack([*columns, i, j], axis=1), axis=0, return_inverse=True)
        n = np.zeros((len(keys), 3), dtype=np.int64)
        np.add.at(n, (at.reshape(-1), score + 1), 1)
        return keys, n

    def rows(keys, n):
        return Comparisons(
            first=keys[:, -2], second=keys[:, -1], wins_first=n[:, 0], ties=n[:, 1], wins_second=n[:, 2], n_objects=3
        )

    votes, at = np.unique(np.concatenate([counted(item)[0][:, 1:], counted(item)[1]], axis=1), axis=0,
                          return_counts=True)  # fmt: skip
    items = ClusterTable(comparisons=rows(votes[:, :2], votes[:, 2:]), multiplicity=at)
    keys, n = counted(trainer)
    trainers = ClusterTable(comparisons=rows(keys, n), cluster=keys[:, 0])
    whole = rows(*counted())
    for ties in ("half", "drop"):
        long = bradley_terry(c, ties=ties, clusters=(item, trainer))
        short = bradley_terry(whole, ties=ties, tables=(items, trainers))
        assert short.variance_method == long.variance_method == "two-way clustered"
        assert short.covariance == pytest.approx(long.covariance, abs=1e-9)
        one = bradley_terry(c, ties=ties, clusters=(trainer,)).covariance
        assert bradley_terry(whole, ties=ties, tables=(trainers,)).covariance == pytest.approx(one, abs=1e-12)
        two = bradley_terry(c, ties=ties, clusters=(item,)).covariance
        assert bradley_terry(whole, ties=ties, tables=(items,)).covariance == pytest.approx(two, abs=1e-12)
    long, short = davidson(c, clusters=(item,)), davidson(whole, tables=(items,))
    assert short.strengths.covariance == pytest.approx(long.strengths.covariance, abs=1e-9)
    with pytest.raises(ValueError, match="must hold all 300 judgments, got 0"):
        bradley_terry(whole, ties="half", tables=(ClusterTable(comparisons=chosen(c, c.first < 0)),))
    with pytest.raises(ValueError, match="codes or multiplicities, not both"):
        ClusterTable(comparisons=whole, cluster=np.zeros(3, dtype=int), multiplicity=np.ones(3, dtype=int))


def test_wrong_use_is_refused():
    c = Comparisons.from_table([[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="ties must be one of 'half', 'drop', got 'split'"):
        bradley_terry(c, ties="split")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="virtual must not be negative"):
        bradley_terry(c, ties="half", virtual=-1)
    with pytest.raises(ValueError, match="compared with itself, got that in 1 rows"):
        Comparisons.from_scores([0, 1], [0, 0], [1, 1], 2)
    with pytest.raises(ValueError, match=r"second codes must lie in 0\.\.1"):
        Comparisons.from_scores([0], [2], [1], 2)
    with pytest.raises(ValueError, match="ties must be symmetric"):
        Comparisons.from_table([[0, 1], [1, 0]], [[0, 1], [0, 0]])
    with pytest.raises(ValueError, match="square table, got shape"):
        Comparisons.from_table([[0, 1]])
    with pytest.raises(ValueError, match="one or two variables, got 3"):
        bradley_terry(c, ties="drop", clusters=[np.zeros(1, dtype=int)] * 3)
    with pytest.raises(ValueError, match="must have 1 entries"):
        bradley_terry(c, ties="drop", clusters=[np.zeros(4, dtype=int)])


def test_components_are_numbered_by_size():
    wins = np.zeros((5, 5))
    wins[3, 4] = wins[4, 3] = wins[4, 2] = wins[2, 4] = wins[0, 1] = wins[1, 0] = 1
    found = connectivity(wins)
    assert found.group.tolist() == [1, 1, 0, 0, 0]
    assert found.n_groups == found.n_met_groups == 2
    assert connectivity(np.zeros((0, 0))).reason is None


# --- Davidson -------------------------------------------------------------------------------------------------------


def test_davidson_recovers_planted_strengths_and_tie_parameter():
    rng = np.random.default_rng(8)
    truth = np.array([0.9, 0.2, -0.3, -0.8])
    inside, nu = 0, 0
    for _ in range(60):
        fit = davidson(fitted(rng, truth, 500, nu=0.7))
        d, se = fit.strengths.against(3)
        inside += int((np.abs(d[:3] - (truth[:3] - truth[3])) <= 1.96 * se[:3]).sum())
        nu += fit.nu.low <= 0.7 <= fit.nu.high
    assert 160 <= inside <= 180
    assert nu >= 53
    win, tie = fit.probabilities()
    assert np.nansum(win + win.T + tie) == pytest.approx(12)


def test_davidson_says_when_there_is_no_maximum():
    no_ties = davidson(Comparisons.from_table([[0, 2], [1, 0]]))
    assert "there are no ties" in str(no_ties.nu.undefined)
    one_sided = davidson(Comparisons.from_table([[0, 5], [0, 0]], [[0, 3], [3, 0]]))
    assert "do not bound every strength" in str(one_sided.strengths.undefined)
    only_ties = davidson(Comparisons.from_table([[0, 0], [0, 0]], [[0, 3], [3, 0]]))
    assert only_ties.nu.undefined is not None
    apart = np.zeros((4, 4), dtype=int)
    apart[0, 1] = apart[1, 0] = apart[2, 3] = apart[3, 2] = 2
    assert "never compared" in str(davidson(Comparisons.from_table(apart, apart)).strengths.undefined)


def test_davidson_clustered_by_single_judgments_is_near_the_model_variance():
    c = fitted(np.random.default_rng(9), [0.5, 0.0, -0.5], 3000, nu=0.6)
    plain, robust = davidson(c), davidson(c, clusters=(np.arange(3000),))
    assert robust.strengths.variance_method == "clustered"
    assert np.diag(robust.strengths.covariance) == pytest.approx(np.diag(plain.strengths.covariance), rel=0.1)
    assert robust.nu.se == pytest.approx(plain.nu.se, rel=0.1)


# --- all differences at once ----------------------------------------------------------------------------------------


def test_simultaneous_intervals_hold_together_and_ranks_follow():
    rng = np.random.default_rng(10)
    truth = np.array([0.7, 0.7, 0.1, 0.0, -0.6])
    joint = single = ranks = 0
    for _ in range(150):
        fit = bradley_terry(fitted(rng, truth, 400), ties="drop")
        wide = simultaneous_differences(fit.log_strength, fit.covariance, group=fit.group, method="max-t", rng=rng)
        thin = simultaneous_differences(fit.log_strength, fit.covariance, group=fit.group, method="single")
        target = truth[:, None] - truth[None, :]
        off = ~np.eye(5, dtype=bool)
        joint += bool(((wide.low <= target) & (target <= wide.high))[off].all())
        single += bool(((thin.low <= target) & (target <= thin.high))[off].all())
        best, worst = (truth > truth[:, None]).sum(axis=1) + 1, 5 - (truth < truth[:, None]).sum(axis=1)
        ranks += bool(((wide.rank_low <= best) & (worst <= wide.rank_high)).all())
    assert joint >= 0.9 * 150
    assert ranks >= joint
    assert single < joint


def test_critical_values_of_five_equal_objects():
    """Studentised range of 5 with infinite df at .95 is 3.858; max-T = q / sqrt 2. Sidak is wider."""
    covariance = np.eye(5) - 0.2
    rng = np.random.default_rng(11)
    found = simultaneous_differences(np.zeros(5), covariance, group=np.zeros(5, dtype=int), method="max-t", rng=rng)
    exact = stats.studentized_range.ppf(0.95, 5, np.inf) / np.sqrt(2)
    assert found.critical == pytest.approx(exact, abs=0.03)
    sidak = simultaneous_differences(np.zeros(5), covariance, group=np.zeros(5, dtype=int), method="sidak")
    assert sidak.critical > exact
    assert found.n_differences == 10
    assert found.rank_low.tolist() == [1] * 5
    assert found.rank_high.tolist() == [5] * 5


def test_objects_that_share_no_scale_are_not_compared():
    group = np.array([0, 0, 1, 1])
    found = simultaneous_differences(np.array([3.0, 0.0, 1.0, np.nan]), np.eye(4) * 0.01, group=group, method="sidak")
    assert np.isnan(found.difference[0, 2])
    assert found.n_differences == 1
    assert found.rank_high.tolist()[:3] == [1, 2, 1]
    with pytest.raises(ValueError, match="need rng"):
        simultaneous_differences(np.zeros(3), np.eye(3), group=np.zeros(3, dtype=int), method="max-t")
    with pytest.raises(ValueError, match="method must be one of 'max-t', 'sidak', 'single'"):
        simultaneous_differences(np.zeros(3), np.eye(3), group=np.zeros(3, dtype=int), method="tukey")  # type: ignore[arg-type]


def test_quasi_variances_give_back_the_variances_of_differences():
    q = np.array([0.05, 0.2, 0.1, 0.07])
    found = quasi_variances(np.diag(q))
    assert found.variance == pytest.approx(q, abs=1e-8)
    fit = bradley_terry(fitted(np.random.default_rng(12), [1, 0.5, 0, -0.5, -1.0], 500), ties="drop")
    near = quasi_variances(fit.covariance)
    assert abs(near.largest_error) < 0.05
    assert near.converged
    with pytest.raises(ValueError, match="at least 3 objects, got 2"):
        quasi_variances(np.eye(2))
