"""The doctor: the first page, one patient's page with what is asked, and the plan on paper."""

from __future__ import annotations

import re

from benchmarks.figures import Figure, p95
from benchmarks.machine import House
from benchmarks.pages import Browser
from varde.simulate.founding import PASSWORD

PATIENT = re.compile(rb'href="(/doctor/patient/[0-9a-f-]+)"')


def doctor(house: House) -> list[Figure]:
    """As the GP of the simulation, who has some forty patients; one that has a plan."""
    browser = Browser(house.url)
    browser.sign_in("fastlege", PASSWORD)
    status, front = browser.ask("GET", "/doctor/")
    patients = list(dict.fromkeys(PATIENT.findall(front)))
    if status != 200 or not patients:
        raise RuntimeError(f"The doctor has no patients: {status}")
    pages = (one.decode() for one in patients)
    page = next(one for one in pages if browser.ask("GET", f"{one}/plan.pdf")[0] == 200)
    return [
        Figure("doctor, first page: p95", p95(house, "/doctor/", browser), "ms", 200),
        Figure("doctor, a patient's page: p95", p95(house, page, browser), "ms", 300),
        Figure("plan on paper: p95", p95(house, f"{page}/plan.pdf", browser), "ms", 1500),
    ]
