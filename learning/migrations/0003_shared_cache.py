from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    """The table of the shared cache, in which guesses are counted. One that is there stays."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):

    dependencies = [
        ("learning", "0002_staff_and_groups"),
    ]

    operations = [
        migrations.RunPython(make_table, migrations.RunPython.noop),
    ]
