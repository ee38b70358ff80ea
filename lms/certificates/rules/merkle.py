"""The Merkle tree of the transparency log, as RFC 9162 (section 2.1) has it: hashes, proofs, and their verification.

A tree of n leaves is made of full subtrees, one for each bit of n. Every full subtree ends at some leaf: who keeps with
each leaf the subtrees that it `completes` finds a root or a proof by looking at a few leaves, however many there are.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

#: The root of a tree without leaves.
EMPTY = sha256(b"").digest()

#: Gives the hash of a full subtree, by where it begins and its height: it has 2**height leaves.
Subtree = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """What has to be known of a tree so that leaves can be added to it: the roots of its full subtrees."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The full subtrees from left to right: one for each bit of the size, the largest first."""
        return tuple(self._peaks)

    def add(self, leaf: bytes) -> tuple[bytes, ...]:
        """Add a leaf by its hash; returns the roots of the subtrees that it completes, the lowest first."""
        above: list[bytes] = []
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self._peaks.pop(), node)
            above.append(node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1
        return tuple(above)

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node


def root(leaves: Iterable[bytes]) -> bytes:
    """The root of a tree of these hashes of leaves."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def peaks(begin: int, end: int) -> list[tuple[int, int]]:
    """The full subtrees that make up the leaves from `begin`, below `end`: where each begins, and its height.

    `begin` is to be where a subtree of this length may begin, as it is in all proofs.
    """
    found, at = [], begin
    for height in range((end - begin).bit_length() - 1, -1, -1):
        if (end - begin) >> height & 1:
            found.append((at, height))
            at += 1 << height
    return found


def folded(begin: int, end: int, subtree: Subtree) -> bytes:
    """The hash of the leaves from `begin`, below `end`."""
    parts = peaks(begin, end)
    node = subtree(*parts[-1])
    for part in reversed(parts[:-1]):
        node = node_hash(subtree(*part), node)
    return node


# -- Proofs ---------------------------------------------------------------------------------------------------------


def inclusion_path(index: int, size: int) -> list[tuple[int, int]]:
    """The parts of a tree (from where, below where) whose hashes prove that a leaf is in it, the nearest first."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} among {size}")
    found, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((begin, middle))
            begin = middle
    return found[::-1]


def consistency_path(old: int, size: int) -> list[tuple[int, int]]:
    """The parts of a tree whose hashes prove that a tree of its first `old` leaves was its beginning."""
    if not 0 < old <= size:
        raise ValueError(f"a tree of {size} leaves has no beginning of {old}")
    found, begin, end, known = [], 0, size, True
    while old < end:
        middle = begin + _split(end - begin)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((begin, middle))
            begin, known = middle, False
    return ([] if known else [(begin, end)]) + found[::-1]


def inclusion(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof that the leaf at `index` is in the tree of the first `size` leaves."""
    return [folded(begin, end, subtree) for begin, end in inclusion_path(index, size)]


def consistency(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof that the tree of `size` leaves begins with the one of `old` leaves."""
    return [folded(begin, end, subtree) for begin, end in consistency_path(old, size)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that the leaf of this hash stands at `index` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, node = index, size - 1, leaf
    for part in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = node_hash(part, node)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and node == root


def verify_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `old` leaves is the beginning of the other (section 2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old == 0:
        return old_root == EMPTY and not proof
    if old == size:
        return old_root == root and not proof
    parts = list(proof)
    if old & (old - 1) == 0:
        parts.insert(0, old_root)
    if not parts:
        return False
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = parts[0]
    for part in parts[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(part, first), node_hash(part, second)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == root


def _split(size: int) -> int:
    """The largest power of two below `size`: how many leaves stand to the left of the top."""
    return 1 << (size - 1).bit_length() - 1
