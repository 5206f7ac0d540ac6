"""Near-duplicates by what is said of videos, until their content is analysed."""

import unicodedata


def copy_key(sound: str | None, caption: str | None) -> str | None:
    """What near-duplicates share: the sound and the caption, case and spaces aside.

    None without one of them: nothing is a copy because it says nothing.

    >>> copy_key('s1', ' Wait for  IT') == copy_key('s1', 'wait for it')
    True
    """
    words = unicodedata.normalize("NFKC", caption or "").casefold().split()
    return f"{sound}\n{' '.join(words)}" if sound and words else None
