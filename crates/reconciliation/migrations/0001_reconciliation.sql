CREATE TABLE bank_accounts (
    organisation_id {id} NOT NULL,
    account {text} NOT NULL,
    currency {text} NOT NULL,
    number {text} NOT NULL,
    column_map {json},
    created_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, account, currency, number),
    FOREIGN KEY (organisation_id, account) REFERENCES accounts (organisation_id, code)
) {table};
CREATE INDEX bank_accounts_by_number ON bank_accounts (organisation_id, number, currency);

CREATE TABLE statements (
    organisation_id {id} NOT NULL,
    statement_id {id} NOT NULL,
    account {text} NOT NULL,
    currency {text} NOT NULL,
    bank_number {text} NOT NULL,
    number {text},
    status {text} NOT NULL,
    format {text} NOT NULL,
    file_name {text} NOT NULL,
    file_sha256 {text} NOT NULL,
    from_on {date},
    until_on {date},
    opening_minor {bigint},
    closing_minor {bigint},
    line_count {bigint} NOT NULL,
    known_count {bigint} NOT NULL,
    warnings {json} NOT NULL,
    report {json},
    imported_by {text} NOT NULL,
    created_at {instant} NOT NULL,
    closed_by {text},
    closed_at {instant},
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, statement_id),
    FOREIGN KEY (organisation_id, account) REFERENCES accounts (organisation_id, code)
) {table};
CREATE INDEX statements_by_account ON statements (organisation_id, account, currency, until_on, statement_id);
CREATE INDEX statements_by_file ON statements (organisation_id, file_sha256, statement_id);

CREATE TABLE statement_lines (
    organisation_id {id} NOT NULL,
    line_id {id} NOT NULL,
    statement_id {id} NOT NULL,
    place {bigint} NOT NULL,
    booked_on {date} NOT NULL,
    value_on {date},
    amount_minor {bigint} NOT NULL,
    fingerprint {bigint} NOT NULL,
    payer {text},
    payer_key {bigint},
    reference {text},
    text {text} NOT NULL,
    code {text},
    state {text} NOT NULL,
    tier {text},
    score {int},
    proposal {bytes},
    PRIMARY KEY (organisation_id, line_id),
    FOREIGN KEY (organisation_id, statement_id) REFERENCES statements (organisation_id, statement_id)
) {table};
CREATE INDEX statement_lines_by_statement ON statement_lines (organisation_id, statement_id, line_id);
CREATE INDEX statement_lines_by_state ON statement_lines (organisation_id, statement_id, state, line_id, tier, amount_minor);

CREATE TABLE statement_pages (
    organisation_id {id} NOT NULL,
    statement_id {id} NOT NULL,
    line_id {id} NOT NULL,
    rows_sealed {bytes} NOT NULL,
    PRIMARY KEY (organisation_id, statement_id, line_id),
    FOREIGN KEY (organisation_id, statement_id) REFERENCES statements (organisation_id, statement_id)
) {table};

CREATE TABLE statement_notes (
    organisation_id {id} NOT NULL,
    note_id {id} NOT NULL,
    line_id {id} NOT NULL,
    text {text} NOT NULL,
    asked_id {id},
    noted_by {text} NOT NULL,
    noted_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, note_id),
    FOREIGN KEY (organisation_id, line_id) REFERENCES statement_lines (organisation_id, line_id)
) {table};
CREATE INDEX statement_notes_by_line ON statement_notes (organisation_id, line_id, note_id);
CREATE INDEX statement_notes_by_asked ON statement_notes (organisation_id, asked_id, note_id);

CREATE TABLE matches (
    organisation_id {id} NOT NULL,
    match_id {id} NOT NULL,
    tier {text} NOT NULL,
    score {int},
    reasons {json} NOT NULL,
    settled {json} NOT NULL,
    rule_id {id},
    customer_id {id},
    decided_by {text} NOT NULL,
    created_at {instant} NOT NULL,
    undone_by {text},
    undone_at {instant},
    PRIMARY KEY (organisation_id, match_id)
) {table};

CREATE TABLE match_lines (
    organisation_id {id} NOT NULL,
    match_id {id} NOT NULL,
    line_id {id} NOT NULL,
    amount_minor {bigint} NOT NULL,
    undone_at {instant},
    PRIMARY KEY (organisation_id, match_id, line_id),
    FOREIGN KEY (organisation_id, match_id) REFERENCES matches (organisation_id, match_id),
    FOREIGN KEY (organisation_id, line_id) REFERENCES statement_lines (organisation_id, line_id)
) {table};
CREATE INDEX match_lines_by_line ON match_lines (organisation_id, line_id);
CREATE UNIQUE INDEX match_lines_standing ON match_lines (organisation_id, line_id) WHERE undone_at IS NULL;

CREATE TABLE match_entries (
    organisation_id {id} NOT NULL,
    match_id {id} NOT NULL,
    entry_id {id} NOT NULL,
    account {text} NOT NULL,
    amount_minor {bigint} NOT NULL,
    made {bool} NOT NULL,
    undone_at {instant},
    PRIMARY KEY (organisation_id, match_id, entry_id),
    FOREIGN KEY (organisation_id, match_id) REFERENCES matches (organisation_id, match_id),
    FOREIGN KEY (organisation_id, entry_id) REFERENCES journal_entries (organisation_id, entry_id)
) {table};

CREATE UNIQUE INDEX match_entries_standing ON match_entries (organisation_id, entry_id, account) WHERE undone_at IS NULL;

CREATE TABLE match_rules (
    organisation_id {id} NOT NULL,
    rule_id {id} NOT NULL,
    version {bigint} NOT NULL,
    name {text} NOT NULL,
    position {int} NOT NULL,
    conditions {json} NOT NULL,
    action {json} NOT NULL,
    active {bool} NOT NULL,
    written_by {text} NOT NULL,
    created_at {instant} NOT NULL,
    replaced_at {instant},
    replay {json},
    PRIMARY KEY (organisation_id, rule_id, version)
) {table};
CREATE INDEX match_rules_in_use ON match_rules (organisation_id, position, rule_id) WHERE replaced_at IS NULL;

CREATE TABLE statement_settings (
    organisation_id {id} NOT NULL,
    post_from {int} NOT NULL,
    written_by {text} NOT NULL,
    written_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id)
) {table};

CREATE TABLE payer_aliases (
    organisation_id {id} NOT NULL,
    kind {text} NOT NULL,
    alias_key {bigint} NOT NULL,
    customer_id {id} NOT NULL,
    alias {text},
    times {int} NOT NULL,
    last_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, kind, alias_key, customer_id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, customer_id)
) {table};
