from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "varde.people"
    label = "people"
