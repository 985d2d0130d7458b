"""Judgment logs with planted hotspots: slices of excess disagreement, and items that differ for a known cause."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.hotspots.attributes import Attribute

WIDTHS = (10, 4, 8, 3, 5, 4, 2)
CAUSES = ("trainer error", "ambiguous item", "guideline gap", "group divide")


def item_attributes(rng, n, widths=WIDTHS):
    """Return (N, F) values of independent attributes with uneven shares, as (table, attributes)."""
    table = np.column_stack([rng.choice(w, n, p=rng.dirichlet(np.full(w, 5.0))) for w in widths])
    return table, [
        Attribute(name=f"a{f}", codes=table[:, f], values=tuple(f"v{v}" for v in range(w)))
        for f, w in enumerate(widths)
    ]


def planted_slices(rng, table, *, n_planted, size, excess, widths=WIDTHS):
    """Return up to `n_planted` disjoint slices of one to three conditions: (conditions, members, excess)."""
    n, planted = len(table), []
    used = np.zeros(n, dtype=bool)
    for _ in range(20_000):
        if len(planted) == n_planted:
            break
        chosen = np.sort(rng.choice(len(widths), rng.integers(1, 4), replace=False))
        values = [int(rng.integers(widths[f])) for f in chosen]
        inside = (table[:, chosen] == values).all(axis=1)
        if size[0] <= inside.sum() <= size[1] and not (inside & used).any():
            planted.append((tuple(zip(chosen.tolist(), values, strict=True)), inside, rng.uniform(*excess)))
            used |= inside
    return planted


def slice_log(
    rng, *, n=3000, judgments=(3, 7), trainers=40, k=3, n_planted=4, size=(60, 200), excess=(0.2, 0.4),
    base=0.2, trainer_spread=0.5, widths=WIDTHS,
):  # fmt: skip
    """Simulate a log whose items disagree at rate `base`, planted slices at base + excess.

    An item has a main label and one other; the chance of the other is such that two judgments differ with the item's
    own rate, which is beta-distributed around that of its part of the data. Trainers add errors of their own.
    """
    table, attributes = item_attributes(rng, n, widths)
    planted = planted_slices(rng, table, n_planted=n_planted, size=size, excess=excess, widths=widths)
    rate = np.full(n, base)
    for _, inside, extra in planted:
        rate[inside] = base + extra
    mean = np.minimum(rate / 0.5, 0.98)
    disagreement = rng.beta(2 * mean, 2 * (1 - mean)) * 0.5
    main = rng.integers(k, size=n)
    other = (main + rng.integers(1, k, size=n)) % k
    minority = (1 - np.sqrt(1 - 2 * disagreement)) / 2
    item, trainer = assignment(rng, n, judgments, trainers)
    label = np.where(rng.random(item.size) < minority[item], other[item], main[item])
    wrong = rng.random(item.size) < 0.02 * np.exp(rng.normal(0, trainer_spread, trainers))[trainer]
    label = np.where(wrong, rng.integers(k, size=item.size), label)
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=n, n_trainers=trainers, n_labels=k)
    return codes, attributes, planted, table


def careless_team_log(rng, *, n=3000, trainers=40, careless=6, m=4, k=3, share=0.8, widths=WIDTHS):
    """Simulate a log without any planted slice, in which careless trainers meet mostly items with a0 = v0 or v1."""
    table, attributes = item_attributes(rng, n, widths)
    chance = np.ones((n, trainers))
    chance[np.ix_(table[:, 0] > 1, np.arange(careless))] *= (1 - share) / share
    keys = rng.exponential(size=(n, trainers)) / chance  # weighted sampling without replacement
    trainer = np.argsort(keys, axis=1)[:, :m].ravel()
    item = np.repeat(np.arange(n), m)
    truth = rng.integers(k, size=n)
    error = np.where(np.arange(trainers) < careless, 0.45, 0.08)
    label = np.where(rng.random(item.size) < error[trainer], rng.integers(k, size=item.size), truth[item])
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=n, n_trainers=trainers, n_labels=k)
    return codes, attributes


def assignment(rng, n, judgments, trainers):
    """Return item and trainer (J,) codes: each item goes to a uniform number of distinct trainers."""
    sizes = rng.integers(judgments[0], judgments[1] + 1, n)
    order = np.argsort(rng.random((n, trainers)), axis=1)
    kept = np.arange(trainers)[None, :] < sizes[:, None]
    return np.repeat(np.arange(n), sizes), order[kept]


def overlap_scores(listed, planted, table):
    """Return planted slices found, planted, listed slices that are false, listed.

    A planted slice is found where a listed one shares half of their joint items (Jaccard >= .5); a listed slice is
    false where it does so with no planted one.
    """
    members = []
    for one in listed:
        inside = np.ones(len(table), dtype=bool)
        for name, value in one.conditions:
            inside &= table[:, int(name[1:])] == int(value[1:])
        members.append(inside)
    shared = np.zeros((len(members), len(planted)))
    for i, a in enumerate(members):
        for j, (_, b, _) in enumerate(planted):
            shared[i, j] = (a & b).sum() / (a | b).sum()
    found = int((shared.max(axis=0, initial=0) >= 0.5).sum()) if planted else 0
    false = int((shared.max(axis=1, initial=0) < 0.5).sum()) if members else 0
    return found, len(planted), false, len(members)


@dataclass(frozen=True, kw_only=True)
class CauseLog:
    """A log with a planted cause for every item, and what an oracle may know."""

    codes: JudgmentCodes
    context: np.ndarray  # (N,) section of the guideline
    sensitive: np.ndarray  # (N,) 1 where the topic is sensitive
    group: np.ndarray  # (M,) group of each trainer
    cause: np.ndarray  # (N,) index into CAUSES
    oracle: np.ndarray  # (N, 4) posterior of an oracle that knows every parameter of the simulation


def cause_log(
    rng, *, n=2500, k=3, trainers=40, judgments=(3, 9), sections=12, n_gaps=3, gap_rate=0.5, ambiguous=0.10,
    divide_rate=0.3, sensitive_share=0.15, careless=0.15, lean=(0.3, 0.7), three_way=0.0, scatter=None,
    oracle_draws=300,
):  # fmt: skip
    """Simulate judgments whose disagreement comes from careless trainers, unclear items, unclear rules or groups.

    A clear item has one label, given through each trainer's confusion matrix. An ambiguous item is read as one of two
    labels (or three) with a share of its own. In a section with a gap, items whose label is one of the gap's two are
    read as either. On divided items one group reads one label, the others another. Every reading then passes through
    the trainer's confusion matrix. With `scatter`, labels are steps of a scale: trainers miss by about so many steps,
    each with a lean of their own, and `three_way` items are read as anything on a range of three steps or more.
    """
    confusion = (
        _confusions(rng, trainers, k, careless) if scatter is None else _scattering(rng, trainers, k, careless, scatter)
    )
    three_way = (three_way, scatter is not None)
    group = (rng.random(trainers) < 0.4).astype(int)
    context = rng.integers(sections, size=n)
    sensitive = (rng.random(n) < sensitive_share).astype(int)
    prior = rng.dirichlet(np.full(k, 8.0))
    gaps = {int(s): np.sort(rng.choice(k, 2, replace=False)) for s in rng.choice(sections, n_gaps, replace=False)}
    truth = rng.choice(k, n, p=prior)
    item, trainer = assignment(rng, n, judgments, trainers)
    chances = _cause_chances(context, sensitive, prior, gaps, gap_rate, ambiguous, divide_rate)
    cause = (rng.random(n)[:, None] > np.cumsum(chances, axis=1)).sum(axis=1)
    reading = np.zeros((n, k))
    reading[np.arange(n), truth] = 1.0
    for i in np.flatnonzero(cause == 1):
        reading[i] = _ambiguous_reading(rng, k, lean, three_way)
    for i in np.flatnonzero(cause == 2):
        w = rng.uniform(*lean)
        reading[i] = 0.0
        reading[i, gaps[int(context[i])]] = (w, 1 - w)
    read = _drawn(rng, reading[item])
    divided = np.flatnonzero(cause == 3)
    sides = np.array([rng.choice(k, 2, replace=False) for _ in range(n)])
    on_divided = np.isin(item, divided)
    read = np.where(on_divided, sides[item, group[trainer]], read)
    label = _drawn(rng, confusion[trainer, read])
    codes = JudgmentCodes(item=item, trainer=trainer, label=label, n_items=n, n_trainers=trainers, n_labels=k)
    likelihood = _likelihoods(rng, codes, confusion, group, prior, context, gaps, lean, three_way, oracle_draws)
    posterior = likelihood * chances
    posterior /= posterior.sum(axis=1, keepdims=True)
    return CauseLog(codes=codes, context=context, sensitive=sensitive, group=group, cause=cause, oracle=posterior)


def _confusions(rng, trainers, k, careless):
    skill = np.where(rng.random(trainers) < careless, rng.uniform(0.5, 0.75, trainers), rng.beta(40, 3, trainers))
    confusion = np.empty((trainers, k, k))
    for j in range(trainers):
        for t in range(k):
            row = np.zeros(k)
            row[np.arange(k) != t] = rng.dirichlet(np.full(k - 1, 2.0)) * (1 - skill[j])
            row[t] = skill[j]
            confusion[j, t] = row
    return confusion


def _scattering(rng, trainers, k, careless, scatter):
    steps = np.arange(k)
    confusion = np.empty((trainers, k, k))
    for j in range(trainers):
        lean, width = rng.normal(0, 0.3), scatter * np.exp(rng.normal(0, 0.2))
        rows = np.exp(-0.5 * ((steps[None, :] - steps[:, None] - lean) / width) ** 2)
        confusion[j] = rows / rows.sum(axis=1, keepdims=True)
        if rng.random() < careless:
            confusion[j] = 0.6 * confusion[j] + 0.4 / k
    return confusion


def _cause_chances(context, sensitive, prior, gaps, gap_rate, ambiguous, divide_rate):
    """Return (N, 4) P(cause | section, sensitive); the truth of an item is not known to the oracle."""
    gap = np.zeros(len(context))
    for s, pair in gaps.items():
        gap[context == s] = gap_rate * prior[pair].sum()
    divide = np.where(sensitive == 1, divide_rate, 0.0)
    unclear = np.full(len(context), ambiguous)
    total = gap + divide + unclear
    scale = np.where(total > 0.9, 0.9 / np.maximum(total, 0.9), 1.0)
    return np.column_stack([1 - scale * total, scale * unclear, scale * gap, scale * divide])


def _ambiguous_reading(rng, k, lean, three_way):
    reading = np.zeros(k)
    share, on_range = three_way
    if k > 3 and on_range and rng.random() < share:
        width = rng.integers(3, k + 1)
        start = rng.integers(k - width + 1)
        reading[start : start + width] = rng.dirichlet(np.full(width, 4.0))
        return reading
    if k > 2 and not on_range and rng.random() < share:
        reading[rng.choice(k, 3, replace=False)] = rng.dirichlet(np.full(3, 4.0))
        return reading
    w = rng.uniform(*lean)
    reading[rng.choice(k, 2, replace=False)] = (w, 1 - w)
    return reading


def _drawn(rng, rows):
    return (rng.random(len(rows))[:, None] > np.cumsum(rows, axis=1)[:, :-1]).sum(axis=1)


def _likelihoods(rng, codes, confusion, group, prior, context, gaps, lean, three_way, n_draws):
    """Return (N, 4) the likelihood of each item's judgments under each cause, integrals by simulation."""
    n, k = codes.n_items, codes.n_labels
    given = confusion[codes.trainer, :, codes.label]  # (J, K): P(label given | reading)

    def product(values):
        return np.exp(np.bincount(codes.item, weights=np.log(values), minlength=n))

    clear = sum(prior[t] * product(given[:, t]) for t in range(k))
    unclear = np.mean([product(given @ _ambiguous_reading(rng, k, lean, three_way)) for _ in range(n_draws)], axis=0)
    gap = np.zeros(n)
    for s, (c, d) in gaps.items():
        here = context == s
        gap[here] = np.mean(
            [product(w * given[:, c] + (1 - w) * given[:, d])[here] for w in np.linspace(*lean, 41)], axis=0
        )
    first = group[codes.trainer] == 0
    pairs = [(c, d) for c in range(k) for d in range(k) if c != d]
    divide = np.mean([product(np.where(first, given[:, c], given[:, d])) for c, d in pairs], axis=0)
    return np.column_stack([clear, unclear, gap, divide])
