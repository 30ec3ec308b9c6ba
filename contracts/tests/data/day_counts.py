"""Writes day_counts.csv: days between dates by the four conventions, as an independent library counts them.

    python3 -m venv env && env/bin/pip install QuantLib==1.44
    env/bin/python contracts/tests/data/day_counts.py > contracts/tests/data/day_counts.csv

ISO 20022 code -> QuantLib: A004 Actual360, A005 Actual365Fixed, A001 Thirty360.BondBasis,
A011 Thirty360.EurobondBasis. The script also demands that days / year is the library's year fraction.
"""

import random

import QuantLib as ql

SEED, RANDOM_ROWS = 20022, 5000
CONVENTIONS = [
    ("act360", ql.Actual360(), 360),
    ("act365f", ql.Actual365Fixed(), 365),
    ("30_360", ql.Thirty360(ql.Thirty360.BondBasis), 360),
    ("30e_360", ql.Thirty360(ql.Thirty360.EurobondBasis), 360),
]
FIRST, LAST = ql.Date(1, 1, 1970).serialNumber(), ql.Date(31, 12, 2199).serialNumber()


def month_ends():
    """Every pair of days around the ends of February, leap years and centuries, and of long and short months."""
    days = [(year, month, day) for year in (1999, 2000, 2024, 2026, 2100) for month in (1, 2, 3, 4, 12)
            for day in (1, 27, 28, 29, 30, 31) if day <= ql.Date.endOfMonth(ql.Date(1, month, year)).dayOfMonth()]
    dates = [ql.Date(day, month, year) for year, month, day in days]
    return [(one, other) for one in dates for other in dates if one <= other <= one + 800]


def random_pairs():
    chance = random.Random(SEED)
    for _ in range(RANDOM_ROWS):
        start = chance.randint(FIRST, LAST - 3660)
        yield ql.Date(start), ql.Date(start + chance.randint(0, 3660))


def row(start, end):
    counts = []
    for name, counter, year in CONVENTIONS:
        days = counter.dayCount(start, end)
        assert abs(counter.yearFraction(start, end) - days / year) < 1e-12, (name, start, end)
        counts.append(str(days))
    return ",".join([start.ISO(), end.ISO(), *counts])


if __name__ == "__main__":
    print("start,end," + ",".join(name for name, _, _ in CONVENTIONS))
    for pair in [*month_ends(), *random_pairs()]:
        print(row(*pair))
