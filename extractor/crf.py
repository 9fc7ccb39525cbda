"""Conditional random fields: CRFsuite model files read into arrays, and Viterbi over many sentences at once.

Scores are summed as underthesea's tagger sums them (template by template, then transition, then emission, in doubles),
so that ties fall the same way: with the same features the labels are the same, not nearly the same.
Source of the file format: N. Okazaki, CRFsuite, `crf1d_model.c` and `cqdb.c`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_HEADER = struct.Struct("<4sI4s9I")
_QUARKS = struct.Struct("<4s5I")
_FEATURE = np.dtype([("type", "<u4"), ("from", "<u4"), ("to", "<u4"), ("weight", "<f8")])
#: underthesea leaves out a weight that is no larger than this.
_SMALLEST = 1e-10
#: So many sentences are not worth the fixed costs of going side by side.
FEW = 4
#: With more labels of a token left on average, it is quicker to look at all of them.
MANY = 5
#: A label is left out of a search only if it is worse by more than rounding can make it.
_MARGIN = 1e-6


#: The weight of label j behind label i by [j][i]; the most that label j can win over label i behind them by [i][j]; the
#: largest weight of label j behind any by [j].
_Moves = tuple[list[list[float]], list[list[float]], list[float]]


class LayoutError(ValueError):
    """A model file is not of the known layout."""


@dataclass(slots=True, frozen=True)
class Model:
    """A linear-chain model of A attributes and L labels.

    `weights` has the shape (A + 1, L), its last row is zero and stands for attributes that the model does not know.
    `transitions[i, j]` is the weight of label j behind label i, `gains[i, j]` the most that label j can win over label
    i by what stands about it, `reach[i, j]` by what stands behind it.
    """

    labels: list[str]
    weights: Floats
    transitions: Floats
    gains: Floats
    reach: Floats


def read_model(data: bytes) -> tuple[Model, list[str]]:
    """The model that a CRFsuite file holds, and its attributes by number, strings such as `T[0].lower=hà`.

    Raises `LayoutError` where it is no such file.
    """
    try:
        magic, size, kind, version, _, n_labels, n_attributes, features, labels, attributes, *_ = _HEADER.unpack_from(
            data
        )
        if (magic, kind, version, size) != (b"lCRF", b"FOMC", 100, len(data)):
            raise LayoutError("not a CRFsuite model of version 100")
        strings = _quarks(data, attributes, n_attributes)
        return _model(_quarks(data, labels, n_labels), n_attributes, data, features), strings
    except (struct.error, UnicodeDecodeError, IndexError, ValueError) as error:
        raise LayoutError(str(error)) from error


def _quarks(data: bytes, start: int, count: int) -> list[str]:
    """The strings of a CQDB section by number."""
    magic, _, _, _, found, back = _QUARKS.unpack_from(data, start)
    if magic != b"CQDB" or found != count:
        raise LayoutError("not a CQDB section of the size that the header says")
    places = np.frombuffer(data, "<u4", count, start + back).astype(np.int64) + start
    raw = np.frombuffer(data, np.uint8)
    stored, lengths = (raw[(places + at)[:, None] + np.arange(4)].view("<u4")[:, 0].astype(np.int64) for at in (0, 4))
    begins, ends = places + 8, places + 7 + lengths
    if (stored != np.arange(count)).any() or (lengths < 1).any() or raw[ends].any():
        raise LayoutError("a string is not where the CQDB section says")
    strings = [data[begin:end].decode() for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
    if len(set(strings)) != count or any("\0" in string for string in strings):
        raise LayoutError("a string stands twice in a CQDB section, or is not ended")
    return strings


def _model(labels: list[str], attributes: int, data: bytes, start: int) -> Model:
    if data[start : start + 4] != b"FEAT":
        raise LayoutError("no FEAT section where the header says")
    (count,) = struct.unpack_from("<I", data, start + 8)
    found = np.frombuffer(data, _FEATURE, count, start + 12)
    weights = np.zeros((attributes + 1, len(labels)))
    transitions = np.zeros((len(labels), len(labels)))
    state, move = found[found["type"] == 0], found[found["type"] == 1]
    if len(state) + len(move) != count or (len(state) and int(state["from"].max()) >= attributes):
        raise LayoutError("a feature of a kind or number that is not known")
    weights[state["from"], state["to"]] = np.where(np.abs(state["weight"]) > _SMALLEST, state["weight"], 0.0)
    transitions[move["from"], move["to"]] = move["weight"]
    return Model(labels, weights, transitions, *_gains(transitions))


def _gains(transitions: Floats) -> tuple[Floats, Floats]:
    before = (transitions[:, None, :] - transitions[:, :, None]).max(axis=0)
    behind = (transitions[None, :, :] - transitions[:, None, :]).max(axis=2)
    reach = np.maximum(behind, 0) + _MARGIN
    return np.maximum(before, 0) + reach, reach


def emissions(weights: Floats, rows: Ints) -> Floats:
    """The sums, shape (n, L), of the weights of n tokens' attributes; `rows`, shape (templates, n), are in order."""
    total: Floats = weights.take(rows[0], axis=0)
    part = np.empty_like(total)
    for row in rows[1:]:
        weights.take(row, axis=0, out=part, mode="clip")
        total += part
    return total


def best_labels(emission: Floats, lengths: Ints, model: Model) -> Ints:
    """The best labels, shape (n,), of the tokens of all sentences, in order; `emission` has the shape (n, L).

    Sentences of about the same length go side by side; few, or long ones that none can go beside, one by one.
    """
    labels = np.empty(len(emission), np.int64)
    order = np.argsort(-lengths, kind="stable")
    longest = 2 * int(lengths[order[FEW]]) if len(order) > FEW and len(model.labels) > 2 else -1
    alone = lengths > longest
    if alone.all():
        return np.array(_best_paths(emission, lengths.tolist(), model), np.int64)
    if alone.any():
        inside = np.repeat(alone, lengths)
        labels[inside] = _best_paths(emission[inside], lengths[alone].tolist(), model)
    _side_by_side(emission, lengths, order[~alone[order]], model.transitions, labels)
    return labels


def _best_paths(emission: Floats, lengths: list[int], model: Model) -> list[int]:
    """The labels of sentences one by one, among those that can be on a best path, whatever stands about them."""
    top = emission.argmax(axis=1)
    kept = emission + model.gains.take(top, axis=0) >= emission.max(axis=1)[:, None]
    if np.count_nonzero(kept) > MANY * len(kept):
        ends = np.cumsum(lengths).tolist()
        return [
            label
            for length, end in zip(lengths, ends, strict=True)
            for label in _full_path(emission[end - length : end], model.transitions)
        ]
    columns, values = kept.nonzero()[1].tolist(), emission[kept].tolist()
    stops = [0, *np.cumsum(kept.sum(axis=1)).tolist()]
    moves = model.transitions.T.tolist(), model.reach.tolist(), model.transitions.max(axis=0).tolist()
    path: list[int] = []
    start = 0
    for length in lengths:
        if length:
            _best_path(columns, values, stops[start : start + length + 1], moves, path)
        start += length
    return path


def _best_path(columns: list[int], values: list[float], stops: list[int], moves: _Moves, path: list[int]) -> None:
    """Add the labels of one sentence to `path`.

    Token k may have the labels columns[stops[k]:stops[k + 1]] with those values. Labels so far behind that they cannot
    catch up are dropped on the way; while but one is left, all before it is settled.
    """
    behind, reach, ceilings = moves
    begin, end = stops[0], stops[1]
    labels, sums = columns[begin:end], values[begin:end]
    one, score = labels[0], sums[0]
    alone = end - begin == 1
    #: What is not settled: the labels of a token, and for each label of the next which of them is best before it.
    ways: list[tuple[list[int], list[int]]] = []
    for begin, end in pairwise(stops[1:]):
        if alone:
            path.append(one)
            if end - begin == 1:
                label = columns[begin]
                score = score + behind[label][one] + values[begin]
                one = label
                continue
            labels = columns[begin:end]
            sums = [score + behind[label][one] + value for label, value in zip(labels, values[begin:end], strict=True)]
            best = max(sums)
            chances = reach[labels[sums.index(best)]]
            left = [k for k, label in enumerate(labels) if sums[k] + chances[label] >= best]
            if len(left) < len(labels):
                labels, sums = [labels[k] for k in left], [sums[k] for k in left]
            alone = len(labels) == 1
            one, score = labels[0], sums[0]
            continue
        before, scores = labels, sums
        labels, nearest, sums = [], [], []
        highest = max(scores)
        one = before[scores.index(highest)]
        # What the labels win at least (behind the best of those before them), and at most.
        least = [highest + behind[columns[k]][one] + values[k] for k in range(begin, end)]
        best = max(least)
        chances = reach[columns[begin + least.index(best)]]
        for k in range(begin, end):
            label, value = columns[k], values[k]
            if highest + ceilings[label] + value + chances[label] >= best:
                move = behind[label]
                found = [score + move[old] for score, old in zip(scores, before, strict=True)]
                score = max(found)
                if score + value + chances[label] >= best:
                    labels.append(label)
                    nearest.append(found.index(score))
                    sums.append(score + value)
        ways.append((before, nearest))
        alone = len(labels) == 1
        if alone:
            one, score = labels[0], sums[0]
            _settle(ways, 0, path)
    if not alone:
        at = sums.index(max(sums))
        one = labels[at]
        _settle(ways, at, path)
    path.append(one)


def _full_path(emission: Floats, transitions: Floats) -> list[int]:
    """The labels of one sentence among all: for models whose transitions leave most labels open."""
    if not len(emission):
        return []
    scores = np.empty_like(emission)
    sums = np.empty_like(transitions)
    scores[0] = emission[0]
    columns = scores[:, :, None]
    for k in range(1, len(emission)):
        np.add(columns[k - 1], transitions, out=sums)
        now = np.maximum.reduce(sums, axis=0, out=scores[k])
        now += emission[k]
    label = int(scores[-1].argmax())
    path = [label]
    moves = list(transitions.T)
    for score in scores[-2::-1]:
        label = int((score + moves[label]).argmax())
        path.append(label)
    path.reverse()
    return path


def _settle(ways: list[tuple[list[int], list[int]]], at: int, path: list[int]) -> None:
    """Add to `path` the labels before the one that is number `at` of its token."""
    settled = []
    for labels, nearest in reversed(ways):
        at = nearest[at]
        settled.append(labels[at])
    ways.clear()
    path.extend(reversed(settled))


def _side_by_side(emission: Floats, lengths: Ints, order: Ints, transitions: Floats, labels: Ints) -> None:
    """Set the labels of the sentences `order`, the longest first: step t does token t of all that are that long."""
    begins, lengths = (np.cumsum(lengths) - lengths)[order], lengths[order]
    # active[t]: how many sentences have a token t; offsets[t]: where step t begins in the order of steps.
    active = len(lengths) - np.cumsum(np.bincount(lengths))[:-1]
    if not len(active):
        return
    offsets = np.cumsum(active) - active
    sentence = np.repeat(np.arange(len(lengths)), lengths)
    step = np.arange(len(sentence)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    place, source = offsets[step] + sentence, begins[sentence] + step
    ordered = np.empty((len(sentence), emission.shape[1]))
    ordered[place] = emission[source]
    steps = list(zip(offsets.tolist(), active.tolist(), strict=True))
    labels[source] = _viterbi(ordered, steps, transitions)[place]


def _viterbi(emission: Floats, steps: list[tuple[int, int]], transitions: Floats) -> Ints:
    """Labels in the order of steps; `steps` are (offset, how many sentences) and the sentences never grow in number."""
    size = emission.shape[1]
    widest = steps[0][1]
    moves = transitions[:, :, None]
    room = np.empty(size * size * widest)
    scores = []
    now = np.ascontiguousarray(emission[:widest].T)
    scores.append(now)
    for offset, width in steps[1:]:
        sums = room[: size * size * width].reshape(size, size, width)
        np.add(now[:, None, :width], moves, out=sums)
        now = np.maximum.reduce(sums, axis=0)
        now += emission[offset : offset + width].T
        scores.append(now)
    labels = np.empty(len(emission), np.int64)
    after: Ints = np.empty(0, np.int64)
    for (offset, width), score in zip(reversed(steps), reversed(scores), strict=True):
        if len(after):
            score[:, : len(after)] += transitions[:, after]
        after = score.argmax(axis=0)
        labels[offset : offset + width] = after
    return labels


def joined(rows: Sequence[Sequence[int]]) -> Ints:
    """Rows of whole numbers one behind the other, shape (n,)."""
    return np.fromiter(chain.from_iterable(rows), np.int64)
