"""Metric pages as Prometheus' own Python parsers read them."""

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

TEXT = "text/plain;version=0.0.4"
OPENMETRICS = "application/openmetrics-text;version=1.0.0"


class Page:
    """The samples of one scrape."""

    def __init__(self, text, content_type):
        parse = parse_openmetrics if content_type.startswith("application/openmetrics-text") else parse_text
        self.families = list(parse(text))
        self.samples = [sample for family in self.families for sample in family.samples]

    @property
    def names(self):
        """Every sample name on the page."""
        return {sample.name for sample in self.samples}

    def labels(self, name):
        """The label sets of one sample name."""
        return [sample.labels for sample in self.samples if sample.name == name]

    def value(self, name, **labels):
        """The value of the series with exactly these labels, or None."""
        found = [sample.value for sample in self.samples if (sample.name, sample.labels) == (name, labels)]
        assert len(found) <= 1, f"{name}{labels} stands {len(found)} times on the page"
        return found[0] if found else None

    def total(self, name, **labels):
        """The sum over all series that carry at least these labels; 0 without any."""
        wanted = labels.items()
        return sum(s.value for s in self.samples if s.name == name and wanted <= s.labels.items())
