"""Damage to bytes, whatever they mean: bits, runs, blocks, ends, and the integers that formats keep lengths in."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Damage = Callable[[Random, bytes], bytes]

SIGNATURES = re.compile(
    rb"\x89HDF\r\n\x1a\n|TREE|HEAP|GCOL|SNOD|OHDR|OCHK|FRHP|FHDB|FHIB|FSHD|FSSE|BTHD|BTIN|BTLF|FAHD|FADB|EAHD|EAIB|SMTB"
    rb"|PK\x01\x02|PK\x03\x04|PK\x05\x06|PK\x06\x06|PK\x06\x07|PK\x07\x08|\x93NUMPY"
)
"""Where structures of HDF5, zip and npy begin; lengths and addresses follow."""
_NEAR = 56
"""Bytes behind a signature that still belong to its header: HDF5's superblock 2 has 48, zip's headers 22 to 46."""
_SIZES = (1, 2, 4, 8)


def flip_bits(random: Random, content: bytes) -> bytes:
    for _ in range(random.choice((1, 1, 1, 2, 4, 16))):
        place = random.randrange(len(content))
        content = _put(content, place, bytes([content[place] ^ 1 << random.randrange(8)]))
    return content


def blank_bytes(random: Random, content: bytes) -> bytes:
    """A run of zeros, or of ones."""
    return _put(content, random.randrange(len(content)), random.choice((b"\0", b"\xff")) * random.randint(1, 16))


def noise(random: Random, content: bytes) -> bytes:
    return _put(content, random.randrange(len(content)), random.randbytes(random.randint(1, 64)))


def truncate(random: Random, content: bytes) -> bytes:
    kept = random.choice((random.randrange(len(content)), len(content) - random.randint(1, 16)))
    return content[: max(kept, 0)]


def copy_block(random: Random, content: bytes) -> bytes:
    start, stop = _block(random, content)
    return _put(content, random.randrange(len(content)), content[start:stop])


def swap_blocks(random: Random, content: bytes) -> bytes:
    """Two stretches of one length, so that all else stays where it is."""
    start, stop = _block(random, content)
    other = random.randrange(len(content) - (stop - start) + 1)
    first, second = content[start:stop], content[other : other + stop - start]
    return _put(_put(content, start, second), other, first)


def insert_block(random: Random, content: bytes) -> bytes:
    start, stop = _block(random, content)
    place = random.randrange(len(content) + 1)
    return content[:place] + random.choice((content[start:stop], random.randbytes(8))) + content[place:]


def delete_block(random: Random, content: bytes) -> bytes:
    start, stop = _block(random, content)
    return content[:start] + content[stop:]


def append(random: Random, content: bytes) -> bytes:
    return content + random.choice((random.randbytes(64), content[:64], b"\0" * 512))


def nudge_integer(random: Random, content: bytes) -> bytes:
    return _nudged(random, content, random.randrange(len(content)))


def attack_header(random: Random, content: bytes) -> bytes:
    """An integer or a byte close behind a signature: lengths, counts, versions, addresses."""
    starts = [found.start() for found in SIGNATURES.finditer(content)]
    if not starts:
        return nudge_integer(random, content)
    for _ in range(random.choice((1, 1, 2))):
        place = min(random.choice(starts) + random.randrange(_NEAR), len(content) - 1)
        content = random.choice((_nudged(random, content, place), _put(content, place, random.randbytes(1))))
    return content


def attack_used(random: Random, content: bytes) -> bytes:
    """An integer that is not nothing: HDF5's unused room is zeros, and damage there shows little."""
    for _ in range(32):
        place = random.randrange(len(content))
        if content[place]:
            return _nudged(random, content, place)
    return nudge_integer(random, content)


def _nudged(random: Random, content: bytes, place: int) -> bytes:
    size = random.choice(_SIZES)
    value = int.from_bytes(content[place : place + size], "little")
    most = (1 << 8 * size) - 1
    other = random.choice((value + 1, value - 1, value * 2, value ^ most, 0, 1, most, most >> 1, (most >> 1) + 1))
    return _put(content, place, (other & most).to_bytes(size, "little"))


def _block(random: Random, content: bytes) -> tuple[int, int]:
    length = random.randint(1, max(1, min(len(content), random.choice((4, 32, 512)))))
    start = random.randrange(len(content) - length + 1)
    return start, start + length


def _put(content: bytes, place: int, new: bytes) -> bytes:
    """The new bytes over the old ones; what would reach beyond the end is cut off."""
    return (content[:place] + new + content[place + len(new) :])[: len(content)]


DAMAGES: tuple[Damage, ...] = (
    flip_bits, flip_bits, blank_bytes, noise, truncate, copy_block, swap_blocks, insert_block, delete_block, append,
    nudge_integer, attack_header, attack_header, attack_header, attack_used, attack_used,
)  # fmt: skip
"""As often as they stand here."""
