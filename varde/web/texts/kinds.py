"""What each kind of measurement is called, to a patient and to a professional."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class KindText:
    short: Text  # a nurse's word: SpO₂
    plain: Text  # a patient's word: oksygenet
    unit: Text
    own: Text = ""  # a patient's word on a button, where a nurse's would not be understood

    @property
    def button(self) -> Text:
        return self.own or self.short


KIND_TEXTS: dict[str, KindText] = {
    "spo2": KindText(_("SpO₂"), _("Oksygenet"), _("%"), _("Oksygen")),
    "pulse": KindText(_("Puls"), _("Pulsen"), _("slag i minuttet")),
    "systolic": KindText(_("Blodtrykk, øvre"), _("Det øverste blodtrykket"), _("mmHg")),
    "diastolic": KindText(_("Blodtrykk, nedre"), _("Det nederste blodtrykket"), _("mmHg")),
    "weight": KindText(_("Vekt"), _("Vekten"), _("kg")),
    "temperature": KindText(_("Temperatur"), _("Temperaturen"), _("°C")),
    "respiration": KindText(_("Pustefrekvens"), _("Pusten"), _("pust i minuttet")),
    "glucose": KindText(_("Blodsukker"), _("Blodsukkeret"), _("mmol/l")),
    "height": KindText(_("Høyde"), _("Høyden"), _("cm")),
    "mean-pressure": KindText(_("Middeltrykk"), _("Middelblodtrykket"), _("mmHg")),
    "bmi": KindText(_("KMI"), _("Kroppsmasseindeksen"), _("kg/m²")),
    "fev1": KindText(_("FEV₁"), _("Pusteprøven (FEV₁)"), _("liter")),
    "peak-flow": KindText(_("PEF"), _("Pusteprøven (PEF)"), _("liter i minuttet")),
    "steps": KindText(_("Skritt"), _("Skrittene"), _("skritt")),
    "oxygen-flow": KindText(_("Oksygentilførsel"), _("Oksygenet du får"), _("liter i minuttet")),
}

SHORT_UNITS: dict[str, Text] = {
    "spo2": "%",
    "pulse": "",
    "systolic": "",
    "diastolic": "",
    "weight": _("kg"),
    "temperature": "°C",
    "respiration": "",
    "glucose": _("mmol/l"),
    "height": _("cm"),
    "mean-pressure": "",
    "bmi": "",
    "fev1": _("l"),
    "peak-flow": _("l/min"),
    "steps": "",
    "oxygen-flow": _("l/min"),
}
