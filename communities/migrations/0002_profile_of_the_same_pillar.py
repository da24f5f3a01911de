"""The composite foreign key that refuses a profile of another pillar."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("communities", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE communities_communityprofile ADD CONSTRAINT community_profile_of_its_pillar
            FOREIGN KEY (producer_id, pillar) REFERENCES registry_producer (id, pillar) DEFERRABLE INITIALLY DEFERRED
            """,
            "ALTER TABLE communities_communityprofile DROP CONSTRAINT community_profile_of_its_pillar",
        )
    ]
