"""Incoming mail keeps its envelope recipients; mailboxes elsewhere are read from a position."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "incoming_mail", sa.Column("sent_to", sa.Text(), nullable=False, server_default="")
    )
    op.create_index(op.f("ix_incoming_mail_outcome"), "incoming_mail", ["outcome"])
    op.create_table(
        "mailbox_position",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(length=200), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_position")),
        sa.UniqueConstraint("mailbox", name=op.f("uq_mailbox_position_mailbox")),
    )


def downgrade() -> None:
    op.drop_table("mailbox_position")
    op.drop_index(op.f("ix_incoming_mail_outcome"), "incoming_mail")
    op.drop_column("incoming_mail", "sent_to")
