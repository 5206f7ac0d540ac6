"""What a caption says beside its words: hashtags, mentions, and the sound after ``♬``.

The rule of a tag is UAX #31's hashtag identifier as the real captions use it: after one or more number signs a run of
letters, marks, numbers, connectors, emoji with their joiners and selectors, in any script. It ends at a blank, at
punctuation, at the next number sign, at ``@`` or ``♬``; no blank need stand before it. On the 2020 captions that gives
the platform's own list of tags, emoji at the end of a tag included.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

TAG_CHARS = 256
"""The longest hashtag, characters; a longer run in a caption is not one."""
HANDLE_CHARS = 64
"""The longest handle after @, characters; a longer run is none (the platforms stop at 24 to 30)."""

_SIGNS = "#＃﹟"
_NOTE = "♬"
# Possessive and anchored to the first sign of a row of them: linear, whatever the text.
_RUN = re.compile(rf"(?<![{_SIGNS}])[{_SIGNS}]++([^\s{_SIGNS}@＠{_NOTE}]++)")
_ASCII_TAG = re.compile(r"[A-Za-z0-9_]+")
_HANDLE = re.compile(rf"[@＠]([^\s{_SIGNS}@＠{_NOTE}]++)")
_EMAIL_BEFORE = re.compile(r"[A-Za-z0-9.+-]\Z")
_EMAIL_AFTER = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\Z")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
# Middle dots (UAX #31 continues), joiners of Persian, Indic scripts and emoji.
_JOINERS = frozenset("·・‌‍")
# Symbols (So) that are no pictures: the sound's note, replacement characters.
_NO_PICTURES = frozenset("♬￼�")


@dataclass(frozen=True, slots=True)
class Caption:
    """A parsed caption."""

    hashtags: tuple[str, ...]  # normal form (NFKC, case-folded, without #), in order, each once
    mentions: tuple[str, ...]  # what stands after @, as written, in order, each once
    sound: str | None  # the rest of the line after the last ♬
    text: str  # the caption with escapes decoded and the sound cut off, blanks at the ends removed


def parse_caption(text: str) -> Caption:
    r"""Split ``text`` into hashtags, mentions, sound and the rest; linear in its length, raises nothing.

    - ``##tag`` is ``#tag``; a tag may be glued to what stands before it.
    - Escapes that stand as text (``\ud83d\udcaa``) are decoded first; half a pair is dropped.
    - A mention ends where word characters and dots end. One that is glued to the next word (``@toinincLike``) cannot be
      told from a longer handle: it is returned whole. An e-mail address is none.
    - ``♬`` starts a sound unless hashtags follow it on that line: then it is decoration.
    """
    text = decode_escapes(text)
    sound, rest = _cut_sound(text)
    return Caption(
        hashtags=tuple(dict.fromkeys(tags_in(rest))) if any(sign in rest for sign in _SIGNS) else (),
        mentions=tuple(dict.fromkeys(_mentions_in(rest))) if "@" in rest or "＠" in rest else (),
        sound=sound,
        text=rest.strip(),
    )


def normal_tag(tag: str) -> str:
    """The normal form of a hashtag: NFKC and case-folded, without number signs in front, without blanks.

    >>> normal_tag('#ＣaféStraße')
    'caféstrasse'
    """
    tag = tag.lstrip(_SIGNS)
    if tag.isascii():
        return "".join(tag.lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())
    return "".join(folded.split()).lstrip("#")


def decode_escapes(text: str) -> str:
    r"""Escapes that stand as text (``\u2019``, ``\ud83d\udcaa``) as their characters; half a pair is dropped."""
    return _ESCAPES.sub(_decode, text) if "\\u" in text else text


def _decode(match: re.Match[str]) -> str:
    units = b"".join(int(code, 16).to_bytes(2, "little") for code in match[0].split("\\u")[1:])
    return units.decode("utf-16-le", "ignore").replace("\0", "")


def tags_in(text: str) -> Iterator[str]:
    """The hashtags of ``text`` in normal form, in order, repeats included."""
    for match in _RUN.finditer(text):
        run = match[1]
        if run.isascii():
            found = _ASCII_TAG.match(run)
            run = found[0] if found else ""
        else:
            length = next((i for i, character in enumerate(run) if not _in_tag(character)), len(run))
            run = run[:length]
        if not run or len(run) > TAG_CHARS or not any(map(_carries, run)):
            continue
        tag = normal_tag(run)
        if tag and len(tag) <= TAG_CHARS:
            yield tag


def replace_mentions(text: str, gone: Callable[[str], bool], blank: str = "@…") -> str:
    """``text`` with ``blank`` for each mention of somebody who is ``gone``; untouched where there is none.

    >>> replace_mentions('with @ana and @anabel', 'ana'.__eq__)
    'with @… and @anabel'
    """
    if "@" not in text and "＠" not in text:
        return text
    plain = decode_escapes(text)
    spans = [(start, end) for handle, start, end in _mention_spans(plain) if gone(handle)]
    if not spans:
        return text
    pieces, last = [], 0
    for start, end in spans:
        pieces += [plain[last:start], blank]
        last = end
    return "".join([*pieces, plain[last:]])


def _mentions_in(text: str) -> Iterator[str]:
    return (handle for handle, _, _ in _mention_spans(text))


def _mention_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Each handle, where its @ stands and where it ends."""
    for match in _HANDLE.finditer(text):
        run = match[1]
        length = next((i for i, character in enumerate(run) if not _in_handle(character)), len(run))
        handle = run[:length].strip(".")
        if not handle or len(handle) > HANDLE_CHARS or not any(map(str.isalnum, handle)):
            continue
        at = match.start()
        if at and _EMAIL_BEFORE.match(text, at - 1, at) and _EMAIL_AFTER.match(handle):
            continue
        yield handle, at, match.start(1) + run.find(handle) + len(handle)


def _cut_sound(text: str) -> tuple[str | None, str]:
    """The sound after the last ♬ and the text without it; (None, text) where ♬ is absent or decoration."""
    start = text.rfind(_NOTE)
    if start < 0:
        return None, text
    end = next((start + i for i, character in enumerate(text[start:]) if character in "\r\n"), len(text))
    sound = " ".join(text[start + 1 : end].split())
    if not sound or next(tags_in(sound), None) is not None:
        return None, text
    return sound, text[:start] + text[end:]


@lru_cache(maxsize=8192)
def _in_tag(character: str) -> bool:
    """Whether a tag goes on with this character."""
    category = unicodedata.category(character)
    if category[0] in "LMN" or category == "Pc" or character in _JOINERS:
        return True
    if category == "So":  # pictures, but not box drawing
        return character not in _NO_PICTURES and not "─" <= character <= "▟"
    # Skin tones, and the tag characters that end the flags of England, Scotland and Wales.
    return "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"


@lru_cache(maxsize=8192)
def _in_handle(character: str) -> bool:
    """Whether a handle goes on with this character: letters, marks, numbers, connectors and dots."""
    category = unicodedata.category(character)
    return category[0] in "LMN" or category == "Pc" or character == "."


@lru_cache(maxsize=8192)
def _carries(character: str) -> bool:
    """Whether this character alone makes a tag: a letter, number or picture, not an underscore, mark or joiner."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "So"
