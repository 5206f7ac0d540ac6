"""Python's collector in a process that holds a platform: seldom, and not through what is there for good."""

import gc


def roomy() -> None:
    """Leave what is loaded out, and look for cycles a seventieth as often: a fifth of reading back was looking."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
