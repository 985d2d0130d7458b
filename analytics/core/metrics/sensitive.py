"""Guideline gaps and sensitive content, explained: what the chapter on hotspots does not already hold."""

from __future__ import annotations

from analytics.core.metrics.metric import Metric

METRICS: tuple[Metric, ...] = (
    Metric(
        name="boundary_alpha",
        title="Told apart",
        subject="hotspots",
        plain=(
            "How reliably trainers tell one side of a boundary from the other: agreement among those judgments that "
            "are on either side of it, beyond chance. 1 is always the same side, 0 is luck."
        ),
        formula=r"1 - \frac{D_o}{D_e} \text{ of the counts on either side alone}",
        example=(
            "Six items with two judgments that all say satire or harmful: two with satire twice, two with harmful "
            "twice, two with one of each. 1 - (4/12) / (2 · 6 · 6 / (12 · 11)) = 0.389."
        ),
        example_value=1 - (4 / 12) / (72 / 132),
        example_input=([[2, 0], [0, 2], [1, 1]], [2, 2, 2]),
        distrust="Where one side is rare: few items then decide it. Read the number of items split beside it.",
        source="Krippendorff 2004, Content Analysis, ch. 11, on the two sides of the boundary.",
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="gap_cost",
        title="Cost so far",
        subject="hotspots",
        plain=(
            "What was paid for judgments on items that split over the boundary in this section: paid for, and no "
            "answer to show. The price of a judgment stands in the settings (cost_per_judgment, currency)."
        ),
        formula=r"c \sum_{i\ \text{split}} m_i",
        example="54 items with 141 judgments at 0.75: 105.75.",
        example_value=105.75,
        example_input=(141, 0.75),
        distrust="A split is not always avoidable: some items are open, however clear the rule. It is an upper bound.",
        source="A sum.",
        minimum=0.0,
        higher_is_better=False,
    ),
)
