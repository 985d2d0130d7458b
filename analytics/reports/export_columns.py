"""The columns of an export: their types, what they are, how each was made, and when not to trust it."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

LABEL = pa.struct(
    [
        ("label", pa.string()), ("n", pa.int64()), ("share", pa.float64()), ("low", pa.float64()),
        ("high", pa.float64()), ("consensus", pa.float64()),
    ]
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: its type, its meaning and making in words, and a caution."""

    name: str
    kind: pa.DataType
    made: str
    caution: str = ""
    text: bool = False


COLUMNS: tuple[Column, ...] = (
    Column(name="project", kind=pa.string(), made="As in the log."),
    Column(name="criterion", kind=pa.string(), made="As in the log."),
    Column(
        name="flag", kind=pa.string(),
        made="Sets of flags only: the flag that the row is about; its labels are absent and present. Each flag is made "
        "on its own, as a yes-or-no criterion.",
        caution="How flags go together is not in the file.",
    ),
    Column(name="item_id", kind=pa.string(), made="As in the log."),
    Column(
        name="guideline_version", kind=pa.string(),
        made="The version of the guideline the item was judged under; the same item under two versions is two rows.",
    ),
    Column(name="level", kind=pa.string(), made="Level of measurement of the criterion."),
    Column(name="topic", kind=pa.string(), made="As in the log."),
    Column(name="language", kind=pa.string(), made="As in the log."),
    Column(name="sensitive", kind=pa.bool_(), made="As in the log; null where the log does not say."),
    Column(
        name="n_judgments", kind=pa.int64(),
        made="Judgments counted: submitted, first of a trainer on the item, made by people, label on the scale.",
    ),
    Column(
        name="labels", kind=pa.list_(LABEL),
        made="Every label of the scale in its order, with n (judgments), share (posterior mean of the share of "
        "trainers who would give it), low and high (its posterior interval), and consensus (probability that it is the "
        "item's one right label). For preferences: A, tie, B; strengths are put together by side.",
        caution="With few judgments the shares lean on how contested the criterion's items are as a whole.",
    ),
    Column(
        name="majority", kind=pa.string(), made="The label with most judgments; null where two share the most.",
        caution="Every trainer counts the same, however reliable.",
    ),
    Column(
        name="consensus", kind=pa.string(),
        made="The most probable label under a model that weighs trainers by reliability (see the criterion's model); "
        "null where two are equally probable.",
        caution="Assumes one right label an item; on a matter of taste minorities become errors: use the shares.",
    ),
    Column(
        name="confidence", kind=pa.float64(),
        made="Probability of the most probable label under the same model.",
        caution="Right on average only as far as the model is; correlated mistakes of trainers make it too sure.",
    ),
    Column(
        name="agreement", kind=pa.float64(),
        made="Share of pairs of the item's judgments that are alike; null below two judgments.",
    ),
    Column(
        name="median_seconds", kind=pa.float64(),
        made="Median time of the item's judgments in seconds, as in the log; null where the log has no times.",
        caution="Where the log has only the ends of a page, the page's time is shared out equally over its judgments.",
    ),
    Column(name="share_a", kind=pa.float64(), made="Preferences only: share of A, as in labels."),
    Column(name="share_tie", kind=pa.float64(), made="Preferences only: share of ties, as in labels."),
    Column(name="share_b", kind=pa.float64(), made="Preferences only: share of B, as in labels."),
    Column(name="share_b_low", kind=pa.float64(), made="Preferences only: lower end of the interval of share_b."),
    Column(name="share_b_high", kind=pa.float64(), made="Preferences only: upper end of the interval of share_b."),
    Column(
        name="p_b_preferred", kind=pa.float64(),
        made="Preferences only: posterior probability that more trainers prefer B than A.",
    ),
    Column(
        name="mean_score", kind=pa.float64(),
        made="Graded preferences only: mean strength, negative for A, positive for B.",
    ),
    Column(name="model_a", kind=pa.string(), made="Preferences only: the model that wrote A."),
    Column(name="model_b", kind=pa.string(), made="Preferences only: the model that wrote B."),
    Column(name="prompt", kind=pa.string(), made="As in the log.", text=True),
    Column(name="response_a", kind=pa.string(), made="Text of answer A (or of the item's first response).", text=True),
    Column(name="response_b", kind=pa.string(), made="Text of answer B.", text=True),
    Column(
        name="responses", kind=pa.string(), made="All responses as JSON, where there are not just two.", text=True
    ),
    Column(
        name="chosen", kind=pa.string(), made="Text of the consensus answer; null for ties and undecided.", text=True
    ),
    Column(name="rejected", kind=pa.string(), made="Text of the other answer.", text=True),
)  # fmt: skip


def schema(*, with_text: bool) -> pa.Schema:
    """Return the Arrow schema of an export, with or without the texts."""
    return pa.schema([(c.name, c.kind) for c in COLUMNS if with_text or not c.text])
