from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "varde.base"
    label = "base"
