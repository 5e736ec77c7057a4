"""The rule about doubles in polars: pairs of lines of a client and product that share a day.

Needs a Python with polars: python3 -m venv polars && polars/bin/pip install polars. Prints how many pairs there are and
the seconds it took, reading the file included.
"""

import sys
import time

import polars as pl

KEY = ["client", "product"]


def pairs(path):
    lines = (
        pl.scan_csv(path, try_parse_dates=True)
        .select("id", *KEY, "first_day", "last_day")
        .collect()
    )
    # Joining all lines of a client and product with each other is many times slower: only those are joined of which
    # some line begins before an earlier one has ended.
    before = pl.col("last_day").cum_max().shift(1).over(KEY)
    meets = (
        lines.sort(*KEY, "first_day", "last_day")
        .filter(pl.col("first_day") <= before)
        .select(KEY)
        .unique()
    )
    some = lines.join(meets, on=KEY, how="semi")
    both = some.join(some, on=KEY, suffix="_other").filter(
        (pl.col("id") < pl.col("id_other"))
        & (pl.col("first_day") <= pl.col("last_day_other"))
        & (pl.col("first_day_other") <= pl.col("last_day"))
    )
    return both.height


begun = time.perf_counter()
found = pairs(sys.argv[1])
print(found, time.perf_counter() - begun)
