"""Bookmarks and private notes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("page", sa.String(600), nullable=False),
        sa.Column("place", sa.String(1200), nullable=False),
        sa.Column("second", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("learner_id", "id", name="pk_note"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_note_learner_id", ondelete="CASCADE"),
    )
    op.create_index("ix_note_learner_page", "note", ["learner_id", "page"])
