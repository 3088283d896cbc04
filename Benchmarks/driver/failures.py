"""What goes wrong with a bench."""


class BenchFailed(Exception):
    """A program did not say what it should."""
