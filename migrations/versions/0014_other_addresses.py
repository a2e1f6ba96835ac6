"""From which other addresses people answer."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "other_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("remembered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remembered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_other_address_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["remembered_by_id"],
            ["person.id"],
            name=op.f("fk_other_address_remembered_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_address")),
        sa.UniqueConstraint(
            "person_id", "address", name=op.f("uq_other_address_person_id_address")
        ),
    )


def downgrade() -> None:
    op.drop_table("other_address")
