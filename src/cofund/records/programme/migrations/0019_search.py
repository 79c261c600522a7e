"""What the public search finds, with the full-text index of each database.

PostgreSQL keeps two computed columns with a GIN index each; SQLite an FTS5 table beside the entries, which triggers keep in step. Both
are changed by the database itself, in the transaction that changes an entry.
"""

from typing import Any

from django.db import migrations, models

_POSTGRESQL = (
    "ALTER TABLE programme_searchentry"
    " ADD COLUMN title_vector tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.simple', title_words)) STORED,"
    " ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.simple', words)) STORED",
    "CREATE INDEX search_entry_title_vector ON programme_searchentry USING gin (title_vector)",
    "CREATE INDEX search_entry_vector ON programme_searchentry USING gin (vector)",
)
_SQLITE = (
    "CREATE VIRTUAL TABLE programme_searchwords USING fts5("
    "title_words, words, content='programme_searchentry', content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='2 3 4')",
    "CREATE TRIGGER search_entry_added AFTER INSERT ON programme_searchentry BEGIN"
    " INSERT INTO programme_searchwords(rowid, title_words, words) VALUES (new.id, new.title_words, new.words); END",
    "CREATE TRIGGER search_entry_removed AFTER DELETE ON programme_searchentry BEGIN"
    " INSERT INTO programme_searchwords(programme_searchwords, rowid, title_words, words)"
    " VALUES ('delete', old.id, old.title_words, old.words); END",
    "CREATE TRIGGER search_entry_changed AFTER UPDATE ON programme_searchentry BEGIN"
    " INSERT INTO programme_searchwords(programme_searchwords, rowid, title_words, words)"
    " VALUES ('delete', old.id, old.title_words, old.words);"
    " INSERT INTO programme_searchwords(rowid, title_words, words) VALUES (new.id, new.title_words, new.words); END",
)
_SQLITE_BACK = (
    *(f"DROP TRIGGER search_entry_{what}" for what in ("added", "removed", "changed")),
    "DROP TABLE programme_searchwords",
)


def index(apps: Any, schema_editor: Any) -> None:
    """Make the index of this database."""
    with schema_editor.connection.cursor() as cursor:
        for statement in _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def take_back(apps: Any, schema_editor: Any) -> None:
    """Drop what does not go with the table itself."""
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            for statement in _SQLITE_BACK:
                cursor.execute(statement)


KINDS = (
    ("programme", "Programme"),
    ("topic", "Topic"),
    ("call", "Call"),
    ("project", "Project"),
    ("partner", "Partner"),
    ("contribution", "Contribution"),
    ("decision", "Decision"),
    ("idea", "Idea"),
    ("document", "Document"),
)


class Migration(migrations.Migration):
    dependencies = [("programme", "0018_stories")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=list(KINDS), max_length=12)),
                (
                    "scheme",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="code of the programme, empty for what belongs to none"
                    ),
                ),
                ("key", models.CharField(max_length=200, verbose_name="what its address needs")),
                ("title", models.TextField()),
                ("text", models.TextField(blank=True)),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="ISO 3166-1 alpha-2")),
                ("year", models.PositiveIntegerField(blank=True, null=True)),
                ("partner_kind", models.CharField(blank=True, max_length=24, verbose_name="kind of organisation")),
                ("place", models.CharField(max_length=200)),
                ("title_words", models.TextField()),
                ("words", models.TextField(verbose_name="words of title and text")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256 of all of it")),
            ],
            options={"ordering": ["place", "key"]},
        ),
        migrations.AddConstraint(
            model_name="searchentry",
            constraint=models.UniqueConstraint(fields=("kind", "scheme", "key"), name="search_entry_once"),
        ),
        migrations.RunPython(index, take_back),
    ]
