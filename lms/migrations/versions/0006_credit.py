"""Credit, certificates that stay as they were issued, and their log."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)
#: What nothing is changed or deleted in.
STAYING = {"certificate": "id", "certificate_change": "leaf", "log_leaf": "number", "checkpoint": "size"}


def upgrade() -> None:
    _credit()
    _certificates()
    op.create_table(
        "log_leaf",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("certificate_id", sa.String(22), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("above", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_log_leaf"),
    )
    op.create_index("ix_log_leaf_certificate_id", "log_leaf", ["certificate_id"])
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoint"),
    )
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("public", sa.String(100), nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("retired", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_signing_key"),
        sa.UniqueConstraint("public", name="uq_signing_key_public"),
    )
    _stay()


def _credit() -> None:
    op.create_table(
        "front",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_front"),
    )
    op.create_table(
        "evaluated",
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.Column("completion", sa.String(64), nullable=False),
        sa.Column("activity", sa.String(300), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "completion", name="pk_evaluated"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_evaluated_learner_id"),
    )
    op.create_table(
        "opinion",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("activity", sa.String(300), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("learner_id", sa.String(32)),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opinion"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_opinion_learner_id"),
        # The order of rows would tell whose they are.
        sqlite_with_rowid=False,
    )
    op.create_index("ix_opinion_activity", "opinion", ["activity", "edition"])
    op.create_table(
        "teaching",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.Column("activity", sa.String(300), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(20), nullable=False),
        sa.Column("claimed", sa.String(20), nullable=False),
        sa.Column("reflection", sa.Text(), nullable=False),
        sa.Column("asked", MOMENT, nullable=False),
        sa.Column("decided", MOMENT),
        sa.Column("decided_by", sa.String(32)),
        sa.Column("approved", sa.Boolean()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_teaching"),
        sa.UniqueConstraint("learner_id", "activity", "edition", name="uq_teaching_learner_id"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_teaching_learner_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["learner.id"], "fk_teaching_decided_by"),
    )
    op.create_index("ix_teaching_learner_id", "teaching", ["learner_id"])
    op.create_index("ix_teaching_decided", "teaching", ["decided"])
    op.create_table(
        "target",
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.Column("system", sa.String(20), nullable=False),
        sa.Column("amount", sa.String(20), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "system", name="pk_target"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_target_learner_id"),
    )


def _certificates() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("leaf", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.Column("completion", sa.String(64), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(300), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(20), nullable=False),
        sa.Column("claimed", sa.String(20), nullable=False),
        sa.Column("issued", MOMENT, nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("paper", sa.String(64), nullable=False),
        sa.Column("pepper", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
        sa.UniqueConstraint("leaf", name="uq_certificate_leaf"),
        sa.UniqueConstraint("learner_id", "completion", "serial", name="uq_certificate_learner_id"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_certificate_learner_id"),
    )
    op.create_index("ix_certificate_issued", "certificate", ["issued"])
    op.create_index("ix_certificate_activity", "certificate", ["activity", "issued"])
    op.create_table(
        "holder",
        sa.Column("certificate_id", sa.String(22), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("shown", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("certificate_id", name="pk_holder"),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], "fk_holder_certificate_id"),
    )
    op.create_table(
        "sheet",
        sa.Column("certificate_id", sa.String(22), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("certificate_id", name="pk_sheet"),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], "fk_sheet_certificate_id"),
    )
    op.create_table(
        "certificate_change",
        sa.Column("leaf", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate_id", sa.String(22), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(20), nullable=False),
        sa.Column("by_id", sa.String(32)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("follower", sa.String(22), nullable=False),
        sa.PrimaryKeyConstraint("leaf", name="pk_certificate_change"),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], "fk_certificate_change_certificate_id"),
        sa.ForeignKeyConstraint(["by_id"], ["learner.id"], "fk_certificate_change_by_id"),
    )
    op.create_index("ix_certificate_change_certificate_id", "certificate_change", ["certificate_id"])


def _stay() -> None:
    """Triggers as the ledger's: what was issued and logged is neither changed nor deleted."""
    if op.get_bind().dialect.name == "sqlite":
        for table, key in STAYING.items():
            for deed in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_{deed.lower()} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            # INSERT OR REPLACE would delete without a trigger of DELETE.
            op.execute(
                f"CREATE TRIGGER {table}_again BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        # What is unique besides would be replaced too.
        op.execute(
            "CREATE TRIGGER certificate_twice BEFORE INSERT ON certificate WHEN EXISTS (SELECT 1 FROM certificate "
            "WHERE leaf = NEW.leaf OR (learner_id = NEW.learner_id AND completion = NEW.completion "
            "AND serial = NEW.serial)) "
            "BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: certificate'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION it_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in STAYING:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION it_stays()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION it_stays()"
        )
