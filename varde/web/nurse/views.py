"""Saved views of the list: kept under a name, opened again, forgotten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import Role
from varde.triage import saved
from varde.triage.saved import NotSaved
from varde.web.nurse.filters import address, asked_in
from varde.web.roles import for_roles


@for_roles(Role.NURSE)
@require_POST
def view(request: Any) -> HttpResponse:
    """Save what the list shows now under a name, or forget one."""
    viewer, at, post = request.viewer, request.at, request.POST
    asks = address(asked_in(QueryDict(post.get("asks", "")[:500].replace("\0", ""))))
    try:
        if "forget" in post:
            saved.forget(view=UUID(post["forget"]), by=viewer, at=at)
        else:
            name = post.get("name", "").replace("\0", "")
            saved.keep(name=name, asks=asks, by=viewer, at=at)
            banners.success(request, _("Visningen er lagret."))
    except NotSaved as no:
        many = _("Du har tolv visninger alt. Ta bort en først.")
        banners.warning(request, many if no.code == "many" else _("Gi visningen et navn."))
    except ValueError:
        return HttpResponseBadRequest()
    return redirect(f"/nurse/?{asks}")
