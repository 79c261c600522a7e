"""Let several expressions of interest belong to one lead: who knocks again with the same makes no second one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programme", "0013_recorded_votes")]

    operations = [
        migrations.AlterField(
            model_name="expressionofinterest",
            name="lead",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="expressions_of_interest",
                to="programme.lead",
            ),
        )
    ]
