"""Near-duplicates: by what their pictures show where that was analysed, else by what is said of them."""

import unicodedata


def copy_key(sound: str | None, caption: str | None, origin: str | None = None) -> str | None:
    """What near-duplicates share: the sound and the caption, case and spaces aside.

    None without one of them: nothing is a copy because it says nothing. ``origin``: the oldest video whose pictures
    are the same, or the video itself where others copy it; it wins over what is said.

    >>> copy_key('s1', ' Wait for  IT') == copy_key('s1', 'wait for it')
    True
    """
    if origin is not None:
        return f"origin\n{origin}"
    words = unicodedata.normalize("NFKC", caption or "").casefold().split()
    return f"{sound}\n{' '.join(words)}" if sound and words else None
