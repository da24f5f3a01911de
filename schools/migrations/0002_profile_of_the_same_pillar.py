"""The composite foreign key that refuses a profile of another pillar."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("schools", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE schools_schoolprofile ADD CONSTRAINT school_profile_of_its_pillar
            FOREIGN KEY (producer_id, pillar) REFERENCES registry_producer (id, pillar) DEFERRABLE INITIALLY DEFERRED
            """,
            "ALTER TABLE schools_schoolprofile DROP CONSTRAINT school_profile_of_its_pillar",
        )
    ]
