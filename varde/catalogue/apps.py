from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "varde.catalogue"
    label = "catalogue"
