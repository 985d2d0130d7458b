"""The contract's columns: their names, their types as staged, and the other names real tools give them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Kind = Literal["id", "label", "text", "status", "time", "when", "date", "number", "whole", "share", "truth", "json"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of the contract.

    Attributes
    ----------
    name : str
        The contract's name.
    kind : Kind
        How its values are read: `id` is text trimmed at both ends, `share` a number in [0, 1], `truth` yes or no,
        `when` a day or a time kept as ISO text.
    required : bool
        A row without it is rejected, a file without it is refused.
    aliases : tuple of str
        Names other tools use, the likelier first. Compared without case, blanks, dots, dashes and underscores.
    """

    name: str
    kind: Kind
    required: bool = False
    aliases: tuple[str, ...] = ()


def _column(name: str, kind: Kind, aliases: str = "", *, required: bool = False) -> Column:
    return Column(name=name, kind=kind, required=required, aliases=tuple(aliases.split()))


_PROJECT = _column("project", "id", "project_id project_name", required=True)
_ITEM = _column(
    "item_id",
    "id",
    "item task_id object_id document_id doc_id unit_id question_id instance_id example_id case_id pair_id sample_id "
    "record_id orig_id post_id task object document unit idx id",  # a name that says id before one that may name a kind
    required=True,
)
_TRAINER = _column(
    "trainer_id",
    "id",
    "trainer worker_id worker annotator_id annotator rater_id rater performer_id performer labeler_id labeler "
    "labeller_id labeller contributor_id contributor participant_id participant coder_id coder judge_id judge user_id "
    "user username",
    required=True,
)
_CRITERION = _column("criterion", "id", "criteria criterion_id criterion_name dimension aspect", required=True)
_LABEL = _column(
    "label",
    "label",
    "annotation answer value rating score choice vote preference judgment judgement verdict winner response",
    required=True,
)
_GOLD = "gold_label label_gold true_label ground_truth gold_answer"

# Names under which a label is kept, but under which other tools keep a text: taken only where the content is labels.
DOUBTFUL_LABELS = frozenset({"response", "answer", "value", "preference", "judgment", "judgement", "annotation"})

JUDGMENTS: tuple[Column, ...] = (
    _column("judgment_id", "id", "judgement_id annotation_id"),
    _PROJECT,
    _ITEM,
    _TRAINER,
    _CRITERION,
    _LABEL,
    _column("status", "status", "annotation_status state was_cancelled"),
    _column("round", "whole", "pass attempt"),
    _column(
        "judged_at",
        "time",
        "submitted_at submit_time completed_at annotated_at finished_at answer_timestamp timestamp tstamp updated_at "
        "created_at",
    ),
    _column("started_at", "time"),
    _column(
        "duration_s",
        "number",
        "duration duration_seconds seconds lead_time time_spent elapsed_s duration_ms answer_time_ms elapsed_ms "
        "time_ms",
    ),
    _column("confidence", "share", "certainty"),
    _column("rationale", "text", "reason reasoning explanation justification comment comments"),
    _column("guideline_version", "id", "guidelines_version guideline"),
    _column("session_id", "id", "session"),
    _column("position", "whole", "position_in_session order_in_session"),
    _column("shown_first", "id", "first_shown"),
    _column("batch", "id", "batch_id"),
    _column("gold", "label", _GOLD),
)

_ITEM_FIELDS: tuple[Column, ...] = (
    _column("prompt", "text", "instruction question input text"),
    _column("responses", "json"),
    _column("topic", "id"),
    _column("language", "id", "lang"),
    _column("domain", "id"),
    _column("guideline_section", "id", "guideline_part section"),
    _column("sensitive", "truth", "is_sensitive"),
)
_TRAINER_FIELDS: tuple[Column, ...] = (
    _column("display_name", "text", "name"),
    _column("team", "id"),
    _column("locale", "id", "country"),
    _column("expertise", "id"),
    _column("cohort", "id"),
    _column("started_on", "date", "start_date"),
    _column("kind", "id"),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "judgments": JUDGMENTS,
    "items": (_PROJECT, _ITEM, *_ITEM_FIELDS),
    "trainers": (_TRAINER, *_TRAINER_FIELDS),
    "criteria": (
        _PROJECT,
        _CRITERION,
        _column("level", "id", "level_of_measurement", required=True),
        _column("labels", "text"),
        _column("subjective", "truth"),
        _column("target", "number"),
        _column("cost", "json"),
    ),
    "gold": (
        _PROJECT,
        _ITEM,
        _CRITERION,
        _column("label", "label", "gold " + _GOLD, required=True),
        _column("since", "when"),
    ),
    "guidelines": (
        _PROJECT,
        _column("version", "id", "guideline_version", required=True),
        _column("effective_from", "when", "since from"),
        _column("note", "text", "notes"),
    ),
}
FOLDER_ORDER = ("criteria", "guidelines", "trainers", "items", "gold", "judgments")

# In a judgments file these are taken by their own name only: elsewhere the same words mean other things.
BESIDE_JUDGMENTS: tuple[Column, ...] = tuple(
    Column(name=c.name, kind=c.kind) for c in (*_ITEM_FIELDS, *_TRAINER_FIELDS) if c.name not in {"kind", "started_on"}
)
ITEM_FIELDS: dict[str, Column] = {c.name: c for c in _ITEM_FIELDS}
TRAINER_FIELDS: dict[str, Column] = {c.name: c for c in _TRAINER_FIELDS}

ATTRIBUTE = "attribute."
GROUP = "group."

_STORED: dict[str, pa.DataType] = {
    "whole": pa.int32(),
    "time": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
    "number": pa.float64(),
    "share": pa.float64(),
    "truth": pa.bool_(),
}


def _schema(table: str, *further: tuple[str, pa.DataType], without: tuple[str, ...] = ()) -> pa.Schema:
    fields = [(c.name, _STORED.get(c.kind, pa.string())) for c in TABLES[table] if c.name not in without]
    return pa.schema([*fields, *further])


# Columns of a staged table, in order and in their types.
SCHEMAS: dict[str, pa.Schema] = {
    "judgments": _schema(
        "judgments", ("source", pa.string()), ("source_row", pa.int64()), without=("started_at", "gold")
    ),
    "items": _schema("items", ("attributes", pa.string())),
    "trainers": _schema("trainers", ("groups", pa.string())),
    "criteria": _schema("criteria"),
    "gold": _schema("gold"),
    "guidelines": _schema("guidelines"),
}
REJECTED = pa.schema(
    [
        ("source_row", pa.int64()),
        ("column", pa.string()),
        ("reason", pa.string()),
        ("value", pa.string()),
        ("raw", pa.string()),
    ]
)

# Words other tools use for the four states of a judgment. A state not listed here is rejected, not guessed.
STATUSES: dict[str, str] = {
    **dict.fromkeys(("submitted", "submit", "complete", "completed", "done", "active", "validated"), "submitted"),
    **dict.fromkeys(("accept", "accepted", "approved"), "submitted"),
    **dict.fromkeys(("skipped", "skip", "ignore", "ignored", "cancelled", "canceled", "expired"), "skipped"),
    **dict.fromkeys(("discarded", "discard", "rejected", "reject", "invalid", "deleted"), "discarded"),
    **dict.fromkeys(("draft", "pending", "in_progress", "in progress", "saved", "unfinished"), "draft"),
}
CANCELLED: dict[str, str] = {"true": "skipped", "1": "skipped", "false": "submitted", "0": "submitted"}
TRUTHS: dict[str, bool] = {
    **dict.fromkeys(("true", "t", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0"), False),
}

MILLISECOND_NAMES = frozenset({"durationms", "answertimems", "elapsedms", "timems"})


def plain(name: str) -> str:
    """Return a column's name as it is compared: lower case, letters and digits alone.

    >>> plain("Worker ID"), plain("_unit_id"), plain("worker.id")
    ('workerid', 'unitid', 'workerid')
    """
    return re.sub(r"[\W_]+", "", name.casefold())


# Stems that make a column of a wide form: the number behind one says whose column it is.
_STEMS = "label|annotation|annotator|rater|worker|trainer|coder|judge|performer|labeler|labeller|rating|vote"
WIDE_NAME = re.compile(rf"(?i)^({_STEMS})s?[ _.\-]*(\d+)$")
