"""Registries of random metrics, as the program RandomPages makes them: their pages, and what these must hold."""

import functools
import json
import math
import re
import struct
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / ".build" / "debug" / "RandomPages"
CREATED = 1_700_000_000
# How far the quantiles of a summary are from true ones.
RELATIVE_ERROR = 0.011


@functools.cache
def registry(seed):
    """The metrics of that seed, and their pages by content type."""
    if not PROGRAM.exists():
        pytest.skip(f"no {PROGRAM}: swift build makes it")
    ran = subprocess.run([PROGRAM, str(seed)], capture_output=True, timeout=60, check=True)
    made = json.loads(ran.stdout)
    metrics = [Metric(**metric) for metric in made["metrics"]]
    return metrics, {page["type"]: bytes.fromhex(page["bytes"]) for page in made["pages"]}


def double(bits):
    """The number with these bits."""
    return struct.unpack("=d", struct.pack("=Q", bits))[0]


def escaped(name, escaping, is_label=False):
    """The name as a page has it, by the rules of prometheus/common; there, labels have no colon either."""
    letters = "a-zA-Z_" if is_label else "a-zA-Z_:"
    if escaping == "allow-utf-8" or re.fullmatch(f"[{letters}][{letters}0-9]*", name):
        return name
    other = {
        "underscores": lambda character: "_",
        "dots": lambda character: "_dot_" if character == "." else "__",
        "values": lambda character: "__" if character == "_" else f"_{ord(character):x}_",
    }[escaping]
    # The underscore itself is escaped too, but by the first scheme.
    plain = re.compile(f"[{letters.replace('_', '')}0-9]")
    characters = [
        character if plain.fullmatch(character) and (position or not character.isdigit()) else other(character)
        for position, character in enumerate(name)]
    return ("U__" if escaping == "values" else "") + "".join(characters)


class Series:
    """What was recorded into one series."""

    def __init__(self, labels, whole=None, value=None, observations=()):
        self.labels = labels
        self.value = double(value) if whole is None and value is not None else whole
        self.observations = sorted(map(double, observations))

    @property
    def sum(self):
        """The sum of the observations, which were added in another order."""
        values = self.observations
        return pytest.approx(math.fsum(values), rel=0, abs=1e-12 * math.fsum(map(abs, values)))

    def up_to(self, boundary):
        """How many observations are not above it."""
        return sum(value <= boundary for value in self.observations)

    def quantile(self, share):
        """The smallest observation that such a share of all does not exceed, about."""
        count = len(self.observations)
        if not count:
            return math.nan
        rank = max(1, math.ceil(Fraction(str(share)) * count))
        return pytest.approx(self.observations[rank - 1], rel=RELATIVE_ERROR, abs=5e-324)


class Metric:
    """A metric, by its name and what was recorded into its series."""

    def __init__(self, name, kind, help, boundaries, quantiles, native, series):
        self.name, self.kind, self.help = name, kind, help
        self.boundaries = [*map(double, boundaries), math.inf]
        self.quantiles = list(map(double, quantiles))
        self.zero_threshold = None if native is None else double(native)
        self.series = [Series(**one) for one in series]

    @property
    def text_type(self):
        """What text calls it."""
        return "gauge" if self.kind in ("info", "stateset") else self.kind

    def openmetrics_type(self, escaping):
        """What OpenMetrics calls it: a set of states only where their label has the name of the metric."""
        has_label = self.kind != "stateset" or escaped(self.name, escaping) == escaped(self.name, escaping, True)
        return self.kind if has_label else "gauge"

    def has_negatives(self, series):
        """Whether OpenMetrics must not have the sum and count of a histogram."""
        if self.zero_threshold is not None and self.boundaries == [math.inf]:
            return any(value < -self.zero_threshold for value in series.observations)
        return self.boundaries[0] < 0

    def samples(self, escaping, is_openmetrics):
        """What a page of text has: the value of each sample, by its name and labels."""
        name = escaped(self.name, escaping)
        for series in self.series:
            labels = {escaped(label, escaping, True): value for label, value in series.labels.items()}
            for suffix, further, value in getattr(self, f"_{self.kind}")(series, is_openmetrics):
                yield key(name + suffix, labels | further), value
            if is_openmetrics and self.kind in ("counter", "histogram", "summary"):
                base = name.removesuffix("_total") if self.kind == "counter" else name
                yield key(f"{base}_created", labels), CREATED

    def _value(self, series, _):
        yield "", {}, series.value

    _counter = _gauge = _info = _stateset = _value

    def _histogram(self, series, is_openmetrics):
        for boundary in self.boundaries:
            yield "_bucket", {"le": boundary}, series.up_to(boundary)
        yield from self._totals(series, is_openmetrics and (self.has_negatives(series) or series.sum.expected < 0))

    def _summary(self, series, is_openmetrics):
        for share in self.quantiles:
            value = series.quantile(share)
            if not is_openmetrics or not getattr(value, "expected", 0) < 0:
                yield "", {"quantile": share}, value
        yield from self._totals(series, False, not is_openmetrics or series.sum.expected >= 0)

    def _totals(self, series, is_left_out, has_sum=True):
        if not is_left_out:
            if has_sum:
                yield "_sum", {}, series.sum
            yield "_count", {}, len(series.observations)


def key(name, labels):
    """What a sample is found by; boundaries and quantiles are numbers, in whatever way they are written."""
    numbers = {label: float(labels[label]) for label in ("le", "quantile") if label in labels}
    return name, frozenset((labels | numbers).items())


def same(found, expected):
    """Whether both are the same number, with the same sign if it is zero."""
    if not isinstance(expected, (int, float)):
        return found == expected
    if math.isnan(expected) or math.isnan(found):
        return math.isnan(expected) and math.isnan(found)
    return found == expected and math.copysign(1, found) == math.copysign(1, expected)
