"""What trainers write: rationales and rewrites."""

from __future__ import annotations

import numpy as np

from analytics.demo.behaviour import BoolArray, FloatArray, IntArray, persistent_noise
from analytics.demo.content import phrases, topics
from analytics.demo.planted import OPINION_SHARE
from analytics.demo.programme import CRITERIA, Asked
from analytics.demo.setting import Setting

_CAREFUL_HANDS = 0.75


def rationales(rng: np.random.Generator, setting: Setting, labels: np.ndarray, skipped: BoolArray) -> np.ndarray:
    """Return a rationale or None for every judgment (J,).

    People differ in how often they write. A skipped judgment says why. The planted copier takes one of a few stock
    texts; the planted pair draws from one pool.
    """
    visits, team, plan, said = setting.visits, setting.team, setting.plan, phrases()
    trainer = visits.trainer[visits.row_visit]
    item = visits.item[visits.row_visit]
    habit = np.where(team.model, 0.9, rng.beta(3.0, 5.0, team.ids.size))
    busy = (plan.copies > 0) | plan.shares
    habit = np.where(busy, 0.7, habit)
    writes = (rng.random(trainer.size) < habit[trainer]) | skipped
    copied = rng.random(trainer.size) < plan.copies[trainer]
    shared = plan.shares[trainer] & (rng.random(trainer.size) < 0.6)
    dice = rng.integers(0, 2**31, size=(trainer.size, 4))
    found = np.full(trainer.size, None, dtype=object)
    for row in np.flatnonzero(writes).tolist():
        die = dice[row].tolist()
        if skipped[row]:
            found[row] = _pick(said["snippets"]["skip"], die[0])
        elif copied[row]:
            found[row] = _pick(said["snippets"]["own"], die[0])
        elif shared[row]:
            found[row] = _pick(said["snippets"]["shared"], die[0])
        else:
            asked = CRITERIA[visits.row_criterion[row]]
            subject, topic = setting.items.subject[item[row]], topics()[setting.items.topic[item[row]]].name
            found[row] = _reason(asked, str(labels[row]), str(subject), topic, die)
    return found


def _pick(choices: list[str], die: int) -> str:
    return choices[die % len(choices)]


def _reason(asked: Asked, label: str, subject: str, topic: str, die: list[int]) -> str:
    said = phrases()
    words = {"s": subject, "t": topic, "c": said["named"][asked.criterion], "l": _spoken(asked, label)}
    parts = [_pick(said["lead"]["any"], die[0]), _pick(said["reason"][_side(asked, label)], die[1])]
    text = " ".join(parts).format(**words)
    if die[2] % 5:
        text = f"{text}. {_pick(said['detail']['any'], die[3])}".format(**words)
    return text if text.endswith(".") else text + "."


def _side(asked: Asked, label: str) -> str:
    """Return which reasons fit a label: low, middle, high; A, B, tie; or any class by its name."""
    if asked.level in ("ordinal", "interval"):
        place = asked.labels.index(label) / (len(asked.labels) - 1)
        return "low" if place < 0.35 else "middle" if place < 0.65 else "high"
    if asked.level == "preference":
        if label in ("A", "B", "tie"):
            return label
        return "A" if label.startswith("-") else "tie" if label == "0" else "B"
    return "given"


def _spoken(asked: Asked, label: str) -> str:
    """Return a label as a person would write it."""
    if asked.level == "set":
        return ", ".join(label.split("|")).replace("_", " ") if label else "no flag"
    if asked.level == "ranking":
        return label.split(">", maxsplit=1)[0] + " first"
    if asked.level == "ratio":
        return f"{label} minutes"
    return "a light edit" if asked.level == "text" else label


def rewrites(rng: np.random.Generator, setting: Setting, rows: IntArray, origins: IntArray) -> np.ndarray:
    """Return rewrites (n,) of the first response: the flawed sentence is mended in one of a few ways, or nothing is.

    Parameters
    ----------
    rows : int array (n,)
        Judgments under the criterion `rewrite`.
    origins : int array (n,)
        Which of them each one repeats, -1 for first judgments.
    """
    visit = setting.visits.row_visit[rows]
    item = setting.visits.item[visit]
    taste = persistent_noise(rng, origins, OPINION_SHARE, 3)
    careless = setting.random[rows]
    return np.array(
        [
            _rewrite(setting.items.sentences[i], bool(setting.items.flawed[i]), own, bool(lazy))
            for i, own, lazy in zip(item.tolist(), taste, careless, strict=True)
        ],
        dtype=object,
    )


def _rewrite(sentences: list[str], flawed: bool, taste: FloatArray, lazy: bool) -> str:
    """Return one rewrite. Careless trainers leave the text as it is."""
    said = phrases()
    if lazy or not flawed:
        return " ".join(sentences)
    kept = [s for s in sentences if s not in said["flaw"]]
    if taste[0] > -_CAREFUL_HANDS:
        way = 0 if taste[0] < 0.6 else 1 if taste[0] < 1.4 else 2
        kept.insert(min(2, len(kept)), said["repairs"][way])
    if taste[1] > 0.4 and kept[-1] in said["endings"]:
        kept = kept[:-1]
    if taste[2] > 1.0 and len(kept) > 2:
        kept = kept[1:]
    return " ".join(kept)
