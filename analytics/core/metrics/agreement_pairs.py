"""Agreement of exactly two trainers, and of all pairs of trainers, explained."""

from __future__ import annotations

from typing import Any

from analytics.core.metrics.metric import Metric

LABELLED = frozenset({"nominal", "ordinal", "interval", "ratio", "preference"})
ORDERED = frozenset({"ordinal", "interval", "ratio"})

PAIR: dict[str, Any] = {"labels": [[0, 0]] * 6 + [[0, 1]] * 2 + [[1, 1]] * 2, "level": "nominal", "n_labels": 2}
PAIR_WORDS = (
    "Ten items by two trainers: six times both yes, twice the first yes and the second no, twice both no. "
    "The first says yes to 8, the second to 6."
)
STEPS: dict[str, Any] = {
    "labels": [[0, 0], [1, 2], [2, 2], [0, 1]], "level": "ordinal", "n_labels": 3, "values": [1, 2, 3],
}  # fmt: skip
STEPS_WORDS = "Four items on a scale of three: 1 and 1, 2 and 3, 3 and 3, 1 and 2."

PAIR_METRICS: tuple[Metric, ...] = (
    Metric(
        name="scott_pi",
        title="Scott's pi",
        subject="agreement",
        plain="Fleiss' kappa of exactly two trainers: luck draws both from one common pot of labels.",
        formula=r"\pi = \frac{p_o - p_e}{1 - p_e},\quad p_e = \sum_k \left(\frac{p_{k\cdot} + p_{\cdot k}}{2}\right)^2",
        example=f"{PAIR_WORDS} p_e = 0.7^2 + 0.3^2 = 0.58; (0.8 - 0.58) / 0.42 = 0.524.",
        example_value=0.5238095238,
        example_input=PAIR,
        distrust="It speaks for these two trainers, not for others.",
        source="Scott 1955, doi:10.1086/266577.",
        levels=LABELLED,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="cohen_kappa",
        title="Cohen's kappa",
        subject="agreement",
        plain="Agreement of two trainers beyond luck, luck being that each keeps their own label use.",
        formula=r"\kappa = \frac{p_o - p_e}{1 - p_e},\quad p_e = \sum_k p_{k\cdot}\,p_{\cdot k}",
        example=f"{PAIR_WORDS} p_e = 0.8 x 0.6 + 0.2 x 0.4 = 0.56; 0.24 / 0.44 = 0.545.",
        example_value=0.5454545455,
        example_input=PAIR,
        distrust=(
            "It forgives different label use; see its ceiling and the test of equal label use. It speaks for these two "
            "trainers, not for others."
        ),
        source="Cohen 1960, doi:10.1177/001316446002000104; standard error Fleiss, Cohen and Everitt 1969.",
        levels=LABELLED,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="cohen_kappa_linear",
        title="Cohen's kappa, linear weights",
        subject="agreement",
        plain="Cohen's kappa where being one step off costs half of being two steps off.",
        formula=r"w_{kl} = 1 - \frac{|x_k - x_l|}{x_{max} - x_{min}}",
        example=(
            f"{STEPS_WORDS} Credits 1, 0.5, 1, 0.5: p_o = 0.75. Own shares 1/2, 1/4, 1/4 and 1/4, 1/4, 1/2: "
            "p_e = 0.5. Kappa = 0.25 / 0.5 = 0.5."
        ),
        example_value=0.5,
        example_input=STEPS,
        distrust="Numbers for labels must mean equal steps. It speaks for these two trainers.",
        source="Cohen 1968, doi:10.1037/h0026256.",
        levels=ORDERED,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="cohen_kappa_quadratic",
        title="Cohen's kappa, quadratic weights",
        subject="agreement",
        plain="Cohen's kappa where the cost grows with the square of the distance; close to an intraclass correlation.",
        formula=r"w_{kl} = 1 - \frac{(x_k - x_l)^2}{(x_{max} - x_{min})^2}",
        example=(
            f"{STEPS_WORDS} Credits 1, 0.75, 1, 0.75: p_o = 0.875. Own shares as above: p_e = 0.59375. "
            "Kappa = 0.28125 / 0.40625 = 0.692."
        ),
        example_value=0.6923076923,
        example_input=STEPS,
        distrust="It rises with the number of labels. Numbers for labels must mean equal steps.",
        source="Cohen 1968, doi:10.1037/h0026256; Fleiss and Cohen 1973.",
        levels=ORDERED,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="kappa_ceiling",
        title="Ceiling of kappa",
        subject="agreement",
        plain=(
            "The highest Cohen's kappa two trainers could reach while each uses the labels as often as now. What is "
            "missing above it is unequal label use; what is missing below it is confusion on single items."
        ),
        formula=r"\kappa_{max} = \frac{\sum_k \min(p_{k\cdot}, p_{\cdot k}) - p_e}{1 - p_e}",
        example=f"{PAIR_WORDS} (0.6 + 0.2 - 0.56) / 0.44 = 0.545: they reached it, all that is missing is label use.",
        example_value=0.5454545455,
        example_input=PAIR,
        distrust="With few shared items label use itself is unsure.",
        source="Cohen 1960, doi:10.1177/001316446002000104.",
        levels=LABELLED,
        minimum=-1.0,
        maximum=1.0,
        higher_is_better=None,
    ),
    Metric(
        name="mean_pairwise_kappa",
        title="Mean pairwise kappa (Light)",
        subject="agreement",
        plain="The mean of Cohen's kappa over all pairs of trainers who share items.",
        formula=r"\bar\kappa = \frac{1}{Q}\sum_{g < h} \kappa_{gh}",
        example=f"{PAIR_WORDS} One pair only: 0.545.",
        example_value=0.5454545455,
        example_input=PAIR,
        distrust=(
            "Pairs with few shared items scatter widely and count as much as the others; a summary of a matrix only."
        ),
        source="Light 1971, doi:10.1037/h0031643.",
        levels=LABELLED,
        minimum=-1.0,
        maximum=1.0,
    ),
)
