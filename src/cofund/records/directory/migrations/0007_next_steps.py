"""Indexes by next step: a desk asks which organisations have one, and which day it has, without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the indexes."""

    dependencies = [("directory", "0006_organisations_by_name")]

    operations = [
        migrations.AddIndex(
            model_name="organisation", index=models.Index(fields=["next_step_on"], name="organisation_next_step_on")
        ),
        migrations.AddIndex(
            model_name="organisation", index=models.Index(fields=["next_step"], name="organisation_next_step")
        ),
    ]
