"""The decision rule: what may be said of a trainer, on what evidence, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.stats.counts.patterns import FloatArray
from analytics.stats.inference.multiple_testing import discoveries
from analytics.stats.trainers.evidence import Case


@dataclass(frozen=True, kw_only=True, slots=True)
class FlagKind:
    """One thing that may be said of a trainer.

    Attributes
    ----------
    key, title : str
        As in JSON and on a page.
    meaning : str
        What is claimed, no more.
    advice : str
        What to do about it.
    """

    key: str
    title: str
    meaning: str
    advice: str


FLAG_KINDS: dict[str, FlagKind] = {
    kind.key: kind
    for kind in (
        FlagKind(
            key="careless",
            title="Careless",
            meaning="Many answers look unrelated to the item, early and late, beyond what severity explains.",
            advice="Look at the examples together and ask about working conditions; then a short gold set.",
        ),
        FlagKind(
            key="harsh",
            title="Harsh",
            meaning="Gives lower values than others on the same items, on low and on high items alike.",
            advice="Calibrate on five anchor items with a lead; judgments so far can be corrected by the shift.",
        ),
        FlagKind(
            key="lenient",
            title="Lenient",
            meaning="Gives higher values than others on the same items, on low and on high items alike.",
            advice="Calibrate on five anchor items with a lead; judgments so far can be corrected by the shift.",
        ),
        FlagKind(
            key="drifting",
            title="Drifting",
            meaning="Was in line with the team and no longer is.",
            advice="Ask what changed at that date (guideline, tool, workload); review judgments made since.",
        ),
        FlagKind(
            key="position_bias",
            title="Position bias",
            meaning="The answer in one place wins more often than the answers explain.",
            advice="Show pairs in both orders for a week and point out the habit; drop no judgments by hand.",
        ),
        FlagKind(
            key="pace",
            title="Pace",
            meaning="Works much faster than others on the same items, and the fast answers are worse.",
            advice="Agree on a minimum reading time; check whether the queue pays for speed.",
        ),
        FlagKind(
            key="inconsistent",
            title="Inconsistent",
            meaning="Contradicts their own earlier answers more than others do, and agrees less with others.",
            advice="Go through the repeated items together; unclear rules show up here first.",
        ),
    )
}


_SAME_QUESTION = {"harsh": "severity", "lenient": "severity"}
"""Kinds that are two sides of one hypothesis."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FlagEvidence:
    """One piece of evidence behind a flag: source, sentence, p-value, judgments."""

    source: str
    sentence: str
    p_value: float
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """A flag on one trainer.

    Attributes
    ----------
    trainer : int
        Index 0..M-1.
    kind, criterion : str
        What is said, of which criterion.
    p_value, q_value : float
        Of the case; the q-value is the false-discovery rate at which it would just be flagged.
    evidence : tuple of FlagEvidence
        At least two sources, strongest first.
    since : int
        The trainer's judgment (0-based, in time) from which it holds; -1 = from the beginning.
    meaning, advice : str
        Words for the page.
    """

    trainer: int
    kind: str
    criterion: str
    p_value: float
    q_value: float
    evidence: tuple[FlagEvidence, ...]
    since: int
    meaning: str
    advice: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Flags:
    """Flags over a team.

    Attributes
    ----------
    flags : tuple of Flag
        Strongest first.
    on_one_word : tuple of (trainer, kind, criterion)
        Cases whose p-value alone would do, but on one kind of evidence, or not throughout: not flags. A reason to
        gather a second kind, not to act.
    false_discovery : float
        Share of false flags kept, on average over reports.
    corroboration : float
        What each of two sources must reach by itself.
    n_tested : int
        Trainer x kind x criterion cases examined.
    """

    flags: tuple[Flag, ...]
    on_one_word: tuple[tuple[int, str, str], ...]
    false_discovery: float
    corroboration: float
    n_tested: int


def decide(
    cases: Sequence[Case], *, false_discovery: float = 0.05, corroboration: float = 0.05, each_part: float = 0.02
) -> Flags:
    """Return the flags that stand.

    A case enters with its p-value if two kinds of evidence, at most one of them a model, each reach `corroboration` by
    themselves and every part of `throughout` reaches `each_part`; else with 1. That only ever raises a p-value.

    Then two steps. (1) *Does this trainer need this kind of help at all?* The cases of one kind and family (harsh and
    lenient are one kind) give one p-value per trainer, Simes' with weights; Benjamini-Hochberg over trainers, kinds and
    families keeps the share of trainers wrongly named at `false_discovery`. (2) *On which criterion?* Within each kind
    named of a trainer, weighted Benjamini-Hochberg at `false_discovery` times the share of kinds named. The many
    criteria of a project so cost a trainer's case no power, and no criterion is named by the way.

    Parameters
    ----------
    cases : sequence of Case
        All with the same M trainers.
    false_discovery, corroboration, each_part : float
        In (0, 1).

    Notes
    -----
    One report, one look: who looks every day and acts on the first flag has a higher rate. The alarms in `anytime` are
    made for that. A flag is a reason for a conversation.

    References
    ----------
    Benjamini and Hochberg (1995), JRSSB 57:289-300, doi:10.1111/j.2517-6161.1995.tb02031.x.
    Benjamini and Hochberg (1997), Scandinavian Journal of Statistics 24:407-418, doi:10.1111/1467-9469.00072.
    Benjamini and Bogomolov (2014), JRSSB 76:297-318, doi:10.1111/rssb.12028.
    """
    if not (0.0 < corroboration < 1.0 and 0.0 < each_part < 1.0):
        raise ValueError(f"corroboration and each_part must lie between 0 and 1, got {corroboration} and {each_part}.")
    unknown = sorted({case.kind for case in cases} - set(FLAG_KINDS))
    if unknown:
        raise ValueError(f"kind must be one of {', '.join(map(repr, FLAG_KINDS))}, got {unknown[0]!r}.")
    if not cases:
        return Flags(flags=(), on_one_word=(), false_discovery=false_discovery, corroboration=corroboration, n_tested=0)
    if len({case.p_value.shape for case in cases}) > 1:
        raise ValueError("all cases must have the same trainers.")
    plain = np.stack([case.p_value for case in cases])
    backed = np.stack([_backed(case, corroboration, each_part) for case in cases])
    q = in_two_steps(np.where(np.isnan(plain), np.nan, np.where(backed, plain, 1.0)), cases, false_discovery)
    flagged = q <= false_discovery
    alone = (in_two_steps(plain, cases, false_discovery) <= false_discovery) & ~backed
    flags = [_flag(cases[c], int(j), float(q[c, j]), corroboration) for c, j in zip(*np.nonzero(flagged), strict=True)]
    return Flags(
        flags=tuple(sorted(flags, key=lambda flag: (flag.p_value, flag.trainer))),
        on_one_word=tuple((int(j), cases[c].kind, cases[c].criterion) for c, j in zip(*np.nonzero(alone), strict=True)),
        false_discovery=false_discovery,
        corroboration=corroboration,
        n_tested=int(np.isfinite(plain).sum()),
    )


def in_two_steps(p: FloatArray, cases: Sequence[Case], level: float) -> FloatArray:
    """Return (C, M): the smallest false-discovery level at which each case of p-value `p` would be flagged.

    Parameters
    ----------
    p : float array (C, M)
        p-values, nan where not tested.
    cases : sequence of Case
        C cases, for their kind, family and weight.
    level : float
        In (0, 1).
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for c, case in enumerate(cases):
        groups.setdefault((case.family, _SAME_QUESTION.get(case.kind, case.kind)), []).append(c)
    within = np.full(p.shape, np.nan)
    for rows in groups.values():
        within[rows] = _weighted_adjustment(p[rows], np.array([cases[c].weight for c in rows]))
    heads = np.stack([_smallest(within[rows]) for rows in groups.values()])
    found = discoveries(heads.ravel(), level=level)
    ordered = np.sort(heads[np.isfinite(heads)])
    scale = found.n_tested / np.arange(1, ordered.size + 1)
    q = np.full(p.shape, np.nan)
    for c, j in zip(*np.nonzero(np.isfinite(within)), strict=True):
        q[c, j] = min(1.0, float((np.maximum(within[c, j], ordered) * scale).min()))
    return q


def _smallest(p: FloatArray) -> FloatArray:
    """(M,): smallest of each column; nan where none is known."""
    least = np.where(np.isnan(p), np.inf, p).min(axis=0)
    return np.where(np.isinf(least), np.nan, least)


def _weighted_adjustment(p: FloatArray, weight: FloatArray) -> FloatArray:
    """(C, M): per column, the smallest level at which weighted Benjamini-Hochberg rejects; its minimum: Simes."""
    known = np.isfinite(p)
    shares = np.where(known, weight[:, None], 0.0)
    order = np.argsort(np.where(known, p, np.inf), axis=0, kind="stable")
    ordered = np.take_along_axis(np.where(known, p, np.inf), order, axis=0)
    spent = np.cumsum(np.take_along_axis(shares, order, axis=0), axis=0)
    tested = np.isfinite(ordered)
    stepped = np.where(tested, np.where(tested, ordered, 1.0) * spent[-1] / np.where(tested, spent, 1.0), np.inf)
    adjusted = np.minimum.accumulate(stepped[::-1], axis=0)[::-1]
    out = np.empty(p.shape)
    np.put_along_axis(out, order, np.minimum(adjusted, 1.0), axis=0)
    return np.where(known, out, np.nan)


def _backed(case: Case, level: float, each_part: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(M,): two sources, at most one of them a model, each at `level`; and every part at `each_part`."""
    sources: dict[str, FloatArray] = {}
    for piece in case.evidence:
        p = np.where(np.isnan(piece.p_value), 1.0, piece.p_value)
        sources[piece.source] = np.minimum(sources.get(piece.source, p), p)
    speaking = np.zeros(case.p_value.shape, dtype=np.int64)
    for p in sources.values():
        speaking += p <= level
    ok = speaking >= 2
    for part in case.throughout:
        ok &= np.isnan(part) | (part <= each_part)
    return np.asarray(ok)


def _flag(case: Case, j: int, q_value: float, level: float) -> Flag:
    pieces = [
        FlagEvidence(source=e.source, sentence=e.sentence(j), p_value=float(e.p_value[j]), n=int(e.n[j]))
        for e in case.evidence
        if e.p_value[j] <= level
    ]
    kind = FLAG_KINDS[case.kind]
    return Flag(
        trainer=j, kind=case.kind, criterion=case.criterion, p_value=float(case.p_value[j]), q_value=q_value,
        evidence=tuple(sorted(pieces, key=lambda piece: piece.p_value)),
        since=-1 if case.since is None else int(case.since[j]), meaning=kind.meaning, advice=kind.advice,
    )  # fmt: skip
