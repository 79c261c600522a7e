"""An index of organisations by name without regard to capitals: a page of the list is read without sorting all of them."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    """Add the index."""

    dependencies = [("directory", "0005_rights_of_partners")]

    operations = [
        migrations.AddIndex(
            model_name="organisation", index=models.Index(Lower("name"), "id", name="organisation_by_name")
        ),
    ]
