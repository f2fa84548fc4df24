# SPDX-License-Identifier: Apache-2.0
"""How are curves read and thresholds compared? (docs/scoring.md, 5 and 9)"""

COMPARE = {
    "above": lambda value, limit: value > limit,
    "at_least": lambda value, limit: value >= limit,
    "below": lambda value, limit: value < limit,
    "at_most": lambda value, limit: value <= limit,
}


def curve_at(points, x):
    points = [(p.get("x", 0.0), p.get("y", 0.0)) for p in points]
    if x <= points[0][0]:
        return points[0][1]
    for (ax, ay), (bx, by) in zip(points, points[1:]):
        if x < bx:
            return ay + (by - ay) * (x - ax) / (bx - ax)
    return points[-1][1]


def holds(value, rule):
    return any(name in rule and compare(value, rule[name]) for name, compare in COMPARE.items())


def limit(rule, name, default):
    return rule.get(name, default)


def points(*pairs):
    return [{"x": x, "y": y} for x, y in pairs]
