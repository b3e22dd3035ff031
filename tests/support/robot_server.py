"""A local server in the place of WeCom, DingTalk and Feishu: it checks what it is sent as they do, and can misbehave.

It computes the signatures by itself from the vendors' descriptions, not with the product's code.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, SECRET = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa", "SECc0ffee"  # nobody's
PATHS = {
    "wecom": f"/cgi-bin/webhook/send?key={KEY}",
    "dingtalk": f"/robot/send?access_token={KEY}",
    "feishu": f"/open-apis/bot/v2/hook/{KEY}",
}


@dataclass
class RobotServer:
    """``behaviour``: "", "hang", "500", "refuse", "redirect", "endless" or "slow". ``now`` is what the vendors hold
    the timestamps against. With ``tls`` it speaks HTTPS and is called ``host``, a name that the test has resolved."""

    behaviour: str = ""
    now: float = 0.0
    redirects_to: str = "http://10.0.0.1/"
    taken: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    knocks: int = 0
    port: int = 0
    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    leaving: threading.Event = field(default_factory=threading.Event)

    def url(self, vendor: str) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}{PATHS[vendor]}"

    def texts(self) -> list[str]:
        return [one["text"]["content"] if "text" in one else one["content"]["text"] for one in self.taken]

    def __enter__(self) -> "RobotServer":
        world = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                world._answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self.tls:  # a handshake that fails is an OSError on accepting: the server goes on
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.leaving.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.knocks += 1
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        if self.behaviour == "hang":
            self.leaving.wait(30)
        elif self.behaviour == "500":
            _write(handler, 500, b"oops")
        elif self.behaviour == "redirect":
            handler.send_response(307)
            handler.send_header("Location", self.redirects_to)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        elif self.behaviour == "endless":
            _write(handler, 200, b"x" * 200_000)
        elif self.behaviour == "slow":
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            with contextlib.suppress(OSError):
                while not self.leaving.wait(0.05):
                    handler.wfile.write(b" ")
        else:
            _write(handler, 200, json.dumps(self._judge(handler, body)).encode())

    def _judge(self, handler: BaseHTTPRequestHandler, body: bytes) -> dict[str, Any]:
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
        told = json.loads(body.decode("utf-8"))
        if handler.headers.get_content_type() != "application/json":
            return {"errcode": 40008, "code": 9499, "errmsg": "invalid message type", "msg": "Bad Request"}
        judge = {"/cgi-bin/webhook/send": self._wecom, "/robot/send": self._dingtalk}.get(parts.path, self._feishu)
        refusal = judge(query, told)
        if refusal is None and self.behaviour == "refuse":
            refusal = {"errcode": 45009, "errmsg": "api freq out of limit", "code": 11232, "msg": "frequency limited"}
        if refusal is not None:
            return refusal
        self.taken.append(told)
        self.keys.append(handler.headers["X-Idempotency-Key"])
        self.hosts.append(handler.headers["Host"])
        if judge == self._feishu:
            return {"code": 0, "data": {}, "msg": "success", "StatusCode": 0, "StatusMessage": "success"}
        return {"errcode": 0, "errmsg": "ok"}

    def _wecom(self, query: dict[str, str], told: dict[str, Any]) -> dict[str, Any] | None:
        if query != {"key": KEY}:
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        return _text_or(told, {"errcode": 40008, "errmsg": "invalid message type"})

    def _dingtalk(self, query: dict[str, str], told: dict[str, Any]) -> dict[str, Any] | None:
        if query.get("access_token") != KEY:
            return {"errcode": 300001, "errmsg": "token is not exist"}
        stamp = query.get("timestamp", "")
        digest = hmac.new(SECRET.encode(), (stamp + "\n" + SECRET).encode(), hashlib.sha256).digest()
        if query.get("sign") != base64.b64encode(digest).decode() or abs(int(stamp) / 1000 - self.now) > 3600:
            return {"errcode": 310000, "errmsg": "sign not match"}
        return _text_or(told, {"errcode": 400101, "errmsg": "msgtype is null"})

    def _feishu(self, query: dict[str, str], told: dict[str, Any]) -> dict[str, Any] | None:
        stamp = str(told.pop("timestamp", ""))
        digest = hmac.new((stamp + "\n" + SECRET).encode(), digestmod=hashlib.sha256).digest()
        if told.pop("sign", "") != base64.b64encode(digest).decode() or abs(int(stamp) - self.now) > 3600:
            return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        is_text = told.keys() == {"msg_type", "content"} and told["msg_type"] == "text" and told["content"].get("text")
        return None if is_text else {"code": 9499, "msg": "Bad Request", "data": {}}


def _text_or(told: dict[str, Any], refusal: dict[str, Any]) -> dict[str, Any] | None:
    is_text = told.keys() == {"msgtype", "text"} and told["msgtype"] == "text" and told["text"].get("content")
    return None if is_text else refusal


def _write(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    with contextlib.suppress(OSError):  # the product has heard enough
        handler.wfile.write(body)
