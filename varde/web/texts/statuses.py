"""Every status: its word, its shape's name, and what it means, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from varde.triage.worklist import Rank

ZONE_WORDS = {
    "green": pgettext_lazy("zone", "Grønn"),
    "yellow": pgettext_lazy("zone", "Gul"),
    "red": pgettext_lazy("zone", "Rød"),
    "grey": pgettext_lazy("zone", "Ikke vurdert"),
}
ZONE_NAMES = {
    "green": _("Grønn sone"),
    "yellow": _("Gul sone"),
    "red": _("Rød sone"),
    "grey": _("Ikke vurdert ennå"),
}
ZONE_COLOURS = {"green": "gronn", "yellow": "gul", "red": "rod", "grey": "neutral"}
STAGES = {
    "referral": _("Henvisning"),
    "mapping": _("Kartlegging"),
    "consent": _("Samtykke"),
    "assignment": _("Tildeling"),
    "equipment": _("Utstyr og opplæring"),
    "trial": _("Prøveperiode"),
    "goal-conversation": _("Målsamtale"),
    "follow-up": _("Oppfølging"),
    "evaluation": _("Evaluering"),
    "ended": _("Avsluttet"),
}
SERVICE_MODELS = {
    1: _("Modell 1 kommune"),
    2: _("Modell 2 forsterket utskrivelse"),
    3: _("Modell 3 sykehus"),
}
ROLES = {
    "patient": _("Pasient"),
    "nurse": _("Sykepleier"),
    "gp": _("Fastlege"),
    "specialist": _("Sykehuslege"),
    "coordinator": _("Koordinator"),
    "outreach-team": _("På hjemmebesøk"),
    "team-leader": _("Teamleder"),
    "administrator": _("Administrator"),
    "privacy-officer": _("Personvernombud"),
    "machine": _("Maskin"),
    "system": _("Varde"),
}
ASSESSMENTS = {
    "worsening": _("Trolig forverring"),
    "measuring-error": _("Trolig målefeil"),
    "equipment": _("Feil på utstyret"),
    "unreachable": _("Ikke nådd"),
    "usual": _("Vanlig for pasienten"),
    "needs-doctor": _("Trenger lege nå"),
    "no-need": _("Ikke behov"),
    "done": _("Lest eller gjort"),
    "acknowledged": _("Grønn, kvittert"),
    "attempted": _("Forsøkt"),
    "contact": _("Kontakt"),
}
ACTS = {
    "phone-answered": _("Ringte, fikk svar"),
    "phone-no-answer": _("Ringte, ikke svar"),
    "patient-called": _("Pasienten ringte"),
    "video": _("Video"),
    "video-no-answer": _("Video, ikke svar"),
    "wrote-message": _("Sendte melding"),
    "guided-by-plan": _("Veiledet etter planen"),
    "asked-new-measurement": _("Ba om ny måling"),
    "told-next-of-kin": _("Varslet pårørende"),
    "told-home-care": _("Varslet hjemmetjenesten"),
    "sent-to-doctor": _("Sendt til lege"),
    "sent-to-out-of-hours": _("Sendt til legevakt"),
    "sent-to-113": _("Ringte 113"),
}
NEXT_STEPS = {
    "daily-until-green": _("Daglig til grønn"),
    "call-again": _("Ring igjen"),
    "to-gp": _("Til fastlegen"),
    "to-meeting": _("Til møtet"),
}
TASKS = {
    "call-again": _("Ring igjen"),
    "ask-gp": _("Spør fastlegen"),
    "put-on-meeting": _("Ta opp på møtet"),
    "new-patient": _("Ring den nye pasienten"),
    "goal-conversation": _("Målsamtale"),
    "review-limits": _("Vurder egne grenser"),
    "yellow-long": _("Gul lenge: spør legen om tiltak eller nye grenser"),
    "red-long": _("Rød lenge: gå videre til neste som skal spørres"),
    "monthly-contact": _("Månedlig kontakt"),
    "limits-conflict": _("To programmer har ulike grenser, de strengeste gjelder: spør legen"),
    "silent": _("Har ikke sendt noe på lenge: avtal på nytt, pause eller avslutt"),
    "pause-review": _("Se på pausen: er pasienten hjemme igjen?"),
    "review-medication": _("Gå gjennom medisinene etter innleggelsen"),
    "review-habitual": _("Vurder hva som er vanlig etter innleggelsen"),
    "review-plan": _("Gå gjennom planen etter innleggelsen"),
    "not-reported": _("Gå gjennom lista over dem som ikke har rapportert"),
    "still-right": _("Er oppfølgingen fortsatt riktig for pasienten?"),
    "plan-waits": _("Se om legen har svart på planen"),
    "plan-returned": _("Legen har svart i stedet for å godkjenne planen"),
    "plan-withdrawn": _("Planen er trukket tilbake: ring pasienten, og be om at utskrifter kastes"),
    "plan-train": _("Lær pasienten planen"),
    "plan-not-agreed": _("Pasienten vil snakke om planen"),
    "plan-print": _("Gi ny utskrift av planen"),
    "plan-review": _("Snakk om planen igjen"),
    "plan-look": _("Planen bør ses på: noe er annerledes enn da den ble godkjent"),
    "plan-summary": _("Epikrise til planen: gå videre med utkastet"),
    "course-started": _("Startet en medisin fra planen"),
    "doctor-missing": _("Velg ansvarlig lege for pasienten, eller en stedfortreder"),
    "doctor-asked": _("Legen har ikke svart på utkastet til grenser"),
    "came-or-not": _("Se etter om pasienten møtte til timen"),
    "request-unanswered": _("Se etter at forespørselen er besvart"),
    "support-unconfirmed": _("Se etter at legen har bekreftet oksygen eller ventilator"),
    "support-refused": _("Oksygen eller ventilator er ført inn, og legen har ikke ordinert det"),
    "resume-control": _("Kontrollen ble droppet for oppfølgingen, som er slutt: gjenoppta den"),
    "meeting-not-held": _(
        "Møtet ble ikke startet: pasientene står på neste liste, eller hos sykepleieren"
    ),
    "meeting-not-ended": _("Møtet ble ikke avsluttet: send notatene"),
    "meeting-note": _("Møtet ble ikke avsluttet: send notatet om pasienten"),
    "meeting-medication": _("Vedtatt i møte: medisin"),
    "meeting-limits": _("Vedtatt i møte: grenser"),
    "meeting-plan": _("Vedtatt i møte: endre planen"),
    "meeting-oxygen": _("Vedtatt i møte: oksygen"),
    "verify-order": _("Telefonordren om grenser har ikke vært kontrollert på 72 timer"),
}
PAUSES = {
    "holiday": _("Ferie"),
    "admitted": _("Innlagt"),
    "other": _("Annet"),
}
ASKED = {  # who is asked for, on the ladder
    "gp": _("Fastlegen"),
    "specialist": _("Sykehuslegen"),
    "outreach-team": _("Ambulant team"),
    "hastened-appointment": _("Time på poliklinikken, framskyndet"),
    "admission": _("Innleggelse"),
    "out-of-hours": _("Legevakta, 116 117"),
}
PARTS = {  # of a programme, each signed by itself
    "limits": _("Grenser, regler og svar"),
    "times": _("Rytme, frister og hvem som spørres"),
    "advice": _("Råd til pasienten"),
}
MANNERS = {  # what the patient says of how it was measured
    "rest": _("Jeg var i ro"),
    "activity": _("Jeg hadde nettopp vært i aktivitet"),
    "cold-finger": _("Fingeren var kald"),
    "talked": _("Jeg snakket"),
    "not-rested": _("Jeg hadde ikke hvilt"),
    "moved": _("Jeg beveget meg"),
    "clothed": _("Jeg hadde tykke klær på"),
}
MANNER_WORDS = {  # the same behind a number: «86 % etter aktivitet, kald finger»
    "rest": _("i ro"),
    "activity": _("etter aktivitet"),
    "cold-finger": _("kald finger"),
    "talked": _("snakket"),
    "not-rested": _("ikke hvilt"),
    "moved": _("beveget seg"),
    "clothed": _("med klær på"),
}
USUAL_BASIS = {  # where it is known from what is usual for a patient
    "first-three": _("de tre første målingene"),
    "mapping": _("kartleggingen"),
    "doctor": _("sagt av"),
}
THRESHOLD_GROUNDS = {
    "standard": _("standardgrense"),
    "own": _("satt av legen selv"),
    "verified": _("ordinert og kontrollert"),
    "emergency": _("telefonordinasjon, ikke kontrollert"),
}
GROUNDS = {
    "self": _("deg selv"),
    "follow-up-service": _("følger deg opp"),
    "home-municipality": _("hjemkommunen din"),
    "gp": _("fastlegen din"),
    "specialist": _("behandler deg på sykehuset"),
    "next-of-kin": _("pårørende"),
    "referral": _("henvisning"),
    "care-team": _("med i teamet ditt"),
    "request": _("spurt om deg av dem som følger deg"),
    "meeting": _("tverrfaglig møte om deg"),
    "handover": _("tar over oppfølgingen"),
    "guardian": _("verge"),
    "emergency": _("nødtilgang"),
    "cover": _("kan ha vakta når oppfølgingstjenesten er stengt"),
}
OPENED = {
    "record": _("Åpnet pasientsiden din"),
    "list": _("Så deg i en liste"),
    "plan": _("Åpnet planen din"),
    "limits": _("Åpnet grensene dine"),
    "goals": _("Åpnet målsamtalen din"),
    "pdf": _("Hentet planen din til utskrift"),
    "care": _("Åpnet timer, spørsmål og besøk som gjelder deg"),
    "meeting": _("Så pasientsiden din i et møte"),
    "fhir": _("Hentet målinger til et annet system"),
}

# What a place on the list is shown as; work has no colour.
ZONE_OF = {
    Rank.RED: "red",
    Rank.RED_CONTROL: "red",
    Rank.YELLOW: "yellow",
    Rank.WORK: "work",
    Rank.GREEN: "green",
    Rank.ASLEEP: "work",
}
