"""``python -m contentgraph.cli``."""

import sys

from contentgraph.cli.entry import main

sys.exit(main())
