import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('profiles', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='profile',
            name='shows_ties',
            field=models.BooleanField(default=False, verbose_name='shown among who influences whom'),
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('part', 'A part of the score is wrong'), ('look', 'A human should look at my score')], max_length=10, verbose_name='about')),
                ('part', models.CharField(blank=True, max_length=20)),
                ('account_number', models.BigIntegerField(blank=True, null=True)),
                ('shown', models.JSONField(blank=True, default=dict)),
                ('text', models.TextField(max_length=2000, verbose_name='what is wrong')),
                ('sent_at', models.DateTimeField(verbose_name='sent')),
                ('due_at', models.DateTimeField(verbose_name='to be answered by')),
                ('outcome', models.CharField(choices=[('open', 'Waiting for an answer'), ('mended', 'You were right: it is mended'), ('kept', 'It stays as it is')], default='open', max_length=10)),
                ('answer', models.TextField(blank=True, max_length=5000, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='appeals', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'appeal',
                'verbose_name_plural': 'appeals',
                'ordering': ('due_at', 'id'),
                'indexes': [models.Index(condition=models.Q(('outcome', 'open')), fields=['due_at'], name='appeals_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('outcome', 'open')), models.Q(models.Q(('outcome', 'open'), _negated=True), ('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='an_answer_has_words_and_a_date')],
            },
        ),
        migrations.CreateModel(
            name='FormulaNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.SmallIntegerField()),
                ('sent_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notice of a formula',
                'verbose_name_plural': 'notices of formulas',
                'constraints': [models.UniqueConstraint(fields=('user', 'version'), name='one_notice_per_formula')],
            },
        ),
    ]
