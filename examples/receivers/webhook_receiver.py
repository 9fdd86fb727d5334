#!/usr/bin/env python3
"""Receives the acknowledgements that Atlas sends, with nothing but Python 3.9 and its library.

    WEBHOOK_SECRET=whsec_… python3 webhook_receiver.py

| variable | holds |
|---|---|
| WEBHOOK_SECRET | what ACKNOWLEDGEMENT_WEBHOOK_SECRET holds; several, with blanks between, while it is rotated |
| HOST, PORT | where to listen: 127.0.0.1 and 8080 |
| DATABASE | the SQLite file that remembers what has come: acknowledgements.db |
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# How far the clocks of sender and receiver may be apart.
TOLERANCE_SECONDS = 300
# More than Atlas ever sends.
MAX_BODY_BYTES = 64 * 1024


class Unverified(Exception):
    """The message is not to be believed."""


def signing_keys(text):
    """The keys of one or more secrets with blanks between them."""
    keys = []
    for secret in text.split():
        if not secret.startswith("whsec_"):
            raise ValueError("a secret begins with whsec_")
        keys.append(base64.b64decode(secret[len("whsec_") :], validate=True))
    if not keys:
        raise ValueError("WEBHOOK_SECRET holds no secret")
    return keys


def verify(headers, body, keys, now):
    """Returns the message's id when one of the keys signed these very bytes within five minutes."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "")
    if not message_id or "." in message_id:
        raise Unverified("no webhook-id")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Unverified("no webhook-timestamp")
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise Unverified("too old, or from the future")
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = [hmac.new(key, signed, hashlib.sha256).digest() for key in keys]
    for signature in signatures.split(" "):
        version, _, encoded = signature.partition(",")
        if version != "v1":
            continue
        try:
            given = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            continue
        # Every one is compared in constant time, so that nobody learns how much of a guess is right.
        if any([hmac.compare_digest(given, one) for one in expected]):
            return message_id
    raise Unverified("no signature fits")


class Acknowledgements:
    """What has come, kept on disk under its id: duplicates carry the same one."""

    def __init__(self, path):
        self.path = path
        with self.connect() as database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS acknowledgements (webhook_id TEXT PRIMARY KEY, event TEXT NOT NULL)"
            )

    def connect(self):
        return sqlite3.connect(self.path, timeout=5)

    def keep(self, webhook_id, event):
        """Keeps an event; says whether it is new. Do what it asks for in the same transaction."""
        database = self.connect()
        try:
            with database:
                kept = database.execute(
                    "INSERT OR IGNORE INTO acknowledgements VALUES (?, ?)", (webhook_id, event)
                )
            return kept.rowcount == 1
        finally:
            database.close()


class Receiver(BaseHTTPRequestHandler):
    """One request."""

    # A sender that stops in the middle is not waited for.
    timeout = 10

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            return self.answer(411)
        if int(length) > MAX_BODY_BYTES:
            return self.answer(413)
        # The signature covers these bytes: they are parsed after it was checked, not before.
        body = self.rfile.read(int(length))
        try:
            webhook_id = verify(self.headers, body, self.server.keys, time.time())
        except Unverified:
            return self.answer(401)
        event = json.loads(body)
        # Answered 2xx only after it is kept: anything else is sent again, for a day.
        if self.server.acknowledgements.keep(webhook_id, body.decode()):
            if event["type"] == "notification.acknowledged":
                data = event["data"]
                title = json.dumps(data["task_title"], ensure_ascii=False)
                print(f"{webhook_id} {data['acknowledged_by']['via']} {title}", flush=True)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Says nothing of each request."""


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    address = (os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8080")))
    server = ThreadingHTTPServer(address, Receiver)
    server.keys = signing_keys(os.environ.get("WEBHOOK_SECRET", ""))
    server.acknowledgements = Acknowledgements(os.environ.get("DATABASE", "acknowledgements.db"))
    print(f"listening on http://{address[0]}:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
