"""Places of care. Their numbers stand on what their learners read and print."""

from django.db import models

from learning.models.keys import new_key


class Clinic(models.Model):
    key = models.CharField(max_length=22, unique=True, default=new_key)
    name = models.CharField(max_length=80, unique=True)
    day_phone = models.CharField(max_length=40)
    night_phone = models.CharField(max_length=40)
    emergency = models.CharField(max_length=200, blank=True)
    fever_limit = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
