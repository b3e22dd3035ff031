"""Before heads approved reports, a submitted one went straight to the supervision office: it stays there."""

from django.db import migrations


def keep_at_the_office(apps, schema_editor):
    apps.get_model("pledges", "Report").objects.filter(status="submitted").update(status="approved")


class Migration(migrations.Migration):
    dependencies = [("pledges", "0002_the_process_in_full")]
    operations = [migrations.RunPython(keep_at_the_office, migrations.RunPython.noop)]
