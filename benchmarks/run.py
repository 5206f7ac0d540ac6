"""All benchmarks, one after the other: ``make bench``. Each prints its figures as one JSON object on its last line."""

import subprocess
import sys

COMMANDS = (
    ("benchmarks.night",),
    ("benchmarks.quality",),
    ("benchmarks.serving",),
    ("benchmarks.feed",),
    ("benchmarks.similarity",),
    ("benchmarks.judge",),
    ("benchmarks.slate",),
    ("benchmarks.local",),
    ("benchmarks.sample_fit",),
    ("benchmarks.waves",),
    ("benchmarks.waves_fit",),
    ("benchmarks.waves_night",),
    ("benchmarks.content",),
    ("benchmarks.folding", "--days", "60"),
    ("benchmarks.trends",),
    ("benchmarks.trend_attacks",),
    ("benchmarks.trends_served",),
)


def main() -> None:
    """Run them; the exit code is that of the last one that failed."""
    failed = 0
    for command in COMMANDS:
        print(f"# python -m {' '.join(command)}", flush=True)
        failed = subprocess.run([sys.executable, "-m", *command], check=False).returncode or failed
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
