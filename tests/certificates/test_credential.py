"""The credential of a certificate: what it says, and that nobody can change a word of it."""

import copy
import json
import re
import socket
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

import lms.certificates.proofs
from lms.certificates.keys import public
from lms.certificates.models.paper import canonical
from lms.certificates.proofs import eddsa
from lms.certificates.proofs.canonical import UnknownContext
from lms.certificates.proofs.canonical import canonical as statements
from lms.certificates.rules import badges
from lms.certificates.rules.dids import did_document, did_of
from lms.certificates.rules.multikey import base58, unbase58
from lms.certificates.service.credentials import verify
from tests.certificates.cast import NAME, SALT, certificate
from tests.certificates.conftest import KEY, LONG, did_of_hillside

CONTEXTS = Path(lms.certificates.proofs.__file__).parent / "contexts"
#: Certificates that differ in what verifiers have trouble with.
NASTY: dict[str, dict[str, Any]] = {
    "plain": {},
    "Spanish": {"lang": "es", "title": "Medir la presión: ¿qué brazalete?", "organisation": "Atención «Ñandú»"},
    "Quechua": {"title": "Yawar ñit'iy tupuy", "lang": "qu"},
    "Arabic": {"title": "قياس ضغط الدم", "lang": "ar"},
    "Chinese": {"title": "测量血压 𠮷", "lang": "zh"},
    "marks": {"title": '<b>&amp;</b> "quoted" \\back {braces} {0} %s #let x = 1 ]]> \'', "objectives": ("{title}",)},
    "controls": {"title": "one\ttwo\x0bthree\x7ffour\u2028five", "statement": "one\r\ntwo\n\nthree"},
    "long": {"title": "Ñ" * 200, "organisation": "medir " * 40},
    "teaching": {"kind": "teaching", "medium": "teaching"},
    "sample": {"sample": True},
    "for ever": {"expires": None},
    "no provider": {"provider": "", "provider_number": "", "statement": "", "objectives": (), "log_root": ""},
    "thirds": {"offered": Decimal("12.345"), "claimed": Decimal("0.1")},
    "whole": {"offered": Decimal("20.00"), "claimed": Decimal("1.0")},
    "second list": {"index": 131_072 + 77},
}


# -- What it says ---------------------------------------------------------------------------------------------------


def test_it_says_what_the_certificate_says(signed):
    said = signed()
    subject = said["credentialSubject"]
    assert said["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert said["issuer"] == {
        "id": "did:web:hillside.example",
        "type": ["Profile"],
        "name": "Hillside",
        "url": "https://hillside.example",
    }
    assert (said["validFrom"], said["validUntil"]) == ("2020-01-02T03:04:05Z", "2120-01-02T23:59:59Z")
    assert (subject["creditsEarned"], subject["achievement"]["creditsAvailable"]) == (0.75, 1)
    assert subject["achievement"]["id"] == "https://hillside.example/modules/measuring-bp"
    assert subject["achievement"]["criteria"]["narrative"].startswith(
        "Completed Measuring blood pressure, and claimed 0.75 of 1 hour (Hours of learning)."
    )
    assert said["credentialStatus"] == {
        "id": "https://hillside.example/certificates/status/0#6",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "6",
        "statusListCredential": "https://hillside.example/certificates/status/0",
    }
    assert said["proof"]["verificationMethod"] == "did:web:hillside.example#key-1"


def test_whoever_knows_the_name_can_prove_it_by_the_salt(signed):
    [identity] = signed()["credentialSubject"]["identifier"]
    assert identity["identityHash"] == "sha256$" + sha256((NAME + identity["salt"]).encode()).hexdigest()


@pytest.mark.parametrize(
    "hidden",
    [{"name": None, "salt": None}, {"shown": "initials"}, {"shown": "match"}],
    ids=["erased", "initials", "match"],
)
def test_a_name_that_is_erased_or_not_shown_cannot_be_guessed_from_it(signed, hidden):
    text = canonical(signed(**hidden)).decode()
    assert SALT not in text
    assert not any(part in text for part in NAME.split())
    assert '"salt"' not in text


def test_the_name_itself_is_never_in_it(signed):
    assert not any(part in canonical(signed()).decode() for part in NAME.split())


def test_the_same_certificate_and_key_make_the_same_bytes(signed):
    assert canonical(signed()) == canonical(signed())


def test_a_sample_says_that_it_is_worth_nothing(signed):
    assert signed(sample=True)["description"].startswith("This is a sample, and worth nothing.")


# -- Verified by others ---------------------------------------------------------------------------------------------


def test_both_verifiers_and_ours_find_nothing_against_any_kind_of_certificate(signed, digital_bazaar, openbadgeslib):
    all_kinds = [signed(**changes) for changes in NASTY.values()]
    assert [verify(one, did_of_hillside()) for one in all_kinds] == [[]] * len(NASTY)
    assert dict(zip(NASTY, openbadgeslib(all_kinds, did_of_hillside()), strict=True)) == dict.fromkeys(NASTY, "")
    assert dict(zip(NASTY, digital_bazaar(all_kinds, did_of_hillside()), strict=True)) == dict.fromkeys(NASTY, "")


@pytest.mark.parametrize(
    ("address", "did"),
    [
        ("http://localhost:8000", "did:web:localhost%3A8000"),
        ("https://clínica.example", "did:web:xn--clnica-4va.example"),
        ("https://Learn.Example:8443", "did:web:learn.example%3A8443"),
    ],
)
def test_a_site_with_a_port_or_letters_of_its_language_is_verified_too(
    address, did, signed, digital_bazaar, openbadgeslib
):
    one = signed(issuer=address)
    assert one["issuer"]["id"] == did
    document = did_of_hillside(did)
    assert [verify(one, document), *openbadgeslib([one], document), *digital_bazaar([one], document)] == [[], "", ""]


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/learn",
        "https://example.org?x",
        "ftp://example.org",
        "example.org",
        "https://",
        "https://example.org:http",
    ],
)
def test_a_site_below_a_path_has_no_did(address):
    with pytest.raises(ValueError, match="did:web"):
        did_of(address)


def test_what_a_retired_key_signed_is_verified_by_its_key(signed, digital_bazaar, openbadgeslib):
    one = signed()
    document = did_document("did:web:hillside.example", [("key-1", public(KEY)), ("key-2", public(other_key()))])
    assert [verify(one, document), *openbadgeslib([one], document), *digital_bazaar([one], document)] == [[], "", ""]


def test_another_key_verifies_nothing(signed, digital_bazaar, openbadgeslib):
    one = signed()
    document = did_document("did:web:hillside.example", [("key-1", public(other_key()))])
    assert verify(one, document) == ["its signature is not of what it says: something was changed"]
    assert all([*openbadgeslib([one], document), *digital_bazaar([one], document)])


# -- Tampered with --------------------------------------------------------------------------------------------------


def test_changing_any_one_thing_fails_both_verifiers_and_ours(signed, digital_bazaar, openbadgeslib):
    one = signed()
    changed = dict(tampered(one))
    assert len(changed) > 120
    passed = [name for name, variant in changed.items() if verify(variant, did_of_hillside()) == []]
    assert passed == []
    said = dict(zip(changed, openbadgeslib(changed.values(), did_of_hillside()), strict=True))
    assert [name for name, why in said.items() if not why] == []
    said = dict(zip(changed, digital_bazaar(changed.values(), did_of_hillside()), strict=True))
    assert [name for name, why in said.items() if not why] == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_digit_of_the_signature_can_be_another(signed, data):
    one = signed()
    value = one["proof"]["proofValue"]
    at = data.draw(st.integers(0, len(value) - 1))
    digit = data.draw(st.characters(codec="ascii", categories=["L", "N"]).filter(lambda one: one != value[at]))
    one["proof"]["proofValue"] = value[:at] + digit + value[at + 1 :]
    assert verify(one, did_of_hillside()) != []


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60).map("A{}".format), st.text(max_size=60))
def test_whatever_the_words_are_it_is_verified(openbadgeslib, title, statement):
    unsigned = badges.credential(certificate(**LONG, title=title, statement=statement))
    one = eddsa.signed(unsigned, KEY, "did:web:hillside.example#key-1", LONG["issued"])
    assert verify(json.loads(canonical(one)), did_of_hillside()) == []
    assert openbadgeslib([one], did_of_hillside()) == [""]


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["@context", "@id", "id", "type", "proof", "issuer", "@graph", "x"]), inner, max_size=4
            )
        ),
    )
)
def test_what_is_no_credential_is_refused_in_words(thing):
    assert [type(why) for why in verify(thing, did_of_hillside())] == [str]


def test_what_would_take_for_ever_to_look_at_is_not_looked_at(signed):
    """Twelve things without a name, all alike: there are some hundred million ways to number them."""
    one = signed()
    one["evidence"] = [{"type": ["Evidence"], "name": "The same"}] * 12
    assert verify(one, did_of_hillside()) == ["it is not of the form that we write"]
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    assert verify(one | {"evidence": deep}, did_of_hillside()) == ["it is nested too deeply"]
    one["evidence"] = [{"id": "_:b0", "type": ["Evidence"]}]
    assert verify(one, did_of_hillside()) == ["it is not of the form that we write"]


# -- Contexts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "context",
    [
        "https://evil.example/context.json",
        "http://www.w3.org/ns/credentials/v2",
        {"name": "https://evil.example/name"},
        "file:///etc/passwd",
        None,
        ["https://www.w3.org/ns/credentials/v2"],
    ],
)
def test_an_unknown_context_is_an_error_and_nothing_is_loaded(signed, monkeypatch, context):
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    one = signed()
    one["@context"].append(context)
    with pytest.raises(UnknownContext):
        statements(one)
    assert verify(one, did_of_hillside()) != []


def test_a_context_further_in_is_refused(signed):
    one = signed()
    one["credentialSubject"]["achievement"]["@context"] = {"name": "https://evil.example/name"}
    with pytest.raises(UnknownContext, match="inside"):
        statements(one)


def test_the_contexts_are_those_that_were_published():
    kept = {path.name: sha256(path.read_bytes()).hexdigest() for path in CONTEXTS.glob("*.json")}
    told = dict(re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})`", (CONTEXTS / "README.md").read_text(), re.MULTILINE))
    assert kept == told
    assert len(kept) == 2


# -- Keys as text ---------------------------------------------------------------------------------------------------


@given(st.binary(max_size=80))
def test_base58_comes_back_as_it_was(data):
    assert unbase58(base58(data)) == data


@pytest.mark.parametrize("text", ["", "m1", "z0", "zI", "z" + "1" * 200])
def test_what_is_no_base58_is_refused(text):
    with pytest.raises(ValueError, match="base 58"):
        unbase58(text)


def tampered(one: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The credential with each of its values changed, or taken away; and with one added to each object and list."""
    for path in places(one):
        name = "/".join(map(str, path))
        if path:
            yield f"without {name}", altered(one, path, None)
        here = one
        for step in path:
            here = here[step]
        if isinstance(here, dict):
            unlike = {"name": "Another"} if "name" not in here else {"description": "Another"}
            unlike = unlike if not unlike.keys() & here.keys() else {"image": "https://evil.example/x.png"}
            for more in (unlike, {"remark": "of no context"}):
                yield f"more in {name}: {more}", altered(one, path, here | more)
        elif isinstance(here, list):
            for more in ("https://evil.example/more", copy.deepcopy(here[0])):
                if more not in here or isinstance(more, dict):
                    yield (
                        f"more in {name}: {more}",
                        altered(one, path, [*here, changed(more) if isinstance(more, dict) else more]),
                    )
        else:
            yield f"changed {name}", altered(one, path, changed(here))


def places(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for step, value in inner:
        yield from places(value, (*path, step))


def altered(one: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    found = copy.deepcopy(one)
    if not path:
        return value
    here: Any = found
    for step in path[:-1]:
        here = here[step]
    if value is None:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return found


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 0.25
    if isinstance(value, dict):
        return value | {"narrative": "Another"}
    # A date stays one, so that it is the signature that tells.
    return value.replace("20", "21", 1) if re.match(r"20\d\d-|2120-", value) else value + "x"


def other_key() -> Any:
    return Ed25519PrivateKey.from_private_bytes(b"somebody" * 4)


def refuse(*_arguments: object) -> None:
    raise AssertionError("something was to be loaded from the net")
