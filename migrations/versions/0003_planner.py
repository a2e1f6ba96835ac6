"""What the planner knows more: rules, pairs, travel, closed parts of days, kinds of runs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "venue_travel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_venue_travel_takes_time")),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_venue_travel_each_way_once")),
        sa.ForeignKeyConstraint(["one_id"], ["venue.id"], name=op.f("fk_venue_travel_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["venue.id"], name=op.f("fk_venue_travel_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_travel")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_venue_travel_one_id_other_id")),
    )
    with op.batch_alter_table("venue_travel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_venue_travel_other_id"), ["other_id"], unique=False)

    op.create_table(
        "closed_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("parts BETWEEN 1 AND 7", name=op.f("ck_closed_part_some_part")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_closed_part_cohort_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_part")),
        sa.UniqueConstraint("cohort_id", "day", name=op.f("uq_closed_part_cohort_id_day")),
    )
    op.create_table(
        "plan_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_plan_rule_cohort_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_plan_rule_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_rule")),
        sa.UniqueConstraint(
            "cohort_id",
            "key",
            "module_id",
            name=op.f("uq_plan_rule_cohort_id_key_module_id"),
        ),
    )
    with op.batch_alter_table("plan_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_rule_module_id"), ["module_id"], unique=False)

    op.create_table(
        "pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_pair_each_pair_once")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_pair_cohort_id")),
        sa.ForeignKeyConstraint(["one_id"], ["enrolment.id"], name=op.f("fk_pair_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["enrolment.id"], name=op.f("fk_pair_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair")),
        sa.UniqueConstraint(
            "cohort_id", "one_id", "other_id", name=op.f("uq_pair_cohort_id_one_id_other_id")
        ),
    )
    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pair_one_id"), ["one_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pair_other_id"), ["other_id"], unique=False)

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("step_free", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("home_venue_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_enrolment_home_venue_id"), "venue", ["home_venue_id"], ["id"]
        )

    with op.batch_alter_table("group_membership", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "task",
                sa.Enum(
                    "case", "chair", "observer", name="tabletask", native_enum=False, length=40
                ),
                nullable=True,
            )
        )

    with op.batch_alter_table("module", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("evening", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("plan_run", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "plan",
                    "repair",
                    "groups",
                    "tables",
                    "reasons",
                    name="runkind",
                    native_enum=False,
                    length=40,
                ),
                server_default="plan",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("based_on_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("curve", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("reasons", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("taken", sa.JSON(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_plan_run_based_on_id"), "plan_run", ["based_on_id"], ["id"]
        )

    with op.batch_alter_table("trainer_profile", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("senior", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch_op.add_column(sa.Column("home_venue_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_trainer_profile_home_venue_id"), "venue", ["home_venue_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("trainer_profile", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_trainer_profile_home_venue_id"), type_="foreignkey")
        batch_op.drop_column("home_venue_id")
        batch_op.drop_column("senior")

    with op.batch_alter_table("plan_run", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_plan_run_based_on_id"), type_="foreignkey")
        batch_op.drop_column("taken")
        batch_op.drop_column("reasons")
        batch_op.drop_column("curve")
        batch_op.drop_column("based_on_id")
        batch_op.drop_column("kind")

    with op.batch_alter_table("module", schema=None) as batch_op:
        batch_op.drop_column("evening")

    with op.batch_alter_table("group_membership", schema=None) as batch_op:
        batch_op.drop_column("task")

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_enrolment_home_venue_id"), type_="foreignkey")
        batch_op.drop_column("home_venue_id")
        batch_op.drop_column("step_free")

    with op.batch_alter_table("pair", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pair_other_id"))
        batch_op.drop_index(batch_op.f("ix_pair_one_id"))

    op.drop_table("pair")
    with op.batch_alter_table("plan_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_rule_module_id"))

    op.drop_table("plan_rule")
    op.drop_table("closed_part")
    with op.batch_alter_table("venue_travel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_venue_travel_other_id"))

    op.drop_table("venue_travel")
