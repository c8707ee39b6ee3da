"""Writes a data set of simulated cases: ``python -m data OUT --cases N --seed S``."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from data.build import load_world
from data.check import KnowledgeError
from data.files import write
from data.whole import refuse_loss


def main(argv: Sequence[str] | None = None, prog: str = "python -m data") -> int:
    """Write the file that the command line asks for; 0, or 1 with one clear line."""
    parser = argparse.ArgumentParser(prog, description=__doc__)
    parser.add_argument("out", type=Path, help="a new file; .parquet or .csv by its ending")
    parser.add_argument("--cases", type=int, default=100_000, help="how many (100,000)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same cases (1)")
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")
    asked = parser.parse_args(argv)
    if asked.cases < 1 or asked.seed < 0:
        parser.error("--cases must be 1 or more and --seed 0 or more")
    try:
        refuse_loss(asked.out, asked.force)
        with tqdm(total=asked.cases, unit=" cases", desc=str(asked.out)) as bar:
            for done in write(load_world(), asked.cases, asked.seed, asked.out):
                bar.update(done - bar.n)
    except (KnowledgeError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped; nothing was written\n")
        return 130
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # what is half goes
    sys.exit(main())
