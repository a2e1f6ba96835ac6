"""Reminders: when, in which words, and what was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KINDS = sa.Enum(
    "unanswered", "practical", "digest", name="reminderkind", native_enum=False, length=40
)


def upgrade() -> None:
    op.create_table(
        "reminder_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days_before >= 0", name=op.f("ck_reminder_rule_not_after")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_reminder_rule_cohort_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule")),
        sa.UniqueConstraint(
            "cohort_id",
            "kind",
            "days_before",
            name=op.f("uq_reminder_rule_cohort_id_kind_days_before"),
        ),
    )
    op.create_table(
        "reminder_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_reminder_text_cohort_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_text")),
        sa.UniqueConstraint(
            "cohort_id",
            "kind",
            "language",
            name=op.f("uq_reminder_text_cohort_id_kind_language"),
        ),
    )
    op.create_table(
        "sent_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_sent_reminder_cohort_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sent_reminder_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_reminder")),
        sa.UniqueConstraint("key", name=op.f("uq_sent_reminder_key")),
    )
    with op.batch_alter_table("sent_reminder", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sent_reminder_cohort_id_sent_reminder_posted_at"),
            ["cohort_id", "posted_at"],
        )
        batch_op.create_index(batch_op.f("ix_sent_reminder_person_id"), ["person_id"])


def downgrade() -> None:
    op.drop_table("sent_reminder")
    op.drop_table("reminder_text")
    op.drop_table("reminder_rule")
