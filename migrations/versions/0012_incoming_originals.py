"""The whole of large incoming messages, beside what is read of them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column(
        "incoming_mail", sa.Column("size", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute("UPDATE incoming_mail SET size = length(content)")
    op.create_table(
        "incoming_original",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incoming_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incoming_id"], ["incoming_mail.id"],
            name=op.f("fk_incoming_original_incoming_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_original")),
        sa.UniqueConstraint("incoming_id", name=op.f("uq_incoming_original_incoming_id")),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("incoming_original")
    with op.batch_alter_table("incoming_mail") as batch:
        batch.drop_column("size")
