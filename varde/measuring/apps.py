from django.apps import AppConfig


class MeasuringConfig(AppConfig):
    name = "varde.measuring"
    label = "measuring"
