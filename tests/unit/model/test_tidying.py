"""Specks and pinholes below a share of a mask are left out, and all else stays."""

from __future__ import annotations

import numpy as np
import pytest

from tabsam.errors import PromptError
from tabsam.geometry.outline import area
from tabsam.geometry.regions import components
from tabsam.model.candidate import Candidate
from tabsam.model.preprocess import Frame
from tabsam.model.tidying import tidied


@pytest.fixture
def speckled() -> Candidate:
    """Give a square of 120 x 120 pixels, a hole in it of 8 x 8, and beside it parts of 8 x 8 and of 40 x 40."""
    logits = np.full((256, 256), -8, np.float32)
    logits[20:140, 20:140] = 8
    logits[60:68, 60:68] = -8
    logits[200:208, 20:28] = 8
    logits[180:220, 180:220] = 8
    return Candidate(logits, 0.9, 0.9, Frame((256, 256), (1024, 1024), (1024, 1024)))


def parts(mask: np.ndarray) -> tuple[int, int]:
    """Count the parts of a mask, and of what is around it and in it."""
    return len(components(mask).sizes), len(components(~mask).sizes)


def test_what_is_below_the_share_goes_and_the_rest_stays(speckled: Candidate) -> None:
    assert parts(speckled.mask()) == (3, 2)
    assert len(speckled.outline().rings()) == 4
    tidy = tidied(speckled, 0.01)
    assert parts(tidy.mask()) == (2, 1)
    assert len(tidy.outline().rings()) == 2
    assert np.count_nonzero(tidy.mask() ^ speckled.mask()) == pytest.approx(2 * 64, abs=40)
    assert area(tidy.outline(refine=4)) == pytest.approx(np.count_nonzero(tidy.mask()), rel=0.01)
    assert parts(tidied(speckled, 0.2).mask()) == (1, 1)
    assert tidy.tidy == 0.01
    assert tidy.logits is speckled.logits


def test_nothing_is_tidied_away_where_nobody_asks_for_it(speckled: Candidate) -> None:
    assert tidied(speckled, 0) is speckled
    assert speckled.tidy == 0


def test_of_specks_alone_the_largest_stays() -> None:
    logits = np.full((256, 256), -8, np.float32)
    for place in range(10, 250, 12):
        logits[place : place + 4, 10:200:12] = 8
    logits[100:106, 100:106] = 8
    specks = Candidate(logits, 0.9, 0.9, Frame((256, 256), (1024, 1024), (1024, 1024)))
    assert parts(tidied(specks, 0.2).mask()) == (1, 1)
    assert len(tidied(specks, 0.2).outline().rings()) == 1


def test_a_gap_at_the_border_is_no_hole() -> None:
    logits = np.full((256, 256), 8, np.float32)
    logits[:8, 100:108] = -8
    logits[100:108, 100:108] = -8
    whole = Candidate(logits, 0.9, 0.9, Frame((256, 256), (1024, 1024), (1024, 1024)))
    tidy = tidied(whole, 0.01)
    assert not tidy.mask()[:6, 102:106].any()
    assert tidy.mask()[100:108, 100:108].all()
    assert area(tidy.outline(refine=4)) == pytest.approx(np.count_nonzero(tidy.mask()), rel=1e-3)


@pytest.mark.parametrize("share", [-0.01, 0.21, float("nan")])
def test_a_share_that_is_none_is_refused(speckled: Candidate, share: float) -> None:
    with pytest.raises(PromptError, match="a share of the mask from 0 to 0.2"):
        tidied(speckled, share)
