"""Template words: zones, numbers, dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template

from varde.web.texts import numbers
from varde.web.texts.statuses import ROLES, ZONE_COLOURS, ZONE_NAMES, ZONE_WORDS

register = template.Library()


@register.filter
def zone_word(slug: str) -> Any:
    return ZONE_WORDS[slug]


@register.filter
def zone_name(slug: str) -> Any:
    return ZONE_NAMES[slug]


@register.filter
def zone_colour(slug: str) -> str:
    return ZONE_COLOURS[slug]


@register.filter
def role_name(role: str) -> Any:
    return ROLES[role]


@register.filter
def full_date(day: date) -> str:
    return numbers.full_date(day)


@register.filter
def phone_number(digits: str) -> str:
    return numbers.phone(digits)


@register.simple_tag(takes_context=True)
def when(context: Any, at: datetime) -> str:
    request = context["request"]
    return numbers.when(at, request.at, request.viewer.zone)


@register.filter
def initials(name: str) -> str:
    parts = name.split()
    return (parts[0][0] + parts[-1][0]).upper() if parts else ""
