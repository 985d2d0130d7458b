"""The register of pages, in the order of the navigation: a new page is one entry here and one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analytics.core.scope import Role

ROOT = Path(__file__).resolve().parents[2]
HOME = "home"
"""The name Streamlit keeps for the page it serves at /; no page may be called so, or it cannot be opened by name."""

PROJECT_AND_TIME = ("projects", "criteria", "period")
EVERY_FILTER = (*PROJECT_AND_TIME, "teams", "trainers", "topics", "languages", "guideline_versions", "batches")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageEntry:
    """One page.

    Attributes
    ----------
    name : str
        File name in pages/ without .py, and the address: /<name>.
    title, icon : str
        Title in the navigation and on the page; a Material shortcode.
    group : str
        Heading it stands under in the navigation.
    roles : tuple of Role
        Who may open it; for everybody else it does not exist.
    question : str
        The one question it answers, printed under its title.
    filters : tuple of str
        Which filters the sidebar offers on it; see analytics.ui.filters.
    command : str
        The command of `python -m analytics` that gives the page's numbers; empty where there is none.
    """

    name: str
    title: str
    icon: str
    group: str
    roles: tuple[Role, ...]
    question: str
    filters: tuple[str, ...] = EVERY_FILTER
    command: str = ""

    @property
    def file(self) -> Path:
        """Return the page's file."""
        return ROOT / "pages" / f"{self.name}.py"


_LEAD: tuple[Role, ...] = ("lead",)
_STEERING: tuple[Role, ...] = ("lead", "manager")
_ALL: tuple[Role, ...] = ("lead", "manager", "trainer")

PAGES: tuple[PageEntry, ...] = (
    PageEntry(
        name="overview",
        title="Overview",
        icon=":material/space_dashboard:",
        group="Monitor",
        roles=_STEERING,
        question="Is quality all right, and what changed that is real?",
        command="overview",
    ),
    PageEntry(
        name="my_calibration",
        title="My calibration",
        icon=":material/person:",
        group="Monitor",
        roles=("trainer",),
        question="How am I doing, and what can I learn today?",
        filters=PROJECT_AND_TIME,
    ),
    PageEntry(
        name="agreement",
        title="Agreement",
        icon=":material/handshake:",
        group="Monitor",
        roles=_LEAD,
        question="How far can these labels be trusted, and where not?",
        command="agreement",
    ),
    PageEntry(
        name="trainers",
        title="Trainers",
        icon=":material/groups:",
        group="Monitor",
        roles=_LEAD,
        question="Who needs help, and with what?",
        command="trainers",
    ),
    PageEntry(
        name="guideline_gaps",
        title="Guideline gaps",
        icon=":material/rule:",
        group="Monitor",
        roles=("manager",),
        question="Which rule should be rewritten first, and what would it gain?",
        command="gaps",
    ),
    PageEntry(
        name="hotspots",
        title="Hotspots",
        icon=":material/local_fire_department:",
        group="Monitor",
        roles=_STEERING,
        question="What do people disagree about, and why?",
        command="hotspots",
    ),
    PageEntry(
        name="sensitive_content",
        title="Sensitive content",
        icon=":material/health_and_safety:",
        group="Monitor",
        roles=_LEAD,
        question="Are difficult topics judged well, fairly, and by people who are not overexposed?",
        command="groups",
    ),
    PageEntry(
        name="preferences",
        title="Preferences",
        icon=":material/compare_arrows:",
        group="Monitor",
        roles=_STEERING,
        question="Can a reward model learn from these comparisons?",
        command="preferences",
    ),
    PageEntry(
        name="data_health",
        title="Data health",
        icon=":material/database:",
        group="Data",
        roles=_STEERING,
        question="What came in, what was set aside, and what can the data not answer?",
        command="health",
    ),
    PageEntry(
        name="methods",
        title="Methods",
        icon=":material/menu_book:",
        group="Help",
        roles=_ALL,
        question="What does this number mean, and when should I not trust it?",
        filters=(),
    ),
)


def existing() -> tuple[PageEntry, ...]:
    """Return the registered pages whose file is there."""
    return tuple(entry for entry in PAGES if entry.file.is_file())


def pages_for(role: Role) -> tuple[PageEntry, ...]:
    """Return the pages a role may open, in order."""
    return tuple(entry for entry in existing() if role in entry.roles)


def grouped(entries: Sequence[PageEntry]) -> dict[str, list[PageEntry]]:
    """Return pages by heading, both in the order they are registered."""
    groups: dict[str, list[PageEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry)
    return groups


def entry(name: str) -> PageEntry:
    """Return the page registered under `name`; KeyError where nobody registered it."""
    for one in PAGES:
        if one.name == name:
            return one
    raise KeyError(name)
