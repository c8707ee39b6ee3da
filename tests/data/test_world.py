"""The posterior is exact for the generator, and the generator follows its tables."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from data.arrays import Floats
from data.block import Block, Sampler
from data.build import build
from data.joint import channel, joint
from data.knowledge import AGES, Interviews, Knowledge, Latent
from data.tables import Marginals, marginals
from data.vocabulary import CAUSES, FINDINGS, Answers
from data.world import World

ORDER = list(CAUSES)


def codes(*cases: Answers) -> np.ndarray:
    out = np.zeros((len(cases), len(FINDINGS)), np.uint8)
    for row, case in enumerate(cases):
        for finding, level in case.items():
            out[row, FINDINGS[finding].index] = FINDINGS[finding].code(level)
    return out


# By hand


def test_a_two_cause_example_worked_by_hand(world: World) -> None:
    """Prior 0.8 and 0.2, warmth in 0.1 and 0.7: warm gives 0.08 to 0.14, cold 0.72 to 0.06."""
    prior = np.zeros((len(AGES), len(CAUSES)))
    prior[0, :2] = 0.8, 0.2
    warm = np.full((1, len(CAUSES), 2), 0.5)
    warm[0, 0] = 0.9, 0.1
    warm[0, 1] = 0.3, 0.7
    small = World(
        presentations=tuple(
            type(world.presentations[0])(cause, "only", float(prior[0, i]))
            for i, cause in enumerate(CAUSES)
        ),
        rows=np.arange(len(CAUSES)),
        second=np.full(len(CAUSES), -1),
        prior=prior,
        blocks=(Block(("skin_warmth",), warm), Block(("sex",), np.full((7, 16, 2), 0.5))),
        interviews=world.interviews,
        care=world.care,
        digest="",
    )
    asked = codes({}, {"skin_warmth": "yes"}, {"skin_warmth": "no"}, {"sex": "male"})
    expected = [[0.8, 0.2], [0.08 / 0.22, 0.14 / 0.22], [0.72 / 0.78, 0.06 / 0.78], [0.8, 0.2]]
    assert small.posterior(asked)[:, :2] == pytest.approx(np.array(expected), abs=1e-12)
    assert small.joint_log_likelihood(asked)[1, :2] == pytest.approx(np.log([0.08, 0.14]))


# By brute force


def small_knowledge(knowledge: Knowledge) -> Knowledge:
    """Few presentations and links, so that everything can be summed one by one."""
    only = Latent({"only": 1.0}, {})
    profiles = {
        cause: profile
        if cause in {"sciatica", "deep_vein_thrombosis"}
        else replace(profile, severity=only, subtype=only)
        for cause, profile in knowledge.profiles.items()
    }
    links = tuple(
        link
        for link in knowledge.links
        if (link.trigger, link.second)
        in {
            ("diabetes", "peripheral_neuropathy"),
            ("diabetes", "peripheral_artery_disease"),
            ("kidney_disease", "nocturnal_leg_cramps"),
            ("age", "osteoarthritis"),
        }
    )
    assert len(links) == 4
    return replace(knowledge, profiles=profiles, links=links)


class Brute:
    """P(cause, answers), summed over every truth in plain loops, from the marginal tables."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.k, self.m = knowledge, marginals(knowledge)
        self.joints = {tie.findings: joint(tie, self.m) for tie in knowledge.ties}

    def score(self, case: Answers) -> Floats:
        total = np.zeros(len(CAUSES))
        self.known: dict[tuple[object, ...], float] = {}
        ages = [AGES.index(case["age"])] if "age" in case else range(len(AGES))
        for row, presentation in enumerate(self.m.presentations):
            for age in ages:
                weight = presentation.probability * self.m.age[age, row]
                total[ORDER.index(presentation.cause)] += weight * self._given(row, age, case)
        return total

    def _given(self, row: int, age: int, case: Answers) -> float:
        total = 0.0
        for diabetes, kidney in product(range(2), range(3)):
            p = self._at(self.m.tables["diabetes"], age)[row, diabetes]
            p *= self._at(self.m.tables["kidney_disease"], age)[row, kidney]
            truth = {"diabetes": diabetes, "kidney_disease": kidney, "age": age}
            for finding in ("diabetes", "kidney_disease"):
                if finding in case:
                    p *= self._error(finding, truth[finding], case)
            left = 1.0
            for link in self.k.links:
                level = FINDINGS[link.trigger].levels[truth[link.trigger]]
                fires = link.probability[level].p if level in link.probability else 0.0
                if link.second == self.m.presentations[row].cause or AGES[age] not in link.ages:
                    fires = 0.0
                total += p * left * fires * self._answers(row, age, link.second, case)
                left *= 1 - fires
            total += p * left * self._answers(row, age, None, case)
        return total

    def _answers(self, row: int, age: int, second: str | None, case: Answers) -> float:
        """Depends on the case only, so it is worked out once a row, age and second condition."""
        key = (row, age, second)
        if key not in self.known:
            self.known[key] = self._product(row, age, second, case)
        return self.known[key]

    def _product(self, row: int, age: int, second: str | None, case: Answers) -> float:
        p = 1.0
        left = {f for f in case if f not in {"age", "diabetes", "kidney_disease"}}
        for findings, table in self.joints.items():
            if left & set(findings):
                p *= self._tie(findings, self._at(table, age), row, second, case)
                left -= set(findings)
        for finding in left:
            table = self._at(self.m.tables[finding], age)
            cells = self._mixed(finding, table, row, age, second)
            p *= sum(cells[t] * self._error(finding, t, case) for t in range(len(cells)))
        return p

    def _tie(
        self,
        findings: tuple[str, ...],
        table: Floats,
        row: int,
        second: str | None,
        case: Answers,
    ) -> float:
        cells = table[row]
        if second and findings[0] != "sex":
            cells = 0.7 * cells + 0.3 * self._mean(table, second)
        total = 0.0
        for truth in np.ndindex(*cells.shape):
            p = cells[truth]
            for finding, level in zip(findings, truth, strict=True):
                if finding in case:
                    p *= self._error(finding, level, case)
            total += p
        return total

    def _mixed(self, finding: str, table: Floats, row: int, age: int, second: str | None) -> Floats:
        first = table[row]
        if not second or FINDINGS[finding].group == "risk":
            return first
        other = self._mean(table, second)
        if FINDINGS[finding].kind != "boolean":
            return 0.7 * first + 0.3 * other
        usual = self.k.background[finding].table(FINDINGS[finding])[age, 1]
        yes = 1 - (1 - first[1]) * (1 - 0.6 * max(other[1] - usual, 0.0))
        return np.array([1 - yes, yes])

    def _mean(self, table: Floats, cause: str) -> Floats:
        own = [i for i, p in enumerate(self.m.presentations) if p.cause == cause]
        share = np.array([self.m.presentations[i].probability for i in own])
        return np.tensordot(share / share.sum(), table[own], axes=1)

    def _error(self, finding: str, truth: int, case: Answers) -> float:
        table = channel(FINDINGS[finding], self.k)
        return float(table[truth, FINDINGS[finding].levels.index(case[finding])])

    @staticmethod
    def _at(table: Floats, age: int) -> Floats:
        return table[age if len(table) > 1 else 0]


@pytest.fixture(scope="module")
def small(knowledge: Knowledge) -> tuple[World, Brute]:
    cut = small_knowledge(knowledge)
    return build(cut), Brute(cut)


CASES: dict[str, Answers] = {
    "nothing": {},
    "one yes": {"quality_tingling": "yes"},
    "trigger alone": {"diabetes": "yes"},
    "triggers and age": {"diabetes": "no", "kidney_disease": "dialysis", "age": "70-79"},
    "second condition shows": {
        "diabetes": "yes",
        "numbness": "both_feet_sock",
        "loc_foot": "yes",
        "age": "60-69",
    },
    "part of a tie": {"pitting_dent": "one_leg", "age": "30-39"},
    "whole tie, impossible": {
        "leg_swelling": "none",
        "pitting_dent": "one_leg",
        "calf_wider_3cm": "yes",
        "laterality": "both_legs",
        "numbness": "one_leg_strip",
        "age": "40-49",
    },
    "pregnant man": {"sex": "male", "hormonal_state": "pregnant", "age": "80plus"},
    "ordered and aged": {"pain_intensity": "unbearable", "surface_veins": "varicose"},
    "three ties": {"urge_to_move": "yes", "relief_rest": "yes", "episode_pattern": "constant"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_posterior_equals_brute_force(small: tuple[World, Brute], name: str) -> None:
    """Summing every truth in plain loops gives the same joint probabilities to 1e-9."""
    world, brute = small
    expected = brute.score(CASES[name])
    assert np.exp(world.joint_log_likelihood(codes(CASES[name]))[0]) == pytest.approx(
        expected, rel=1e-9
    )


# Against the generator's own frequencies


@pytest.fixture(scope="module")
def drawn(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Fresh cases, another seed every run, with their exact posteriors."""
    cases = world.sample(24_000, np.random.default_rng())
    return cases.cause, world.posterior(cases.codes)


def test_posterior_is_calibrated_within_sampling_error(drawn: tuple[Floats, Floats]) -> None:
    """Of the cases given p for a cause, a share p has it: every cause, every tenth, any seed."""
    truth, p = drawn
    for cause in range(len(CAUSES)):
        hit = truth == cause
        for part in np.array_split(np.argsort(p[:, cause]), 10):
            spread = np.sqrt((p[part, cause] * (1 - p[part, cause])).sum())
            assert abs((hit[part] - p[part, cause]).sum()) < 5.5 * spread + 1.5


def test_log_loss_of_the_posterior_is_its_own_entropy(drawn: tuple[Floats, Floats]) -> None:
    """The expected surprise is the uncertainty stated, which only an exact posterior achieves."""
    truth, p = drawn
    surprise = -np.log(p[np.arange(len(p)), truth])
    entropy = -(p * np.log(np.maximum(p, 1e-300))).sum(axis=1)
    gap = surprise - entropy
    assert abs(gap.mean()) < 5.5 * gap.std() / np.sqrt(len(gap))


def test_a_wrong_posterior_would_be_noticed(drawn: tuple[Floats, Floats]) -> None:
    """The check above has teeth: sharpening the posterior by a tenth fails it."""
    truth, p = drawn
    sharp = p**1.1 / (p**1.1).sum(axis=1, keepdims=True)
    gap = -np.log(sharp[np.arange(len(p)), truth])
    gap += (sharp * np.log(np.maximum(sharp, 1e-300))).sum(axis=1)
    assert abs(gap.mean()) > 5.5 * gap.std() / np.sqrt(len(gap))


def test_draws_follow_the_tables(world: World) -> None:
    """Each block's answers come at its rates, in every block, for any seed."""
    n, complete = 40_000, Interviews(79, (0.5, 0.6), 1.0, {})
    everything = World(
        world.presentations,
        world.rows,
        world.second,
        np.exp(world._log_prior),
        world.blocks,
        complete,
        world.care,
        "",
    )
    codes = everything.sample(n, np.random.default_rng()).codes
    assert codes.all()
    prior = np.exp(world._log_prior) / np.exp(world._log_prior).sum()
    for block in world.blocks:
        rates = np.einsum(
            "ar,arc->c", prior, np.broadcast_to(block.table, (7, *block.table.shape[1:]))
        )
        cell = np.ravel_multi_index(tuple(codes[:, block.columns].T.astype(int) - 1), block.shape)
        count = np.bincount(cell, minlength=len(rates))
        assert (np.abs(count - n * rates) < 6 * np.sqrt(n * rates) + 8).all(), block.findings


def test_one_table_is_drawn_from_at_its_rates_whatever_the_others_are(world: World) -> None:
    """Rare rows too: every presentation's own rates, in the groups that are drawn together."""
    rng = np.random.default_rng()
    tables = {column: block for block in world.blocks for column in block.columns}
    for group in world._alike:
        sums = np.stack([tables[column].table[0].sum(axis=1) for column in group.columns])
        for table in rng.choice(np.flatnonzero(sums.all(axis=0)), 5):
            drawn = group.draw(np.full(20_000, table), rng)
            for column, codes in zip(group.columns, drawn, strict=True):
                expected = 20_000 * tables[column].table[0, table]
                count = np.bincount(codes, minlength=len(expected) + 1)[1:]
                assert (np.abs(count - expected) < 6 * np.sqrt(expected) + 8).all(), column


def test_aliases_give_back_the_tables_to_the_last_digit(world: World) -> None:
    """What the columns keep and hand on adds up to the probabilities, in all tables of all ties."""
    random = np.random.default_rng().dirichlet(np.full(7, 0.1), size=500)
    tables = [
        random,
        np.eye(7),
        *(tie.table.reshape(-1, tie.table.shape[2]) for tie in world._ties),
    ]
    for table in tables:
        sampler, cells = Sampler(table), table.shape[1]
        keep = sampler._until.reshape(table.shape) - np.arange(cells)
        share = keep.copy()
        np.add.at(
            share, (np.arange(len(table))[:, None], sampler._alias.reshape(table.shape)), 1 - keep
        )
        known = table.sum(axis=1) > 0
        proper = table[known] / table[known].sum(axis=1, keepdims=True)
        assert np.abs(share[known] / cells - proper).max() < 1e-13


# Any answers at all


def test_posterior_is_finite_for_all_pairs_of_answers(world: World) -> None:
    """Any two levels of any two findings, contradictory or not, have a posterior."""
    pairs = [
        {a.id: level_a, b.id: level_b}
        for a, b in combinations(FINDINGS.values(), 2)
        for level_a, level_b in product(a.levels, b.levels)
    ]
    assert len(pairs) > 20_000
    log_joint = world.joint_log_likelihood(codes(*pairs))
    assert np.isfinite(log_joint).all()
    assert np.abs(world.posterior(codes(*pairs[:2000])).sum(axis=1) - 1).max() < 1e-12


def test_posterior_is_finite_for_any_full_vector(world: World) -> None:
    """Interviews answered at random, contradictions and all, have a posterior."""
    rng = np.random.default_rng()
    levels = [len(finding.levels) for finding in FINDINGS.values()]
    full = rng.integers(1, np.array(levels) + 1, size=(2000, len(levels))).astype(np.uint8)
    assert np.isfinite(world.joint_log_likelihood(full)).all()


def test_order_and_company_of_cases_do_not_matter(world: World) -> None:
    """A case's posterior is the same alone and in any batch."""
    cases = world.sample(300, np.random.default_rng(5)).codes
    together = world.posterior(cases)
    assert world.posterior(cases[::-1])[::-1] == pytest.approx(together, abs=1e-12)
    alone = np.concatenate([world.posterior(case[None]) for case in cases[:20]])
    assert alone == pytest.approx(together[:20], abs=1e-12)


# The parts that were promised


def test_the_fifteen_causes_and_none_of_these(world: World) -> None:
    """135 presentations and the one of none_of_these, which has 5 to 10 % of cases."""
    assert len(world.presentations) == 136
    assert world.prior.sum() == pytest.approx(1)
    assert 0.05 <= world.prior[-1] <= 0.10


def test_second_conditions_are_met_but_never_the_first_again(world: World) -> None:
    """Between one in ten and three in ten carry a second condition, and none its own label."""
    cases = world.sample(50_000, np.random.default_rng(3))
    assert 0.1 < (cases.second >= 0).mean() < 0.3
    assert not (cases.second == cases.cause).any()


def test_adding_a_finding_does_not_reshuffle_the_rest(world: World) -> None:
    """Each decision draws from a stream of its own."""
    fewer = World(
        world.presentations,
        world.rows,
        world.second,
        np.exp(world._log_prior),
        world.blocks[:-1],
        world.interviews,
        world.care,
        "",
    )
    a = world.sample(500, np.random.default_rng(9))
    b = fewer.sample(500, np.random.default_rng(9))
    kept = [c for block in world.blocks[:-1] for c in block.columns]
    assert (a.codes[:, kept] == b.codes[:, kept]).all()
    assert (a.cause == b.cause).all()


def test_interviews_have_all_lengths_and_know_nothing_of_the_cause(world: World) -> None:
    """From three answers to all, in every band, and the same lengths whatever the cause."""
    cases = world.sample(60_000, np.random.default_rng())
    count = (cases.codes > 0).sum(axis=1)
    assert count.min() == 3
    assert count.max() == len(FINDINGS)
    for low, high in ((3, 8), (9, 20), (21, 40), (41, 79)):
        assert ((count >= low) & (count <= high)).mean() > 0.1
    for cause in range(len(CAUSES)):
        own = count[cases.cause == cause]
        assert abs(own.mean() - count.mean()) < 5.5 * count.std() / np.sqrt(len(own))


def test_common_questions_are_answered_more_often_than_near_labels(world: World) -> None:
    """Red flags and common questions lead; what is nearly the label is often unknown."""
    answered = (world.sample(20_000, np.random.default_rng(4)).codes > 0).mean(axis=0)
    share = dict(zip(FINDINGS, answered, strict=True))
    assert share["leg_swelling"] > share["fatigue"] > share["known_arthritis"]
    assert share["kidney_disease"] < 0.75 * share["leg_swelling"]


def test_marginals_are_probabilities(knowledge: Knowledge) -> None:
    """Every table sums to one and none is negative."""
    found: Marginals = marginals(knowledge)
    for table in found.tables.values():
        assert (table >= 0).all()
        assert table.sum(axis=-1) == pytest.approx(1, abs=1e-9)
