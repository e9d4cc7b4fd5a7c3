"""Load: closed-loop clients over HTTP; bodies are made before the clock starts."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit


@dataclass
class Tally:
    latencies: list[float] = field(default_factory=list)
    wrong: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds, nearest rank."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes | None = None
    cookie: str = ""


def drive(url: str, token: str, requests: Sequence[Request], connections: int) -> Tally:
    """Each connection sends its next request when its last one has been answered."""
    host = urlsplit(url).netloc
    pending, lock, tally = iter(requests), threading.Lock(), Tally()

    def client() -> None:
        connection = http.client.HTTPConnection(host, timeout=60)
        while True:
            with lock:
                request = next(pending, None)
            if request is None:
                connection.close()
                return
            headers = {"Content-Type": "application/fhir+json", "Cookie": request.cookie}
            if token:
                headers["Authorization"] = f"Bearer {token}"
            started = time.perf_counter()
            connection.request(request.method, request.path, request.body, headers)
            answer = connection.getresponse()
            answer.read()
            took = time.perf_counter() - started
            with lock:
                if answer.status < 300:
                    tally.latencies.append(took)
                else:
                    tally.wrong[answer.status] = tally.wrong.get(answer.status, 0) + 1

    threads = [threading.Thread(target=client) for _ in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.seconds = time.perf_counter() - started
    return tally


def observation(patient: str, rng: random.Random, at: datetime) -> dict[str, object]:
    """A saturation that is mostly green, sometimes yellow and now and then red."""
    taken = at - timedelta(seconds=rng.randrange(20 * 86400), microseconds=rng.randrange(10**6))
    value = rng.choices((95, 96, 94, 97, 89, 86), (40, 25, 20, 12, 2, 1))[0]
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "59408-5"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": taken.isoformat(),
        "valueQuantity": {
            "value": value,
            "unit": "%",
            "system": "http://unitsofmeasure.org",
            "code": "%",
        },
    }


def singles(patients: Sequence[str], n: int, seed: int) -> list[Request]:
    rng, at = random.Random(seed), datetime.now(UTC)
    bodies = (observation(rng.choice(patients), rng, at) for _ in range(n))
    return [Request("POST", "/fhir/R4/Observation", json.dumps(b).encode()) for b in bodies]


def bundles(patients: Sequence[str], n: int, seed: int) -> list[Request]:
    """Bundles of 100: 20 patients with 5 readings each."""
    rng, at = random.Random(seed), datetime.now(UTC)
    made = []
    for _ in range(n):
        chosen = rng.sample(list(patients), 20)
        entries = [
            {
                "resource": observation(patient, rng, at),
                "request": {"method": "POST", "url": "Observation"},
            }
            for patient in chosen
            for _ in range(5)
        ]
        body = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        made.append(Request("POST", "/fhir/R4", json.dumps(body).encode()))
    return made


def searches(patients: Sequence[str], n: int, seed: int) -> list[Request]:
    rng = random.Random(seed)
    query = "code=http://loinc.org%7C59408-5&_sort=-date&_count=100"
    return [
        Request("GET", f"/fhir/R4/Observation?patient={rng.choice(patients)}&{query}")
        for _ in range(n)
    ]
