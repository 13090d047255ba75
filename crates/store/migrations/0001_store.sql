CREATE TABLE idempotency_keys (
    organisation_id {id} NOT NULL,
    actor {text} NOT NULL,
    route {text} NOT NULL,
    key {text} NOT NULL,
    request_hash {bytes} NOT NULL,
    status {int} NOT NULL,
    body {bytes} NOT NULL,
    keep {bool} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, actor, route, key)
) {table};
CREATE INDEX idempotency_keys_to_prune ON idempotency_keys (created_at) WHERE keep = FALSE;

CREATE TABLE events (
    organisation_id {id} NOT NULL,
    event_id {id} NOT NULL,
    kind {text} NOT NULL,
    subject_id {id} NOT NULL,
    payload {json} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, event_id)
) {table};
CREATE INDEX events_by_time ON events (created_at);

CREATE TABLE jobs (
    organisation_id {id} NOT NULL,
    job_id {id} NOT NULL,
    kind {text} NOT NULL,
    payload {json} NOT NULL,
    run_at {instant} NOT NULL,
    attempts {int} NOT NULL,
    leased_until {instant},
    dead {bool} NOT NULL,
    last_error {text},
    created_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, job_id)
) {table};
CREATE INDEX jobs_by_time ON jobs (dead, run_at);

CREATE TABLE audit_rows (
    organisation_id {id} NOT NULL,
    audit_id {id} NOT NULL,
    created_at {instant} NOT NULL,
    actor_kind {text} NOT NULL,
    actor {text} NOT NULL,
    source_address {text} NOT NULL,
    source_agent {text} NOT NULL,
    command {text} NOT NULL,
    subject_kind {text} NOT NULL,
    subject_id {id} NOT NULL,
    details {json} NOT NULL,
    salt {bytes} NOT NULL,
    after_digest {bytes} NOT NULL,
    mac {bytes} NOT NULL,
    PRIMARY KEY (organisation_id, audit_id)
) {table};
CREATE INDEX audit_rows_by_subject ON audit_rows (organisation_id, subject_id, audit_id);

CREATE TABLE audit_seals (
    organisation_id {id} NOT NULL,
    sequence {bigint} NOT NULL,
    audit_id {id} NOT NULL,
    hash {bytes} NOT NULL,
    sealed_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, sequence)
) {table};
CREATE UNIQUE INDEX audit_seals_by_row ON audit_seals (organisation_id, audit_id);

CREATE TABLE audit_heads (
    organisation_id {id} NOT NULL,
    sequence {bigint} NOT NULL,
    hash {bytes} NOT NULL,
    mac {bytes} NOT NULL,
    PRIMARY KEY (organisation_id)
) {table};

CREATE TABLE data_keys (
    organisation_id {id} NOT NULL,
    subject_id {id} NOT NULL,
    wrapped {bytes} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, subject_id)
) {table};

CREATE TABLE kept_documents (
    organisation_id {id} NOT NULL,
    subject_id {id} NOT NULL,
    format {text} NOT NULL,
    locale {text} NOT NULL,
    owner_id {id} NOT NULL,
    media_type {text} NOT NULL,
    blob {text} NOT NULL,
    sha256 {bytes} NOT NULL,
    size {bigint} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, subject_id, format, locale)
) {table};

CREATE TABLE counters (
    organisation_id {id} NOT NULL,
    series {text} NOT NULL,
    year {int} NOT NULL,
    last {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, series, year)
) {table};

CREATE TABLE search_entries (
    organisation_id {id} NOT NULL,
    subject_id {id} NOT NULL,
    kind {text} NOT NULL,
    customer_id {id},
    title {text} NOT NULL,
    title_key {bytes} NOT NULL,
    title_end {bytes} NOT NULL,
    detail {text} NOT NULL,
    updated_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, subject_id)
) {table};
CREATE INDEX search_entries_by_title ON search_entries (organisation_id, kind, title_key, subject_id);
CREATE INDEX search_entries_by_end ON search_entries (organisation_id, kind, title_end, subject_id);
CREATE INDEX search_entries_by_customer ON search_entries (organisation_id, customer_id, subject_id);
CREATE INDEX search_entries_by_kind ON search_entries (organisation_id, kind, subject_id);

CREATE TABLE search_grams (
    organisation_id {id} NOT NULL,
    kind {text} NOT NULL,
    gram {text} NOT NULL,
    subject_id {id} NOT NULL,
    PRIMARY KEY (organisation_id, kind, gram, subject_id)
) {table};
CREATE INDEX search_grams_by_subject ON search_grams (organisation_id, subject_id);
