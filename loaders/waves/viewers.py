"""Who may be given test slots: people active of late, the room of each today, and who understands which language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from contentgraph.graph.vocabulary import Vocabulary

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Viewers:
    """Test viewers; arrays of one entry each."""

    names: Vocabulary
    free: Ints
    """Test slots that each still has today; who gives some takes them off."""
    speak: Mapping[str, Bools]
    """Language → who speaks it, of those who tell what they speak."""
    silent: Bools
    """Who tells no language: of her nobody knows what she does not understand."""

    @classmethod
    def of(cls, groups: Sequence[tuple[Sequence[str], Sequence[str]]], room: int) -> "Viewers":
        """``groups``: languages, and the viewers who speak these; ``room``: test slots of each in a day."""
        names = Vocabulary(chain.from_iterable(viewers for _, viewers in groups))
        speak = {language: np.zeros(len(names), dtype=np.bool_) for languages, _ in groups for language in languages}
        silent = np.zeros(len(names), dtype=np.bool_)
        for languages, viewers in groups:
            places = names.index(viewers)
            silent[places] = not languages
            for language in languages:
                speak[language][places] = True
        return cls(names, np.full(len(names), room, dtype=np.int64), speak, silent)

    def with_room(self, names: Sequence[str]) -> Ints:
        """Places of those of ``names`` who may be given slots and have room, in their order."""
        places = self.names.index(names, missing="negative").astype(np.int64)
        return places[(places >= 0) & (self.free[places] > 0)]

    def able(self, language: str | None) -> Ints:
        """Places of those with room whom a video in ``language`` may suit, as `audience.cypher` sees it; None: all."""
        may = self.free > 0
        if language is not None:
            may &= self.silent | self.speak[language] if language in self.speak else self.silent
        return np.flatnonzero(may)
