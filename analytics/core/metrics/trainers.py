"""Calibration of trainers against gold, peers, models and the scale, explained."""

from __future__ import annotations

from analytics.core.metrics.metric import Metric

ORDERED = frozenset({"ordinal", "interval", "ratio"})
LABELLED = frozenset({"nominal", "ordinal", "preference"})

METRICS: tuple[Metric, ...] = (
    Metric(
        name="gold_accuracy",
        title="Accuracy on gold",
        subject="trainers",
        plain="Share of a trainer's judgments on gold items that match the known answer, with a Wilson interval.",
        formula=(
            r"\hat p = s / n,\quad \frac{s + z^2/2}{n + z^2} \pm \frac{z}{n + z^2}\sqrt{\frac{s(n-s)}{n} + "
            r"\frac{z^2}{4}}"
        ),
        example="18 of 20 gold judgments match: 0.9, between 0.699 and 0.972.",
        example_value=0.9,
        example_input=(18, 20),
        distrust="With few gold items, or when some trainers met harder gold than others: see the ratio to others.",
        source="Newcombe 1998, Statistics in Medicine 17:857-872.",
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="gold_accuracy_shrunken",
        title="Accuracy on gold, shrunken",
        subject="trainers",
        plain=(
            "The best guess of a trainer's accuracy when the team is taken into account: few judgments are "
            "pulled to the "
            "team's mean, many stay where they are."
        ),
        formula=r"\frac{\alpha + s}{\alpha + \beta + n},\quad (\alpha, \beta) \text{ fitted over the team}",
        example="Ten trainers with 48/50, 45/50 ... : the one with 5 right of 10 is put at 0.724, not at 0.5.",
        example_value=0.7239,
        example_input=([48, 45, 19, 27, 9, 50, 5, 38, 60, 2], [50, 50, 20, 30, 12, 60, 10, 40, 80, 2]),
        distrust="When the team is two groups that have nothing in common: a mean of both describes neither.",
        source="Casella 1985, doi:10.1080/00031305.1985.10479400.",
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="p_below_target",
        title="Probability of being below target",
        subject="trainers",
        plain="How sure we may be that a trainer's true accuracy is below what the programme asks for.",
        formula=r"P(p_j < \text{target}) = I_{\text{target}}(\alpha + s, \beta + n - s)",
        example="60 of 80 in the same team, target 0.85: 0.981.",
        example_value=0.9806,
        example_input=([48, 45, 19, 27, 9, 50, 5, 38, 60, 2], [50, 50, 20, 30, 12, 60, 10, 40, 80, 2]),
        distrust="Under five gold judgments it says more about the team than about the trainer.",
        source="Casella 1985, doi:10.1080/00031305.1985.10479400.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=False,
    ),
    Metric(
        name="expected_cost",
        title="Cost per judgment",
        subject="trainers",
        plain="Average cost of a trainer's answers on gold, when some mistakes cost more than others.",
        formula=r"\frac{1}{n}\sum_{kl} n_{jkl} C_{kl}",
        example="20 answers: 17 right, two over-flags at 1, one missed harm at 10: (2 + 10) / 20 = 0.6.",
        example_value=0.6,
        example_input=([[8, 2], [1, 9]], [[0, 1], [10, 0]]),
        distrust="When the cost matrix was nobody's decision.",
        source="Definition: mean of the criterion's cost matrix.",
        minimum=0.0,
        higher_is_better=False,
    ),
    Metric(
        name="gold_ratio",
        title="Right answers, observed to expected",
        subject="trainers",
        plain=(
            "Right answers divided by the number the other trainers would have had on the same gold items: 1 is "
            "as good "
            "as the others, whoever met the hard ones."
        ),
        formula=r"O_j / E_j,\quad E_j = \sum_{i \in j} \frac{s_i - x_{ij}}{m_i - 1}",
        example="2 right of 3; the others were right on these items in half, all and all of the cases: 2 / 2.5 = 0.8.",
        example_value=0.8,
        example_input=([0, 1, 2, 0, 0, 1, 2], [0, 0, 0, 1, 2, 1, 1], [1, 1, 0, 1, 0, 1, 1]),
        distrust="Where few others met the items.",
        source="Spiegelhalter 2005, doi:10.1002/sim.1970.",
        minimum=0.0,
    ),
    Metric(
        name="peer_agreement",
        title="Agreement with peers",
        subject="trainers",
        plain="Of the others who judged the same items, the average share that gave the same label.",
        formula=r"\frac{1}{n_j}\sum_{i \in j} \frac{n_{i,x_{ij}} - 1}{m_i - 1}",
        example="Three items: two of two others agree, one of two, none: (1 + 0.5 + 0) / 3 = 0.5.",
        example_value=0.5,
        example_input=([[0, 0, 0], [0, 0, 1], [0, 1, 1]], 2),
        distrust="Trainers meet different items: read the excess beside it.",
        source="Leave-one-out agreement; exact from item counts.",
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="peer_excess",
        title="Agreement beyond the items",
        subject="trainers",
        plain=(
            "Agreement with peers minus what the items themselves let people reach: 0 is like everybody on these items."
        ),
        formula=(
            r"\frac{1}{n_j}\sum_{i \in j}\left[\frac{n_{i,x_{ij}} - 1}{m_i - 1} - \sum_c "
            r"\frac{n_{ic}(n_{ic}-1)}{m_i(m_i-1)}\right]"
        ),
        example="The same items agree by 1, 1/3 and 1/3 in the mean: 0.5 - 0.5556 = -0.0556.",
        example_value=-0.0556,
        example_input=([[0, 0, 0], [0, 0, 1], [0, 1, 1]], 2),
        distrust="Among weak peers an ordinary trainer looks good. A minority view is not an error.",
        source="Leave-one-out agreement; sums to zero over all judgments.",
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="majority_agreement",
        title="Agreement with the others' majority",
        subject="trainers",
        plain="How often a trainer gave the label that most of the others gave; ties count their part.",
        formula=(
            r"\frac{1}{n_j}\sum_{i \in j} \frac{[x_{ij} \in L_i]}{|L_i|},\ L_i = \text{leading labels of the "
            r"others}"
        ),
        example="The same three items: 1, half of a tie, 0: 0.5.",
        example_value=0.5,
        example_input=([[0, 0, 0], [0, 0, 1], [0, 1, 1]], 2),
        distrust="With two others a tie is common and says nothing.",
        source="Leave-one-out majority vote.",
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="alpha_without_trainer",
        title="Alpha without the trainer",
        subject="trainers",
        plain=(
            "How much the team's Krippendorff's alpha, on the criterion's own scale, would change if this trainer's "
            "judgments were left out."
        ),
        formula=r"\alpha_{(-j)} - \alpha",
        example="Two who always agree and one who never does, on 0/1 items: without the third alpha is 1.",
        example_value=1.0,
        example_input=([[0, 0, 1], [1, 1, 0], [0, 0, 1], [1, 1, 0]], 2),
        distrust="A trainer on unusual items moves alpha without being unusual.",
        source="Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.",
        higher_is_better=None,
    ),
    Metric(
        name="guessing_share",
        title="Guessing",
        subject="trainers",
        plain=(
            "As how often a trainer's answers look like guesses: the share of guesses that an ordinary trainer "
            "would have "
            "to mix in to agree as little with gold and with peers on the same items."
        ),
        formula=(
            r"-\frac{\sum_t w_t r_t}{\sum_t w_t d_t},\ r = \text{outcome} - \text{expected},\ d = \text{expected} "
            r"- \text{chance}"
        ),
        example="Expected 0.9, chance 0.2, and 0.55 reached: (0.9 - 0.55) / (0.9 - 0.2) = 0.5.",
        example_value=0.5,
        example_input=(0.9, 0.2, 0.55),
        distrust="Somebody who follows another guideline consistently is not guessing: look at the confusions.",
        source="Weighted score test against random answering; see docs/studies/planted_trainers.md.",
        maximum=1.0,
        higher_is_better=False,
    ),
    Metric(
        name="model_accuracy",
        title="Accuracy by Dawid-Skene",
        subject="trainers",
        plain=(
            "Chance of being right on an average item, when the right answers are worked out from everybody's "
            "labels and "
            "everybody's confusions at once."
        ),
        formula=r"\sum_k p_k \theta_{jkk}",
        example="The first anaesthetist of Dawid and Skene: .40·.89 + .42·.88 + .11·.66 + .07·.44 = 0.83.",
        example_value=0.8288,
        example_input="dawid_skene1979",
        distrust=(
            "It assumes one truth per item. On matters of opinion it calls minorities wrong: off there, never alone."
        ),
        source="Dawid, Skene 1979, doi:10.2307/2346806.",
        levels=LABELLED,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="one_coin_skill",
        title="Skill by the one-coin model",
        subject="trainers",
        plain="Chance of being right, the same for every label: for logs too thin for confusion matrices.",
        formula=r"P(x_{ij} = t_i) = s_j,\ \text{else evenly over the other } K - 1",
        example="The first anaesthetist, first ratings only: 0.952.",
        example_value=0.952,
        example_input="dawid_skene1979",
        distrust="It cannot see which labels are confused.",
        source="Zhang, Chen, Zhou, Jordan 2016, JMLR 17(102).",
        levels=LABELLED,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="mace_competence",
        title="Competence by MACE",
        subject="trainers",
        plain="How often a trainer seems to look at the item rather than answer by habit.",
        formula=r"P(x_{ij} = l \mid t_i) = \theta_j [l = t_i] + (1 - \theta_j)\, \xi_{jl}",
        example="Somebody right 2 times in 3 of 3 labels looks half of the time: .5 + .5 / 3 = .67.",
        distrust="It depends on the random start in the second digit.",
        source="Hovy et al. 2013, NAACL-HLT 1120-1130.",
        levels=LABELLED,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="glad_ability",
        title="Ability by GLAD",
        subject="trainers",
        plain="Ability when items differ in difficulty: 0 is chance, below 0 is against the truth.",
        formula=r"P(\text{right}) = \frac{1}{1 + e^{-\alpha_j \beta_i}}",
        example="Ability 2 on an item of easiness 1: right with chance 0.88.",
        example_value=0.8808,
        example_input=(2.0, 1.0),
        distrust="With fewer than five judgments an item, difficulty is mostly assumption.",
        source="Whitehill et al. 2009, NIPS 22:2035-2043.",
        levels=LABELLED,
    ),
    Metric(
        name="crowdlab_quality",
        title="Quality by CROWDLAB",
        subject="trainers",
        plain="Quality of a trainer's labels when a classifier's probabilities vote too.",
        formula=r"a_j = \bar w Q_j + (1 - \bar w) A_j",
        example="First trainer of the ten by four toy table: 0.754.",
        example_value=0.7544,
        example_input="crowdlab_toy_10x4",
        distrust="When the classifier was trained on these very labels.",
        source="Goh, Tkachenko, Mueller 2022, arXiv:2210.06812.",
        levels=LABELLED,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="spammer_score",
        title="Spammer score",
        subject="trainers",
        plain=(
            "Whether labels depend on the truth at all: 0 not at all, 1 perfectly. Low with low accuracy is "
            "noise; high with low accuracy is a systematic mistake."
        ),
        formula=r"\frac{1}{K(K-1)}\sum_{k<k'}\sum_l (\theta_{jkl} - \theta_{jk'l})^2",
        example="Sensitivity .9, specificity .8: (.9 + .8 - 1)² = 0.49.",
        example_value=0.49,
        example_input=[[0.9, 0.1], [0.2, 0.8]],
        distrust="With few judgments of a label its row is mostly the team's.",
        source="Raykar, Yu 2012, JMLR 13:491-518.",
        levels=LABELLED,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="severity",
        title="Severity",
        subject="trainers",
        plain=(
            "How many scale points higher (+) or lower (-) a trainer rates than others rate the same items, shrunken."
        ),
        formula=(
            r"y_{ij} = \mu + a_i + \rho_j + e_{ij},\quad \hat\rho_j = \frac{\sum_i (y_{ij} - \mu - a_i)}{n_j + "
            r"\sigma_e^2/\sigma_b^2}"
        ),
        example=(
            "Shrout and Fleiss' first judge, six items: 2.375 unshrunken, times 6 / (6 + 1.0194 / 5.2444) = 2.3005."
        ),
        example_value=2.3005,
        example_input="shrout_fleiss1979",
        distrust="Ends of the scale hide severity; trainers without common items cannot be compared.",
        source="Gao, Owen 2017, doi:10.1214/17-EJS1236; Ghosh, Hastie, Owen 2022, doi:10.1214/21-AOS2121.",
        levels=ORDERED,
        higher_is_better=None,
    ),
    Metric(
        name="flip_share",
        title="Decisions that severity flips",
        subject="trainers",
        plain=(
            "Share of a trainer's judgments that would pass instead of fail, or the reverse, without their severity. A "
            "label stands for anything within half a step of it, so that a small severity moves a part of the labels "
            "at the mark, not all of them."
        ),
        formula=r"\frac{1}{n_j}\sum_i P\left[\,(z_{ij} \ge c - h/2) \ne (z_{ij} - \hat\rho_j \ge c - h/2)\,\right],"
        r"\quad z_{ij} \sim U(y_{ij} - h/2,\; y_{ij} + h/2)",
        example="Values 2, 3, 4 with severity -1 and pass at 3: only the 2 flips, 1 / 3.",
        example_value=0.3333,
        example_input=([2.0, 3.0, 4.0], -1.0, 3.0),
        distrust="When the threshold was not the one in use.",
        source="Definition.",
        levels=ORDERED,
        minimum=0.0,
        maximum=1.0,
        higher_is_better=False,
    ),
    Metric(
        name="central_tendency",
        title="Use of the scale's range",
        subject="trainers",
        plain=(
            "How strongly a trainer's values follow the items: 1 like the others, under 1 keeps to the middle, "
            "over 1 goes to the ends."
        ),
        formula=r"\text{slope of } y_{ij} - \rho_j \text{ on the reliability-corrected mean of the others}",
        example="Somebody who halves every distance from the middle has slope 0.5.",
        distrust="With few items of very high or low value.",
        source="Regression calibration: Carroll, Ruppert, Stefanski, Crainiceanu 2006, chapter 4.",
        levels=ORDERED,
        higher_is_better=None,
    ),
    Metric(
        name="label_usage_distance",
        title="Label use against the items",
        subject="trainers",
        plain=(
            "Half the sum of differences between the labels a trainer gave and the labels the others gave on the "
            "same items."
        ),
        formula=r"\tfrac12 \sum_k |u_{jk} - e_{jk}|",
        example="Gave (2/3, 0, 1/3), the others (0, 2/3, 1/3): 0.667.",
        example_value=0.6667,
        example_input=([[0, 1, 1], [2, 2, -1], [0, -1, 1]], 3),
        distrust="Small n makes it large by chance: read the p-value.",
        source="Total variation distance.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=None,
    ),
    Metric(
        name="halo",
        title="Halo",
        subject="trainers",
        plain="How much a trainer's criteria move together once the items' own values are taken out.",
        formula=r"\bar r_j = \tanh\left(\overline{\operatorname{artanh}\, r(e_{ijc}, e_{ijc'})}\right)",
        example="Residuals (1, -1, 2, -2) and (2, -2, 4, -4) move together entirely: 1.",
        distrust="Some common movement is real: compare with the team's median.",
        source="Cooper 1981, doi:10.1037/0033-2909.90.2.218.",
        levels=ORDERED,
        minimum=-1.0,
        maximum=1.0,
        higher_is_better=None,
    ),
)
