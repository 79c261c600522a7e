"""How sure the state of a topic is, what members bring to a call, and what is taken from public sources."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0009_pending_comments"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="amounts_certainty",
            field=models.CharField(
                choices=[
                    ("verified", "Verified in a public source"),
                    ("inferred", "Inferred or computed from verified facts"),
                    ("recalled", "Recalled, not verified"),
                    ("assumed", "Assumed, so that the example can be shown"),
                    ("recorded", "Recorded here by the office"),
                ],
                default="recorded",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="members_cents",
            field=models.BigIntegerField(
                blank=True, null=True, verbose_name="what members are to bring, with partners"
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="note",
            field=models.TextField(blank=True, verbose_name="what else is known, and what is not"),
        ),
        migrations.AddField(
            model_name="project",
            name="is_historical",
            field=models.BooleanField(default=False, verbose_name="taken from public sources, not run on this site"),
        ),
        migrations.AddField(
            model_name="topic",
            name="adopted_certainty",
            field=models.CharField(
                choices=[
                    ("verified", "Verified in a public source"),
                    ("inferred", "Inferred or computed from verified facts"),
                    ("recalled", "Recalled, not verified"),
                    ("assumed", "Assumed, so that the example can be shown"),
                    ("recorded", "Recorded here by the office"),
                ],
                default="recorded",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="is_historical",
            field=models.BooleanField(default=False, verbose_name="taken from public sources, not run on this site"),
        ),
        migrations.AddField(
            model_name="topic",
            name="status_certainty",
            field=models.CharField(
                choices=[
                    ("verified", "Verified in a public source"),
                    ("inferred", "Inferred or computed from verified facts"),
                    ("recalled", "Recalled, not verified"),
                    ("assumed", "Assumed, so that the example can be shown"),
                    ("recorded", "Recorded here by the office"),
                ],
                default="recorded",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="status_note",
            field=models.CharField(blank=True, max_length=300, verbose_name="why it is said to stand there"),
        ),
        migrations.AlterField(
            model_name="idea",
            name="status",
            field=models.CharField(
                choices=[
                    ("submitted", "Submitted"),
                    ("in_review", "In review"),
                    ("accepted", "Taken forward"),
                    ("merged", "Merged into another"),
                    ("parked", "Parked"),
                    ("declined", "Declined"),
                    ("unknown", "Not known"),
                ],
                default="submitted",
                max_length=12,
            ),
        ),
    ]
