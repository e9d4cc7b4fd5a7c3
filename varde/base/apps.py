import msgspec
from django.apps import AppConfig
from psycopg.types.json import set_json_loads


class BaseConfig(AppConfig):
    name = "varde.base"
    label = "base"

    def ready(self) -> None:
        """What a statement answers as JSON is read by the reader the doors have."""
        set_json_loads(msgspec.json.decode)
