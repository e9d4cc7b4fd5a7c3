"""Pages: signed in over HTTP as somebody would be; what a page takes and what it weighs."""

from __future__ import annotations

import http.client
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from benchmarks.crowd import PASSWORD

ASSET = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"')
IMPORT = re.compile(r'(?:from|import)\s*"([^"]+\.js)"|url\("?([^")]+\.css)"?\)')


class Browser:
    """Keeps cookies; asks for compressed answers when told to."""

    def __init__(self, url: str) -> None:
        self.host, self.cookies = urlsplit(url).netloc, SimpleCookie()

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())

    def ask(self, method: str, path: str, body: str = "", **more: str) -> tuple[int, bytes]:
        line = http.client.HTTPConnection(self.host, timeout=60)
        headers = {"Cookie": self.cookie, **{k.replace("_", "-"): v for k, v in more.items()}}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body or None, headers)
        answer = line.getresponse()
        got = answer.read()
        for value in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.load(value)
        line.close()
        return answer.status, got

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        _, page = self.ask("GET", "/sign-in")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if token is None:
            raise RuntimeError("The sign-in page has no form")
        form = {
            "csrfmiddlewaretoken": token[1].decode(),
            "username": username,
            "password": password,
        }
        status, _ = self.ask("POST", "/sign-in", urlencode(form))
        if status != 302:
            raise RuntimeError(f"{username} could not sign in: {status}")

    def weight(self, path: str) -> int:
        """Bytes over the wire of every script and style sheet that the page needs."""
        status, page = self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
        pending, seen, total = ASSET.findall(page.decode()), set[str](), 0
        while pending:
            asset = pending.pop()
            if asset in seen:
                continue
            seen.add(asset)
            total += len(self.ask("GET", asset, Accept_Encoding="br, gzip")[1])
            text = self.ask("GET", asset)[1].decode()
            pending += [urljoin(asset, a or b) for a, b in IMPORT.findall(text)]
        return total
