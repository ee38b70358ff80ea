"""Certificates: the audit of ten thousand, and the page that verifies one."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.load import requests_a_second
from bench.serving import serving
from lms import db
from lms.certificates.models.log import Kept
from lms.certificates.models.paper import Snapshot, canonical, commitment, leaf
from lms.certificates.rules import ids
from lms.certificates.service.auditing import audit
from lms.certificates.store import log
from lms.certificates.store.papers import Holder, Issued, Sheet
from lms.people.store import Learner

CERTIFICATES = 10_000
#: As large as a drawn one.
PDF_BYTES = 60_000
AUDIT_BAR, PAGE_BAR = 20, 0.5
_NOW = datetime.now(UTC) - timedelta(days=1)


def certifying(
    content: Path, data: Path, row: Callable[..., None], publish: Callable[[Path, Path], None], seconds: float
) -> None:
    """Rows of the table."""
    content.mkdir()
    (content / "site.yaml").write_text("title: Bench\n")
    (content / "modules").mkdir()
    (content / "modules" / "one.md").write_text("---\ntitle: One\n---\nWords.\n\n## A lesson\n\nWords.\n")
    publish(content, data)
    url = db.address("", data)
    db.upgrade(url)
    with db.session(url) as session:
        made = _fill(session)
        middle = Kept(name="kept", size=made[-1].log_size, root=made[-1].log_root)
        began = time.perf_counter()
        found = audit(session, [middle], datetime.now(UTC))
        took = time.perf_counter() - began
        assert found.sound and found.certificates == CERTIFICATES, found.findings
        assert len(found.held) == 1
    row(f"audit of {CERTIFICATES:,} certificates, seconds", took, AUDIT_BAR, 1, "20 s")
    one, many = f"/v/{made[0].id}", [f"/v/{each.id}" for each in made]
    environment = {"LMS_CONTENT": str(content), "LMS_DATA": str(data)}
    with (
        serving("bench.bare:create", "/") as bare,
        serving("lms.app:create_from_environment", one, **environment) as spoke,
    ):
        rates = []
        for _ in range(3):
            hello = requests_a_second(bare.port, ["/"], seconds)
            rates.append(
                (
                    requests_a_second(spoke.port, [one], seconds),
                    requests_a_second(spoke.port, many, seconds),
                    hello,
                )
            )
        same, walked, hello = (sorted(column)[1] for column in zip(*rates, strict=True))
        row("a certificate verified, requests a second", same, hello, PAGE_BAR, 'bare Flask "hello"', least=True)
        row("all of them in turn, requests a second", walked, hello, None, 'bare Flask "hello"', least=True)


def _fill(session: Session) -> list[Snapshot]:
    """Certificates a second apart, logged as they are when they are issued."""
    session.add(Learner(id="rosa", email="rosa@hillside.example", name="Rosa Quispe", opened=_NOW))
    session.commit()
    made, rows, holders, sheets = [], [], [], []
    paper = bytes(PDF_BYTES)
    db.writing(session)
    size, root = log.checkpoint(session)
    for number in range(CERTIFICATES):
        at, salt, pepper = _NOW + timedelta(seconds=number), token_hex(16), token_hex(16)
        snapshot = _snapshot(at, salt, size, root, number)
        text = canonical(snapshot.model_dump(mode="json")).decode()
        pdf = paper + snapshot.id.encode()
        fingerprint = sha256(pdf).hexdigest()
        index = log.append(session, "certificate", snapshot.id, leaf(text, fingerprint, pepper), at)
        size, root = log.checkpoint(session)
        said = snapshot.model_dump(include={"id", "activity", "edition", "system"})
        rows.append(
            said
            | {"leaf": index, "learner_id": "rosa", "completion": str(number), "serial": 0, "claimed": "0.75"}
            | {"issued": at, "snapshot": text, "paper": fingerprint, "pepper": pepper}
        )
        holders.append({"certificate_id": snapshot.id, "name": "Rosa Quispe", "salt": salt, "shown": "full"})
        sheets.append({"certificate_id": snapshot.id, "pdf": pdf})
        made.append(snapshot)
        if len(rows) == 500:
            for table, some in ((Issued, rows), (Holder, holders), (Sheet, sheets)):
                session.execute(insert(table.__table__), some)
                some.clear()
    session.commit()
    return made


def _snapshot(at: datetime, salt: str, size: int, root: str, number: int) -> Snapshot:
    return Snapshot(
        id=ids.fresh(),
        holder=commitment("Rosa Quispe", salt),
        activity="/modules/one",
        title="One",
        lang="en",
        medium="reading",
        edition=1,
        revision="f" * 16,
        organisation="Bench",
        issuer="https://bench.example",
        profession="nurse",
        system="plain",
        system_name="Hours of learning",
        unit="hour",
        units="hours",
        offered="1",
        claimed="0.75",
        statement=f"Statement number {number}. " * 8,
        objectives=("To do one thing", "And to leave another"),
        faculty=("Rosa Quispe, RN", "Ana Torres, MD"),
        completed=at,
        issued=at,
        log_size=size,
        log_root=root,
    )
