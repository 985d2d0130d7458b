"""What the Agreement page makes of coefficients: verdicts, slices against the rest, labels behind a disagreement."""

from __future__ import annotations

from analytics.core.metrics.metric import Metric

METRICS: tuple[Metric, ...] = (
    Metric(
        name="verdict_band",
        title="Verdict",
        subject="agreement",
        plain=(
            "The best band (not reliable, tentative, reliable; the settings hold them) that the true value reaches "
            "with 95 % probability, given the coefficient and its standard error. A value in a band is not enough."
        ),
        formula=(
            r"P(\text{at least } a) = \frac{\Phi\!\left(\frac{e-a}{s}\right) - \Phi\!\left(\frac{e-1}{s}\right)}"
            r"{\Phi\!\left(\frac{e+1}{s}\right) - \Phi\!\left(\frac{e-1}{s}\right)}"
        ),
        example=(
            "Alpha 0.75, standard error 0.04, bands from 0.667 and 0.80. Reaching 0.667: (0.75 - 0.667) / 0.04 = 2.075 "
            "standard errors, probability 0.981, enough. Reaching 0.80: probability 0.106. Verdict: tentative."
        ),
        example_value=0.981,
        example_input=(0.75, 0.04, 0.667),
        distrust=(
            "Bands are conventions for one coefficient; a value of another, with another chance, does not mean the "
            "same. With few items the standard error is itself uncertain."
        ),
        source="Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., chapter 6; bands: see the settings.",
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="agreement_change",
        title="Change of agreement",
        subject="agreement",
        plain=(
            "How much higher or lower a coefficient is than before: this period against the one before, one version of "
            "the guideline against the one it replaced; on all items of each, and on those that both judged. Changes "
            "named as more than noise are at most 5 % false."
        ),
        formula=r"d = c_{after} - c_{before},\quad SE_d^2 = SE_{items}^2 + SE_{trainers}^2",
        example=(
            "Alpha 0.70 (standard error 0.03) before, 0.40 (0.06) after, other items, this team: change -0.30, "
            "standard error 0.067, 4.5 standard errors from none."
        ),
        example_value=-0.30,
        example_input=((0.40, 0.06), (0.70, 0.03)),
        distrust=(
            "Other items were judged after than before: easier ones raise agreement without anybody having learned. "
            "Where enough items were judged on both sides, read the change on the same items."
        ),
        source=(
            "Delta method and jackknife over items and trainers, a trainer left out of both sides at once (Cameron, "
            "Gelbach and Miller 2011, doi:10.1198/jbes.2010.07136); false discoveries by Benjamini and Hochberg 1995."
        ),
        minimum=-2.0,
        maximum=2.0,
        higher_is_better=None,
    ),
    Metric(
        name="slice_difference",
        title="Slice against the rest",
        subject="agreement",
        plain=(
            "How much higher or lower a coefficient is on the items of one slice (a topic, a language ...) than on all "
            "other items together, for this team on other items. Slices named as different are at most 5 % false."
        ),
        formula=r"d = c_{slice} - c_{rest},\quad SE_d = \sqrt{SE_{slice}^2 + SE_{rest}^2}",
        example=(
            "Alpha 0.40 (standard error 0.06) on satire, 0.70 (0.03) elsewhere: difference -0.30, standard error "
            "0.067, 4.5 standard errors from none."
        ),
        example_value=-0.30,
        example_input=((0.40, 0.06), (0.70, 0.03)),
        distrust=(
            "Where one label makes up nearly all of a slice: chance-corrected coefficients are then near 0 whatever "
            "trainers do. And slices differ in who judged them: ask whether it is the topic or the people."
        ),
        source="Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x, over the slices of one attribute.",
        minimum=-2.0,
        maximum=2.0,
        higher_is_better=None,
    ),
    Metric(
        name="disagreement_share",
        title="Share of all disagreement",
        subject="agreement",
        plain="Of all pairs of judgments that differ, how many are between these two labels.",
        formula=r"\frac{o_{ck}}{\sum_{a<b} o_{ab}}",
        example="30 coincidences of satire with harmful, 150 of unequal labels in all: 30 / 150 = 0.2.",
        example_value=0.2,
        example_input=([[0, 30, 20], [30, 0, 100], [20, 100, 0]], 0, 1),
        distrust="Frequent labels meet often by luck alone: read how often against chance beside it.",
        source="Krippendorff 2011, Computing Krippendorff's Alpha-Reliability (coincidence matrix).",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=None,
    ),
)
