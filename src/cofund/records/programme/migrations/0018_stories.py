"""Stories and news with their versions, what they are about, and their pictures."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0010_pairings_and_background_tasks"),
        ("programme", "0017_newsletter"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Story",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=100, unique=True)),
                ("kind", models.CharField(choices=[("partner", "Partner story"), ("news", "News")], max_length=10)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("embargo_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("corrected_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_because", models.TextField(blank=True)),
                ("asked_for", models.TextField(blank=True)),
                ("origin_note", models.CharField(blank=True, max_length=300)),
                ("source_url", models.URLField(blank=True, max_length=500)),
                ("drafted_at", models.DateTimeField()),
                (
                    "drafted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafted_stories",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisations",
                    models.ManyToManyField(blank=True, related_name="stories", to="directory.organisation"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="own_stories",
                        to="directory.organisation",
                    ),
                ),
                ("projects", models.ManyToManyField(blank=True, related_name="stories", to="programme.project")),
                (
                    "scheme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stories",
                        to="programme.scheme",
                    ),
                ),
            ],
            options={
                "ordering": ["-published_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="StoryVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("summary", models.CharField(max_length=500)),
                ("body", models.TextField(verbose_name="text in Markdown, with placeholders for figures and pictures")),
                ("author", models.CharField(blank=True, max_length=200, verbose_name="who is named as its author")),
                ("reason", models.TextField(blank=True, verbose_name="what changed")),
                ("written_by", models.CharField(max_length=200)),
                ("written_at", models.DateTimeField()),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="programme.story"
                    ),
                ),
            ],
            options={
                "ordering": ["story", "number"],
            },
        ),
        migrations.AddField(
            model_name="story",
            name="latest",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programme.storyversion",
            ),
        ),
        migrations.AddField(
            model_name="story",
            name="shown",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programme.storyversion",
            ),
        ),
        migrations.CreateModel(
            name="StoryPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("mark", models.CharField(max_length=16)),
                ("sizes", models.JSONField()),
                (
                    "alternative",
                    models.CharField(blank=True, max_length=400, verbose_name="what it shows, for who does not see it"),
                ),
                (
                    "is_decorative",
                    models.BooleanField(default=False, verbose_name="says nothing that the text does not say"),
                ),
                (
                    "credit",
                    models.CharField(max_length=200, verbose_name="who made it, and under which terms it is shown"),
                ),
                ("added_by", models.CharField(max_length=200)),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pictures", to="programme.story"
                    ),
                ),
            ],
            options={
                "ordering": ["story", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("story", "number"), name="story_picture_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_decorative", True), ("alternative", "")),
                            models.Q(("is_decorative", False), models.Q(("alternative", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="story_picture_described",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="storyversion",
            constraint=models.UniqueConstraint(fields=("story", "number"), name="story_version_number"),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(fields=["status", "published_at"], name="story_published"),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(fields=["owner", "status"], name="story_owner"),
        ),
        migrations.AddConstraint(
            model_name="story",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "published"), _negated=True),
                    models.Q(("published_at__isnull", False), ("shown__isnull", False)),
                    _connector="OR",
                ),
                name="story_published_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="story",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "withdrawn"), _negated=True),
                    models.Q(("withdrawn_at__isnull", False), models.Q(("withdrawn_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="story_withdrawn_because",
            ),
        ),
    ]
