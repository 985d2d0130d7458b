"""One entry of the metric registry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """A number that pages may show, explained once for the pages, the terminal and the Methods page.

    Attributes
    ----------
    name : str
        Key in JSON and code, the coefficient in full: "krippendorff_alpha".
    title : str
        As a page writes it: "Krippendorff's alpha".
    subject : {"agreement", "trainers", "hotspots", "preferences", "data"}
        The chapter of the Methods page it stands in.
    plain : str
        One or two sentences in a QA lead's words.
    formula : str
        LaTeX without the dollar signs.
    example : str
        A worked example small enough to check by hand, in words and figures.
    example_value : float or None
        The value the worked example states; a test computes it anew from `example_input`.
    example_input : object
        What the test feeds to the statistic; None where the example is words alone.
    distrust : str
        When not to trust it.
    source : str
        Author, year, DOI or title.
    levels : frozenset of str
        The levels of measurement it is defined for; empty means it does not depend on one.
    minimum, maximum : float
        The range of possible values.
    higher_is_better : bool or None
        None where neither direction is good in itself.
    """

    name: str
    title: str
    subject: str
    plain: str
    formula: str
    example: str
    distrust: str
    source: str
    example_value: float | None = None
    example_input: object = None
    levels: frozenset[str] = frozenset()
    minimum: float = float("-inf")
    maximum: float = float("inf")
    higher_is_better: bool | None = True
