"""From version 1's rows, each with its explanation in it, to packed signals and bare numbers.

Days that were stored keep their numbers, under the formula that made them; their explanations go,
for the signals they were made of were kept as readings for 90 days only. What an account is known
to have received is packed at its next refresh (or by `manage.py rescore --all --repack`).
"""

from datetime import date

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


# Open months: partitions that are made ahead (scoring/services), and one for any other day.
SCORE_DAYS = """
    CREATE TABLE scoring_scoreday (
        user_id bigint NOT NULL,
        day date NOT NULL,
        tenths smallint NOT NULL,
        low smallint NOT NULL,
        high smallint NOT NULL,
        formula smallint NOT NULL,
        PRIMARY KEY (user_id, day)
    ) PARTITION BY RANGE (day);
    CREATE TABLE scoring_scoreday_other PARTITION OF scoring_scoreday DEFAULT
"""
# From when on each counts. The second from the day before its file's: nobody was scored by the
# first on a site that starts with this release, and tests stand on that day (tests/cast.py).
FIRST, SECOND = date(2026, 11, 21), date(2026, 11, 22)
NOTES = (
    (1, FIRST, 'Knots set by hand, to have the site walk.'),
    (
        2,
        SECOND,
        'Fitted on people\'s judgements: an audience counts as far as it responds, nothing that is'
        ' not told counts as zero, and every number comes with how sure we are.',
    ),
)


def move(apps, schema_editor):
    for version, day, notes in NOTES:
        dates = {'announced_on': day, 'effective_on': day, 'side_by_side_until': day}
        release = apps.get_model('scoring', 'FormulaRelease')
        release.objects.create(version=version, notes=notes, mailed_at=timezone.now(), **dates)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(COPY_DAYS)
        cursor.execute(COPY_CURRENT)
        # Else what is queued for the end of the transaction forbids to change the tables.
        cursor.execute('SET CONSTRAINTS ALL IMMEDIATE')


COPY_DAYS = """
    INSERT INTO scoring_scoreday (user_id, day, tenths, low, high, formula)
    SELECT user_id, day, tenths, coalesce(low_tenths, 10), coalesce(high_tenths, 1000), 1
    FROM scoring_firstscoreday
"""
COPY_CURRENT = """
    INSERT INTO scoring_currentscore (user_id, tenths, low, high, posts, day, formula)
    SELECT DISTINCT ON (user_id)
        user_id, tenths, coalesce(low_tenths, 10), coalesce(high_tenths, 1000), posts_counted, day, 1
    FROM scoring_firstscoreday AS score
    WHERE EXISTS (
        SELECT FROM scoring_linkedaccount AS account
        WHERE account.user_id = score.user_id AND account.refreshed_at IS NOT NULL
    )
    ORDER BY user_id, day DESC
"""


class Migration(migrations.Migration):

    dependencies = [
        ('profiles', '0002_formula_2'),
        ('scoring', '0002_networks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel('ScoreDay', 'FirstScoreDay'),
        migrations.CreateModel(
            name='AccountSignals',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='signals', serialize=False, to='scoring.linkedaccount')),
                ('network', models.CharField(max_length=20)),
                ('packed', models.BinaryField()),
                ('day', models.DateField()),
            ],
            options={
                'verbose_name': 'signals of an account',
                'verbose_name_plural': 'signals of accounts',
            },
        ),
        migrations.CreateModel(
            name='BusyResponder',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('responses', models.IntegerField()),
            ],
            options={
                'verbose_name': 'busy responder',
                'verbose_name_plural': 'busy responders',
            },
        ),
        migrations.CreateModel(
            name='CurrentScore',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='current_score', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('tenths', models.SmallIntegerField(null=True)),
                ('low', models.SmallIntegerField(null=True)),
                ('high', models.SmallIntegerField(null=True)),
                ('posts', models.IntegerField()),
                ('day', models.DateField()),
                ('formula', models.SmallIntegerField()),
            ],
            options={
                'verbose_name': 'score',
                'verbose_name_plural': 'scores',
            },
        ),
        migrations.CreateModel(
            name='FormulaRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.SmallIntegerField(unique=True, verbose_name='formula')),
                ('announced_on', models.DateField(verbose_name='announced on')),
                ('effective_on', models.DateField(verbose_name='counts from')),
                ('side_by_side_until', models.DateField(verbose_name='both shown until')),
                ('notes', models.TextField(help_text='Everybody reads this.', verbose_name='what changes, and why')),
                ('mailed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('deltas', models.JSONField(blank=True, default=dict, editable=False)),
            ],
            options={
                'verbose_name': 'formula release',
                'verbose_name_plural': 'formula releases',
                'ordering': ('-effective_on', '-version'),
            },
        ),
        migrations.CreateModel(
            name='RescoreRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('formula', models.SmallIntegerField()),
                ('day', models.DateField()),
                ('next_user', models.BigIntegerField(default=0)),
                ('people', models.BigIntegerField(default=0)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'rescoring of everybody',
                'verbose_name_plural': 'rescorings of everybody',
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SCORE_DAYS, 'DROP TABLE scoring_scoreday')],
            state_operations=[
                migrations.CreateModel(
                    name='ScoreDay',
                    fields=[
                        ('pk', models.CompositePrimaryKey('user_id', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('day', models.DateField()),
                        ('tenths', models.SmallIntegerField()),
                        ('low', models.SmallIntegerField()),
                        ('high', models.SmallIntegerField()),
                        ('formula', models.SmallIntegerField()),
                        ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'score of a day',
                        'verbose_name_plural': 'scores by day',
                        'ordering': ('-day',),
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='ScoreMonth',
            fields=[
                ('pk', models.CompositePrimaryKey('user_id', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('month', models.DateField()),
                ('tenths', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(null=True), size=None)),
                ('low', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(null=True), size=None)),
                ('high', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(null=True), size=None)),
                ('formula', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(null=True), size=None)),
            ],
            options={
                'verbose_name': 'score by month',
                'verbose_name_plural': 'scores by month',
            },
        ),
        migrations.CreateModel(
            name='SignalsDay',
            fields=[
                ('pk', models.CompositePrimaryKey('user_id', 'account_number', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('account_number', models.BigIntegerField()),
                ('network', models.CharField(max_length=20)),
                ('day', models.DateField()),
                ('packed', models.BinaryField()),
            ],
            options={
                'verbose_name': 'signals of a day',
                'verbose_name_plural': 'signals by day',
            },
        ),
        migrations.AddField(
            model_name='linkedaccount',
            name='person_number',
            field=models.BigIntegerField(blank=True, db_index=True, null=True),
        ),
        migrations.AlterField(
            model_name='progress',
            name='step',
            field=models.CharField(choices=[('queued', 'Waiting for a worker'), ('profile', 'Reading the profile'), ('posts', 'Reading posts'), ('responders', 'Seeing who responded'), ('done', 'Done'), ('failed', 'Stopped')], default='queued', max_length=12),
        ),
        migrations.AddIndex(
            model_name='post',
            index=django.contrib.postgres.indexes.GinIndex(fields=['responders'], name='posts_by_responder'),
        ),
        migrations.AddField(
            model_name='accountsignals',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='currentscore',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('high__isnull', True), ('low__isnull', True), ('tenths__isnull', True)), models.Q(('high__gte', models.F('tenths')), ('high__lte', 1000), ('low__gte', 10), ('tenths__gte', models.F('low'))), _connector='OR'), name='score_from_1_to_100_within_its_interval'),
        ),
        migrations.AddConstraint(
            model_name='formularelease',
            constraint=models.CheckConstraint(condition=models.Q(('effective_on__gte', models.F('announced_on')), ('side_by_side_until__gte', models.F('effective_on'))), name='announced_before_it_counts'),
        ),
        # Rows that grow no longer when they change find room on their own page.
        migrations.RunSQL(
            'ALTER TABLE scoring_currentscore SET (fillfactor = 50);'
            'ALTER TABLE scoring_accountsignals SET (fillfactor = 70)',
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name='FirstScoreDay'),
    ]
