"""Run for some minutes; say the seed and the counts, and write what failed to files."""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from tests.hostile.fuzzing.running import Run


def main() -> int:
    parser = argparse.ArgumentParser(description="Give mutated files to every reader, and random requests to the page's Python.")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9), help="another one each time")
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"), help="the folder for what failed")
    options = parser.parse_args()
    print(f"Seed {options.seed}", flush=True)
    run, end = Run(options.seed, options.failures), time.monotonic() + 60 * options.minutes
    while time.monotonic() < end:
        run.one()
    print(", ".join(f"{count:,} {name}" for name, count in sorted(run.counts.items())))
    print(f"{len(run.failed)} failures" + "".join(f"\n{one}" for one in run.failed))
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
