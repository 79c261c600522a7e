"""An index of leads by stage: a desk asks whose leads are open without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the index."""

    dependencies = [("programme", "0005_exchange_rates")]

    operations = [
        migrations.AddIndex(
            model_name="lead", index=models.Index(fields=["stage", "organisation"], name="lead_stage_organisation")
        ),
    ]
