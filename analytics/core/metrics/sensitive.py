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
        name="boundary_ratio",
        title="Against other boundaries",
        subject="hotspots",
        plain=(
            "How many times as often items split over this boundary as the scale's other boundaries let expect. "
            "Careless trainers split every boundary, which gives 1; a definition that does not tell two labels apart "
            "splits its own. From 1.5 on, beyond luck, it is called a gap everywhere."
        ),
        formula=(
            r"\min_w \frac{o_{ab} / w_{ab}}{\sum_{cd \ne ab} o_{cd} / \sum_{cd \ne ab} w_{cd}}, \quad "
            r"w_{ab} \in \{\pi_a \pi_b,\ \pi_a + \pi_b\}"
        ),
        example="Three labels used alike; they meet on 6, 2 and 2 items: 6 against the others' mean of 2 is 3 times.",
        example_value=3.0,
        example_input=(6, 2, 2),
        distrust=(
            "Where the scale has few boundaries, or two of them are unclear: then each makes the other look usual. A "
            "scale of two labels has nothing to compare with."
        ),
        source="After Goodman 1968, J. Am. Stat. Assoc. 63:1091-1131; tested in docs/studies/planted_gaps.md.",
        minimum=0.0,
        higher_is_better=False,
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
