"""Agreement on preferences and rankings, explained."""

from __future__ import annotations

from analytics.core.metrics.metric import Metric

PREFERENCE = frozenset({"preference"})
RANKING = frozenset({"ranking"})

METRICS: tuple[Metric, ...] = (
    Metric(
        name="exact_preference_agreement",
        title="Exact agreement (A, tie, B)",
        subject="preferences",
        plain="How often two trainers say exactly the same about a pair: both A, both tie, or both B.",
        formula=r"p_a = \frac{1}{n_2}\sum_i \frac{\sum_c n_{ic}(n_{ic}-1)}{m_i(m_i-1)},\ c \in \{A, tie, B\}",
        example="Ten pairs with two judgments each: eight times both say the same. 8 / 10 = 0.8.",
        example_value=0.8,
        example_input=([[2, 0, 0], [0, 0, 2], [1, 0, 1]], [4, 4, 2]),
        distrust="Two trainers who flip coins agree half of the time without ties: read the kappa beside it.",
        source="Percent agreement over three labels.",
        levels=PREFERENCE,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="kappa_symmetric",
        title="Kappa with symmetric chance",
        subject="preferences",
        plain=(
            "Agreement beyond what judges would reach who know how common ties are but not which answer is which. "
            "0 is luck, 1 is always the same. Calling the answers A or B the other way round does not change it."
        ),
        formula=r"\kappa = \frac{p_a - p_e}{1 - p_e},\quad p_e = t^2 + \frac{(1-t)^2}{2}",
        example="Exact agreement 0.8 and no ties: p_e = 1/2, kappa = (0.8 - 0.5) / 0.5 = 0.6.",
        example_value=0.6,
        example_input=([[2, 0, 0], [0, 0, 2], [1, 0, 1]], [4, 4, 2]),
        distrust=(
            "When A means something (the newer model): a common lean towards it is agreement here and luck in "
            "Cohen's kappa. Look at both."
        ),
        source="Brennan, Prediger 1981, doi:10.1177/001316448104100307, with ties kept apart.",
        levels=PREFERENCE,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="non_tied_agreement",
        title="Agreement on the side",
        subject="preferences",
        plain=(
            "Given that two trainers both took a side, how often it was the same one. Luck gives one half. "
            "For graded preferences this is the agreement of signs."
        ),
        formula=(r"\frac{\sum_i [n_A(n_A-1)+n_B(n_B-1)]/(m_i(m_i-1))}{\sum_i s_i(s_i-1)/(m_i(m_i-1))},\ s_i = n_A+n_B"),
        example="Two pairs of judgments took sides: one the same, one not. 1 / 2.",
        example_value=0.5,
        example_input=([[2, 0, 0], [1, 0, 1], [1, 1, 0]], [1, 1, 5]),
        distrust="When most judgments are ties: it then rests on the few that are not.",
        source="Ouyang et al. 2022, arXiv:2203.02155, section 3.4, reports it for InstructGPT: 72.6 % and 77.3 %.",
        levels=PREFERENCE,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="alpha_symmetric",
        title="Tie-aware alpha",
        subject="preferences",
        plain=(
            "Krippendorff's alpha with A = -1, tie = 0, B = 1 (or -3 to 3): choosing A against a tie is a quarter of "
            "the disagreement of A against B. Chance treats A and B alike."
        ),
        formula=r"\alpha = 1 - \frac{D_o}{D_e},\quad D_e = \frac{2}{n_{..}}\sum_i\sum_c n_{ic}x_c^2",
        example="Ten pairs of judgments, two of them A against B: D_o = 0.2 x 4 = 0.8, D_e = 2, alpha = 0.6.",
        example_value=0.6,
        example_input=([[2, 0, 0], [0, 0, 2], [1, 0, 1]], [4, 4, 2]),
        distrust="When the strengths of a graded scale are not used alike: the distances 1, 2, 3 are then not equal.",
        source="Krippendorff 2004, Content Analysis, chapter 11; symmetric chance as in kappa.",
        levels=PREFERENCE,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="tie_share",
        title="Share of ties",
        subject="preferences",
        plain="How often trainers say that neither answer is better.",
        formula=r"t = \frac{1}{n}\sum_i n_{i,tie}/m_i",
        example="One pair with one tie of two judgments, one pair with none: (1/2 + 0) / 2 = 0.25.",
        example_value=0.25,
        example_input=([[1, 1, 0], [2, 0, 0]], [1, 1]),
        distrust="Ties are a habit as much as a finding: compare trainers on the same pairs.",
        source="Mean of item shares.",
        levels=PREFERENCE,
        minimum=0.0,
        maximum=1.0,
        higher_is_better=None,
    ),
    Metric(
        name="mean_tau_b",
        title="Rank agreement (tau-b)",
        subject="preferences",
        plain=(
            "How alike two trainers order the answers of one prompt: 1 the same order, 0 unrelated, -1 the reverse. "
            "Answers that only one of them ranked are left out."
        ),
        formula=r"\tau_b = \frac{\sum_{i<j} a_{ij} b_{ij}}{\sqrt{\sum a_{ij}^2 \sum b_{ij}^2}}",
        example="1, 2, 3 against 1, 3, 2: two pairs of answers in the same order, one reversed: (2 - 1) / 3 = 0.333.",
        example_value=1 / 3,
        example_input=[[1, 2, 3], [1, 3, 2]],
        distrust="With two answers it is 1 or -1 and nothing between.",
        source="Kendall 1945, doi:10.1093/biomet/33.3.239.",
        levels=RANKING,
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="kendall_w",
        title="Kendall's W",
        subject="preferences",
        plain="How far all trainers of a prompt share one order: 1 all the same, 0 every order as common as any other.",
        formula=r"W = \frac{12 S}{m^2(N^3-N) - m\sum T}",
        example="1, 2, 3 and 1, 3, 2: rank sums 2, 5, 5, S = 6, W = 12 x 6 / (4 x 24) = 0.75.",
        example_value=0.75,
        example_input=[[1, 2, 3], [1, 3, 2]],
        distrust="With few trainers it is high by luck: two random orders give 1/2 on average.",
        source="Kendall, Babington Smith 1939, doi:10.1214/aoms/1177732186.",
        levels=RANKING,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="top_1_agreement",
        title="Same first place",
        subject="preferences",
        plain="How often two trainers put the same answer first.",
        formula=r"\frac{|T_1 \cap T_2|}{|T_1 \cup T_2|}",
        example="1, 2, 3 against 1, 3, 2: the first is first for both: 1.",
        example_value=1.0,
        example_input=[[1, 2, 3], [1, 3, 2]],
        distrust="By luck it is one in N: the expected value beside it says which.",
        source="Shared over all first places.",
        levels=RANKING,
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="best_worst_swaps",
        title="Best and worst exchanged",
        subject="preferences",
        plain="How often one trainer's best answer is another's worst. It hurts a reward model most.",
        formula=r"P(\mathrm{best}_1 = \mathrm{worst}_2 \ \mathrm{or}\ \mathrm{worst}_1 = \mathrm{best}_2)",
        example="1, 2, 3 against 3, 2, 1: exchanged: 1.",
        example_value=1.0,
        example_input=[[1, 2, 3], [3, 2, 1]],
        distrust="With two answers every disagreement is an exchange.",
        source="Share of pairs of rankings.",
        levels=RANKING,
        minimum=0.0,
        maximum=1.0,
        higher_is_better=False,
    ),
)
