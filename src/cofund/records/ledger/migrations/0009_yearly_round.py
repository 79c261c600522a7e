"""Entries of the yearly round: reported, certified, validated, returned. The kinds are words of the program; no table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0008_contributions_proved"),
    ]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("pledge", "Pledged"),
                    ("endorse", "Endorsed"),
                    ("reserve", "Reserved at adoption"),
                    ("commit", "Committed with the grant"),
                    ("deliver", "Delivered and validated"),
                    ("report", "Reported"),
                    ("certify", "Certified"),
                    ("validate", "Checked and validated"),
                    ("return", "Report returned"),
                    ("release", "Released"),
                    ("withdraw", "Withdrawn"),
                    ("reduce", "Reduced"),
                    ("amend", "Amended"),
                    ("correct", "Corrected"),
                    ("top_up", "Tranche topped up"),
                    ("cut", "Tranche cut"),
                    ("award", "Public money awarded"),
                ],
                max_length=12,
            ),
        ),
    ]
