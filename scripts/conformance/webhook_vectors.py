"""Makes the signatures that crates/outgoing is tested with, by the library `standardwebhooks`.

    webhook_vectors.py FILE          fails when the file holds others
    webhook_vectors.py --write FILE  writes them
"""

import base64
import json
import sys
from datetime import datetime, timezone

from standardwebhooks import Webhook

SECRETS = {
    "of the fewest bytes": bytes(range(24)),
    "of 32 bytes": bytes(range(100, 132)),
    "of the most bytes": bytes(range(64)),
    "whose bytes are zero at both ends": bytes(8) + bytes(range(1, 17)) + bytes(8),
    "whose base64 has plus and slash": bytes([0xFB, 0xEF, 0xBE, 0xFF] * 8),
}
BODIES = {
    "empty": "",
    "JSON": '{"type":"notification.acknowledged"}',
    "not ASCII": '{"task_title":"Überlauf in Halle 3 🚨 مهم"}',
    "with line ends and control characters": "a\r\nb\n\u0000\u0007\t.",
    "large": "x" * 1_000,
}
MESSAGES = [
    ("ack_6f2cbf1c53d24e4b9d8c2d6f2f6f0a11", 1_767_323_045),
    ("msg_p5jXN8AQM9LWM0D4loKWxJek", 0),
]


def vectors():
    for name, secret in SECRETS.items():
        text = "whsec_" + base64.b64encode(secret).decode()
        for what, body in BODIES.items():
            for message_id, unix_seconds in MESSAGES:
                at = datetime.fromtimestamp(unix_seconds, tz=timezone.utc)
                yield {
                    "what": f"a body that is {what}, with a secret {name}",
                    "secret": text,
                    "id": message_id,
                    "timestamp": unix_seconds,
                    "body": body,
                    "signature": Webhook(text).sign(message_id, at, body),
                }


def main():
    *options, path = sys.argv[1:]
    text = json.dumps(list(vectors()), indent=1, ensure_ascii=True) + "\n"
    if options == ["--write"]:
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return
    with open(path, encoding="ascii") as file:
        if file.read() != text:
            sys.exit(f"{path} holds other signatures than standardwebhooks makes")
    print(f"{len(json.loads(text))} signatures are those of standardwebhooks")


main()
