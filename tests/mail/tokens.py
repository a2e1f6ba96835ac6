"""A server that gives tokens and says which ones are good, as Microsoft's and Google's do."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit


class TokenServer(ThreadingHTTPServer):
    """`given` are the tokens, oldest first; `good` those that are not withdrawn."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.given: list[str] = []
        self.good: set[str] = set()
        self.asked: list[dict[str, str]] = []
        self.lasts = 3600
        self.user = "noor"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Handler(BaseHTTPRequestHandler):
    server: TokenServer

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(size).decode()).items()}
        self.server.asked.append(form)
        if form.get("client_secret") != "secret":
            self._answer(401, {"error": "invalid_client"})
            return
        token = f"token-{len(self.server.given)}"
        self.server.given.append(token)
        self.server.good.add(token)
        self._answer(200, {"access_token": token, "expires_in": self.server.lasts})

    def do_GET(self) -> None:
        token = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
        active = "yes" if token in self.server.good else "no"
        self._answer(200, {"active": active, "email": self.server.user})

    def _answer(self, code: int, facts: dict[str, object]) -> None:
        body = json.dumps(facts).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass


@contextmanager
def token_server() -> Generator[TokenServer]:
    server = TokenServer()
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
