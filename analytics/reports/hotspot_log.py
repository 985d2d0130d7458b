"""One criterion's judgments and items as hotspots look at them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.core.scale import NUMERIC, Scale
from analytics.reports.counts import counted_labels
from analytics.stats.agreement.distances import nominal_distances
from analytics.stats.counts.judgment_codes import JudgmentCodes
from analytics.stats.counts.patterns import FloatArray, IntArray
from analytics.stats.hotspots.attributes import Attribute, named_attribute, number_attribute
from analytics.store.engine import Criterion, Session

MOST_JUDGMENTS = 3_000_000
"""Above this, items, causes, slices and themes rest on every second, third ... item."""
MOST_DESCRIBED = 200_000
"""Items whose further attributes and texts are looked at."""
MOST_LABELS = 24
"""Numbers with more distinct values are judged in this many steps, rarer sets of flags put together."""
OTHER_SETS = "(other sets)"
TEXT = 400
"""Characters of an item's text that themes and lists see."""
NO_LABELS = {
    "ranking": "Rankings have no labels to split: see Preferences.",
    "text": "Rewrites have no labels to split: see Agreement for how far the texts differ.",
}
SIDES = {"a": 0, "tie": 1, "b": 2}


@dataclass(frozen=True, kw_only=True, slots=True)
class HotspotLog:
    """J judgments of N units (item under one guideline version) by M trainers, K labels.

    Attributes
    ----------
    criterion : Criterion
        Code, scale and dictionary in the store.
    codes : JudgmentCodes
        Trainer j stands for `trainer_codes[j]`, item i for row i of `items`.
    scale : Scale
        The K labels as they are judged here.
    minutes : float array (N,)
        Mean minutes a judgment of the item took; nan without times.
    items : DataFrame (N,)
        item_id, version, topic, language, domain, guideline_section, sensitive, model, length, attributes, text.
    one_in : int
        Every how-manieth item was used.
    """

    criterion: Criterion
    codes: JudgmentCodes
    scale: Scale
    trainer_codes: IntArray
    minutes: FloatArray
    items: pd.DataFrame
    one_in: int

    @property
    def distance(self) -> FloatArray:
        """(K, K): 1 for any two labels that differ, so that disagreement is the share of pairs that differ."""
        return nominal_distances(self.codes.n_labels)

    def attributes(self) -> list[Attribute]:
        """Return what items can be sliced by; attributes with one value alone say nothing and are left out."""
        frame = self.items
        found = [
            named_attribute(name, frame[column].tolist())
            for name, column in (
                ("topic", "topic"),
                ("language", "language"),
                ("domain", "domain"),
                ("guideline_section", "guideline_section"),
                ("guideline_version", "version"),
                ("model", "model"),
            )
        ]
        marked = [
            None if s is None or s is pd.NA else "sensitive" if s else "not sensitive" for s in frame["sensitive"]
        ]
        found.append(named_attribute("sensitive", marked))
        found.append(number_attribute("length", frame["length"].to_numpy(dtype=np.float64)))
        return [a for a in [*found, *self._further()] if np.unique(a.codes[a.codes >= 0]).size > 1]

    def _further(self, most: int = 8) -> list[Attribute]:
        """Return attributes of the log's own, those with two to sixty values, at most `most`."""
        texts = self.items["attributes"].tolist()
        if len(texts) > MOST_DESCRIBED or not any(isinstance(t, str) for t in texts):
            return []
        known: dict[str, dict[str, Any]] = {}
        rows = []
        for text in texts:
            if isinstance(text, str) and text not in known:
                known[text] = _object(text)
            rows.append(known[text] if isinstance(text, str) else {})
        names = sorted({name for row in known.values() for name in row})
        found = []
        for name in names:
            values = [row.get(name) for row in rows]
            kinds = {str(v) for v in values if v not in (None, "") and not isinstance(v, (dict, list))}
            if 2 <= len(kinds) <= 60:
                plain = [None if isinstance(v, (dict, list)) else v for v in values]
                found.append(named_attribute(name, plain))
        return found[:most]


def hotspot_log(session: Session, criterion: Criterion, n_judgments: int) -> HotspotLog | None:
    """Return one criterion's judgments and items; None where it has no labels to split or nobody judged it."""
    if criterion.scale.level in NO_LABELS or not n_judgments:
        return None
    one_in = -(-n_judgments // MOST_JUDGMENTS)
    rows = session.arrays("hotspots_judgments", criterion_code=criterion.code, one_in=one_in)
    given = np.asarray(rows["label_code"], dtype=np.int64)
    code_of, scale = judged_labels(criterion, given)
    label = code_of[given]
    keep = label >= 0
    if not keep.any():
        return None
    units, item = np.unique(np.asarray(rows["unit"], dtype=np.int64)[keep], return_inverse=True)
    trainer_codes, trainer = np.unique(np.asarray(rows["trainer_code"], dtype=np.int64)[keep], return_inverse=True)
    codes = JudgmentCodes(
        item=item.reshape(-1),
        trainer=trainer.reshape(-1),
        label=label[keep],
        n_items=units.size,
        n_trainers=trainer_codes.size,
        n_labels=scale.n_labels,
    )
    shown = TEXT if units.size <= MOST_DESCRIBED else 0
    frame = session.frame("hotspots_items", criterion_code=criterion.code, one_in=one_in, characters=shown)
    frame = frame.set_index("unit").loc[units].reset_index(drop=True)
    frame = frame.astype(object).where(frame.notna(), None)
    seconds = np.ma.filled(np.ma.asarray(rows["duration_s"], dtype=np.float64), np.nan)[keep]
    timed = np.isfinite(seconds) & (seconds > 0)
    total = np.bincount(codes.item[timed], weights=seconds[timed], minlength=units.size)
    n_timed = np.bincount(codes.item[timed], minlength=units.size)
    minutes = np.divide(total, 60.0 * n_timed, out=np.full(units.size, np.nan), where=n_timed > 0)
    return HotspotLog(
        criterion=criterion,
        codes=codes,
        scale=scale,
        trainer_codes=trainer_codes,
        minutes=minutes,
        items=frame,
        one_in=one_in,
    )


def judged_labels(criterion: Criterion, given: IntArray) -> tuple[IntArray, Scale]:
    """Return the code of each entry of the dictionary (-1 outside the scale), and the scale of those codes.

    Preferences of any strength are read as A, tie or B; numbers with many values in steps of about equal share; of many
    sets of flags the rarer ones as one.
    """
    level, dictionary = criterion.scale.level, criterion.dictionary
    if level == "preference":
        code = np.array([_side(text) for text in dictionary], dtype=np.int64)
        return code, Scale(level="preference", labels=("A", "tie", "B"), subjective=criterion.scale.subjective)
    labels = counted_labels(criterion)
    place = {label: k for k, label in enumerate(labels)}
    code = np.array([place.get(text, -1) for text in dictionary], dtype=np.int64)
    own = Scale(level=level, labels=labels, subjective=criterion.scale.subjective)
    if len(labels) <= MOST_LABELS:
        return code, own
    if level in NUMERIC:
        return _stepped(code, own, given)
    if level == "set":
        return _gathered(code, own, given)
    return code, own


def _stepped(code: IntArray, scale: Scale, given: IntArray) -> tuple[IntArray, Scale]:
    values = np.asarray(scale.values, dtype=np.float64)
    used = values[code[given][code[given] >= 0]]
    if not used.size:
        return code, scale
    edges = np.unique(np.quantile(used, np.linspace(0, 1, 13)[1:-1]))
    kinds, step = np.unique(np.searchsorted(edges, values, side="right"), return_inverse=True)
    names = tuple(f"{values[step == k].min():g} to {values[step == k].max():g}" for k in range(kinds.size))
    stepped = np.where(code >= 0, step[np.maximum(code, 0)], -1)
    return stepped.astype(np.int64), Scale(level="ordinal", labels=names, subjective=scale.subjective)


def _gathered(code: IntArray, scale: Scale, given: IntArray) -> tuple[IntArray, Scale]:
    n = np.bincount(code[given][code[given] >= 0], minlength=scale.n_labels)
    kept = np.sort(np.argsort(-n, kind="stable")[: MOST_LABELS - 1])
    place = np.full(scale.n_labels, MOST_LABELS - 1, dtype=np.int64)
    place[kept] = np.arange(kept.size)
    names = (*(scale.labels[k] for k in kept), OTHER_SETS)
    gathered = np.where(code >= 0, place[np.maximum(code, 0)], -1)
    return gathered.astype(np.int64), Scale(level="nominal", labels=names, subjective=scale.subjective)


def _side(text: str) -> int:
    known = SIDES.get(text.lower())
    if known is not None:
        return known
    try:
        return int(np.sign(float(text))) + 1
    except ValueError:
        return -1


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def texts_of(items: pd.DataFrame) -> list[str | None]:
    """Return the items' texts, None where there is none."""
    return [t if isinstance(t, str) and t.strip() else None for t in items["text"]]


def weights_of(minutes: FloatArray) -> tuple[FloatArray, str]:
    """Return minutes a judgment for every item, and where they come from.

    Few judgments time an item badly (one was rushed, one left open), so an item's minutes are kept within half and
    twice the criterion's median.
    """
    known = np.isfinite(minutes)
    if not known.any():
        return np.ones(minutes.shape), "No times are logged, so every judgment counts as one minute."
    middle = float(np.median(minutes[known]))
    kept = np.clip(np.where(known, minutes, middle), middle / 2, middle * 2)
    return kept, "Minutes as logged, within half and twice the criterion's median."
