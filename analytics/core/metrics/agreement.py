"""Agreement on labels that are names, explained; ordered and numeric labels, and pairs, have modules of their own."""

from __future__ import annotations

from typing import Any

from analytics.core.metrics.agreement_pairs import PAIR_METRICS
from analytics.core.metrics.agreement_scales import FEW_TRAINERS, RARE_AND_FEW, SCALE_METRICS
from analytics.core.metrics.metric import Metric

LABELLED = frozenset({"nominal", "ordinal", "interval", "ratio", "preference"})
SETS = frozenset({"set"})

TEN: dict[str, Any] = {"labels": [[0, 0]] * 6 + [[0, 1]] * 2 + [[1, 1]] * 2, "level": "nominal", "n_labels": 2}
"""Ten items by two trainers, labels yes (0) and no (1): six times both yes, twice yes and no, twice both no."""
TEN_WORDS = "Ten items by two trainers: six times both say yes, twice one yes and one no, twice both no."

_LABEL_METRICS: tuple[Metric, ...] = (
    Metric(
        name="percent_agreement",
        title="Percent agreement",
        subject="agreement",
        plain=(
            "How often two trainers who judge the same item give the same label. It is what most tools call agreement, "
            "and it flatters: two people who each flag 5 % at random agree on 90.5 % of the items."
        ),
        formula=r"p_a = \frac{1}{n_2}\sum_{i: m_i \ge 2} \sum_k \frac{n_{ik}(n_{ik}-1)}{m_i(m_i-1)}",
        example=f"{TEN_WORDS} They agree on 8 of 10, 0.8.",
        example_value=0.8,
        example_input=TEN,
        distrust=(
            "Whenever one label is much more frequent than the others: luck alone then agrees most of the time. "
            + FEW_TRAINERS
            + RARE_AND_FEW
        ),
        source="Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., chapter 2.",
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="krippendorff_alpha",
        title="Krippendorff's alpha",
        subject="agreement",
        plain=(
            "How much less trainers disagree than if their labels were shuffled over the items. 1 is full "
            "agreement, 0 is "
            "what luck would give, below 0 is systematic disagreement. It takes any number of trainers and gaps, and "
            "counts disagreement as the scale does: labels with an order are nearer or farther apart."
        ),
        formula=(
            r"\alpha = 1 - \frac{D_o}{D_e},\quad D_o = \frac{1}{n_{..}}\sum_i \frac{\sum_{ck} n_{ic} n_{ik}"
            r"\delta_{ck}}{m_i - 1},\quad D_e = \frac{\sum_{ck} n_c n_k \delta_{ck}}{n_{..}(n_{..}-1)}"
        ),
        example=(
            f"{TEN_WORDS} Of 20 judgments 4 meet another label: D_o = 0.2. Shuffled, 14 yes and 6 no meet in "
            "2 x 14 x 6 of 20 x 19 pairs: D_e = 0.4421. Alpha = 1 - 0.2 / 0.4421 = 0.548."
        ),
        example_value=0.5476190476,
        example_input=TEN,
        distrust=(
            "When one label makes up nearly everything: a handful of items then decides it (its interval shows that). "
            "When trainers were not independent, or chose their own items. " + FEW_TRAINERS
        ),
        source=(
            "Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, https://repository.upenn.edu/asc_papers/43."
        ),
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="krippendorff_alpha_nominal",
        title="Krippendorff's alpha, labels as mere names",
        subject="agreement",
        plain=(
            "Alpha as if the labels had no order or parts: every difference counts the same. Beside the level's own "
            "alpha "
            "it shows how much of the disagreement is near misses."
        ),
        formula=r"\alpha = 1 - \frac{D_o}{D_e},\quad \delta_{ck} = [c \ne k]",
        example=(
            "Three items on a scale of three: 1 and 1, 2 and 3, 3 and 3. D_o = 2/6; totals 2, 1, 3: "
            "D_e = 2 (2 + 3 + 6) / 30 = 0.7333. Alpha = 0.545."
        ),
        example_value=0.5454545455,
        example_input={"labels": [[0, 0], [1, 2], [2, 2]], "level": "ordinal", "n_labels": 3, "values": [1, 2, 3]},
        distrust="As the only number for an ordered scale: it punishes a near miss like the widest one.",
        source="Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.",
        levels=(LABELLED - {"nominal"}) | SETS,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="krippendorff_alpha_jaccard",
        title="Krippendorff's alpha for sets (Jaccard)",
        subject="agreement",
        plain=(
            "Alpha for sets of flags, where two sets disagree by the share of flags that only one has. The headline "
            "alpha "
            "for sets (MASI) is stricter on sets that overlap without one holding the other."
        ),
        formula=r"\delta(A, B) = 1 - \frac{|A \cap B|}{|A \cup B|},\quad \delta(\emptyset, \emptyset) = 0",
        example=(
            "Two items: bias and bias+tox; no flag twice. D_o = (0.5 + 0.5) / 4 = 0.25, "
            "D_e = 2 (2 + 2 + 0.5) / 12 = 0.75. Alpha = 0.667."
        ),
        example_value=0.6666666667,
        example_input={
            "labels": [[1, 2], [0, 0]],
            "level": "set",
            "n_labels": 3,
            "names": ["", "bias", "bias|tox"],
        },
        distrust="Where most sets are empty: read agreement flag by flag beside it.",
        source="Passonneau 2006, Measuring agreement on set-valued items, LREC; distance by Jaccard.",
        levels=SETS,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="krippendorff_alpha_text",
        title="Krippendorff's alpha for rewrites",
        subject="agreement",
        plain=(
            "How much nearer the texts written for one item are to each other than any two texts, by token edit "
            "distance. "
            "1 is word for word the same; 0 is no nearer than texts on different items."
        ),
        formula=(
            r"\alpha = 1 - \frac{\bar d_{within}}{\bar d_{any}},\quad d = \frac{\text{token edits}}{\text{longer "
            r"length}}"
        ),
        example=(
            "Two items: a b twice; c d and c e. Within: (0 + 0 + 0.5 + 0.5) / 4 = 0.25. Any pair: four pairs at 1, "
            "one at "
            "0.5, one at 0: 0.75. Alpha = 0.667."
        ),
        example_value=0.6666666667,
        example_input={"item": [0, 0, 1, 1], "texts": ["a b", "a b", "c d", "c e"]},
        distrust=(
            "When good rewrites may be worded in many ways: the same meaning in other words counts as disagreement. "
            "Its interval speaks for other items and these trainers, whatever interval is asked for."
        ),
        source="Krippendorff 2004, Content Analysis, chapter 11, with Levenshtein's distance over tokens.",
        levels=frozenset({"text"}),
        maximum=1.0,
        minimum=-1.0,
    ),
    Metric(
        name="fleiss_kappa",
        title="Fleiss' kappa",
        subject="agreement",
        plain=(
            "Percent agreement beyond luck, luck being that all trainers draw labels from one common pot. Close to "
            "alpha "
            "when there are many judgments."
        ),
        formula=(
            r"\kappa = \frac{p_a - p_e}{1 - p_e},\quad p_e = \sum_k \pi_k^2,\quad \pi_k = \frac1n\sum_i "
            r"\frac{n_{ik}}{m_i}"
        ),
        example=f"{TEN_WORDS} p_a = 0.8; yes 0.7, no 0.3: p_e = 0.49 + 0.09 = 0.58. Kappa = 0.22 / 0.42 = 0.524.",
        example_value=0.5238095238,
        example_input=TEN,
        distrust=(
            "When many items have one judgment only: they shape p_e but not p_a. With few items it is biased "
            "downwards, "
            "alpha is not. " + FEW_TRAINERS
        ),
        source="Fleiss 1971, doi:10.1037/h0031619.",
        levels=LABELLED,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="label_kappa",
        title="Kappa of one label",
        subject="agreement",
        plain="Fleiss' kappa of one label against all others together: which labels trainers recognise and which not.",
        formula=r"\kappa_c = 1 - \frac{\sum_i n_{ic}(m-n_{ic})}{n\,m(m-1)\,\pi_c(1-\pi_c)}\ \text{(equal } m\text{)}",
        example=(
            f"{TEN_WORDS} Label no: 2 of 10 pairs differ, against 2 x 0.7 x 0.3 = 0.42 by luck: 1 - 0.2 / 0.42 = 0.524."
        ),
        example_value=0.5238095238,
        example_input={**TEN, "label": 1},
        distrust="For labels that hardly occur: look at the interval and at specific agreement.",
        source="Fleiss 1971, doi:10.1037/h0031619.",
        levels=LABELLED,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="specific_agreement",
        title="Specific agreement",
        subject="agreement",
        plain="When one trainer gives this label, how often another one gives it to the same item, too.",
        formula=r"p_c = \frac{\sum_i n_{ic}(n_{ic}-1)/(m_i-1)}{\sum_i n_{ic}}",
        example=f"{TEN_WORDS} Of 6 judgments that say no, 4 meet another no: 0.667.",
        example_value=0.6666666667,
        example_input={**TEN, "label": 1},
        distrust="For frequent labels, where luck makes it high; compare it with the label's share.",
        source="Cicchetti and Feinstein 1990, doi:10.1016/0895-4356(90)90159-M.",
        levels=LABELLED,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="rare_label_agreement",
        title="Agreement on the rare label",
        subject="agreement",
        plain=(
            "Specific agreement of the rarer of two labels, mostly a flag: when one trainer raises it, how often does "
            "another raise it, too?"
        ),
        formula=r"p_r = \frac{\sum_i n_{ir}(n_{ir}-1)/(m_i-1)}{\sum_i n_{ir}},\quad r = \arg\min_k n_k",
        example=f"{TEN_WORDS} No is rarer. Of 6 judgments that say no, 4 meet another no: 0.667.",
        example_value=0.6666666667,
        example_input=TEN,
        distrust="When only a few items carry the label: the interval is then wide, and more such items are needed.",
        source="Cicchetti and Feinstein 1990, doi:10.1016/0895-4356(90)90159-M.",
        levels=frozenset({"nominal"}),
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="conger_kappa",
        title="Conger's kappa",
        subject="agreement",
        plain=(
            "Percent agreement beyond luck, luck being that each trainer draws from a pot of their own. Cohen's "
            "kappa for "
            "more than two: right for a fixed panel."
        ),
        formula=r"p_e = \frac{1}{R(R-1)}\sum_{g \ne h}\sum_k p_{gk}\,p_{hk},\quad \kappa = \frac{p_a - p_e}{1 - p_e}",
        example=(
            "Ten items by two trainers: six times both yes, twice the first yes and the second no, twice both no. "
            "p_e = 0.8 x 0.6 + 0.2 x 0.4 = 0.56; kappa = 0.24 / 0.44 = 0.545."
        ),
        example_value=0.5454545455,
        example_input=TEN,
        distrust=(
            "When trainers come and go: those with few judgments have unsure label shares of their own. It forgives "
            "different label use, which alpha does not. " + FEW_TRAINERS
        ),
        source="Conger 1980, doi:10.1037/0033-2909.88.2.322.",
        levels=LABELLED,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="gwet_ac1",
        title="Gwet's AC1",
        subject="agreement",
        plain=(
            "Percent agreement beyond luck, where only judgments in doubt can agree by luck. It stays high when one "
            "label "
            "dominates; that is a different question, not a better answer."
        ),
        formula=r"p_e = \frac{1}{q-1}\sum_k \pi_k (1 - \pi_k),\quad AC_1 = \frac{p_a - p_e}{1 - p_e}",
        example=f"{TEN_WORDS} p_e = 2 x 0.7 x 0.3 = 0.42; AC1 = (0.8 - 0.42) / 0.58 = 0.655.",
        example_value=0.6551724138,
        example_input=TEN,
        distrust=(
            "As a way out of a low alpha: for a rare flag it is high even when nobody agrees on the flag. It depends "
            "on the number of labels of the scale, used or not. " + FEW_TRAINERS + RARE_AND_FEW
        ),
        source="Gwet 2008, doi:10.1348/000711006X126600.",
        levels=LABELLED,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="brennan_prediger",
        title="Brennan-Prediger (PABAK for two labels)",
        subject="agreement",
        plain="Percent agreement beyond luck, luck being that every label of the scale is equally likely.",
        formula=r"\kappa_{BP} = \frac{p_a - 1/q}{1 - 1/q}",
        example=f"{TEN_WORDS} (0.8 - 0.5) / 0.5 = 0.6.",
        example_value=0.6,
        example_input=TEN,
        distrust="When labels are not equally likely, which is nearly always; it also depends on labels nobody uses.",
        source="Brennan and Prediger 1981, doi:10.1177/001316448104100307; Byrt, Bishop and Carlin 1993.",
        levels=LABELLED,
        minimum=-1.0,
        maximum=1.0,
    ),
)

METRICS: tuple[Metric, ...] = _LABEL_METRICS + SCALE_METRICS + PAIR_METRICS
