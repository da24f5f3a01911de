"""The composite foreign key that refuses a profile of another pillar."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("villages", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE villages_villageprofile ADD CONSTRAINT village_profile_of_its_pillar
            FOREIGN KEY (producer_id, pillar) REFERENCES registry_producer (id, pillar) DEFERRABLE INITIALLY DEFERRED
            """,
            "ALTER TABLE villages_villageprofile DROP CONSTRAINT village_profile_of_its_pillar",
        )
    ]
