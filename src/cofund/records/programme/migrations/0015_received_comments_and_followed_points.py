"""Keep how a comment came that was recorded by the office, which deferred point a point takes up, and why a decision was taken elsewhere."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0014_knocked_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="agendaitem",
            name="continues",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="continued_by",
                to="programme.agendaitem",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="received_as",
            field=models.CharField(blank=True, max_length=200, verbose_name="how it came"),
        ),
        migrations.AddField(
            model_name="comment",
            name="recorded_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="decision",
            name="elsewhere_because",
            field=models.TextField(blank=True, verbose_name="why it was not decided on this site"),
        ),
    ]
