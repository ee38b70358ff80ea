"""The Merkle tree, against the plain recursive definitions of RFC 9162."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.rules import merkle


def hashes(count):
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def split(leaves):
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return leaves[:k], leaves[k:]


def plain_root(leaves):
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    left, right = split(leaves)
    return sha256(b"\x01" + plain_root(left) + plain_root(right)).digest()


def plain_path(m, leaves):
    if len(leaves) == 1:
        return []
    left, right = split(leaves)
    if m < len(left):
        return [*plain_path(m, left), plain_root(right)]
    return [*plain_path(m - len(left), right), plain_root(left)]


def plain_subproof(m, leaves, whole=True):
    if m == len(leaves):
        return [] if whole else [plain_root(leaves)]
    left, right = split(leaves)
    if m <= len(left):
        return [*plain_subproof(m, left, whole), plain_root(right)]
    return [*plain_subproof(m - len(left), right, False), plain_root(left)]


def subtrees(leaves):
    """Full subtrees as the log keeps them: by the leaf that completes each. Others are not there."""
    frontier, kept = merkle.Frontier(), []
    for leaf in leaves:
        kept.append((leaf, *frontier.add(leaf)))
    return lambda begin, height: kept[begin + (1 << height) - 1][height]


sizes = st.integers(1, 140)


@given(st.integers(0, 140))
def test_the_root_is_the_plain_one(size):
    assert merkle.root(hashes(size)) == plain_root(hashes(size))


def test_an_empty_tree_has_the_root_that_the_standard_says():
    assert merkle.EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(sizes)
def test_a_root_is_found_from_the_few_subtrees_that_were_kept(size):
    leaves = hashes(size)
    assert merkle.folded(0, size, subtrees(leaves)) == plain_root(leaves)
    frontier = merkle.Frontier(size, [subtrees(leaves)(*part) for part in merkle.peaks(0, size)])
    frontier.add(merkle.leaf_hash(b"more"))
    assert frontier.root() == plain_root([*leaves, merkle.leaf_hash(b"more")])


@given(sizes, st.data())
def test_a_leaf_is_proven_and_nothing_else_is(size, data):
    leaves = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = merkle.inclusion(index, size, subtrees(leaves)), plain_root(leaves)
    assert proof == plain_path(index, leaves)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"another"), index, size, proof, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*proof, root], root)
    if proof:
        assert not merkle.verify_inclusion(leaves[index], index, size, proof[1:], root)
        other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index))
        assert not merkle.verify_inclusion(leaves[index], other, size, proof, root)


@given(sizes, st.data())
def test_an_earlier_tree_is_proven_to_be_the_beginning(size, data):
    leaves = hashes(size)
    old = data.draw(st.integers(1, size))
    proof, root, before = merkle.consistency(old, size, subtrees(leaves)), plain_root(leaves), plain_root(leaves[:old])
    assert proof == plain_subproof(old, leaves)
    assert merkle.verify_consistency(old, before, size, root, proof)
    changed = [*leaves[: old - 1], merkle.leaf_hash(b"another")]
    assert not merkle.verify_consistency(old, plain_root(changed), size, root, proof)
    assert merkle.verify_consistency(0, merkle.EMPTY, size, root, [])
    assert not merkle.verify_consistency(size + 1, root, size, root, [])
    if proof:
        assert not merkle.verify_consistency(old, before, size, root, proof[:-1])
        assert not merkle.verify_consistency(old, before, size, root, [*proof, root])


def test_what_is_not_in_the_tree_has_no_proof():
    with pytest.raises(ValueError, match="no leaf 3"):
        merkle.inclusion_path(3, 3)
    with pytest.raises(ValueError, match="no beginning of 4"):
        merkle.consistency_path(4, 3)
