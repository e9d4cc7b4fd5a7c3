"""When each recurring task last succeeded; times only, outside the tenants."""

from django.db import models


class Stamp(models.Model):
    task = models.CharField(max_length=40, primary_key=True)
    succeeded_at = models.DateTimeField()
