"""Cells too small to show, and those that must go with them so that subtraction reveals nothing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BoolArray = npt.NDArray[np.bool_]


def suppressed_groups(n_trainers: npt.ArrayLike, floor: int) -> BoolArray:
    """Return (G,) True for groups of one axis that must not be shown when their total is.

    A group is hidden where it has fewer than `floor` trainers, or where all the others together have (each group is
    compared with the others, which would show them). Where the hidden groups together then still have fewer than
    `floor` trainers, or there is only one of them, total minus shown would give it away: the smallest shown group is
    hidden too, until that is no longer so. Groups without any trainer have nothing to hide and are left out of the
    rule, but are not shown either.

    Raises
    ------
    ValueError
        If a size is negative or `floor` below 1.

    Examples
    --------
    >>> suppressed_groups([40, 12, 3], floor=5).tolist()
    [False, True, True]
    """
    n = np.asarray(n_trainers, dtype=np.int64)
    if n.ndim != 1:
        raise ValueError(f"n_trainers must have 1 axis, got {n.ndim}.")
    return np.asarray(suppressed_cells(n[None, :], floor, complement=True)[0], dtype=np.bool_)


def suppressed_cells(n_trainers: npt.ArrayLike, floor: int, *, complement: bool = False) -> BoolArray:
    """Return (R, C) True for cells of a two-way table that must not be shown when row and column totals are.

    First every cell with 1 to `floor` - 1 trainers is hidden. Then in every row and column (of a table with more than
    one) the hidden cells must be at least two and together have at least `floor` trainers, else the smallest shown cell
    of that line is hidden too; repeated until nothing changes. Empty cells are marked as well, since there is nothing
    to show.

    Parameters
    ----------
    n_trainers : int array (R, C)
        Trainers behind each cell.
    floor : int
        Fewest trainers a shown cell may have.
    complement : bool
        Also hide cells whose row would leave fewer than `floor` trainers outside them.

    Raises
    ------
    ValueError
        If the table has not two axes, a size is negative, or `floor` is below 1.
    """
    n = np.asarray(n_trainers, dtype=np.int64)
    if n.ndim != 2:
        raise ValueError(f"n_trainers must have 2 axes, got {n.ndim}.")
    if floor < 1:
        raise ValueError(f"floor must be at least 1, got {floor}.")
    if n.size and n.min() < 0:
        raise ValueError(f"n_trainers must not be negative, got {n.min()}.")
    hidden = (n > 0) & (n < floor)
    if complement:
        hidden |= (n > 0) & (n.sum(axis=1, keepdims=True) - n < floor)
    changed = True
    while changed:
        changed = False
        for lines, marks in ((n, hidden), (n.T, hidden.T)):
            if lines.shape[1] < 2:
                continue
            for line, mark in zip(lines, marks, strict=True):
                changed |= _complete(line, mark, floor)
    return np.asarray(hidden | (n == 0), dtype=np.bool_)


def _complete(line: npt.NDArray[np.int64], mark: BoolArray, floor: int) -> bool:
    """Hide further cells of one line, in place, until its hidden cells protect each other; return whether any was."""
    any_hidden = False
    while mark.any() and (mark.sum() < 2 or line[mark].sum() < floor):
        shown = np.flatnonzero(~mark & (line > 0))
        if not shown.size:
            break
        mark[shown[np.argmin(line[shown])]] = True
        any_hidden = True
    return any_hidden
