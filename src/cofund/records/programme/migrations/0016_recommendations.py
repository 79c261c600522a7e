"""What the office makes of recommended candidates, what was shown to whom, and what partners want to be told of."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("corpus", "0002_ror"),
        ("programme", "0015_received_comments_and_followed_points"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FitAlert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("close", "Only what is close"),
                            ("near", "What is close or near"),
                            ("wide", "Everything that has something to do with us"),
                        ],
                        default="close",
                        max_length=10,
                    ),
                ),
                ("schemes", models.JSONField(default=list)),
                ("told", models.JSONField(default=list)),
                ("is_on", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fit_alert",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["user"],
            },
        ),
        migrations.CreateModel(
            name="CandidateMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("shortlisted", "On the shortlist"), ("not_suitable", "Not suitable")], max_length=12
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("made_by", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("ended_by", models.CharField(blank=True, max_length=200)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.TextField(blank=True)),
                (
                    "idea",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidate_marks",
                        to="programme.idea",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidate_marks",
                        to="programme.lead",
                    ),
                ),
                (
                    "past_organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidate_marks",
                        to="corpus.pastorganisation",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidate_marks",
                        to="programme.topic",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("idea__isnull", True), ("topic__isnull", False)),
                            models.Q(("idea__isnull", False), ("topic__isnull", True)),
                            _connector="OR",
                        ),
                        name="candidate_mark_of_topic_or_idea",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "not_suitable"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="candidate_not_suitable_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("topic__isnull", False)),
                        fields=("topic", "past_organisation"),
                        name="candidate_mark_once_a_topic",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("idea__isnull", False)),
                        fields=("idea", "past_organisation"),
                        name="candidate_mark_once_an_idea",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShownCandidates",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_name", models.CharField(max_length=200)),
                ("on", models.DateField(verbose_name="day in the site's time zone")),
                ("shown_at", models.DateTimeField()),
                ("index_version", models.CharField(max_length=60)),
                ("question_digest", models.CharField(max_length=64)),
                ("filters", models.JSONField(default=dict)),
                ("candidates", models.JSONField(default=list)),
                (
                    "idea",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shown_candidates",
                        to="programme.idea",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shown_candidates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shown_candidates",
                        to="programme.topic",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("idea__isnull", True), ("topic__isnull", False)),
                            models.Q(("idea__isnull", False), ("topic__isnull", True)),
                            _connector="OR",
                        ),
                        name="shown_candidates_of_topic_or_idea",
                    ),
                    models.UniqueConstraint(
                        fields=("person", "on", "index_version", "question_digest"), name="shown_candidates_once_a_day"
                    ),
                ],
            },
        ),
    ]
