"""Time and memory of the steps of a run."""

import time

import numpy as np
import pytest

from training.steps import Steps


def test_a_step_says_how_long_it_took_and_how_much_memory_there_was():
    """In order; memory is the most so far, so it never falls."""
    steps = Steps()
    with steps.step("wait"):
        time.sleep(0.05)
    with steps.step("fill"):
        assert np.ones(30_000_000).sum() == 30_000_000
    assert [step.name for step in steps] == ["wait", "fill"]
    assert steps[0].seconds >= 0.05
    assert steps[0].cpu_seconds <= steps[0].seconds + 0.05
    assert 20 < steps[0].peak_mib <= steps[1].peak_mib
    assert steps[1].peak_mib > 240_000_000 / 2**20


def test_a_step_that_fails_is_no_step():
    """What it raised goes on."""
    steps = Steps()
    with pytest.raises(KeyboardInterrupt), steps.step("fail"):
        raise KeyboardInterrupt
    assert steps == []
