"""TikTok's public shapes: web items, their flat form, scraped tables, lists of trends. No viewers, so no events.

Videos, creators, sounds, hashtags, and what the platform counted, as ``counters``. An entry of ``challenges[]`` is a
hashtag. Handles after @ are no user ids: only ``textExtra[].userId`` mentions. Escapes that stand as text are decoded.

Web items do not say when they were scraped. ``at`` of their counters, and the time at which their facts were said, is
the date in the file's name, else the newest ``createTime`` in the file: a scrape is no older than what it holds. That
date is a day of some time zone and may lie up to 24 hours ahead; the counters are then of now.
"""

from codecs import BOM_UTF8
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from contentgraph.errors import InvalidEvent
from contentgraph.graph import fields
from contentgraph.graph.captions import decode_escapes, normal_tag
from contentgraph.loaders import cells
from contentgraph.loaders.raw import Raw, Rejected, Row, TableName
from contentgraph.loaders.streams import chunks

_VIDEOS = frozenset({"video_id", "creator_id", "post_time", "scrape_time"})
_SNAPSHOTS = frozenset({"video_id", "scrape_time", "views", "likes"})
COLUMNS = (
    *sorted(_VIDEOS | _SNAPSHOTS),
    *("duration_s", "hashtags", "music_id", "music_original", "comments", "shares"),
)
"""The columns of scraped tables that are read."""
_TREND = "a trend's totals belong to no video; the items of a scrape carry hashtags and sounds"
Told = Iterator[tuple[TableName, Row]]


def is_item(value: object) -> bool:
    """Whether a JSON object is a web item or its flat form."""
    return isinstance(value, dict) and {"id", "createTime", "stats"} <= value.keys()


def is_trends(value: object) -> bool:
    """Whether a JSON object is a list of trending hashtags and sounds."""
    return isinstance(value, dict) and isinstance(value.get("hashtags"), list) and isinstance(value.get("sounds"), list)


def table_shape(header: Set[str]) -> Literal["videos", "snapshots"] | None:
    """Which scraped table a CSV header belongs to; None of others."""
    return "videos" if header >= _VIDEOS else "snapshots" if header >= _SNAPSHOTS else None


@dataclass(frozen=True, slots=True)
class TikTokItems:
    """A file of web items: a JSON array, or one object a line."""

    path: Path
    shape: Literal["array", "lines"]
    stated_at: int = 0  # the date in its name, epoch ms; 0: the newest createTime
    format: str = "tiktok"
    announces: bool = False

    def rows(self, now: int) -> Iterator[Raw]:
        """Stream the items as videos, counters and users; the file is read twice where its name states no date."""
        name, stated = str(self.path), self.stated_at
        at = min(stated, now) if stated else self._newest(now)  # a name's date is a day, of some time zone
        # A date in the name is checked as that of any file is; the rows themselves do not tell it.
        said = {"updatedAt": at} if at and not stated else {}
        for line, item in self._items():
            if isinstance(item, Rejected):
                yield Raw(name, line, "videos", item)
                continue
            try:
                for table, row in list(_item(item, at, said)):
                    yield Raw(name, line, table, row)
            except InvalidEvent as error:
                yield Raw(name, line, "videos", Rejected.by(error, item))

    def _items(self) -> cells.Numbered:
        return cells.json_array(self.path) if self.shape == "array" else cells.json_lines(self.path)

    def _newest(self, now: int) -> int:
        newest = 0
        for _, item in self._items():
            if not isinstance(item, Rejected):
                try:
                    newest = max(newest, fields.past("createTime", _thousandfold(item.get("createTime")), now))
                except InvalidEvent:
                    continue
        return newest


@dataclass(frozen=True, slots=True)
class TikTokTable:
    """A scraped table: videos with their creators and counters, or counter snapshots."""

    path: Path
    shape: Literal["videos", "snapshots"]
    stated_at: int = 0  # its rows carry scrape_time
    format: str = "tiktok"
    announces: bool = False

    def rows(self, now: int) -> Iterator[Raw]:
        """Stream the rows as videos, counters and users."""
        del now
        name = str(self.path)
        for line, row in cells.csv_rows(self.path):
            if isinstance(row, Rejected):
                yield Raw(name, line, "videos" if self.shape == "videos" else "counters", row)
            elif self.shape == "videos":
                for table, told in _scraped(row):
                    yield Raw(name, line, table, told)
            else:
                yield Raw(name, line, "counters", _scraped_counter(row))


@dataclass(frozen=True, slots=True)
class TikTokTrends:
    """A list of trending hashtags and sounds: read, counted and explained, as no video carries its totals."""

    path: Path
    stated_at: int = 0
    format: str = "tiktok"
    announces: bool = False

    def rows(self, now: int) -> Iterator[Raw]:
        """Stream the entries, each as unusable."""
        del now
        text = b"".join(chunks(self.path))  # small: open_sources looked at all of it
        value = cells.parse_object(text.removeprefix(BOM_UTF8))
        entries: list[object] = [value] if isinstance(value, Rejected) else [*value["hashtags"], *value["sounds"]]
        for number, entry in enumerate(entries, 1):
            told = entry if isinstance(entry, Rejected) else Rejected("unusable_trend", _TREND, entry)
            yield Raw(str(self.path), number, "videos", told)


def _item(item: Row, at: int, said: Row) -> Told:
    """The video of one web item, its counters (seen ``at``, epoch ms; 0: nobody knows), its creator; ``said``: when."""
    author = item.get("author")
    creator = _inside(author, "id") or _inside(author, "uniqueId") if isinstance(author, dict) else author
    music, extra = item.get("music"), item.get("textExtra") or []
    duration = item["duration"] if "duration" in item else _inside(item.get("video"), "duration")
    remix = _inside(item.get("duetInfo"), "duetFromId")
    caption = item.get("desc")
    tags = [_inside(entry, "title") for entry in _listed(item.get("challenges"))]
    tags += [_inside(entry, "hashtagName") for entry in _listed(extra)]
    yield (
        "videos",
        {
            "id": item.get("id"),
            "creatorId": creator,
            "createdAt": _thousandfold(item.get("createTime")),
            "durationMs": _thousandfold(duration),
            "caption": decode_escapes(caption) if isinstance(caption, str) else caption,
            "hashtags": _tags(tags),
            "mentions": [user for entry in _listed(extra) if (user := _inside(entry, "userId"))],
            "soundId": _inside(music, "id") or None,
            "soundTitle": _inside(music, "title"),
            "soundOriginal": _inside(music, "original"),
            "remixOf": remix if remix not in ("0", "", 0) else None,
            **said,
        },
    )
    stats = item.get("stats")
    if isinstance(stats, dict) and at:
        names = (("views", "playCount"), ("likes", "diggCount"), ("comments", "commentCount"), ("shares", "shareCount"))
        yield "counters", {"videoId": item.get("id"), "at": at, **{ours: stats.get(theirs) for ours, theirs in names}}
    if creator is not None:
        yield "users", {"id": creator, **said}


def _scraped(row: Row) -> Told:
    """The video of one scraped row, its counters, its creator."""
    at = row.get("scrape_time")
    yield (
        "videos",
        {
            "id": row.get("video_id"),
            "creatorId": row.get("creator_id"),
            "createdAt": row.get("post_time"),
            "durationMs": _thousandfold(_number(row.get("duration_s"))),
            "hashtags": _tags(row.get("hashtags", "").split(",")),
            "soundId": row.get("music_id"),
            "soundOriginal": row.get("music_original"),
            "updatedAt": at,
        },
    )
    yield "counters", _scraped_counter(row)
    if "creator_id" in row:
        yield "users", {"id": row["creator_id"], "updatedAt": at}


def _scraped_counter(row: Row) -> Row:
    told = {name: _number(row.get(name)) for name in ("views", "likes", "comments", "shares")}
    # Counts were scaled from "16.1M" in floating point: 16100000.000000002.
    counts = {name: round(n) if isinstance(n, float) and abs(n) < 1e15 else n for name, n in told.items()}
    return {"videoId": row.get("video_id"), "at": row.get("scrape_time"), **counts}


def _number(cell: object) -> object:
    """A cell such as ``1300000.0`` as its number; any other as it is, for the check to refuse."""
    try:
        return float(cell) if isinstance(cell, str) else cell
    except ValueError:
        return cell


def _thousandfold(seconds: object) -> object:
    """Seconds as ms; what is no number stays as it is, for the check to refuse."""
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and len(seconds) < 16:
        return int(seconds) * 1000
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and abs(seconds) < 1e15:
        return round(seconds * 1000)
    return seconds


def _inside(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _tags(names: list[Any]) -> list[str]:
    """Hashtags in normal form, empty ones left out, those with a number sign inside split."""
    decoded = (normal_tag(decode_escapes(name)) for name in names if isinstance(name, str))
    return [part for tag in decoded for part in tag.split("#") if part]
