"""Sensitive content: agreement on its topics against their targets, exposure of people, and flags raised or missed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.core.filters import Filters
from analytics.core.numerals import plural
from analytics.core.results import Coefficient, Estimate
from analytics.core.scale import Level
from analytics.core.scope import Scope
from analytics.core.settings import Settings
from analytics.reports.agreement import criterion_agreement
from analytics.reports.counts import CriterionCounts, counted_labels, counts_by_slice
from analytics.reports.merged_counts import merged_counts
from analytics.stats.hotspots.exposure import exposure, flag_balance
from analytics.store import Engine
from analytics.store.engine import Criterion, Session

NOT_MARKED = "No item of this selection is marked as sensitive. Give items a column `sensitive`, and this page fills."


@dataclass(frozen=True, kw_only=True, slots=True)
class SensitiveTopic:
    """Agreement on the sensitive items of one criterion, all of them or one topic's, against their target.

    Attributes
    ----------
    topic : str
        "" for all sensitive items of the criterion together.
    agreement : Coefficient
        The criterion's headline.
    target : float
    target_from : str
        Where the target comes from, in words.
    met : "met", "missed" or "open"
        Met where the whole interval reaches the target, missed where none of it does.
    """

    project: str
    criterion: str
    subjective: bool
    topic: str
    agreement: Coefficient
    target: float
    target_from: str
    met: str
    n_items_paired: int
    n_judgments: int
    n_trainers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerExposure:
    """What one trainer met of sensitive items.

    Attributes
    ----------
    n_items, n_sensitive : int
        Different items a week, added up over weeks; those marked sensitive.
    hours : float
        Time on sensitive items, of judgments that have a time.
    n_untimed : int
        Sensitive items without a time: `hours` is then too low.
    worst_week_items, worst_week_hours : float
        Most in one week.
    weeks_over, n_weeks : int
        Weeks in which a limit was passed, and weeks with a judgment.
    last_week_items, last_week_hours : float
        In the last week of the selection.
    weekly : tuple of int
        Sensitive items week by week, oldest first, over the selection's last weeks.
    """

    trainer_id: str
    name: str
    team: str
    n_items: int
    n_sensitive: int
    share: float
    hours: float
    n_untimed: int
    worst_week_items: int
    worst_week_hours: float
    weeks_over: int
    n_weeks: int
    last_week_items: int
    last_week_hours: float
    weekly: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainerFlags:
    """How one trainer flags on sensitive items, against gold or else the majority of colleagues.

    Attributes
    ----------
    over, under : Estimate
        Share flagged without need, share missed, each with a Wilson interval at the level of the settings.
    over_stands_out, under_stands_out : bool
        True where the team's share lies outside an interval wide enough for all trainers of the criterion at once.
    n_gold : int
        Of the compared judgments, those against gold.
    """

    project: str
    criterion: str
    trainer_id: str
    name: str
    over: Estimate
    under: Estimate
    over_stands_out: bool
    under_stands_out: bool
    n_judgments: int
    n_gold: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamFlags:
    """The team on one criterion, and which labels count as raising the flag."""

    project: str
    criterion: str
    flag: str
    over: Estimate
    under: Estimate
    n_judgments: int
    n_gold: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SensitiveReport:
    """Everything the Sensitive content page shows but the groups; `undefined` where nothing is marked sensitive."""

    snapshot_id: str
    filters: Filters
    whole: tuple[SensitiveTopic, ...]
    topics: tuple[SensitiveTopic, ...]
    exposures: tuple[TrainerExposure, ...]
    weeks: tuple[date, ...]
    n_undated: int
    flags: tuple[TrainerFlags, ...]
    team_flags: tuple[TeamFlags, ...]
    not_compared: tuple[str, ...]
    limit_items: int
    limit_hours: float
    n_judgments: int
    n_items: int
    n_trainers: int
    sentence: str
    undefined: str | None


WEEKS_SHOWN = 12


def sensitive_report(engine: Engine, scope: Scope, filters: Filters) -> SensitiveReport:
    """Return agreement on sensitive topics against targets, exposure week by week, and over- and under-flagging."""
    settings = engine.settings
    with engine.session(scope, filters) as session:
        slices = counts_by_slice(session, "sensitive_counts")
        people = {int(c): (i, n, t or "") for c, i, n, t, _ in session.rows("trainer_names")}
        exposures, weeks, n_undated = _exposures(session, people, settings)
        by_code: dict[int, list[CriterionCounts]] = {}
        for one in slices:
            by_code.setdefault(one.criterion.code, []).append(one)
        flags, team, skipped = _flags(session, [by_code[c][0].criterion for c in by_code], people, settings)
        snapshot_id = session.snapshot.id
    whole, topics = [], []
    for parts in by_code.values():
        whole.append(_topic(merged_counts(parts), "", engine))
        topics += [
            _topic(p, p.slice, engine) for p in parts if p.slice and p.patterns.n_items_paired >= settings.minimum_items
        ]
    trainers = {int(t) for s in slices for t in s.trainer_codes}
    report = SensitiveReport(
        snapshot_id=snapshot_id,
        filters=filters,
        whole=tuple(sorted(whole, key=_missed_first)),
        topics=tuple(sorted(topics, key=_missed_first)),
        exposures=exposures,
        weeks=weeks,
        n_undated=n_undated,
        flags=flags,
        team_flags=team,
        not_compared=skipped,
        limit_items=settings.exposure_limit_items,
        limit_hours=settings.exposure_limit_hours,
        n_judgments=sum(s.patterns.n_judgments for s in slices),
        n_items=sum(s.patterns.n_items for s in slices),
        n_trainers=len(trainers),
        sentence="",
        undefined=None if slices else NOT_MARKED,
    )
    return dataclasses.replace(report, sentence=_sentence(report))


def _topic(counts: CriterionCounts, topic: str, engine: Engine) -> SensitiveTopic:
    found = criterion_agreement(counts, engine, names="headline")
    main = found.main
    target, source = _target(counts, topic, engine.settings)
    met = "open"
    if main.defined and main.low >= target:
        met = "met"
    elif main.defined and main.high < target:
        met = "missed"
    return SensitiveTopic(
        project=found.project,
        criterion=found.criterion,
        subjective=counts.scale.subjective,
        topic=topic,
        agreement=main,
        target=target,
        target_from=source,
        met=met,
        n_items_paired=found.n_items_paired,
        n_judgments=found.n_judgments,
        n_trainers=found.n_trainers,
    )


def _target(counts: CriterionCounts, topic: str, settings: Settings) -> tuple[float, str]:
    if topic in settings.sensitive_targets:
        return settings.sensitive_targets[topic], "set for this topic"
    if counts.scale.target is not None:
        return counts.scale.target, "the criterion's own"
    middle = sorted(settings.bands, key=lambda b: b.low)[min(1, len(settings.bands) - 1)]
    return middle.low, f"the band “{middle.name}”"


def _missed_first(one: SensitiveTopic) -> tuple[int, float, str, str]:
    order = {"missed": 0, "open": 1, "met": 2}
    distance = one.agreement.value - one.target if one.agreement.defined else 9.0
    return order[one.met], distance, one.criterion, one.topic


def _exposures(
    session: Session, people: dict[int, tuple[str, str, str]], settings: Settings
) -> tuple[tuple[TrainerExposure, ...], tuple[date, ...], int]:
    rows = session.frame("sensitive_exposure")
    n_undated = int(rows.loc[rows["week"].isna(), "n_sensitive"].sum())
    rows = rows[rows["week"].notna()]
    if not len(rows) or not rows["n_sensitive"].sum():
        return (), (), n_undated
    codes, who = np.unique(rows["trainer_code"].to_numpy(dtype=np.int64), return_inverse=True)
    who = who.reshape(-1)
    weeks = sorted({w.date() for w in rows["week"]})
    shown = weeks[-WEEKS_SHOWN:]
    met = exposure(
        who,
        rows["n_items"].to_numpy(dtype=np.int64),
        rows["n_sensitive"].to_numpy(dtype=np.int64),
        rows["minutes"].to_numpy(dtype=np.float64),
        rows["n_untimed"].to_numpy(dtype=np.int64),
        n_trainers=codes.size,
        limit_items=settings.exposure_limit_items,
        limit_minutes=60 * settings.exposure_limit_hours,
    )
    by_week = {
        (int(k), w.date()): (int(n), float(m))
        for k, w, n, m in zip(who, rows["week"], rows["n_sensitive"], rows["minutes"], strict=True)
    }
    made = []
    for k, code in enumerate(codes):
        if not met.n_severe[k]:
            continue
        identity, name, team = people.get(int(code), (f"trainer-{code}", f"trainer-{code}", ""))
        last = by_week.get((k, weeks[-1]), (0, 0.0))
        made.append(
            TrainerExposure(
                trainer_id=identity,
                name=name,
                team=team,
                n_items=int(met.n_judgments[k]),
                n_sensitive=int(met.n_severe[k]),
                share=float(met.share[k]),
                hours=float(met.minutes[k]) / 60,
                n_untimed=int(met.n_untimed[k]),
                worst_week_items=int(met.worst_week_severe[k]),
                worst_week_hours=float(met.worst_week_minutes[k]) / 60,
                weeks_over=int(met.weeks_over[k]),
                n_weeks=int((who == k).sum()),
                last_week_items=last[0],
                last_week_hours=last[1] / 60,
                weekly=tuple(by_week.get((k, w), (0, 0.0))[0] for w in shown),
            )
        )
    made.sort(key=lambda e: (-e.weeks_over, -e.worst_week_items, -e.worst_week_hours, e.trainer_id))
    return tuple(made), tuple(shown), n_undated


def flag_of(criterion: Criterion) -> tuple[tuple[str, ...], str]:
    """Return the labels that count as raising a flag, and that in words; () where the scale has no such labels.

    Sets: any flag at all. Labels without an order: all but the scale's first. Ordered scales say how much, not whether.
    """
    level: Level = criterion.scale.level
    labels = counted_labels(criterion)
    if level == "set":
        return tuple(label for label in labels if label), "any flag at all"
    if len(labels) < 2 or level != "nominal":
        return (), ""
    return labels[1:], f"anything but “{labels[0]}”"


def _flags(
    session: Session, criteria: Sequence[Criterion], people: dict[int, tuple[str, str, str]], settings: Settings
) -> tuple[tuple[TrainerFlags, ...], tuple[TeamFlags, ...], tuple[str, ...]]:
    """Return over- and under-flagging by trainer and for the team; subjective criteria are never compared this way."""
    rows: list[TrainerFlags] = []
    teams: list[TeamFlags] = []
    skipped: list[str] = []
    for criterion in criteria:
        labels, words = flag_of(criterion)
        if criterion.scale.subjective or not labels:
            skipped.append(criterion.criterion)
            continue
        found = session.frame(
            "sensitive_flags",
            criterion_code=criterion.code,
            counted=list(counted_labels(criterion)),
            flagged=list(labels),
        )
        if not len(found):
            continue
        codes, who = np.unique(found["trainer_code"].to_numpy(dtype=np.int64), return_inverse=True)
        tables = np.zeros((codes.size, 2, 2), dtype=np.int64)
        n = found["n"].to_numpy(dtype=np.int64)
        place = (who.reshape(-1), found["reference"].to_numpy(dtype=np.int64), found["given"].to_numpy(dtype=np.int64))
        np.add.at(tables, place, n)
        gold = np.bincount(who.reshape(-1), weights=n * found["by_gold"].to_numpy(dtype=np.int64), minlength=codes.size)
        team = flag_balance(tables.sum(axis=0), confidence=settings.confidence)
        together = 1 - settings.false_discovery / (2 * codes.size)
        teams.append(
            TeamFlags(
                project=criterion.project,
                criterion=criterion.criterion,
                flag=words,
                over=team.over,
                under=team.under,
                n_judgments=int(n.sum()),
                n_gold=int(gold.sum()),
            )
        )
        for k, code in enumerate(codes):
            own = flag_balance(tables[k], confidence=settings.confidence)
            wide = flag_balance(tables[k], confidence=together)
            identity, name, _ = people.get(int(code), (f"trainer-{code}", f"trainer-{code}", ""))
            rows.append(
                TrainerFlags(
                    project=criterion.project,
                    criterion=criterion.criterion,
                    trainer_id=identity,
                    name=name,
                    over=own.over,
                    under=own.under,
                    over_stands_out=wide.over.defined and wide.over.low > team.over.value,
                    under_stands_out=wide.under.defined and wide.under.low > team.under.value,
                    n_judgments=int(tables[k].sum()),
                    n_gold=int(gold[k]),
                )
            )
    rows.sort(key=lambda r: (not (r.over_stands_out or r.under_stands_out), -_worst(r), r.criterion, r.trainer_id))
    return tuple(rows), tuple(teams), tuple(skipped)


def _worst(row: TrainerFlags) -> float:
    """Return the larger lower end of the two shares; 0 where neither is defined."""
    return max((e.low for e in (row.over, row.under) if e.defined), default=0.0)


def _sentence(report: SensitiveReport) -> str:
    if report.undefined:
        return ""
    missed = [t for t in report.whole if t.met == "missed"]
    topics = [t for t in report.topics if t.met == "missed"]
    over = [e for e in report.exposures if e.weeks_over]
    words = []
    if missed:
        names = ", ".join(t.criterion for t in missed[:3]) + (" and others" if len(missed) > 3 else "")
        words.append(f"{names} {'misses its target' if len(missed) == 1 else 'miss their targets'} on sensitive items")
    elif topics:
        first = topics[0]
        words.append(
            f"{plural(len(topics), 'topic')} of {len(report.topics)} miss a target, "
            f"“{first.topic}” on {first.criterion} by most"
        )
    else:
        words.append("No criterion is shown to miss its target on sensitive items")
    if over:
        words.append(f"{len(over)} of {len(report.exposures)} people passed a weekly limit of exposure")
    else:
        words.append("nobody passed a weekly limit of exposure")
    return f"{words[0]}; {words[1]}."
