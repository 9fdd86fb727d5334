-- What a call is for: to say a script, to have the carrier read a document elsewhere, or to notify
-- somebody of a task until it is acknowledged. A call of an older version says a script.
--
-- The last column that is added carries the checks of all of them: SQLite tests every row there is
-- against the checks of each column that it adds.

ALTER TABLE calls ADD COLUMN purpose TEXT NOT NULL DEFAULT 'script';
ALTER TABLE calls ADD COLUMN twiml_url TEXT;
ALTER TABLE calls ADD COLUMN task_id TEXT;
ALTER TABLE calls ADD COLUMN task_title TEXT;
ALTER TABLE calls ADD COLUMN canceled_at INTEGER;
-- The acknowledgement: by a key press on a dial, or over the API.
ALTER TABLE calls ADD COLUMN acknowledged_at INTEGER;
ALTER TABLE calls ADD COLUMN acknowledged_via TEXT;
ALTER TABLE calls ADD COLUMN acknowledged_dial_no INTEGER;
ALTER TABLE calls ADD COLUMN acknowledged_sid TEXT;
ALTER TABLE calls ADD COLUMN acknowledged_digits TEXT;
ALTER TABLE calls ADD COLUMN acknowledged_pressed_at INTEGER;
ALTER TABLE calls ADD COLUMN acknowledged_who TEXT;
ALTER TABLE calls ADD COLUMN acknowledged_why TEXT;
-- The dials that it superseded, and when to try next to end them.
ALTER TABLE calls ADD COLUMN superseded_dials INTEGER;
ALTER TABLE calls ADD COLUMN end_others_at INTEGER;
-- The outgoing event of the acknowledgement. pending: when it is tried next; else since when.
ALTER TABLE calls ADD COLUMN delivery_webhook_id TEXT;
ALTER TABLE calls ADD COLUMN delivery_state TEXT;
ALTER TABLE calls ADD COLUMN delivery_at INTEGER;
ALTER TABLE calls ADD COLUMN delivery_tries INTEGER;
ALTER TABLE calls ADD COLUMN delivery_last_error TEXT
    CHECK (purpose IN ('script', 'document', 'notification'))
    CHECK ((purpose = 'document') = (twiml_url IS NOT NULL))
    CHECK ((purpose = 'notification') = (task_title IS NOT NULL))
    CHECK (purpose = 'notification' OR COALESCE(task_id, canceled_at, acknowledged_at) IS NULL)
    CHECK (acknowledged_via IN ('keypress', 'api'))
    CHECK ((acknowledged_at IS NULL) = (acknowledged_via IS NULL))
    CHECK ((acknowledged_at IS NULL) = (superseded_dials IS NULL))
    CHECK ((acknowledged_at IS NULL) = (end_others_at IS NULL))
    CHECK ((acknowledged_via IS 'keypress') = (acknowledged_dial_no IS NOT NULL))
    CHECK ((acknowledged_via IS 'keypress') = (acknowledged_sid IS NOT NULL))
    CHECK ((acknowledged_via IS 'keypress') = (acknowledged_digits IS NOT NULL))
    CHECK ((acknowledged_via IS 'keypress') = (acknowledged_pressed_at IS NOT NULL))
    CHECK (acknowledged_via IS 'api' OR COALESCE(acknowledged_who, acknowledged_why) IS NULL)
    CHECK (acknowledged_dial_no >= 1)
    CHECK (superseded_dials >= 0)
    CHECK (acknowledged_at IS NOT NULL OR delivery_webhook_id IS NULL)
    CHECK (delivery_state IN ('pending', 'delivered', 'dead'))
    CHECK ((delivery_webhook_id IS NULL) = (delivery_state IS NULL))
    CHECK ((delivery_webhook_id IS NULL) = (delivery_at IS NULL))
    CHECK ((delivery_webhook_id IS NULL) = (delivery_tries IS NULL))
    CHECK (delivery_tries >= 0)
    CHECK (delivery_webhook_id IS NOT NULL OR delivery_last_error IS NULL);

-- What lists search by.
ALTER TABLE calls ADD COLUMN acknowledged INTEGER
    GENERATED ALWAYS AS (acknowledged_at IS NOT NULL) VIRTUAL;

CREATE INDEX calls_notifications ON calls (tenant, created_at, call_id)
    WHERE purpose = 'notification';
CREATE INDEX calls_notifications_by_acknowledged
    ON calls (tenant, acknowledged, created_at, call_id)
    WHERE purpose = 'notification';
CREATE INDEX calls_notifications_by_task ON calls (tenant, task_id, created_at, call_id)
    WHERE purpose = 'notification' AND task_id IS NOT NULL;
CREATE INDEX calls_notifications_by_task_and_acknowledged
    ON calls (tenant, task_id, acknowledged, created_at, call_id)
    WHERE purpose = 'notification' AND task_id IS NOT NULL;

-- What is known of a dial beyond its status: since when its SID, the carrier's verdict on who
-- answered, the first key that was pressed, when the message for machines was first asked for, and
-- when the carrier was last asked how the dial stands.
ALTER TABLE dials ADD COLUMN sid_known_at INTEGER;
ALTER TABLE dials ADD COLUMN detection_answered_by TEXT;
ALTER TABLE dials ADD COLUMN detection_at INTEGER;
ALTER TABLE dials ADD COLUMN first_key_digits TEXT;
ALTER TABLE dials ADD COLUMN first_key_pressed_at INTEGER;
ALTER TABLE dials ADD COLUMN polled_at INTEGER;
ALTER TABLE dials ADD COLUMN machine_message_at INTEGER
    CHECK (detection_answered_by IN ('human', 'machine_start', 'machine_end_beep',
        'machine_end_silence', 'machine_end_other', 'fax', 'unknown'))
    CHECK ((detection_at IS NULL) = (detection_answered_by IS NULL))
    CHECK ((first_key_pressed_at IS NULL) = (first_key_digits IS NULL));
