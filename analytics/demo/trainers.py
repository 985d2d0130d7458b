"""The simulated team: who is in it, where they work, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from analytics.demo.behaviour import BoolArray, FloatArray, IntArray
from analytics.demo.programme import FIRST_DAY, GENERAL, HEALTH, PROJECTS, SAFETY

_PEOPLE = (
    "Amara Okafor|en-GB", "Jonas Lindqvist|de-DE", "Priya Raman|hi-IN", "Mateo Ferrer|es-ES", "Yuki Tanabe|ja-JP",
    "Claire Dumont|fr-FR", "Tiago Moreira|pt-BR", "Hannah Brandt|de-DE", "Leah Goldwyn|en-US",
    "Darnell Hayes|en-US", "Sofia Marchetti|en-GB", "Arjun Deshpande|hi-IN", "Camille Roux|fr-FR",
    "Rafael Nogueira|pt-BR", "Mei Kurokawa|ja-JP", "Lucia Herrero|es-ES", "Owen Pritchard|en-GB",
    "Naledi Khumalo|en-GB", "Felix Hartmann|de-DE", "Grace Whitfield|en-US", "Kenji Morimoto|ja-JP",
    "Ines Caldeira|pt-BR", "Samir Haddad|fr-FR", "Anjali Bhat|hi-IN", "Tomas Vidal|es-ES", "Ruth Ellingson|en-US",
    "Elif Aydin|de-DE", "Marcus Bell|en-US", "Noor Rahimi|en-GB", "Beatriz Campos|pt-BR", "Henrik Solberg|de-DE",
    "Ayesha Siddiqui|en-GB", "Julien Perrin|fr-FR", "Wanjiru Kamau|en-GB", "Pablo Ibarra|es-ES", "Sakura Ono|ja-JP",
    "Caleb Thornton|en-US", "Divya Nair|hi-IN", "Greta Vogel|de-DE", "Luana Pires|pt-BR", "Simon Achterberg|en-GB",
    "Mina Farrokh|en-US", "Adaeze Nwosu|en-GB", "Bastien Colin|fr-FR", "Rohan Mehta|hi-IN", "Elena Castell|es-ES",
    "Walter Steiner|de-DE", "Joy Carrington|en-US", "Haruto Fujii|ja-JP", "Vera Lindholm|en-GB",
    "Dalia Mansour|en-US", "Nuno Teixeira|pt-BR", "Margit Olsen|de-DE", "Isaac Freeman|en-US", "Kavya Iyer|hi-IN",
    "Odile Fournier|fr-FR", "Ramon Quiroga|es-ES", "Tess Calloway|en-US",
)  # fmt: skip
_JUDGES = ("Alder judge", "Birch judge")
_POOLS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (24, (GENERAL,)), (4, (GENERAL, SAFETY)), (14, (HEALTH,)), (16, (SAFETY,)), (2, (GENERAL, SAFETY)),
)  # fmt: skip
_TEAMS = {
    GENERAL: ("Aurora", "Harbour", "Meridian"),
    HEALTH: ("Clinic desk", "Law desk"),
    SAFETY: ("Compass", "Lantern"),
}
_EXPERTISE = {
    GENERAL: ("general", "coding", "languages", "science"), HEALTH: ("medicine", "law"),
    SAFETY: ("policy", "linguistics"),
}  # fmt: skip
_REGIONS = {"en-US": "Americas", "pt-BR": "Americas", "ja-JP": "Asia", "hi-IN": "Asia"}
AGE_BANDS = ("18-29", "30-44", "45+")
_GENDERS = ("woman", "man", "woman", "man", "woman", "man", "woman", "man", "woman", "nonbinary")
N_NEWCOMERS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """The M trainers as arrays.

    Attributes
    ----------
    ids : object array (M,)
        trainer_id.
    member : bool array (M, 3)
        Which projects each works for, in the order of PROJECTS.
    locale, age_band : object array (M,)
        Locale such as "de-DE", and age band; "" for models.
    model : bool array (M,)
        True for model judges.
    start_day : int array (M,)
        First working day, negative before the programme began.
    newcomer : bool array (M,)
        True for people who joined while the programme ran.
    activity : float array (M,)
        Relative amount of work.
    severity : float array (M,)
        Small honest differences in severity, in points of a five-label scale.
    pace : float array (M,)
        Log of the trainer's time relative to the team's.
    frame : pandas.DataFrame
        The contract's `trainers` table.
    """

    ids: np.ndarray
    member: BoolArray
    locale: np.ndarray
    age_band: np.ndarray
    model: BoolArray
    start_day: IntArray
    newcomer: BoolArray
    activity: FloatArray
    severity: FloatArray
    pace: FloatArray
    frame: pd.DataFrame

    def pool(self, project: str) -> IntArray:
        """Return the people (not models) who work for a project."""
        return np.flatnonzero(self.member[:, PROJECTS.index(project)] & ~self.model)


def make_team(rng: np.random.Generator) -> Team:
    """Return the team: 58 people and 2 model judges."""
    pools = [projects for n, projects in _POOLS for _ in range(n)]
    n_people, n = len(_PEOPLE), len(pools)
    people = [person.split("|") for person in _PEOPLE]
    model = np.arange(n) >= n_people
    ids = np.array(
        [f"t-{k + 1:03d}" for k in range(n_people)] + [f"m-{k + 1:02d}" for k in range(n - n_people)], object
    )
    locale = np.array([p[1] for p in people] + [""] * (n - n_people), dtype=object)
    newcomer = np.zeros(n, dtype=bool)
    for project, joined in ((GENERAL, 2), (HEALTH, 1), (SAFETY, 1)):
        own = [k for k in range(n_people) if pools[k] == (project,)]
        newcomer[rng.choice(own, joined, replace=False)] = True
    start_day = -rng.integers(40, 700, n)
    start_day[newcomer] = 7 * rng.integers(2, 5, int(newcomer.sum()))
    ages = _ages(rng, pools, n_people)
    return Team(
        ids=ids,
        member=np.array([[project in pool for project in PROJECTS] for pool in pools]),
        locale=locale,
        age_band=ages,
        model=model,
        start_day=start_day,
        newcomer=newcomer,
        activity=np.where(model, 1.0, rng.lognormal(0.0, 0.25, n)),
        severity=np.where(model, 0.05, rng.normal(0.0, 0.08, n)),
        pace=np.where(model, -3.0, rng.normal(0.0, 0.22, n)),
        frame=_frame(rng, pools, people, ids, model, start_day, ages),
    )


def _ages(rng: np.random.Generator, pools: list[tuple[str, ...]], n_people: int) -> np.ndarray:
    """Deal age bands evenly within each main project, so that every group is large enough to be compared."""
    ages = np.full(len(pools), "", dtype=object)
    for project in PROJECTS:
        own = np.array([k for k in range(n_people) if pools[k][-1] == project])
        ages[rng.permutation(own)] = [AGE_BANDS[k % 3] for k in range(own.size)]
    return ages


def _frame(
    rng: np.random.Generator, pools: list[tuple[str, ...]], people: list[list[str]], ids: np.ndarray,
    model: BoolArray, start_day: IntArray, ages: np.ndarray,
) -> pd.DataFrame:  # fmt: skip
    started = [FIRST_DAY + timedelta(days=int(day)) for day in start_day]
    genders = rng.permutation([_GENDERS[k % len(_GENDERS)] for k in range(len(people))])
    rows = []
    for k, pool in enumerate(pools):
        person = not model[k]
        teams, skills = _TEAMS[pool[0]], _EXPERTISE[pool[0]]
        locale = people[k][1] if person else None
        skill = "languages" if locale and not locale.startswith("en") and pool[0] == GENERAL and k % 2 else None
        rows.append(
            {
                "trainer_id": ids[k],
                "display_name": people[k][0] if person else _JUDGES[k - len(people)],
                "team": teams[k % len(teams)] if person else None,
                "locale": locale,
                "expertise": skill or skills[k // len(teams) % len(skills)] if person else None,
                "cohort": f"{started[k].year}-Q{(started[k].month - 1) // 3 + 1}" if person else None,
                "started_on": started[k],
                "kind": "human" if person else "model",
                "group_age_band": ages[k] if person else None,
                "group_gender": str(genders[k]) if person else None,
                "group_region": _REGIONS.get(str(locale), "Europe") if person else None,
            }
        )
    return pd.DataFrame(rows)
