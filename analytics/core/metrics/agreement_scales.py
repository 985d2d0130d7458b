"""Agreement on ordered and numeric labels, explained."""

from __future__ import annotations

from typing import Any

from analytics.core.metrics.metric import Metric

FEW_TRAINERS = (
    "With only five trainers who lean strongly the 95\u00a0% interval is wide, and held the truth 92 to 99 times in a "
    "hundred simulated studies; with more trainers, or like-minded ones, 93 to 99 (docs/studies/coverage_agreement.md)."
)
"""How well intervals keep their promise; a test holds these numbers to the study's table."""

RARE_AND_FEW = (
    " With a flag on 5\u00a0% of items, five leaning trainers and 100 items it held the truth only 88 times in a "
    "hundred (docs/studies/coverage_elsewhere.md)."
)
"""Where percent agreement and AC1, which mostly count the frequent label, promise too much."""

ORDERED = frozenset({"ordinal", "interval", "ratio"})

THREE: dict[str, Any] = {
    "labels": [[0, 0], [1, 2], [2, 2]], "level": "ordinal", "n_labels": 3, "values": [1, 2, 3],
}  # fmt: skip
"""Three items by two trainers on a scale of three: 1 and 1, 2 and 3, 3 and 3."""
THREE_WORDS = "Three items by two trainers on a scale of three: 1 and 1, 2 and 3, 3 and 3."

HARSH: dict[str, Any] = {
    "labels": [[0, 1], [2, 3], [4, 5]], "level": "interval", "n_labels": 6, "values": [1, 2, 3, 4, 5, 6],
}  # fmt: skip
"""Three items by two trainers, the second always one point higher."""
HARSH_WORDS = "Three items: 1 and 2, 3 and 4, 5 and 6; the second trainer always one point higher."

SCALE_METRICS: tuple[Metric, ...] = (
    Metric(
        name="krippendorff_alpha_gwet_ordinal",
        title="Alpha with Gwet's ordinal weights",
        subject="agreement",
        plain=(
            "Alpha in which a near miss gets credit by the number of steps between two labels, whoever uses them how "
            "often. Not the same as Krippendorff's ordinal alpha, where steps count by how many judgments lie between."
        ),
        formula=r"w_{kl} = 1 - \binom{|k-l|+1}{2} \Big/ \binom{q}{2},\quad \delta_{kl} = 1 - w_{kl}",
        example=(
            f"{THREE_WORDS} Distances: one step 1/3, two steps 1. D_o = 2/3 / 6 = 0.111, "
            "D_e = 2 (2/3 + 3/3 + 6) / 30 = 0.511. Alpha = 0.783."
        ),
        example_value=0.7826086957,
        example_input=THREE,
        distrust="Beside numbers from other tools: some call this ordinal alpha, some Krippendorff's.",
        source="Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., chapter 3.",
        levels=ORDERED,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="adjacent_agreement",
        title="Agreement within one step",
        subject="agreement",
        plain="How often two trainers give the same or neighbouring labels of an ordered scale.",
        formula=r"p_{\pm 1} = \frac{1}{n_2}\sum_i \frac{\#\{(j, j'): |x_{ij} - x_{ij'}| \le 1\}}{m_i(m_i-1)}",
        example="Four items: 1 and 1, 2 and 3, 3 and 3, 1 and 3. Three of four are at most one step apart: 0.75.",
        example_value=0.75,
        example_input={**THREE, "labels": [[0, 0], [1, 2], [2, 2], [0, 2]]},
        distrust="On short scales: on a scale of three, luck alone is mostly within one step.",
        source="Percent agreement with a tolerance of one step.",
        levels=ORDERED,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="gwet_ac2",
        title="Gwet's AC2 (quadratic weights)",
        subject="agreement",
        plain=(
            "AC1 with credit for near misses: being one step off costs little, being far off much (squared distance of "
            "the labels as numbers)."
        ),
        formula=(
            r"w_{kl} = 1 - \frac{(x_k - x_l)^2}{(x_{max} - x_{min})^2},\quad "
            r"p_e = \frac{\sum_{kl} w_{kl}}{q(q-1)}\sum_k \pi_k(1-\pi_k)"
        ),
        example=(
            f"{THREE_WORDS} Credits 1, 0.75, 1: p_a = 0.9167. Shares 1/3, 1/6, 1/2; weights sum to 6: p_e = 0.6111. "
            "AC2 = 0.3056 / 0.3889 = 0.786."
        ),
        example_value=0.7857142857,
        example_input=THREE,
        distrust="As a way out of a low alpha, like AC1. Numbers for labels must mean equal steps.",
        source="Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., chapter 3.",
        levels=ORDERED,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="icc_a1",
        title="ICC(A,1): reliability of one judgment",
        subject="agreement",
        plain=(
            "Which share of the spread of single judgments comes from the items; the rest is trainers who are harsh or "
            "mild, and noise. 1 means that any one trainer's number could stand for all."
        ),
        formula=r"ICC(A,1) = \frac{\sigma^2_{item}}{\sigma^2_{item} + \sigma^2_{trainer} + \sigma^2_{rest}}",
        example=(f"{HARSH_WORDS} Mean squares: items 8, trainers 1.5, rest 0. 8 / (8 + 2 x 1.5 / 3) = 0.889."),
        example_value=0.8888888889,
        example_input=HARSH,
        distrust=(
            "When items were alike by design: no spread between items means no reliability, whatever trainers do. When "
            "groups of trainers share no items (see connected parts). " + FEW_TRAINERS
        ),
        source="Gao and Owen 2017, doi:10.1214/17-EJS1236 (moments for gaps); McGraw and Wong 1996.",
        levels=ORDERED,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="icc_c1",
        title="ICC(C,1): consistency of one judgment",
        subject="agreement",
        plain=(
            "Like ICC(A,1), but trainers who are always harsher or milder by the same amount are forgiven: do they put "
            "items in the same order and distance?"
        ),
        formula=r"ICC(C,1) = \frac{\sigma^2_{item}}{\sigma^2_{item} + \sigma^2_{rest}}",
        example=f"{HARSH_WORDS} Nothing but severity differs: rest 0, consistency 1.",
        example_value=1.0,
        example_input=HARSH,
        distrust="When absolute numbers matter, as in pass or fail: severity then is disagreement.",
        source="McGraw and Wong 1996, doi:10.1037/1082-989X.1.1.30; Gao and Owen 2017.",
        levels=ORDERED,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="icc_ak",
        title="ICC(A,k): reliability of the delivered mean",
        subject="agreement",
        plain=(
            "How reliable the mean of as many judgments is as items have here (their harmonic mean number). What is "
            "delivered is often the mean, so this is its quality."
        ),
        formula=r"ICC(A,k) = \frac{k\,\rho}{1 + (k-1)\,\rho},\quad \rho = ICC(A,1),\ k = \frac{n}{\sum_i 1/m_i}",
        example=f"{HARSH_WORDS} ICC(A,1) = 8/9 and k = 2: (16/9) / (17/9) = 0.941.",
        example_value=0.9411764706,
        example_input=HARSH,
        distrust="When items differ much in how many judgments they have: it speaks for the typical one.",
        source="McGraw and Wong 1996, doi:10.1037/1082-989X.1.1.30.",
        levels=ORDERED,
        minimum=0.0,
        maximum=1.0,
    ),
)
