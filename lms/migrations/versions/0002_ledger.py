"""The ledger, which the database itself keeps from being changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.Column("verb", sa.String(30), nullable=False),
        sa.Column("activity", sa.String(300), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("happened", MOMENT, nullable=False),
        sa.Column("arrived", MOMENT, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_entry"),
        sa.UniqueConstraint("learner_id", "id", name="uq_entry_learner_id"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_entry_learner_id"),
    )
    op.create_index("ix_entry_learner_activity", "entry", ["learner_id", "activity"])
    op.create_index("ix_entry_activity", "entry", ["activity", "verb"])
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER entry_{deed.lower()} BEFORE {deed} ON entry "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            )
        # What stands there is replaced by INSERT OR REPLACE too, and no trigger of UPDATE or DELETE hears of it.
        op.execute(
            "CREATE TRIGGER entry_number BEFORE INSERT ON entry "
            "WHEN EXISTS (SELECT 1 FROM entry WHERE number = NEW.number) "
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER entry_again BEFORE INSERT ON entry "
            "WHEN EXISTS (SELECT 1 FROM entry WHERE learner_id = NEW.learner_id AND id = NEW.id) "
            "BEGIN SELECT RAISE(IGNORE); END"
        )
        return
    op.execute(
        "CREATE FUNCTION entry_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION entry_stays()"
    )
    op.execute("CREATE TRIGGER entry_whole BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION entry_stays()")
