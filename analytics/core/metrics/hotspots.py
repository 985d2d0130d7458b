"""Hotspots, causes, label pairs, slices, groups and the queue, explained."""

from __future__ import annotations

from analytics.core.metrics.metric import Metric

_ORDERED = frozenset({"ordinal", "interval", "ratio"})

METRICS: tuple[Metric, ...] = (
    Metric(
        name="item_disagreement",
        title="Item disagreement",
        subject="hotspots",
        plain=(
            "How probable it is that two further trainers would differ on this item. Items with few "
            "judgments are drawn "
            "to the typical item, so nothing tops the list by luck; the list is ranked by the interval's lower end."
        ),
        formula=r"1 - \sum_k \frac{A_k (A_k + 1)}{A_0 (A_0 + 1)},\quad A = \alpha + n_i,\ A_0 = \sum_k A_k",
        example=(
            "2 : 1 : 0 judgments under a prior of one half each: A = (2.5, 1.5, 0.5), so 1 - 13.25 / 24.75 = 0.4646."
        ),
        example_value=0.4646,
        example_input=((2, 1, 0), (0.5, 0.5, 0.5)),
        distrust=(
            "When the criterion mixes kinds of items that have little in common: the typical item is then nobody's."
        ),
        source="Minka 2000, Estimating a Dirichlet distribution; Wolpert and Wolf 1995, doi:10.1103/PhysRevE.52.6841.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=False,
    ),
    Metric(
        name="item_entropy",
        title="Item entropy",
        subject="hotspots",
        plain="How mixed the labels of an item are, in nats: 0 where all trainers would say the same.",
        formula=r"\psi(A_0 + 1) - \sum_k \frac{A_k}{A_0} \psi(A_k + 1)",
        example="2 : 1 : 0 judgments under a prior of one half each: 0.7598 nats.",
        example_value=0.7598,
        example_input=((2, 1, 0), (0.5, 0.5, 0.5)),
        distrust="It grows with the number of labels; compare items of one criterion only.",
        source="Wolpert and Wolf 1995, doi:10.1103/PhysRevE.52.6841.",
        minimum=0.0,
        higher_is_better=False,
    ),
    Metric(
        name="van_der_eijk_agreement",
        title="Agreement on an ordered scale (van der Eijk's A)",
        subject="hotspots",
        plain=(
            "Whether judgments gather at one place of an ordered scale: 1 all on one label, 0 spread "
            "evenly, -1 half at "
            "either end. Low with two camps is contested, low with one hill is vague."
        ),
        formula=r"A = \sum_{\text{layers}} w\, U \left(1 - \frac{S - 1}{K - 1}\right)",
        example="1, 2, 4, 2, 1 judgments on five labels: layers of 5, 3 and 1 labels, A = 0.35.",
        example_value=0.35,
        example_input=(1, 2, 4, 2, 1),
        distrust="With fewer than three judgments, and on scales of two labels.",
        source="Van der Eijk 2001, doi:10.1023/A:1010374114305.",
        levels=_ORDERED,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="cause_probability",
        title="Probability of a cause",
        subject="hotspots",
        plain=(
            "How probable each reason for an item's disagreement is: a trainer's error, an ambiguous item, "
            "a gap in the "
            "guideline (the same two labels split again and again on similar items), a divide between groups. Below "
            "three judgments nothing is said."
        ),
        formula=(
            r"P(\text{cause} \mid x_i) \propto \pi_{\text{cause}} "
            r"\int \prod_j \theta_j(x_{ij} \mid r_{ij})\, dP(r_i)"
        ),
        example=(
            "In simulated logs, of items given 0.8 to 0.9 for a cause 84 in 100 had it "
            "(docs/studies/planted_hotspots.md)."
        ),
        distrust=(
            "It is a model's word: trainers are taken to judge independently, and readings to come in pairs "
            "of labels. On "
            "subjective criteria an 'error' is an unusual reading, not a wrong one."
        ),
        source="After Dawid and Skene 1979, doi:10.2307/2346806; tested in docs/studies/planted_hotspots.md.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=None,
    ),
    Metric(
        name="alpha_gain",
        title="Gain in alpha from settling a pair of labels",
        subject="hotspots",
        plain=(
            "What Krippendorff's alpha would gain if trainers no longer split between these two labels. The "
            "gains of all "
            "pairs add up to exactly 1 - alpha."
        ),
        formula=r"\frac{2\, o_{ab}\, \delta_{ab}}{n_{..} D_e},\quad \sum_{a<b} = 1 - \alpha",
        example=(
            "Items judged ab, aa, bb: o_ab = 1, D_e = 18/30, so the gain is 2 / (6 x 0.6) = 0.5556, and alpha 0.4444."
        ),
        example_value=0.5556,
        example_input=((1, 1), (2, 0), (0, 2)),
        distrust="Settling a boundary rarely removes every split; the number is the most there is to gain.",
        source="The terms of Krippendorff 2004, Content Analysis, ch. 11.",
        minimum=0.0,
        higher_is_better=None,
    ),
    Metric(
        name="label_pair_lift",
        title="Lift of a pair of labels",
        subject="hotspots",
        plain="How often two labels meet on an item, against meeting at random: near 1 they are not told apart at all.",
        formula=r"o_{ab} \Big/ \frac{n_a n_b}{n_{..} - 1}",
        example="Items judged ab, aa, bb: 1 meeting, 3 x 3 / 5 = 1.8 expected, lift 0.5556.",
        example_value=0.5556,
        example_input=((1, 1), (2, 0), (0, 2)),
        distrust="For labels given only a few times.",
        source="Krippendorff 2004, Content Analysis, ch. 11 (observed against expected coincidences).",
        minimum=0.0,
        higher_is_better=False,
    ),
    Metric(
        name="threshold_alpha",
        title="Agreement at a step of the scale",
        subject="hotspots",
        plain=(
            "Alpha when an ordered scale is cut in two at this step: the lowest is the step drawn in different places."
        ),
        formula=r"\alpha \text{ of } \{\le k\} \text{ against } \{> k\}",
        example="Items judged 1-2, 1-1, 2-2, cut between 1 and 2: alpha 0.4444.",
        example_value=0.4444,
        example_input=((1, 1), (2, 0), (0, 2)),
        distrust="At the ends of the scale, where few judgments lie on one side.",
        source="Krippendorff 2004, Content Analysis, ch. 11.",
        levels=_ORDERED,
        maximum=1.0,
    ),
    Metric(
        name="excess_disagreement",
        title="Excess disagreement",
        subject="hotspots",
        plain=(
            "How much more often two trainers differ inside a slice than outside, after taking out who judged there. "
            "Measured on items the slice was not found on."
        ),
        formula=r"y_i = b_0 + \Delta\, 1\{i \in S\} + \tfrac{2}{m_i} \sum_{j \in i} e_j + \varepsilon_i",
        example="Two trainers differ on half of the items inside and a fifth of those outside, trainers alike: 0.3.",
        distrust=(
            "Where one small team judged the whole slice: then team and slice cannot be told apart, and it "
            "is not listed."
        ),
        source="Chung et al. 2019, doi:10.1109/TKDE.2019.2916074; Cameron et al. 2011, doi:10.1198/jbes.2010.07136.",
        minimum=-1.0,
        maximum=1.0,
        higher_is_better=False,
    ),
    Metric(
        name="q_value",
        title="q-value",
        subject="hotspots",
        plain=(
            "The smallest share of false finds that a list up to this line may hold, after allowing for "
            "every look taken."
        ),
        formula=r"q_{(i)} = \min_{j \ge i} \frac{m\, p_{(j)}}{j}",
        example="p-values .01, .03, .04, .5: the second becomes .0533.",
        example_value=0.0533,
        example_input=(0.01, 0.03, 0.04, 0.5),
        distrust="It speaks of the list, not of one line: with q = .1 one line in ten may be luck.",
        source="Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=False,
    ),
    Metric(
        name="within_group_agreement",
        title="Agreement within a group",
        subject="hotspots",
        plain="Krippendorff's alpha among the trainers of one group alone.",
        formula=r"\mathrm{IRR}(g) = \alpha \text{ over trainers of } g",
        example="Five items with counts 0:2, 0:3, 2:0, 3:0, 1:1: 0.6944.",
        example_value=0.6944,
        example_input=((0, 2), (0, 3), (2, 0), (3, 0), (1, 1)),
        distrust="Compare with the agreement across groups, not with other groups alone.",
        source="Prabhakaran et al. 2024, doi:10.18653/v1/2024.naacl-long.190.",
        maximum=1.0,
    ),
    Metric(
        name="cross_group_reliability",
        title="Agreement across groups (xRR)",
        subject="hotspots",
        plain="How far a group agrees with all other trainers, corrected for chance like alpha.",
        formula=r"\mathrm{xRR} = 1 - d_o / d_e",
        example="Counts 0:2, 0:3, 2:0, 3:0, 1:1 against 0:2, 1:1, 1:1, 1:1, 2:0: 0.1818.",
        example_value=0.1818,
        example_input=(((0, 2), (0, 3), (2, 0), (3, 0), (1, 1)), ((0, 2), (1, 1), (1, 1), (1, 1), (2, 0))),
        distrust="Where group and others share few items.",
        source="Wong, Paritosh and Aroyo 2021, doi:10.18653/v1/2021.acl-long.548.",
        maximum=1.0,
    ),
    Metric(
        name="group_association",
        title="Group association index",
        subject="hotspots",
        plain=(
            "Agreement within a group over agreement across: 1 where the group reads like everyone, above 1 where it "
            "shares a reading of its own. A difference in values, never an error."
        ),
        formula=r"\mathrm{GAI}(g) = \mathrm{IRR}(g) / \mathrm{xRR}(g, \neg g)",
        example="Within 0.30, across 0.25: 1.2.",
        example_value=1.2,
        example_input=(0.30, 0.25),
        distrust=(
            "Where agreement across is near nothing the ratio explodes; it is then withheld and the difference shown."
        ),
        source="Prabhakaran et al. 2024, doi:10.18653/v1/2024.naacl-long.190.",
        minimum=0.0,
        higher_is_better=None,
    ),
    Metric(
        name="group_difference",
        title="Within minus across",
        subject="hotspots",
        plain="Agreement within a group less agreement with all others: above 0 the group has a reading of its own.",
        formula=r"\mathrm{IRR}(g) - \mathrm{xRR}(g, \neg g)",
        example="Within 0.30, across 0.25: 0.05.",
        example_value=0.05,
        example_input=(0.30, 0.25),
        distrust="Read the p-value from permuting trainers, not the size alone.",
        source="After Prabhakaran et al. 2024, doi:10.18653/v1/2024.naacl-long.190.",
        higher_is_better=None,
    ),
    Metric(
        name="group_gap",
        title="Gap between a group and the others",
        subject="hotspots",
        plain="Mean answer of a group less mean answer of all others on the same items, as a difference in values.",
        formula=r"\Delta_i = \bar x_{i g} - \bar x_{i \neg g}",
        example="4 of 5 of the group flag an item, 1 of 5 of the others: 0.6.",
        example_value=0.6,
        example_input=((1, 4), (4, 1)),
        distrust="On one item it rests on few people: read the shrunken value, and the p-value for all items together.",
        source="Westfall and Young 1993, Resampling-Based Multiple Testing.",
        higher_is_better=None,
    ),
    Metric(
        name="group_consensus",
        title="Items with one majority in all groups",
        subject="hotspots",
        plain="Share of items on which the majority of every group gives the same label.",
        formula=r"\frac1N \sum_i 1\{\arg\max_k n_{igk} \text{ the same for all } g\}",
        example="Published for CREHate: 56.2 % of 1,580 items over five countries.",
        distrust="It falls with the number of groups, and with few judgments a group.",
        source="Lee et al. 2024, doi:10.18653/v1/2024.naacl-long.236.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=None,
    ),
    Metric(
        name="information_gain",
        title="Expected information of another judgment",
        subject="hotspots",
        plain="How much of the doubt about an item's label one more judgment is expected to remove, in nats.",
        formula=r"H(T_i) - \sum_l P(l)\, H(T_i \mid l)",
        example="Even odds, a trainer who is right in 80 of 100: 0.6931 - 0.5004 = 0.1927.",
        example_value=0.1927,
        example_input=((0.5, 0.5), 0.8),
        distrust="It believes that the item has one label: divided items go to the guideline's owner instead.",
        source="Lindley 1956, doi:10.1214/aoms/1177728069.",
        minimum=0.0,
    ),
    Metric(
        name="probability_divided",
        title="Probability that an item is divided",
        subject="hotspots",
        plain="How sure we may be that no label would be given by 70 in 100 trainers, however many one asks.",
        formula=r"1 - \sum_k P(p_k \ge 0.7),\quad p_k \sim \mathrm{Beta}(A_k, A_0 - A_k)",
        example="3 : 3 judgments under a prior of 0.5 each: A = (3.5, 3.5), probability 0.7139.",
        example_value=0.7139,
        example_input=((3, 3), (0.5, 0.5), 0.7),
        distrust="Below five judgments it is not used.",
        source="Conjugate beta posterior; house rule for the threshold.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=False,
    ),
    Metric(
        name="judgments_to_settle",
        title="Judgments until settled",
        subject="hotspots",
        plain="Expected number of further judgments until one label has a probability of 95 %.",
        formula=r"E[\min\{n : \max_k T_{ik}(n) \ge 0.95\}]",
        example="Even odds, trainers right in 80 of 100, three ahead needed: about 5.",
        distrust="It believes that the item has one label.",
        source="Wald 1945, doi:10.1214/aoms/1177731118.",
        minimum=0.0,
        higher_is_better=False,
    ),
    Metric(
        name="judgments_for_reliability",
        title="Judgments an item for a reliable average",
        subject="hotspots",
        plain="How many judgments an item needs for their mean to reach the reliability asked for.",
        formula=r"k = \frac{t (1 - r)}{r (1 - t)}",
        example="Reliability of one judgment .2898, target .8: 9.80.",
        example_value=9.8027,
        example_input=(0.2897976, 0.8),
        distrust="When new trainers differ from those the reliability was measured on.",
        source="Spearman 1910, doi:10.1111/j.2044-8295.1910.tb00206.x; Brown 1910.",
        minimum=0.0,
        higher_is_better=False,
    ),
    Metric(
        name="majority_accuracy",
        title="How often a majority is right",
        subject="hotspots",
        plain=(
            "How often the majority of k independent judgments is right, when each is right with a given probability."
        ),
        formula=r"P(\mathrm{Bin}(k, p) > k/2) + \tfrac12 P(\mathrm{Bin}(k, p) = k/2)",
        example="Each right in 70 of 100, three judgments: 0.784.",
        example_value=0.784,
        example_input=(0.7, 3),
        distrust="When trainers share their mistakes: three who learnt the same wrong rule outvote the truth.",
        source="Condorcet 1785, Essai sur l'application de l'analyse.",
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="over_flagging",
        title="Over-flagging",
        subject="hotspots",
        plain="Share of judgments that raise the flag where the reference does not.",
        formula=r"\frac{n_{01}}{n_{00} + n_{01}}",
        example="19 of 100 judgments flag items that gold does not: 0.19.",
        example_value=0.19,
        example_input=((81, 19), (3, 7)),
        distrust="Where the reference itself is disputed; on subjective criteria it is a difference, not an error.",
        source="Wilson 1927 for the interval, doi:10.1080/01621459.1927.10502953.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=False,
    ),
    Metric(
        name="under_flagging",
        title="Under-flagging",
        subject="hotspots",
        plain="Share of judgments that do not raise the flag where the reference does.",
        formula=r"\frac{n_{10}}{n_{10} + n_{11}}",
        example="3 of 10 judgments miss the flag of the gold label: 0.3.",
        example_value=0.3,
        example_input=((81, 19), (3, 7)),
        distrust="With few flagged items: look at the interval.",
        source="Wilson 1927 for the interval, doi:10.1080/01621459.1927.10502953.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=False,
    ),
    Metric(
        name="exposure",
        title="Exposure to sensitive items",
        subject="hotspots",
        plain="How many sensitive items a trainer met in a week, and for how long, against the limit in the settings.",
        formula=r"\max_{\text{week}} n_{\text{sensitive}}",
        example="30 sensitive items in one week and 5 in another: the worst week has 30.",
        distrust="Where times are not logged the hours are too low; the number of untimed judgments is given.",
        source="House rule; limits from the settings.",
        minimum=0.0,
        higher_is_better=False,
    ),
)
