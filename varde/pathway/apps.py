from django.apps import AppConfig


class PathwayConfig(AppConfig):
    name = "varde.pathway"
    label = "pathway"
