"""Every property of the graph by what it is: a fact that was told, something derived from facts, or history.

``contentgraph digest`` covers the facts, ``digest --all`` the derived ones too. A test fails on any property in
the graph that is in none of the lists.
"""

from collections.abc import Mapping

FACTS: Mapping[str, frozenset[str]] = {
    "User": frozenset(
        {"id", "kind", "birthYear", "country", "languages", "restricted", "createdAt", "updatedAt", "removedAt",
         "expiresAt", "stamps"}
    ),
    "Video": frozenset(
        {"id", "createdAt", "durationMs", "caption", "soundTitle", "soundOriginal", "language", "country", "rating",
         "withheldIn", "updatedAt", "removedAt", "stamps", "proposedRating", "toldRating", "foundLanguage",
         "overruledBy", "overruledAt", "foldedBits", "foldedPeople"}
    ),
    "Media": frozenset(
        {"id", "signature", "durationMs", "width", "height", "frameRate", "hasSound", "decodedBy", "scenes",
         "frameHashes", "frameHashesBy", "embedding", "embeddingBy", "screenText", "screenTextConfidence",
         "screenTextBy", "proposedRating", "ratingConfidence", "ratingBy", "soundBy", "silent", "soundprint",
         "speech", "tempo", "tempoConfidence", "textBy", "textOf", "language", "languageConfidence", "languageBy",
         "words", "wordCounts"}
    ),
    "Hashtag": frozenset({"name"}),
    "Sound": frozenset({"id"}),
    "Challenge": frozenset(
        {"id", "title", "description", "rules", "charity", "startsAt", "endsAt", "updatedAt", "removedAt", "stamps"}
    ),
    "Counter": frozenset({"id", "at", "views", "likes", "comments", "shares"}),
    "CREATED": frozenset({"role", "listed"}),
    "INVITED": frozenset({"at", "declinedAt"}),
    "FOLLOWS": frozenset({"at", "until"}),
    "BLOCKS": frozenset({"at", "until"}),
    "HIDES": frozenset({"at", "until"}),
    "REPORTED": frozenset({"at", "reason"}),
    "ENGAGED": frozenset(
        {"firstAt", "lastAt", "view1Ms", "view1At", "view2Ms", "view2At", "event1Id", "event2Ms", "event2Id",
         "firstCompletionAt", "lastCompletionAt", "firstCompletionId", "lastCompletionId", "firstShareAt",
         "firstCommentAt", "lastLikeAt", "lastUnlikeAt", "firstPushedAt"}
    ),
    "FOLDED": frozenset({"points", "lastAt"}),
}  # fmt: skip
"""Label or relationship type → properties that hold facts. Types without properties are facts by being there."""

DERIVED: Mapping[str, frozenset[str]] = {
    "Video": frozenset(
        {"score", "viewers", "posteriorMean", "posteriorSd", "freshness", "lift", "prior", "travel", "worth", "taste"}
    ),
    "Hashtag": frozenset({"generic", "words", "wordsBy"}),
    "Sound": frozenset({"title", "original"}),
    "ENGAGED": frozenset({"completed", "rewatched", "points"}),
    "SIMILAR": frozenset({"rank", "weight", "alike"}),
    "ALIKE": frozenset({"rank", "weight", "by"}),
    "SPELLS": frozenset({"by"}),
    "REPOSTS": frozenset({"confidence", "by"}),
    "SAME_SOUND": frozenset({"confidence", "by"}),
    "SAME_AS": frozenset({"confidence", "by"}),
    "FEATURED": frozenset({"rank", "score"}),
    "Pulse": frozenset(
        {
            "kind",
            "entity",
            "day",
            "hours",
            "countries",
            "languages",
            "users",
            "people",
            "pairs",
            "pushed",
            "videos",
            "points",
            "checksum",
        }
    ),
    "Trend": frozenset(
        {
            "kind",
            "country",
            "language",
            "hours",
            "rank",
            "entity",
            "score",
            "observed",
            "expected",
            "factor",
            "since",
            "series",
            "also",
            "videos",
            "countries",
            "people",
        }
    ),
}
"""Label or relationship type → properties that a write or a night derives from facts."""

HISTORY: Mapping[str, frozenset[str]] = {
    "Video": frozenset({"wave", "state", "withdrawnAt", "withdrawnFor", "withdrawnIn", "toldWithheldIn"}),
    "Tombstone": frozenset({"hash", "at", "kept"}),
    "Challenge": frozenset({"controlShare", "controlKey", "controlSince", "controlUntil"}),
    "ASSIGNED": frozenset({"at", "until", "source", "wave", "propensity", "pool", "slots", "turn"}),
    "SHOWN": frozenset(
        {"at", "slot", "source", "wave", "propensity", "pool", "slots", "assignedAt", "bits", "fan", "pending"}
    ),
    "Decision": frozenset(
        {"id", "videoId", "number", "at", "before", "after", "wave", "shown", "affinity", "likeness", "random", "fans",
         "rewatchRate", "completionRate", "shareRate", "commentRate", "likeRate", "mean", "bar", "scale", "sentence",
         "circlePeople", "circleMean", "circleBar", "circlePosterior", "circleCurve",
         "everyonePeople", "everyoneMean", "everyoneBar", "everyonePosterior", "everyoneCurve"}
    ),
    "Topic": frozenset({"id", "name", "hashtags", "words", "videos", "generic", "taste"}),
    "Review": frozenset({"kind", "entity", "approved", "by", "at"}),
    "Run": frozenset(
        {"id", "now", "state", "startedAt", "finishedAt", "seconds", "counts", "params", "tuning", "waves"}
    ),
    "PointScale": frozenset(
        {"version", "rewatch", "completion", "share", "comment", "like", "completionRatio", "rewatchRatio"}
    ),
    "Settings": frozenset(
        {"id", "schemaVersion", "scaleVersion", "neighbours", "now", "tasteHalfLifeHours", "tastePower",
         "weightSimilar", "weightFollowed",
         "weightCreator", "weightSound", "weightHashtag", "weightChallenge", "weightSocial", "weightTrending",
         "weightLocal", "weightPopular", "muteHalfLifeHours",
         "relevance", "profileSlope", "profileHalfLifeHours", "profileSurprise", "profileSkip", "profileDoubt",
         "foldedBefore", "repeatHours", "wavesAsked", "wavesBy", "wavesUntil", "wavesNow", "review", "erasureSalts",
         "nightAsked", "nightBy", "nightUntil"}
    ),
}  # fmt: skip
"""Ledgers, settings and versions: in no digest."""
