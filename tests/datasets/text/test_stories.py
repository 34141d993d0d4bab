"""Stories: each is told again, sentence by sentence, and the answer comes out."""

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets.text.stories import GO, PEOPLE, PLACES, TAKE, THINGS, WORDS


def lines(row: np.ndarray) -> list[list[str]]:
    """The sentences in their order, and the question at the end."""
    said = [[WORDS[number] for number in line if number] for line in row]
    return [line for line in reversed(said[1:]) if line] + [said[0]]


def answer(told: list[list[str]]) -> str:
    """Where the question's person or thing is, or was before, by keeping track of all of them."""
    where: dict[str, str] = {}
    holder: dict[str, str] = {}
    been: dict[str, list[str]] = {thing: [] for thing in THINGS}
    *sentences, question = told
    for person, *verb, last in sentences:
        if last in PLACES:
            assert " ".join(verb[:-1]) in GO and where.get(person) != last
            where[person] = last
            for thing in (thing for thing, who in holder.items() if who == person):
                been[thing].append(last)
        elif " ".join(verb[:-1]) in TAKE:
            assert last not in holder
            holder[last] = person
            been[last] = been[last] or [where[person]]
            assert been[last][-1] == where[person], "things are taken where they lie"
        else:
            assert holder.pop(last) == person
    if "before" in question:
        thing, place = question[3], question[-1]
        return been[thing][max(i for i, there in enumerate(been[thing]) if i and there == place) - 1]
    name = question[-1]
    return where[name] if name in PEOPLE else been[name][-1]


@pytest.mark.parametrize("facts", [1, 2, 3])
def test_the_answer_follows_from_the_story_and_the_supporting_facts_are_about_it(facts: int) -> None:
    split = datasets.load(f"stories_{facts}").test
    for x, y, support in zip(split["x"][:300], split["y"][:300], split["support"][:300], strict=True):
        told = lines(x)
        assert answer(told) == PLACES[y]
        needed = [told[len(told) - 2 - line] for line in support]
        assert len(needed) == facts
        asked = next(word for word in told[-1] if word in (*PEOPLE, *THINGS))
        assert asked in needed[0]
        assert needed[-1][-1] == PLACES[y], "the last fact names the place"
        if facts == 3:
            assert needed[1][-1] == told[-1][-1] and needed[0][0] == needed[1][0]
