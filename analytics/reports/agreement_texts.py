"""Free text on the Agreement page: how alike rewrites of one item are, item by item and pair by pair of trainers."""

from __future__ import annotations

import math

import numpy as np

from analytics.reports.counts import Texts
from analytics.stats.agreement.item_agreement import ItemAgreement, agreement_classes
from analytics.stats.agreement.pairwise_kappa import PairwiseKappas
from analytics.stats.agreement.text_agreement import TextsWithin, text_pairs, texts_within
from analytics.stats.counts.functional import NO_PAIR
from analytics.stats.counts.patterns import IntArray
from analytics.text.edit_distance import token_edit_distances

ROUNDED = 12
"""Decimals of a similarity: classes and lists must fall on the same side of an edge."""


def within_items(texts: Texts) -> TextsWithin:
    """Return how far apart the texts of each unit are, by the product's distance."""
    return texts_within(texts.unit, texts.texts, distance=token_edit_distances)


def alike_by_unit(texts: Texts) -> dict[int, float]:
    """Return unit -> 1 - mean distance of its texts, for units with two texts or more, the least alike first."""
    found = within_items(texts)
    alike = np.round(1 - found.item_apart, ROUNDED)
    order = np.lexsort((found.item, alike))
    return {int(found.item[k]): float(alike[k]) for k in order}


def text_item_agreement(texts: Texts) -> ItemAgreement:
    """Return how many items have rewrites that are how alike."""
    alike = np.array(list(alike_by_unit(texts).values()), dtype=np.float64)
    size, n = np.unique(np.unique(texts.unit, return_counts=True)[1], return_counts=True)
    return ItemAgreement(
        classes=agreement_classes(alike, np.ones(alike.size, dtype=np.int64)),
        mean=float(alike.mean()) if alike.size else math.nan,
        sizes=tuple((int(a), int(b)) for a, b in zip(size, n, strict=True) if a > 1),
        undefined=None if alike.size else NO_PAIR,
    )


def text_trainer_pairs(texts: Texts, trainers: IntArray, expected: float, confidence: float) -> PairwiseKappas:
    """Return alpha of every pair of these trainers (ascending codes), places in `trainers` standing for them."""
    mine = texts.kept(np.isin(texts.trainer, trainers))
    return text_pairs(within_items(mine), np.searchsorted(trainers, mine.trainer), expected, confidence=confidence)
