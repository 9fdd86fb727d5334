-- Calls, dials, attempts, users, recordings and idempotency keys.
--
-- Times are milliseconds since 1970, UTC. Flags are 0 or 1. Every unique key starts with the tenant.

CREATE TABLE calls (
    tenant TEXT NOT NULL,
    call_id TEXT NOT NULL,
    user_id TEXT,
    user_external_id TEXT,
    to_number TEXT NOT NULL,
    from_number TEXT NOT NULL,
    script TEXT,
    recording_enabled INTEGER NOT NULL CHECK (recording_enabled IN (0, 1)),
    recording_url TEXT,
    transcription_text TEXT,
    retry_limit INTEGER NOT NULL CHECK (retry_limit BETWEEN 0 AND 10),
    retry_delay_seconds INTEGER NOT NULL CHECK (retry_delay_seconds BETWEEN 1 AND 86400),
    retry_backoff TEXT NOT NULL CHECK (retry_backoff IN ('fixed', 'exponential')),
    redials_given_up INTEGER NOT NULL CHECK (redials_given_up IN (0, 1)),
    hang_up_requested_at INTEGER,
    hang_up_next_try_at INTEGER,
    feedback_call_quality INTEGER CHECK (feedback_call_quality BETWEEN 1 AND 5),
    feedback_agent_helpfulness INTEGER CHECK (feedback_agent_helpfulness BETWEEN 1 AND 5),
    feedback_resolution INTEGER CHECK (feedback_resolution BETWEEN 1 AND 5),
    feedback_call_ease INTEGER CHECK (feedback_call_ease BETWEEN 1 AND 5),
    feedback_overall_satisfaction INTEGER CHECK (feedback_overall_satisfaction BETWEEN 1 AND 5),
    feedback_notes TEXT,
    feedback_created_at INTEGER,
    created_at INTEGER NOT NULL CHECK (created_at >= 0),
    updated_at INTEGER NOT NULL CHECK (updated_at >= 0),
    revision INTEGER NOT NULL CHECK (revision >= 0),
    -- What lists and the worker search by; made from the dials whenever the call changes.
    status TEXT NOT NULL CHECK (status IN ('initiated', 'ringing', 'in-progress', 'canceled', 'failed', 'no-answer', 'busy', 'completed')),
    held INTEGER NOT NULL CHECK (held IN (0, 1)),
    due_at INTEGER,
    -- Who works on it; changed by claims and releases alone.
    lease_owner TEXT,
    lease_fence INTEGER NOT NULL DEFAULT 0 CHECK (lease_fence >= 0),
    lease_expires_at INTEGER,
    PRIMARY KEY (tenant, call_id),
    CHECK ((hang_up_requested_at IS NULL) = (hang_up_next_try_at IS NULL)),
    CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL))
) STRICT;

CREATE INDEX calls_by_creation ON calls (tenant, created_at, call_id);
CREATE INDEX calls_by_user ON calls (tenant, user_id, created_at, call_id)
    WHERE user_id IS NOT NULL;
CREATE INDEX calls_by_user_external_id ON calls (tenant, user_external_id, created_at, call_id)
    WHERE user_external_id IS NOT NULL;
CREATE INDEX calls_by_status ON calls (tenant, status, created_at, call_id);
CREATE INDEX calls_by_to_number ON calls (tenant, to_number, created_at, call_id);
CREATE INDEX calls_by_from_number ON calls (tenant, from_number, created_at, call_id);
CREATE INDEX calls_held ON calls (tenant, created_at, call_id) WHERE held = 1;
-- Without the tenant: the directory asks over all of them.
CREATE INDEX calls_by_id ON calls (call_id);
CREATE INDEX calls_due ON calls (due_at, lease_expires_at, tenant, call_id)
    WHERE due_at IS NOT NULL;
CREATE INDEX calls_due_leased ON calls (lease_expires_at, due_at)
    WHERE due_at IS NOT NULL AND lease_expires_at IS NOT NULL;

CREATE TABLE dials (
    tenant TEXT NOT NULL,
    call_id TEXT NOT NULL,
    dial_no INTEGER NOT NULL CHECK (dial_no >= 1),
    placement TEXT NOT NULL CHECK (placement IN ('intended', 'accepted', 'unknown', 'held', 'deferred', 'failed', 'withdrawn')),
    -- unknown: when to look next; held: since when; deferred: when to ask next.
    placement_at INTEGER,
    placement_cause TEXT CHECK (placement_cause IN ('number', 'parameter', 'permission', 'credentials', 'rate-limited', 'not-sent', 'lost')),
    placement_code INTEGER,
    placement_reason TEXT,
    intended_at INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    tries INTEGER NOT NULL CHECK (tries >= 0),
    sid TEXT,
    sid_source TEXT CHECK (sid_source IN ('answer', 'callback', 'lookup')),
    progress_status TEXT,
    progress_first_at INTEGER,
    progress_answered_by TEXT,
    ending_status TEXT,
    ending_ended_at INTEGER,
    ending_duration_seconds INTEGER,
    ending_sip_response_code INTEGER,
    snapshot_status TEXT,
    snapshot_started_at INTEGER,
    snapshot_ended_at INTEGER,
    snapshot_duration_seconds INTEGER,
    snapshot_answered_by TEXT,
    settled_at INTEGER,
    voice_requested_at INTEGER,
    PRIMARY KEY (tenant, call_id, dial_no),
    FOREIGN KEY (tenant, call_id) REFERENCES calls (tenant, call_id) ON DELETE CASCADE,
    CHECK ((placement IN ('unknown', 'held', 'deferred')) = (placement_at IS NOT NULL)),
    CHECK ((placement IN ('deferred', 'failed')) = (placement_reason IS NOT NULL)),
    CHECK ((placement = 'failed') = (placement_cause IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX dials_sid ON dials (tenant, sid) WHERE sid IS NOT NULL;
CREATE INDEX dials_by_sid ON dials (sid) WHERE sid IS NOT NULL;

CREATE TABLE attempts (
    tenant TEXT NOT NULL,
    call_id TEXT NOT NULL,
    attempt_no INTEGER NOT NULL CHECK (attempt_no >= 1),
    dial_no INTEGER NOT NULL CHECK (dial_no >= 1),
    twilio_sid TEXT NOT NULL,
    status TEXT NOT NULL,
    identity TEXT NOT NULL,
    sip_response_code INTEGER,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant, call_id, attempt_no),
    FOREIGN KEY (tenant, call_id) REFERENCES calls (tenant, call_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX attempts_identity ON attempts (tenant, call_id, twilio_sid, status, identity);

CREATE TABLE users (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL CHECK (length(id) = 24),
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    -- The address as it is compared: in lower case, made by the domain.
    email_key TEXT NOT NULL,
    phone_number TEXT NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL CHECK (created_at >= 0),
    updated_at INTEGER NOT NULL CHECK (updated_at >= 0),
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE UNIQUE INDEX users_email ON users (tenant, email_key);
CREATE UNIQUE INDEX users_external_id ON users (tenant, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX users_by_creation ON users (tenant, created_at, id);

CREATE TABLE recordings (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL CHECK (length(id) = 24),
    call_id TEXT NOT NULL,
    call_sid TEXT,
    twilio_sid TEXT NOT NULL,
    recording_url TEXT,
    recording_status TEXT NOT NULL CHECK (recording_status IN ('in-progress', 'absent', 'failed', 'completed')),
    duration_seconds INTEGER,
    channels INTEGER,
    transcription_text TEXT,
    transcription_status TEXT CHECK (transcription_status IN ('failed', 'completed')),
    linked INTEGER NOT NULL CHECK (linked IN (0, 1)),
    created_at INTEGER NOT NULL CHECK (created_at >= 0),
    updated_at INTEGER NOT NULL CHECK (updated_at >= 0),
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE UNIQUE INDEX recordings_sid ON recordings (tenant, twilio_sid);
CREATE INDEX recordings_of_call ON recordings (tenant, call_id, created_at, id);
CREATE INDEX recordings_unlinked ON recordings (updated_at, tenant, id) WHERE linked = 0;

CREATE TABLE idempotency_keys (
    tenant TEXT NOT NULL,
    api_key_name TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    request_sha256 BLOB NOT NULL CHECK (length(request_sha256) = 32),
    call_id TEXT NOT NULL,
    lease_expires_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    response_status INTEGER CHECK (response_status BETWEEN 100 AND 999),
    response_location TEXT,
    response_content_type TEXT,
    response_body BLOB,
    PRIMARY KEY (tenant, api_key_name, route, key),
    CHECK ((response_status IS NULL) = (response_content_type IS NULL)),
    CHECK ((response_status IS NULL) = (response_body IS NULL))
) STRICT;

CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

-- One row, written to find out whether anything can be written.
CREATE TABLE write_checks (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    count INTEGER NOT NULL
) STRICT;

INSERT INTO write_checks (id, count) VALUES (1, 0);
