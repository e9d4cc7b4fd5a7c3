"""Measure: one step a screen, a kind question about an unlikely number, look over, send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from varde.core.access import Role
from varde.core.programme import Programme
from varde.core.quantities import BY_NAME
from varde.measuring import actions as measuring
from varde.measuring import drafts
from varde.measuring.incoming import Delivery, rows_of_report
from varde.measuring.queries import last_report, latest
from varde.triage.intake import receive
from varde.web.patient import manner
from varde.web.patient.common import every_step, here_now, programmes_of, steps_now
from varde.web.patient.doubt import Doubt, doubts, other_unit, read_number
from varde.web.patient.steps import Step, done
from varde.web.roles import for_roles
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.manners import manner_word
from varde.web.texts.sentences import as_typed
from varde.web.texts.words import all_of, said, value_of

patient_only = for_roles(Role.PATIENT)
CSRF = "csrfmiddlewaretoken"
JUST_SENT = timedelta(minutes=30)


@patient_only
@require_GET
def start(request: Any) -> HttpResponse:
    """To the first step that is not done; everything is asked for when the patient wants that."""
    draft = drafts.open_draft(request.viewer.person, at=request.at)
    if "here" not in draft.content:  # what has come is settled now: no step goes while one types
        drafts.put(draft, here=here_now(request))
    if "all" in request.GET:
        drafts.put(draft, all=True)
    steps = _steps(request, draft)
    if not steps:
        return redirect("/patient/")
    todo = next((step for step in steps if not done(step, draft.content)), None)
    return redirect(f"/patient/measure/{todo.slug}" if todo else "/patient/measure/look-over")


def _steps(request: Any, draft: drafts.Draft) -> list[Step]:
    return steps_now(request, every_step(request, programmes_of(request)), draft.content)


def _place(request: Any, slug: str) -> tuple[list[Step], int, list[Programme]]:
    draft = drafts.open_draft(request.viewer.person, at=request.at)
    programmes = programmes_of(request)
    whole = every_step(request, programmes)
    for steps in (steps_now(request, whole, draft.content), whole):
        for n, step in enumerate(steps):
            if step.slug == slug:
                return steps, n, programmes
    raise Http404


@patient_only
@require_http_methods(["GET", "POST"])
def step(request: Any, slug: str) -> HttpResponse:
    """What is refused or asked about is shown by a page of its own: «back» must lead somewhere."""
    steps, n, programmes = _place(request, slug)
    draft = drafts.open_draft(request.viewer.person, at=request.at)
    if request.method == "GET":
        tried = draft.content.get("tried", {}).get(slug) if "tried" in request.GET else None
        if tried is None:
            return _show(request, steps, n)
        request.POST = QueryDict(tried)
        return _refused(request, steps, n, programmes) or _show(request, steps, n)
    if _refused(request, steps, n, programmes) is not None:
        kept = [(k, v[:200]) for k, vs in request.POST.lists() for v in vs if k != CSRF]
        drafts.put(draft, tried={slug: urlencode(kept)})
        return redirect(f"/patient/measure/{slug}?tried=1")
    _take(request, steps[n], draft)
    return _onward(request, steps, n)


def _refused(
    request: Any, steps: list[Step], n: int, programmes: list[Programme]
) -> HttpResponse | None:
    """The page that asks again, where what was sent cannot be taken as it is. Writes nothing."""
    if steps[n].question is not None:
        return _not_answered(request, steps, n)
    return _not_number(request, steps, n, programmes)


def _show(
    request: Any,
    steps: list[Step],
    n: int,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    asked: list[Doubt] | None = None,
    advice: Sequence[Any] = (),
) -> HttpResponse:
    now = steps[n]
    draft = drafts.open_draft(request.viewer.person, at=request.at)
    kept = {**draft.content.get("values", {}), **(typed or {})}
    fields: list[dict[str, Any]] = [
        {"field": one, "typed": kept.get(one.kind, ""), "error": (errors or {}).get(one.kind)}
        for one in now.fields
    ]
    for one in [one for one in fields if one["error"]][:1]:
        one["first"] = True
    words = {
        "step": now,
        "step_now": n + 1,
        "steps_total": len(steps),
        "fields": fields,
        "answer": draft.content.get("answers", {}).get(now.slug),
        "back": _back(request, steps, n),
        "asked": [_asked(doubt) for doubt in asked or ()],
        "may_stand": all(doubt.may_stand for doubt in asked or ()),
        "shown_all": all_of([_shown(doubt) for doubt in asked or ()]),
        "has_meant": any(doubt.instead is not None for doubt in asked or ()),
        "errors": errors,
        "question": _question(now) if now.question else None,
        "advice": advice,
        **_manner(request, now, draft.content),
    }
    page = "patient/question.html" if now.question else "patient/number.html"
    return render(request, "patient/ask.html" if asked else page, words)


def _manner(request: Any, step: Step, content: dict[str, Any]) -> dict[str, Any]:
    """What may be said of how it is measured, and what is said."""
    if step.question is not None:
        return {}
    sent = request.method == "POST" or "tried" in request.GET
    said = _said(request, step) if sent else content.get("said", {}).get(step.slug, [])
    return {
        "outright": manner.rest_or_activity(step),
        "manners": manner.offered(step),
        "said": said,
    }


def _said(request: Any, step: Step) -> list[str]:
    return manner.told(request.POST.getlist("said"), step)


def _back(request: Any, steps: list[Step], n: int) -> str:
    if "look-over" in (request.GET.get("from"), request.POST.get("from")):
        return "/patient/measure/look-over"
    return f"/patient/measure/{steps[n - 1].slug}" if n else "/patient/"


def _shown(doubt: Doubt) -> str:
    return as_typed(doubt.kind, doubt.value, doubt.unit)


def _asked(doubt: Doubt) -> dict[str, Any]:
    """One kind question: what was typed, and what may have been meant."""
    words: dict[str, Any] = {
        "kind": doubt.kind,
        "key": doubt.key,
        "why": doubt.why,
        "may_stand": doubt.may_stand,
        "shown": _shown(doubt),
        "of": KIND_TEXTS[doubt.kind].plain,
    }
    if doubt.instead is not None:
        words["meant"] = value_of(doubt.kind, doubt.instead)
        words["meant_typed"] = f"{doubt.instead:g}".replace(".", ",")
    return words


def _question(step: Step) -> dict[str, Any]:
    question = step.question
    assert question is not None
    choices = [{"id": choice.id, "text": said(choice.text)} for choice in question.choices]
    return {"text": said(question.text), "choices": choices}


def _onward(request: Any, steps: list[Step], n: int) -> HttpResponse:
    """The next step; back to looking over when that is where the patient came from."""
    if request.POST.get("from") == "look-over" or n + 1 == len(steps):
        return redirect("/patient/measure/look-over")
    return redirect(f"/patient/measure/{steps[n + 1].slug}")


def _not_answered(request: Any, steps: list[Step], n: int) -> HttpResponse | None:
    question = steps[n].question
    assert question is not None
    if "skip" in request.POST or request.POST.get("answer", "") in question.ids:
        return None
    return _show(request, steps, n, errors={"answer": _("Velg det svaret som passer best.")})


def _typed_in(request: Any, step: Step) -> dict[str, str]:
    """What was typed; of a step that is gone past, only what she did manage."""
    typed = {one.kind: request.POST.get(one.kind, "").strip() for one in step.fields}
    return {kind: text for kind, text in typed.items() if text or "skip" not in request.POST}


def _not_number(
    request: Any, steps: list[Step], n: int, programmes: list[Programme]
) -> HttpResponse | None:
    typed = _typed_in(request, steps[n])
    read = {kind: read_number(text) for kind, text in typed.items()}
    errors = {
        one.kind: _("Skriv tallet du ser på måleren.")
        for one in steps[n].fields
        if one.kind in read and read[one.kind] is None
    }
    if errors:
        return _show(request, steps, n, typed=typed, errors=errors)
    values = {kind: value for kind, value in read.items() if value is not None}
    confirmed = request.POST.getlist("confirmed")
    before = _last(request, list(values))
    units = {kind: other_unit(text, kind) for kind, text in typed.items()}
    asked = doubts(values, before=before, programmes=programmes, confirmed=confirmed, units=units)
    if asked and "again" in request.POST:
        doubted = {doubt.kind for doubt in asked}
        typed = {kind: "" if kind in doubted else text for kind, text in typed.items()}
        return _show(request, steps, n, typed=typed)
    if asked:
        return _show(request, steps, n, typed=typed, asked=asked)
    advised = "advised" in request.POST or "skip" in request.POST
    advice = manner.advice(steps[n], _said(request, steps[n]), advised=advised)
    return _show(request, steps, n, typed=typed, advice=advice) if advice else None


def _take(request: Any, step: Step, draft: drafts.Draft) -> None:
    """Keep what was sent, which is as it should be, and that the step was gone past, if it was."""
    past = "skip" in request.POST
    if step.question is not None and not past:
        _keep(request, draft, answers={step.slug: request.POST["answer"]})
    typed = _typed_in(request, step)
    if typed:
        _keep(request, draft, values={kind: text.replace(".", ",") for kind, text in typed.items()})
        drafts.put(draft, said={step.slug: _said(request, step)})
    drafts.put(draft, skipped={step.slug: past}, tried={step.slug: None})


def _keep(request: Any, draft: drafts.Draft, **parts: Any) -> None:
    """What was typed, and when the first of it was: that is when the report was taken."""
    if "taken_at" not in draft.content:
        parts["taken_at"] = request.at.isoformat()
    drafts.put(draft, **parts)


def _last(request: Any, kinds: list[str]) -> dict[str, float]:
    found = latest([(request.viewer.person, kind) for kind in kinds], n=1)
    return {kind: values[-1][1] for (_person, kind), values in found.items()}


@patient_only
@require_GET
def look_over(request: Any) -> HttpResponse:
    """Everything that will be sent, each with a way to change it."""
    draft = drafts.open_draft(request.viewer.person, at=request.at)
    steps = _steps(request, draft)
    todo = next((step for step in steps if not done(step, draft.content)), None)
    if not steps:
        return redirect("/patient/")
    if todo is not None:
        sent = last_report(request.viewer.person) if not draft.content else None
        if sent is not None and request.at - sent.received_at < JUST_SENT:
            return redirect(f"/patient/result/{sent.id}")  # «back», after it was sent
        return redirect(f"/patient/measure/{todo.slug}")
    words = {
        "lines": [_line(step, draft.content) for step in steps],
        "last": steps[-1].slug,
        "nothing": not _typed(draft.content),
        "draft": draft.id,
        "comment": draft.content.get("comment", ""),
    }
    return render(request, "patient/look_over.html", words)


def _typed(content: dict[str, Any]) -> bool:
    return bool(content.get("values") or content.get("answers"))


def _line(step: Step, content: dict[str, Any]) -> dict[str, Any]:
    if step.question is not None:
        given = content.get("answers", {}).get(step.slug)
        told = said(step.question.choice(given).text) if given else _("Ikke svart")
        return {"slug": step.slug, "name": said(step.question.text), "value": told}
    typed = content.get("values", {})
    read = {k.kind: read_number(typed[k.kind]) or 0 for k in step.fields if k.kind in typed}
    if not read:
        return {"slug": step.slug, "name": step.title, "value": _("Ikke målt")}
    if read.keys() >= {"systolic", "diastolic"}:
        pressure = _("%(upper)s over %(lower)s") % {
            "upper": value_of("systolic", read["systolic"]),
            "lower": value_of("diastolic", read["diastolic"]),
        }
        parts = [pressure]
    else:
        parts = [_named(kind, value) for kind, value in read.items() if kind != "pulse"]
    if "pulse" in read:
        parts.append(_("puls %(pulse)s") % {"pulse": value_of("pulse", read["pulse"])})
    parts += [manner_word(one) for one in content.get("said", {}).get(step.slug, ())]
    return {"slug": step.slug, "name": step.title, "value": ", ".join(parts)}


def _named(kind: str, value: float) -> str:
    """A pressure that stands alone says which of the two it is."""
    told = value_of(kind, value)
    return f"{KIND_TEXTS[kind].short} {told}" if kind in ("systolic", "diastolic") else told


@patient_only
@require_POST
def send(request: Any) -> HttpResponse:
    """Send once: the draft's id is the report's, so a second press finds what is there."""
    wanted = request.POST.get("draft", "")
    draft = drafts.held(request.viewer.person, at=request.at)
    if str(draft.id) != wanted:
        return _sent_before(request, wanted)
    steps = _steps(request, draft)
    if not steps or any(not done(step, draft.content) for step in steps):
        return redirect("/patient/measure/")
    asked_back = request.POST.get("change", "")
    if not _typed(draft.content) and not asked_back:
        return redirect("/patient/measure/look-over")
    drafts.put(draft, comment=request.POST.get("comment", "").strip()[:2000])
    if asked_back in {step.slug for step in steps}:
        return redirect(f"/patient/measure/{asked_back}?from=look-over")
    source = measuring.source("app", "Varde")
    delivery = _delivery(request, draft, steps)
    receive([delivery], source=source.id, by=request.viewer, at=request.at, present=True)
    drafts.close(draft, at=request.at)
    return redirect(f"/patient/result/{draft.id}")


def _sent_before(request: Any, wanted: str) -> HttpResponse:
    try:
        report = UUID(wanted)
    except ValueError:
        return redirect("/patient/measure/")
    if drafts.sent(request.viewer.person, report):
        return redirect(f"/patient/result/{report}")
    return redirect("/patient/measure/")


def _delivery(request: Any, draft: drafts.Draft, steps: list[Step]) -> Delivery:
    typed = draft.content.get("values", {})
    said = manner.of_kinds(steps, draft.content.get("said", {}))
    values = [(BY_NAME[name], read_number(text) or 0.0) for name, text in typed.items()]
    begun = draft.content.get("taken_at")
    taken_at = datetime.fromisoformat(begun) if begun else draft.started_at
    return Delivery(
        request.viewer.person,
        taken_at,
        rows_of_report(draft.id, values, said),
        draft.content.get("answers", {}),
        draft.content.get("comment", ""),
        report_id=draft.id,
    )
