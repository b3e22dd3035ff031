"""A local mail server: takes letters over TLS from the first byte, after STARTTLS, or in the clear, and remembers."""

import base64
import contextlib
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast


@dataclass
class MailServer:
    """``tls`` presents its certificate; ``is_wrapped`` speaks TLS from the first byte (SMTPS), otherwise STARTTLS is
    offered. ``in_clear`` are the commands that came unprotected, ``logins`` what was given as user and password."""

    tls: ssl.SSLContext | None = None
    is_wrapped: bool = False
    letters: list[EmailMessage] = field(default_factory=list)
    in_clear: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> "MailServer":
        world = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError, EOFError):  # the product hung up
                    _Talk(world, self.request).run()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Talk:
    """One connection."""

    def __init__(self, world: MailServer, sock: Any) -> None:
        self.world, self.sock = world, sock
        self.is_safe = False
        if world.is_wrapped:
            self._protect()
        else:
            self.file = sock.makefile("rwb")

    def run(self) -> None:
        self._say("220 mail.example ESMTP")
        while True:
            line = self._line().decode()
            verb = line.split(" ")[0].upper()
            if not self.is_safe:
                self.world.in_clear.append(verb)
            if verb == "EHLO":
                offered = ["mail.example", *(["STARTTLS"] if self.world.tls and not self.is_safe else []), "AUTH PLAIN"]
                for one in offered[:-1]:
                    self._say(f"250-{one}")
                self._say(f"250 {offered[-1]}")
            elif verb == "STARTTLS" and self.world.tls and not self.is_safe:
                self._say("220 go ahead")
                self._protect()
            elif verb == "AUTH":
                _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
                self.world.logins.append((user, password))
                self._say("235 welcome")
            elif verb == "DATA":
                self._say("354 go ahead")
                self.world.letters.append(self._letter())
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:  # MAIL, RCPT, RSET, NOOP
                self._say("250 ok")

    def _protect(self) -> None:
        assert self.world.tls is not None
        self.sock = self.world.tls.wrap_socket(self.sock, server_side=True)
        self.file, self.is_safe = self.sock.makefile("rwb"), True

    def _letter(self) -> EmailMessage:
        lines: list[bytes] = []
        while (line := self._line()) != b".":
            lines.append(line[1:] if line.startswith(b".") else line)
        return cast(EmailMessage, message_from_bytes(b"\r\n".join(lines), policy=policy.default))

    def _line(self) -> bytes:
        line = self.file.readline()
        if not line:
            raise EOFError
        return bytes(line).rstrip(b"\r\n")

    def _say(self, words: str) -> None:
        self.file.write(f"{words}\r\n".encode())
        self.file.flush()
