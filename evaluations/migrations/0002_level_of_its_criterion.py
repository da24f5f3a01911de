"""The composite foreign keys that refuse a level of another criterion."""

from django.db import migrations

TABLES = {"evaluations_score": "score_level_of_its_criterion", "evaluations_consensusscore": "consensus_level_of_its_criterion"}


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0001_initial")]
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (level_id, criterion_id) "
            "REFERENCES evaluations_level (id, criterion_id) DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        )
        for table, name in TABLES.items()
    ]
