"""Calendar links of a cohort or a group, for planners."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("feed_key") as batch:
        batch.add_column(sa.Column("cohort_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_feed_key_cohort_id"), "cohort", ["cohort_id"], ["id"])
        batch.create_foreign_key(op.f("fk_feed_key_group_id"), "group", ["group_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("feed_key") as batch:
        batch.drop_constraint(op.f("fk_feed_key_group_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_feed_key_cohort_id"), type_="foreignkey")
        batch.drop_column("group_id")
        batch.drop_column("cohort_id")
