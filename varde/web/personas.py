"""The demo's people to sign in as, each with one thing to try."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Persona:
    username: str
    name: str
    what: str | Promise
    try_this: str | Promise


PERSONAS = (
    Persona(
        "pasient-kols",
        "Solfrid Lyngmo",
        _("Pasient med kols"),
        _("Trykk «Mål nå», og skriv 86 på oksygen. Da er sonen rød."),
    ),
    Persona(
        "pasient-hjerte",
        "Trygve Hovdenak",
        _("Pasient med hjertesvikt"),
        _("Vei deg to kilo tyngre enn sist."),
    ),
    Persona(
        "ingeborg",
        "Ingeborg Myrland",
        _("Sykepleier, oppfølgingstjenesten"),
        _("Ta den øverste på lista, og lukk den med et notat."),
    ),
    Persona(
        "tormod",
        "Tormod Espedal",
        _("Sykepleier, oppfølgingstjenesten"),
        _("Se under «Planer» hvem som ikke har noen plan, og lag et utkast til en."),
    ),
    Persona(
        "responssenter",
        "Aud Kvamsdal",
        _("Sykepleier, Responssenteret"),
        _("Ta vakta når oppfølgingstjenesten tilbyr den, og se de røde komme hit."),
    ),
    Persona(
        "fastlege",
        "Marta Fjeldheim",
        _("Fastlege, Legesenteret Brygga"),
        _("Godkjenn planen som venter, fra pasientens side. Pasienten har den med en gang."),
    ),
    Persona(
        "lungelege",
        "Jon Torvund",
        _("Lungelege, Lungeavdelingen"),
        _("Se kurvene til en pasient avdelingen behandler."),
    ),
    Persona(
        "poliklinikk",
        "Kari Ulvedal",
        _("Koordinator, Lungeavdelingen"),
        _("Åpne møtet under «Møter», og start det. Gi en time til dem som har bedt om en."),
    ),
    Persona(
        "ambulant",
        "Ellen Storhaug",
        _("Sykepleier, Ambulant lungeteam"),
        _("Skriv et besøk, og før inn hva oksygenet er stilt på."),
    ),
    Persona(
        "hjemmetjeneste",
        "Torill Grindheim",
        _("Sykepleier, Hjemmetjenesten i Bjørkfjord"),
        _("Se planen og notatene til dem dere har hjemme, og skriv hva du fant."),
    ),
    Persona(
        "koordinator",
        "Silje Rabben",
        _("Koordinator, Bjørkfjord kommune"),
        _("Se hvem i kommunen som er i oppfølging, og hvilken sone de er i."),
    ),
    Persona(
        "teamleder",
        "Guro Sandnesmo",
        _("Teamleder, oppfølgingstjenesten"),
        _("Se hvor mange som venter, uten navn."),
    ),
    Persona(
        "administrator",
        "Eivind Osdal",
        _("Administrator"),
        _("Se organisasjonene og om klokka går."),
    ),
)
