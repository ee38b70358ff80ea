"""Accounts, sign-ins, tickets and failures."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "learner",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("password", sa.String(200)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("profession", sa.String(60), nullable=False),
        sa.Column("licences", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("cohort", sa.String(100), nullable=False),
        sa.Column("opened", MOMENT, nullable=False),
        sa.Column("closed", MOMENT),
        sa.Column("erased", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_learner"),
        sa.UniqueConstraint("email", name="uq_learner_email"),
    )
    op.create_index("ix_learner_cohort", "learner", ["cohort"])
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("before", sa.String(64)),
        sa.Column("turned", MOMENT, nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("browser", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
        sa.UniqueConstraint("key", name="uq_sign_in_key"),
        sa.UniqueConstraint("before", name="uq_sign_in_before"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_sign_in_learner_id", ondelete="CASCADE"),
    )
    op.create_index("ix_sign_in_learner_id", "sign_in", ["learner_id"])
    op.create_table(
        "ticket",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("learner_id", sa.String(32)),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_ticket"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], "fk_ticket_learner_id", ondelete="CASCADE"),
    )
    op.create_index("ix_ticket_learner_id", "ticket", ["learner_id"])
    op.create_index("ix_ticket_email", "ticket", ["email"])
    op.create_table(
        "failure",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_failure"),
    )
    op.create_index("ix_failure_last", "failure", ["last"])
