"""The reference's definitions written out the slow way, one unit at a time, to compare with."""

import math

Column = list[float]


def known(column: Column) -> Column:
    return [x for x in column if not math.isnan(x)]


def skew(x: Column) -> float:
    n, mean = len(x), math.fsum(x) / len(x)
    m2, m3 = (math.fsum((v - mean) ** p for v in x) / n for p in (2, 3))
    return math.sqrt(n * (n - 1)) / (n - 2) * m3 / m2**1.5


def kurt(x: Column) -> float:
    n, mean = len(x), math.fsum(x) / len(x)
    m2, m4 = (math.fsum((v - mean) ** p for v in x) / n for p in (2, 4))
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6)


def fails(x: Column) -> bool:
    return abs(skew(x)) >= 2 and kurt(x) >= 3.5


def winsorise_log(column: Column, points: int = 5) -> Column:
    """Winsorise, counting the points at either end; on failure the logarithm of the original."""
    start = known(column)
    if not fails(start):
        return list(column)
    moved, high, low = list(column), 0, 0
    while fails(known(moved)) and high + low < points:
        seen = known(moved)
        end = max(seen) if skew(seen) >= 0 else min(seen)
        inside = [x for x in seen if x != end]
        to = max(inside) if skew(seen) >= 0 else min(inside)
        if skew(seen) >= 0:
            high = seen.count(end)
        else:
            low = seen.count(end)
        moved = [to if x == end else x for x in moved]
        if len(set(known(moved))) == 1:
            return list(column)
    if not fails(known(moved)):
        return moved
    a = 0.01 * (max(start) - min(start))
    if skew(start) > 0:
        return [x if math.isnan(x) else math.log(x - min(start) + a) for x in column]
    return [x if math.isnan(x) else -math.log(max(start) + a - x) for x in column]


def min_max(column: Column, lower: float, upper: float) -> Column:
    low, high = min(known(column)), max(known(column))
    return [(x - low) / (high - low) * (upper - lower) + lower for x in column]


def weighted(values: Column, weights: Column, method: str) -> float:
    pairs = [(x, w) for x, w in zip(values, weights, strict=True) if not math.isnan(x)]
    if not pairs:
        return math.nan
    total = sum(w for _, w in pairs)
    if method == "geometric":
        return math.exp(math.fsum(w * math.log(x) for x, w in pairs) / total)
    if method == "harmonic":
        return total / math.fsum(w / x for x, w in pairs)
    return math.fsum(w * x for x, w in pairs) / total


def copeland(rows: list[Column], weights: Column) -> Column:
    """Complete rows only: wins less losses, a win being more than half of the weight."""
    scores = []
    for i, own in enumerate(rows):
        score = 0
        for j, other in enumerate(rows):
            margin = sum(w * ((a > b) - (a < b)) for a, b, w in zip(own, other, weights, strict=True))
            score += 0 if i == j or abs(margin) < 1e-9 else (1 if margin > 0 else -1)
        scores.append(float(score))
    return scores
