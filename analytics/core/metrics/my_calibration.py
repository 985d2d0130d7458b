"""What a trainer sees of their own work, explained: figures made from sums alone, and the anonymous band."""

from __future__ import annotations

from analytics.core.metrics.metric import Metric

METRICS: tuple[Metric, ...] = (
    Metric(
        name="own_severity",
        title="Scale points against colleagues",
        subject="trainers",
        plain="How much higher (+) or lower (-) one trainer scores than the others on the same items, on average.",
        formula=r"\frac{1}{n}\sum_i \left(y_{ij} - \frac{1}{m_i - 1}\sum_{k \ne j} y_{ik}\right)",
        example="Two items: I say 3 where the others' mean is 4, and 2 where it is 2. (-1 + 0) / 2 = -0.5.",
        example_value=-0.5,
        example_input=[-1.0, 0.0],
        distrust=(
            "It is not drawn towards the team's mean as severity on the Trainers page is, so it is larger where "
            "judgments are few; and the others may be the ones who are off."
        ),
        source="Mean of leave-one-out differences; compare Gao, Owen 2017, doi:10.1214/17-EJS1236.",
        levels=frozenset({"ordinal", "interval", "ratio"}),
        higher_is_better=None,
    ),
    Metric(
        name="own_relative_time",
        title="Time against colleagues",
        subject="trainers",
        plain="One trainer's time over that of the others on the same items: 1 is as long, 2 twice as long.",
        formula=r"\exp\frac{1}{n}\sum_i \left(\ln t_{ij} - \frac{1}{m_i - 1}\sum_{k \ne j} \ln t_{ik}\right)",
        example="Twice as long on one item and as long on another: exp(ln(2) / 2) = 1.41.",
        example_value=2**0.5,
        example_input=[0.6931471805599453, 0.0],
        distrust="Open tabs and breaks count as time. Neither fast nor slow is good in itself.",
        source="Mean log ratio; compare van der Linden 2006, doi:10.3102/10769986031002181.",
        minimum=0.0,
        higher_is_better=None,
    ),
    Metric(
        name="own_change",
        title="Change in agreement",
        subject="trainers",
        plain=(
            "Agreement beyond the items in the later half of the periods minus that in the earlier half: above 0 you "
            "are getting closer to colleagues. Over several criteria the surer changes count more."
        ),
        formula=(
            r"\bar e_{\text{later}} - \bar e_{\text{earlier}},\quad "
            r"\text{over criteria } \sum_c w_c d_c / \sum_c w_c,\ w_c = 1/\mathrm{se}_c^2"
        ),
        example="0.1 in an earlier period, 0.3 in a later one of as many judgments: +0.2.",
        example_value=0.2,
        example_input=[0.1, 0.3],
        distrust=(
            "Colleagues change too: closer is not righter. Selecting other days moves the middle between the halves."
        ),
        source="Difference of two means, normal interval; inverse-variance weights.",
        minimum=-1.0,
        maximum=1.0,
    ),
    Metric(
        name="peer_band",
        title="Middle half of colleagues",
        subject="trainers",
        plain=(
            "Half of the other trainers lie within it, a quarter below and a quarter above; the line is the one in the "
            "middle. Rounded to coarse steps, and hidden below five colleagues with enough judgments."
        ),
        formula=r"[Q_{0.25},\ Q_{0.75}]\ \text{over the other trainers, each to the nearest step}",
        example="Others at .60, .70, .70, .80, .90: quartiles .70 and .80, middle .70.",
        distrust=(
            "Colleagues judged partly other items, and some only few: a value outside the band is no verdict as long "
            "as the interval reaches into it. It is no target either."
        ),
        source="Hyndman, Fan 1996, doi:10.1080/00031305.1996.10473566 (type 7).",
        higher_is_better=None,
    ),
)
