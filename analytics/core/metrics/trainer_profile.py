"""What one trainer's profile shows beside the team's figures, explained."""

from __future__ import annotations

from analytics.core.metrics.metric import Metric

ORDERED = frozenset({"ordinal", "interval", "ratio"})

METRICS: tuple[Metric, ...] = (
    Metric(
        name="gold_label_accuracy",
        title="Right, label by label",
        subject="trainers",
        plain="Of the judgments on items whose known answer is a label, the share that gave it. The tick: the others.",
        formula=r"n_{jkk} / \sum_l n_{jkl}, \quad k = \text{known answer},\ l = \text{answer given}",
        example="Gold says harm ten times; eight answers say harm: 0.8.",
        example_value=0.8,
        example_input=(8, 10),
        distrust="With few gold items of a label the interval is wide; the others met partly other items.",
        source="Diagonal of the confusion table; interval: Wilson, see Newcombe 1998.",
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="peer_label_agreement",
        title="In step, label by label",
        subject="trainers",
        plain=(
            "Where another person gave a label, how often this trainer gave it too; several others count their part."
        ),
        formula=r"\frac{\sum_i q_i(k)\,[x_{ij} = k]}{\sum_i q_i(k)}, \quad q_i(k) = \text{others' share for } k",
        example="On two items the others said harm entirely and by half; harm is given to the first: 1 / 1.5 = 0.667.",
        example_value=0.6667,
        example_input=([1.0, 0.5], [1.0, 0.0]),
        distrust="The others may be the ones who are off, and a minority view is not an error.",
        source="Leave-one-out soft confusion.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=None,
    ),
    Metric(
        name="label_usage",
        title="Share of labels given",
        subject="trainers",
        plain=(
            "How often each label was given, beside how often the others gave it on the very same items: never beside "
            "the team's overall shares, for items differ."
        ),
        formula=r"u_{jk} = \frac1{n_j}\sum_i [x_{ij} = k],\quad e_{jk} = \frac1{n_j}\sum_i q_i(k)",
        example="Two of three judgments say 1: 0.667; on these items the others never did: 0.",
        example_value=0.6667,
        example_input=([[0, 1, 1], [2, 2, -1], [0, -1, 1]], 3),
        distrust="With one other judgment an item what is expected is noisy too.",
        source="Leave-one-out label shares.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=None,
    ),
    Metric(
        name="ends_excess",
        title="Ends of the scale",
        subject="trainers",
        plain=(
            "How much more (+) or less (-) often a trainer gives the lowest or highest label than the others on the "
            "same items, in answers of 100."
        ),
        formula=r"\overline{[x_{ij} \in \{1, K\}] - q_i(1) - q_i(K)}",
        example="Gives an end label to both items, the others to one and to half of one: (0 + 0.5) / 2 = 0.25.",
        example_value=0.25,
        example_input=([1.0, 1.0], [1.0, 0.5]),
        distrust="A harsh trainer gives the low end more often without loving extremes: read severity beside it.",
        source="Leave-one-out comparison.",
        levels=ORDERED,
        minimum=-1.0,
        maximum=1.0,
        higher_is_better=None,
    ),
    Metric(
        name="rapid_accuracy",
        title="Right when rapid",
        subject="trainers",
        plain="Of rapid judgments with a known outcome, the share that is right; where it is as good as elsewhere, "
        "rapid is no worry.",
        formula=r"\frac{\#\{\text{rapid and right}\}}{\#\{\text{rapid, outcome known}\}}",
        example="Three of four rapid judgments are right: 0.75.",
        example_value=0.75,
        example_input=(3, 4),
        distrust="Outcomes are known by gold, else by two in three of at least three others.",
        source="Wise, Kong 2005, doi:10.1207/s15324818ame1802_2 (validating the threshold).",
        minimum=0.0,
        maximum=1.0,
    ),
    Metric(
        name="session_course",
        title="Course of a session",
        subject="trainers",
        plain=(
            "What an outcome (agreement beyond the items, or time) is early, in the middle and late in sessions, each "
            "judgment against the mean of its own session."
        ),
        formula=r"\overline{y_{t} - \bar y_{\text{session}(t)}} \text{ over a stretch of positions}",
        example="One session with 0.9, 0.8 and 0.7: the last stretch stands at 0.7 - 0.8 = -0.1.",
        example_value=-0.1,
        example_input=[0.9, 0.8, 0.7],
        distrust="Queues that get harder look like fatigue. Never a ground alone.",
        source="Means within sessions, Student's interval.",
        higher_is_better=None,
    ),
    Metric(
        name="weekly_residual",
        title="Right beyond what the items promise",
        subject="trainers",
        plain=(
            "Share right (by gold, else as most of the others) minus what ordinary trainers reach on the same items, "
            "week by week; 0 is as expected."
        ),
        formula=r"\overline{x_t - p_t} \text{ over a week of at least five judgments}",
        example="Right, right and wrong where 0.8 was expected each time: 2/3 - 0.8 = -0.133.",
        example_value=-0.1333,
        example_input=([1.0, 1.0, 0.0], [0.8, 0.8, 0.8]),
        distrust="One week is few judgments: its interval says how few. Another mix of items moves it too.",
        source="Residuals as in docs/studies/planted_trainers.md; Student's interval.",
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="ewma",
        title="Moving average",
        subject="trainers",
        plain=(
            "Results against expectation, in standard deviations of one judgment, averaged with older ones fading out; "
            "outside its limits something has changed, or the level always was another."
        ),
        formula=r"z_t = \lambda x_t + (1 - \lambda) z_{t-1},\quad \pm L \sqrt{\tfrac{\lambda}{2 - \lambda}"
        r"(1 - (1 - \lambda)^{2t})},\ \lambda = 0.1,\ L = 2.7",
        example="Two results of 1 from a start at 0: 0.1, then 0.1 + 0.9 · 0.1 = 0.19.",
        example_value=0.19,
        example_input=[1.0, 1.0],
        distrust="Its false alarms have a rate, not a guarantee, and assume independent results.",
        source="Roberts 1959; Lucas, Saccucci 1990, doi:10.1080/00401706.1990.10484583.",
        higher_is_better=None,
    ),
    Metric(
        name="shared_word_for_word",
        title="Written by others too",
        subject="trainers",
        plain=(
            "Share of a trainer's rationales that somebody else wrote too, word for word but for case and "
            "punctuation. Worth a conversation, no more."
        ),
        formula=r"\text{share of texts equal to another person's after evening out case and punctuation}",
        example="One of four rationales stands with a colleague's name too: 0.25.",
        example_value=0.25,
        example_input=(1, 4),
        distrust="Snippets that the team agreed on, and short sentences that anybody would write.",
        source="Definition; near repeats over the whole team are on the Trainers page.",
        minimum=0.0,
        maximum=1.0,
        higher_is_better=None,
    ),
)
