"""The receiver of examples/receivers, with the library `standardwebhooks` in place of its own check."""

import sys
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError

sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "receivers"))

import webhook_receiver


def webhooks_of(text):
    return [Webhook(secret) for secret in text.split()]


def verify(headers, body, webhooks, _now):
    for webhook in webhooks:
        try:
            webhook.verify(body, dict(headers), json_parse=False)
            return headers["webhook-id"]
        except WebhookVerificationError:
            continue
    raise webhook_receiver.Unverified


webhook_receiver.signing_keys = webhooks_of
webhook_receiver.verify = verify
webhook_receiver.main()
