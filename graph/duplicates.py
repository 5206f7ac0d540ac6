"""Near-duplicates: by what their pictures show where that was analysed, and by what is said of them."""

import unicodedata


def copy_keys(sound: str | None, caption: str | None, origin: str | None = None) -> tuple[str, ...]:
    """What near-duplicates share; who shares one key with a video is one of it.

    ``origin``: the oldest video whose pictures are the same, or the video itself where others copy it.

    >>> copy_keys('s1', 'wait', 'v1')
    ('origin\\nv1', 's1\\nwait')
    """
    said = said_key(sound, caption)
    shown = () if origin is None else (f"origin\n{origin}",)
    return shown if said is None else (*shown, said)


def said_key(sound: str | None, caption: str | None) -> str | None:
    """The sound and the caption, case and spaces aside; None without one of them: silence is no copy of silence.

    >>> said_key('s1', ' Wait for  IT') == said_key('s1', 'wait for it')
    True
    """
    words = unicodedata.normalize("NFKC", caption or "").casefold().split()
    return f"{sound}\n{' '.join(words)}" if sound and words else None
