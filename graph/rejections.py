"""The closed set of reason codes that a rejected row can carry, and what each means."""

from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "broken_json": "the line is not JSON",
        "not_an_object": "the line is JSON, but not an object with named fields",
        "bad_columns": "the CSV row has more or fewer cells than the header, or a quote is never closed",
        "bad_encoding": "the text is not UTF-8, or holds half of a surrogate pair",
        "truncated": "the file is damaged or ends early; what stood before the damage was read",
        "missing_field": "a required field is absent, null or an empty cell",
        "unknown_kind": "the kind is none of those documented",
        "bad_type": "a value of the wrong type (a bool is not a number, an object is not an id)",
        "bad_time": "neither ISO 8601 nor whole epoch milliseconds",
        "too_old": "a time before 2005-01-01 (often seconds given as milliseconds)",
        "future": "a time later than now plus 5 minutes",
        "negative": "a duration or count below zero",
        "out_of_range": "a number beyond what can be: a view above 24 hours, a birth year of 1700",
        "bad_id": "an id that is empty, has surrounding blanks or a control character",
        "nul_byte": "a text with a NUL character",
        "too_long": "an id above 256, a caption above 10,000 characters, a list above 1,000, a line above 1 MiB",
        "bad_value": "a value outside its closed set or against its pattern",
        "self_target": "somebody's act on oneself, or a video that remixes itself",
        "duplicate_id": "a second media file for a video that another one was named for in the same run",
        "bad_media": "a media file that cannot be decoded, or not within the bounds of time and memory",
        "unusable_sound": "a video without a sound track: its pictures were analysed",
        "unusable_follow": "KuaiRand is_follow: it names no target",
        "unusable_erased": "it names somebody, or a video, that was erased; the row itself is not kept",
        "unusable_folded": "an event on a video from before the day up to which engagement was folded",
        "unusable_trend": "TikTok's lists of trending hashtags and sounds: totals of the platform, of no video",
    }
)

UNUSABLE = "unusable_"
"""Reasons with this prefix are no fault of the row: counted and explained, but not in the share of rejects."""
