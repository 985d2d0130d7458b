"""The items: prompts, responses, and the attributes that analyses slice by."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.demo.behaviour import BoolArray, FloatArray, IntArray
from analytics.demo.content import Topic, languages, phrases, topics
from analytics.demo.planted import SLICE_PAIR
from analytics.demo.programme import (
    CRITERIA,
    GENERAL,
    ITEM_SHARE,
    MODELS,
    N_WEEKS,
    NEW_MODEL,
    PREFIX,
    PROJECTS,
    TASK_SECTIONS,
    TASK_SHARES,
)  # fmt: skip

ALL_MODELS = (*MODELS, NEW_MODEL)
NEW_MODEL_WEEK = 12
NEW_MODEL_SHARE = 0.65
_MODEL_WEIGHTS = (0.22, 0.26, 0.24, 0.28)
_SENTENCES = {"atlas-2": 3, "atlas-3": 4, "borealis-1": 4, "cedar-mini": 2, "dune-preview": 3}
_OTHER_LANGUAGE = 0.42
_FLAWED = 0.88
_MAX_RESPONSES = 4
COMPARED_IDS, SINGLE_IDS = ("A", "B"), ("r1", "r2", "r3", "r4")


@dataclass(frozen=True, kw_only=True, slots=True)
class Items:
    """The N items as arrays.

    Attributes
    ----------
    ids : object array (N,)
    project, topic, week : int array (N,)
        Index into PROJECTS, into `content.topics()`, and the week its batch is worked on.
    task, language, section, subject : object array (N,)
    models : int array (N, 4)
        Index into ALL_MODELS of each response, -1 where there is none.
    words : float array (N, 4)
        Length of each response in words.
    quality : float array (N, 4)
        Standard normal quality of each response beyond its model's.
    prompt_words : float array (N,)
    asked : bool array (N, C)
        Which of CRITERIA each item is judged under.
    flawed : bool array (N,)
        True where a rewrite has something to mend.
    sentences : list of list of str
        The first response of each item, sentence by sentence.
    frame : pandas.DataFrame
        The contract's `items` table.
    """

    ids: np.ndarray
    project: IntArray
    topic: IntArray
    week: IntArray
    task: np.ndarray
    language: np.ndarray
    section: np.ndarray
    subject: np.ndarray
    models: IntArray
    words: FloatArray
    quality: FloatArray
    prompt_words: FloatArray
    asked: BoolArray
    flawed: BoolArray
    sentences: list[list[str]]
    frame: pd.DataFrame

    def named(self, **wanted: str) -> BoolArray:
        """Return which items (N,) have these values in columns of the items table."""
        found = np.ones(self.ids.size, dtype=bool)
        for column, value in wanted.items():
            found &= (self.frame[column] == value).to_numpy()
        return found


def make_items(rng: np.random.Generator, n_items: int) -> Items:
    """Return `n_items` items, dealt over the projects in their fixed shares."""
    shares = np.array([ITEM_SHARE[p] for p in PROJECTS])
    counts = np.floor(shares * n_items).astype(np.int64)
    counts[0] += n_items - counts.sum()
    project = np.repeat(np.arange(len(PROJECTS)), counts)
    number = np.concatenate([np.arange(1, c + 1) for c in counts])
    ids = np.array([f"{PREFIX[PROJECTS[p]]}-{k:05d}" for p, k in zip(project, number, strict=True)], dtype=object)
    topic, task = np.empty(n_items, dtype=np.int64), np.empty(n_items, dtype=object)
    for p, name in enumerate(PROJECTS):
        own = project == p
        where = [k for k, t in enumerate(topics()) if t.project == name]
        weights = np.array([topics()[k].weight for k in where])
        topic[own] = rng.choice(where, int(own.sum()), p=weights / weights.sum())
        kinds = list(TASK_SHARES[name])
        task[own] = rng.choice(np.array(kinds, dtype=object), int(own.sum()), p=[TASK_SHARES[name][k] for k in kinds])
    week = rng.integers(0, N_WEEKS, n_items)
    models = _models(rng, project, task, week)
    quality = rng.normal(size=(n_items, _MAX_RESPONSES))
    flawed = (task == "rewrite") & (rng.random(n_items) < _FLAWED)
    drawn = _texts(rng, ids, topic, task, models, quality, flawed)
    asked = np.zeros((n_items, len(CRITERIA)), dtype=bool)
    for c, criterion in enumerate(CRITERIA):
        fits = (project == PROJECTS.index(criterion.project)) & (task == criterion.task)
        asked[:, c] = fits & (rng.random(n_items) < criterion.ask)
    _ask_both(asked)
    _ask_something(asked, project, task)
    frame = drawn.frame
    frame.insert(1, "project", [PROJECTS[p] for p in project])
    _ask_in_slice(asked, frame)
    return Items(
        ids=ids, project=project, topic=topic, week=week, task=task, language=frame["language"].to_numpy(dtype=object),
        section=frame["guideline_section"].to_numpy(dtype=object), subject=drawn.subject, models=models,
        words=drawn.words, quality=quality, prompt_words=frame["prompt_words"].to_numpy(dtype=np.float64), asked=asked,
        flawed=flawed, sentences=drawn.sentences, frame=frame,
    )  # fmt: skip


def _ask_both(asked: BoolArray) -> None:
    """Ask for the rating of answer B wherever that of answer A is asked."""
    a, b = (
        next(c for c, x in enumerate(CRITERIA) if x.criterion == name) for name in ("helpfulness_a", "helpfulness_b")
    )
    asked[:, b] = asked[:, a]


def _ask_in_slice(asked: BoolArray, frame: pd.DataFrame) -> None:
    """Ask for factual accuracy throughout the planted slice of two conditions, so that it is large enough to find."""
    column = next(c for c, a in enumerate(CRITERIA) if (a.project, a.criterion) == (GENERAL, "factual_accuracy"))
    inside = (frame["project"] == GENERAL) & (frame["task_type"] == CRITERIA[column].task)
    for name, value in SLICE_PAIR.items():
        inside &= frame[name] == value
    asked[inside.to_numpy(), column] = True


def _ask_something(asked: BoolArray, project: IntArray, task: np.ndarray) -> None:
    """Give every item at least the criterion most often asked on its kind."""
    for p, name in enumerate(PROJECTS):
        for kind in TASK_SHARES[name]:
            fits = [c for c, x in enumerate(CRITERIA) if x.project == name and x.task == kind]
            first = max(fits, key=lambda c: CRITERIA[c].ask)
            bare = (project == p) & (task == kind) & ~asked.any(axis=1)
            asked[bare, first] = True


def _models(rng: np.random.Generator, project: IntArray, task: np.ndarray, week: IntArray) -> IntArray:
    """Return which models answered (N, 4), without repeats within an item."""
    n = project.size
    keys = rng.exponential(size=(n, len(MODELS))) / np.array(_MODEL_WEIGHTS)
    order = np.argsort(keys, axis=1).astype(np.int64)
    wanted = np.where(task == "compare", 2, np.where(task == "rank", rng.integers(3, 5, n), 1))
    order[np.arange(_MAX_RESPONSES) >= wanted[:, None]] = -1
    fresh = (project == PROJECTS.index(GENERAL)) & (task == "rate") & (week >= NEW_MODEL_WEEK)
    order[fresh & (rng.random(n) < NEW_MODEL_SHARE), 0] = len(MODELS)
    return order


@dataclass(frozen=True, kw_only=True, slots=True)
class _Drawn:
    subject: np.ndarray
    words: FloatArray
    sentences: list[list[str]]
    frame: pd.DataFrame


def _texts(
    rng: np.random.Generator, ids: np.ndarray, topic: IntArray, task: np.ndarray, models: IntArray,
    quality: FloatArray, flawed: BoolArray,
) -> _Drawn:  # fmt: skip
    n = ids.size
    dice = rng.integers(0, 2**31, size=(n, 7 + 6 * _MAX_RESPONSES))
    foreign, heavy = rng.random(n) < _OTHER_LANGUAGE, rng.random(n)
    spoken = languages()
    codes = sorted(spoken)
    subjects = np.empty(n, dtype=object)
    words = np.zeros((n, _MAX_RESPONSES))
    sentences: list[list[str]] = []
    rows = []
    for i in range(n):
        about, die = topics()[topic[i]], dice[i].tolist()
        language = codes[die[0] % len(codes)] if foreign[i] and about.name in spoken[codes[0]]["prompts"] else "en"
        subject = _pick(about.subjects, die[1])
        prompt = _prompt(about, language, subject, die)
        name = [ALL_MODELS[m] for m in models[i] if m >= 0]
        texts = [
            _response(about, language, subject, model, float(quality[i, r]), bool(flawed[i]), die[7 + 6 * r :])
            for r, model in enumerate(name)
        ]
        keys = COMPARED_IDS if task[i] == "compare" else SINGLE_IDS
        responses = [{"id": keys[r], "text": " ".join(texts[r]), "model": model} for r, model in enumerate(name)]
        for r, response in enumerate(responses):
            words[i, r] = n_words(response["text"])
        subjects[i] = subject
        sentences.append(texts[0])
        rows.append(
            {
                "item_id": ids[i],
                "prompt": prompt,
                "responses": json.dumps(responses, ensure_ascii=False),
                "topic": about.name,
                "language": language,
                "domain": about.domain,
                "guideline_section": TASK_SECTIONS.get(task[i], about.section)
                if about.project == GENERAL
                else about.section,
                "sensitive": about.sensitive,
                "task_type": task[i],
                "severity": ("severe" if heavy[i] < about.severe else "mild") if about.sensitive else "none",
                "response_model": " / ".join(sorted(name)),
                "prompt_words": int(n_words(prompt)),
                "response_words": int(words[i].sum()),
            }
        )
    return _Drawn(subject=subjects, words=words, sentences=sentences, frame=pd.DataFrame(rows))


def n_words(text: str) -> int:
    """Return the length of a text in words; a script without blanks counts six characters as two words."""
    blanks = len(text.split())
    return blanks if blanks * 12 > len(text) else max(blanks, len(text) // 3)


def _pick(choices: tuple[str, ...] | list[str], die: int) -> str:
    return choices[die % len(choices)]


def _prompt(about: Topic, language: str, subject: str, die: list[int]) -> str:
    if language == "en":
        texts, limits = about.prompts, phrases()["limits"]
    else:
        texts, limits = languages()[language]["prompts"][about.name], languages()[language]["limits"]
    limit = _pick(limits, die[3]).format(n=2 + die[4] % 8)
    return f"{_pick(texts, die[2]).format(s=subject)} {limit}"


def _response(
    about: Topic, language: str, subject: str, model: str, quality: float, flawed: bool, die: list[int]
) -> list[str]:
    """Return one response, sentence by sentence."""
    said = phrases()
    points = list(about.points) if language == "en" else list(languages()[language]["points"])
    wanted = min(len(points), max(1, _SENTENCES[model] + die[0] % 3 - 1))
    start, step = die[1] % len(points), 1 if die[2] % 2 else len(points) - 1
    chosen = [_capital(points[(start + k * step) % len(points)].format(s=subject)) for k in range(wanted)]
    if language != "en":
        return chosen
    if quality < -0.8:
        chosen.insert(1, _pick(said["weak"], die[3]))
    if flawed:
        chosen.insert(1, _pick(said["flaw"], die[4]))
    ending = [_pick(said["endings"], die[5])] if die[5] % 3 == 0 else []
    return [_pick(said["voice"][model], die[4]), *chosen, *ending]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
