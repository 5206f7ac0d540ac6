"""What Python holds in each phase of a rebuild up to its import, without Neo4j: the kernel's peak, phase by phase.

    python -m benchmarks.memory --events 10000000

Users and videos grow with the events as in `benchmarks.scale`; nothing is tuned. Linux alone tells a peak anew
(``/proc/self/clear_refs``). JSON on the last line: GiB and processor seconds by phase.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.scale import UNTIL, command
from contentgraph.loaders.frugal import peak_gib
from contentgraph.loaders.rebuild import stage
from contentgraph.loaders.reporting import Advance, Reporter
from contentgraph.loaders.roomy import roomy
from contentgraph.loaders.tuning import Tuning


class Peaks(Reporter):
    """Notes what each phase held at most and took of the processor."""

    def __init__(self) -> None:
        super().__init__("quiet")
        self.gib: dict[str, float] = {}
        self.cpu_s: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """One phase."""
        Path("/proc/self/clear_refs").write_text("5")  # the peak from here on
        began = time.process_time()
        with super().phase(name, total) as advance:
            yield advance
        self.cpu_s[name] = round(time.process_time() - began, 1)
        self.gib[name] = round(peak_gib(), 2)


def main() -> None:
    """Make a sample, unless one is given, and stage it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, help="Files that are there, instead of a sample.")
    options = parser.parse_args()
    until = int(UNTIL.timestamp() * 1000)
    with tempfile.TemporaryDirectory(prefix="contentgraph-bench-") as name:
        folder = Path(name)
        if options.data is None:
            people, videos = max(options.events // 30, 100), max(options.events // 100, 100)
            command(
                "sample", str(folder / "data"), "--events", str(options.events), "--users", str(people),
                "--videos", str(videos), "--until", f"{UNTIL:%Y-%m-%d}", "--seed", str(options.seed), "--json",
            )  # fmt: skip
        roomy()
        peaks = Peaks()
        prepared = stage(
            [options.data or folder / "data"], folder, clock=until, rejects=folder / "rejects", reporter=peaks,
            tuning=Tuning(budget_s=0.0),
        )  # fmt: skip
        print(
            json.dumps(
                {
                    "events": prepared.summary.events,
                    "pairs": prepared.summary.pairs,
                    "peak_gib": peaks.gib,
                    "cpu_s": peaks.cpu_s,
                    "most_gib": max(peaks.gib.values()),
                    "machine": machine(),
                }
            )
        )


if __name__ == "__main__":
    main()
