"""What coordinators look things up by: who has begun what, and indexes that cover their questions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "begun",
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.Column("activity", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "activity", name="pk_begun"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_begun_learner_id"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO begun (learner_id, activity) SELECT DISTINCT learner_id, activity FROM entry WHERE activity <> ''"
    )
    if op.get_bind().dialect.name == "sqlite":
        # Not INSERT OR IGNORE: a statement that says another thing itself would be obeyed instead.
        op.execute(
            "CREATE TRIGGER entry_begins AFTER INSERT ON entry WHEN NEW.activity <> '' AND NOT EXISTS "
            "(SELECT 1 FROM begun WHERE learner_id = NEW.learner_id AND activity = NEW.activity) "
            "BEGIN INSERT INTO begun (learner_id, activity) VALUES (NEW.learner_id, NEW.activity); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION entry_begins() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO begun (learner_id, activity) VALUES (NEW.learner_id, NEW.activity) ON CONFLICT DO NOTHING; "
            "RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER entry_begins AFTER INSERT ON entry FOR EACH ROW WHEN (NEW.activity <> '') "
            "EXECUTE FUNCTION entry_begins()"
        )
    op.drop_index("ix_entry_learner_activity", "entry")
    op.create_index("ix_entry_learner_activity", "entry", ["learner_id", "activity", "happened"])
    op.drop_index("ix_entry_activity", "entry")
    op.create_index("ix_entry_activity", "entry", ["activity", "verb", "edition", "learner_id", "happened"])
    op.create_index("ix_attempt_activity", "attempt", ["activity", "edition", "kind", "learner_id", "finished", "id"])
