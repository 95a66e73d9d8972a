"""Numbers, and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Sample:
    """One thing, measured several times.

    Attributes
    ----------
    values : sequence of float
        At least one.
    unit : str
        Such as "ms" or "MB".
    """

    values: Sequence[float]
    unit: str = "ms"

    @property
    def median(self) -> float:
        return median(self.values)

    def __str__(self) -> str:
        if len(self.values) == 1:
            return f"{self.median:.0f} {self.unit}"
        spread = f"{min(self.values):.0f}-{max(self.values):.0f}, n={len(self.values)}"
        return f"{self.median:.{0 if self.median >= 10 else 1}f} {self.unit} ({spread})"


@dataclass(frozen=True)
class Figure:
    """One line of the report.

    Attributes
    ----------
    what : str
    measured : Sample
    reference : Sample or None
        What it is compared with; then `target` is a ratio of medians.
    reference_name : str
    target : float or None
        The most that it may be; None for what is only good to know.
    """

    what: str
    measured: Sample
    reference: Sample | None = None
    reference_name: str = ""
    target: float | None = None

    @property
    def score(self) -> float:
        """What is compared with the target: the ratio, or the number itself."""
        return self.measured.median / self.reference.median if self.reference else self.measured.median

    @property
    def misses(self) -> bool:
        return self.target is not None and self.score > self.target

    def cells(self) -> tuple[str, ...]:
        """Give the columns: what, measured, reference, ratio, target, verdict."""
        unit = "x" if self.reference else f" {self.measured.unit}"
        precision = 2 if self.reference else 0
        return (
            self.what,
            str(self.measured),
            f"{self.reference_name} {self.reference}" if self.reference else "",
            f"{self.score:.2f}x" if self.reference else "",
            "" if self.target is None else f"<= {self.target:.{precision}f}{unit}",
            "" if self.target is None else "MISS" if self.misses else "ok",
        )


HEAD = ("what", "measured", "reference", "ratio", "target", "")


def table(figures: Sequence[Figure]) -> str:
    """Set figures in columns, those with a target first."""
    ordered = sorted(figures, key=lambda figure: figure.target is None)
    rows = [HEAD, *(figure.cells() for figure in ordered)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
