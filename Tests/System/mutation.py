"""Seeded damage to good input."""

_INTERESTING = [
    b"", b"\x00", b"\xff", b"\xc3", b"\xf0\x9f\x8c\x9e", b":", b"|", b"#", b"@", b",", b"-", b"e999",
    b"NaN", b"Inf", b"1" * 400, b"|c|c", b'"', b"\\", b"\\u0000", b"\\ud800", b"{", b"}", b"[" * 50, b"null",
    b"\r", b" ",
]


def mutated(random, original):
    """A copy of `original` with one to four places damaged, never empty."""
    data = bytearray(original)
    for _ in range(random.randint(1, 4)):
        position = random.randint(0, len(data))
        action = random.choice((_replace, _insert, _remove, _repeat, _flip))
        action(random, data, position)
    return bytes(data) or b"x"


def _replace(random, data, position):
    data[position:position + random.randint(1, 4)] = random.choice(_INTERESTING)


def _insert(random, data, position):
    data[position:position] = random.choice(_INTERESTING)


def _remove(random, data, position):
    del data[position:position + random.randint(1, 8)]


def _repeat(random, data, position):
    data[position:position] = data[position:position + random.randint(1, 16)]


def _flip(random, data, position):
    if position < len(data):
        data[position] ^= 1 << random.randrange(8)
