"""Reasons in words, in English and French; another language is one more function and its tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contentgraph.errors import UsageError


@dataclass(frozen=True, slots=True)
class Step:
    """What one sentence says."""

    kind: str
    """What was stepped on: video (by its viewers), alike (a video by what it is), creator, sound, hashtag, challenge,
    social, trending, local, popular or fresh."""
    name: str | None
    """Its title or name; for trending and popular the country, if it is a country's list; for local hers, if it was
    made there."""
    id: str
    acts: tuple[tuple[str, int], ...]
    """What the viewer did with her videos that led there, and with how many, in the order in which to say it; for
    social what people whom she follows did with this one, and how many."""
    followed: bool
    """She follows the creator."""

    @property
    def videos(self) -> int:
        """How many of her videos led there."""
        return sum(count for _, count in self.acts)


def english(step: Step) -> str:
    """The sentence in English."""
    said = _listed([_english(act, count, first=place == 0) for place, (act, count) in enumerate(step.acts)], "and")
    one = step.videos == 1
    named = f", “{step.name}”" if step.name else ""
    if step.kind == "video":
        return f"people who watched {said} also watched this"
    if step.kind == "alike":
        return f"like {said}"
    if step.kind == "creator":
        if step.followed:
            return "from a creator you follow" + (f", as {'is' if one else 'are'} {said}" if step.acts else "")
        return f"{said} {'is' if one else 'are'} by this creator"
    if step.kind == "sound":
        return f"{said} {'uses' if one else 'use'} this sound{named}"
    if step.kind == "hashtag":
        return f"{said} {'carries' if one else 'carry'} #{step.name or step.id}"
    if step.kind == "challenge":
        return f"{said} {'answers' if one else 'answer'} this challenge{named}"
    if step.kind == "social":
        return _listed([_english_people(act, count, first=n == 0) for n, (act, count) in enumerate(step.acts)], "and")
    if step.kind == "trending":
        return f"trending in {step.name} now" if step.name else "trending now"
    if step.kind == "local":
        return f"popular now among videos {f'from {step.name}' if step.name else 'in your language'}"
    if step.kind == "popular":
        return f"popular in {step.name} now" if step.name else "popular now"
    if step.kind == "fresh":
        return "new, and shown to some people first"
    raise _unknown(step)


def french(step: Step) -> str:
    """The sentence in French."""
    said = _listed([_french(act, count, first=place == 0) for place, (act, count) in enumerate(step.acts)], "et")
    one = step.videos == 1
    named = f", « {step.name} »" if step.name else ""
    if step.kind == "video":
        return f"qui a regardé {said} a aussi regardé celle-ci"
    if step.kind == "alike":
        return f"comme {said}"
    if step.kind == "creator":
        if step.followed:
            return "d’une personne que vous suivez" + (f", comme {said}" if step.acts else "")
        return f"{said} {'est' if one else 'sont'} de la même personne"
    if step.kind == "sound":
        return f"{said} {'utilise' if one else 'utilisent'} ce son{named}"
    if step.kind == "hashtag":
        return f"{said} {'porte' if one else 'portent'} #{step.name or step.id}"
    if step.kind == "challenge":
        return f"{said} {'relève' if one else 'relèvent'} ce défi{named}"
    if step.kind == "social":
        return _listed([_french_people(act, count, first=n == 0) for n, (act, count) in enumerate(step.acts)], "et")
    if step.kind == "trending":
        return f"tendance en ce moment : {step.name}" if step.name else "tendance en ce moment"
    if step.kind == "local":
        whose = f"pays, {step.name}" if step.name else "langue"
        return f"populaire en ce moment parmi les vidéos de votre {whose}"
    if step.kind == "popular":
        return f"populaire en ce moment : {step.name}" if step.name else "populaire en ce moment"
    if step.kind == "fresh":
        return "nouvelle, montrée d’abord à quelques personnes"
    raise _unknown(step)


LANGUAGES: Mapping[str, Callable[[Step], str]] = MappingProxyType({"en": english, "fr": french})


def speaker(language: str) -> Callable[[Step], str]:
    """What makes sentences of a language.

    Raises:
        UsageError: a language in which no reasons are written.
    """
    if language not in LANGUAGES:
        raise UsageError(f"reasons were asked for in {language!r}; they are written in {', '.join(LANGUAGES)}")
    return LANGUAGES[language]


_FRENCH_ACTS = {
    "rewatched": "revue",
    "completed": "regardée en entier",
    "shared": "partagée",
    "commented": "commentée",
    "liked": "aimée",
    "watched": "regardée",
}


def _english(act: str, count: int, *, first: bool) -> str:
    verb = "commented on" if act == "commented" else act
    if not first:
        return f"{count} you {verb}"
    return f"a video you {verb}" if count == 1 else f"{count} videos you {verb}"


def _french(act: str, count: int, *, first: bool) -> str:
    verb, _, rest = _FRENCH_ACTS[act].partition(" ")
    done = " ".join(part for part in (verb + ("s" if count > 1 else ""), rest) if part)
    if not first:
        return f"{'une' if count == 1 else count} que vous avez {done}"
    return f"une vidéo que vous avez {done}" if count == 1 else f"{count} vidéos que vous avez {done}"


def _english_people(act: str, count: int, *, first: bool) -> str:
    verb = "commented on" if act == "commented" else act
    if not first:
        return f"{'one' if count == 1 else count} {verb} it"
    return f"{'a person' if count == 1 else f'{count} people'} you follow {verb} this"


def _french_people(act: str, count: int, *, first: bool) -> str:
    done = f"l’{'a' if count == 1 else 'ont'} {_FRENCH_ACTS[act]}"
    if not first:
        return f"{'une' if count == 1 else count} {done}"
    return f"{'une personne' if count == 1 else f'{count} personnes'} que vous suivez {done}"


def _listed(parts: list[str], last: str) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def _unknown(step: Step) -> UsageError:
    return UsageError(
        f"A step of a suggestion goes over a {step.kind!r}; known are video, alike, creator, sound, hashtag, challenge."
    )
