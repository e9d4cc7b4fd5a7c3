from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "varde.plan"
    label = "plan"
