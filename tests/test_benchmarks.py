"""The benchmarks ask what they say they ask."""

import json

from benchmarks.bodies import ANSWERED, batch, body, people
from service import quick


def test_bodies_are_realistic_all_different_and_taken_by_the_quick_reader():
    """About sixty answers in 1.5 kB, each in an order of its own."""
    everybody = people(50)
    bodies = {body(answers) for answers in everybody}
    assert len(bodies) == len({tuple(answers) for answers in everybody}) == 50
    for answers in everybody:
        assert ANSWERED[0] <= len(answers) <= ANSWERED[1]
        assert 1000 < len(body(answers)) < 2000
        assert quick.case(body(answers)) is not None
    assert quick.batch(batch(everybody)) is not None


def test_the_same_seed_gives_the_same_people():
    """So that two runs ask the same."""
    assert json.dumps(people(5)) == json.dumps(people(5))
    assert people(5) != people(5, seed=2)
