from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0012_ideas_confirmed_and_shown"),
    ]

    operations = [
        migrations.AddField(
            model_name="vote",
            name="is_recorded",
            field=models.BooleanField(default=False, verbose_name="typed by the secretary"),
        ),
        migrations.AddField(
            model_name="vote",
            name="instead_of",
            field=models.CharField(
                blank=True,
                choices=[("yes", "Yes"), ("no", "No"), ("abstain", "Abstains")],
                max_length=8,
                verbose_name="the own vote that it replaces",
            ),
        ),
        migrations.AddField(
            model_name="vote",
            name="reason",
            field=models.TextField(blank=True),
        ),
    ]
