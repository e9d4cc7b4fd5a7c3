from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "varde.dialogue"
    label = "dialogue"
