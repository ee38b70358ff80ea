"""Attempts at quizzes, what their questions were answered, and reflections."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.Column("activity", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("lang", sa.String(35), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("credit", sa.JSON(), nullable=False),
        sa.Column("began", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("drawn", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("finished", MOMENT, nullable=True),
        sa.Column("score", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_attempt_learner_id"),
    )
    open_ = sa.text("finished IS NULL")
    op.create_index(
        "ix_attempt_open",
        "attempt",
        ["learner_id", "activity", "kind"],
        unique=True,
        sqlite_where=open_,
        postgresql_where=open_,
    )
    op.create_index("ix_attempt_learner_activity", "attempt", ["learner_id", "activity"])
    op.create_index("ix_attempt_until", "attempt", ["until"], sqlite_where=open_, postgresql_where=open_)
    op.create_table(
        "response",
        sa.Column("attempt_id", sa.String(32), nullable=False),
        sa.Column("question", sa.String(100), nullable=False),
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.Column("activity", sa.String(300), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("asked", sa.String(10), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("finished", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "question", name="pk_response"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], "fk_response_attempt_id"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_response_learner_id"),
    )
    op.create_index("ix_response_question", "response", ["activity", "edition", "question"])
    op.create_index("ix_response_learner_id", "response", ["learner_id"])
    op.create_table(
        "reflection",
        sa.Column("attempt_id", sa.String(32), nullable=False),
        sa.Column("question", sa.String(100), nullable=False),
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "question", name="pk_reflection"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], "fk_reflection_attempt_id"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_reflection_learner_id"),
    )
    op.create_index("ix_reflection_learner_id", "reflection", ["learner_id"])
