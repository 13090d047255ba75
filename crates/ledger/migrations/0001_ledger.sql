CREATE TABLE accounts (
    organisation_id {id} NOT NULL,
    code {text} NOT NULL,
    parent {text},
    names {json} NOT NULL,
    kind {text} NOT NULL,
    side {text} NOT NULL,
    postable {bool} NOT NULL,
    cash_flow_line {int},
    PRIMARY KEY (organisation_id, code)
) {table};

CREATE TABLE periods (
    organisation_id {id} NOT NULL,
    starts_on {date} NOT NULL,
    period_id {id} NOT NULL,
    ends_on {date} NOT NULL,
    closed {bool} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, starts_on)
) {table};
CREATE UNIQUE INDEX periods_by_id ON periods (organisation_id, period_id);

CREATE TABLE journal_entries (
    organisation_id {id} NOT NULL,
    entry_id {id} NOT NULL,
    date {date} NOT NULL,
    kind {text} NOT NULL,
    document_kind {text},
    document_id {id},
    memo {text} NOT NULL,
    reverses {id},
    posted_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, entry_id)
) {table};
CREATE INDEX journal_entries_by_date ON journal_entries (organisation_id, date, entry_id);
CREATE INDEX journal_entries_by_document ON journal_entries (organisation_id, document_id) WHERE document_id IS NOT NULL;
CREATE UNIQUE INDEX journal_entries_by_reversed ON journal_entries (organisation_id, reverses) WHERE reverses IS NOT NULL;

CREATE TABLE journal_lines (
    organisation_id {id} NOT NULL,
    entry_id {id} NOT NULL,
    line {int} NOT NULL,
    date {date} NOT NULL,
    account {text} NOT NULL,
    side {text} NOT NULL,
    currency {text} NOT NULL,
    original_minor {bigint} NOT NULL,
    functional_minor {bigint} NOT NULL,
    party_id {id},
    tax_code {text},
    cash_flow_line {int},
    PRIMARY KEY (organisation_id, entry_id, line),
    FOREIGN KEY (organisation_id, entry_id) REFERENCES journal_entries (organisation_id, entry_id),
    FOREIGN KEY (organisation_id, account) REFERENCES accounts (organisation_id, code)
) {table};
CREATE INDEX journal_lines_by_account ON journal_lines (organisation_id, account, date, entry_id);

CREATE TABLE journal_tail (
    organisation_id {id} NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (organisation_id, entry_id)
) {table};

CREATE TABLE balances (
    organisation_id {id} NOT NULL,
    account {text} NOT NULL,
    party_id {id} NOT NULL,
    currency {text} NOT NULL,
    day {date} NOT NULL,
    debit_minor {bigint} NOT NULL,
    credit_minor {bigint} NOT NULL,
    original_debit_minor {bigint} NOT NULL,
    original_credit_minor {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, account, party_id, currency, day)
) {table};

CREATE TABLE account_days (
    organisation_id {id} NOT NULL,
    account {text} NOT NULL,
    day {date} NOT NULL,
    debit_minor {bigint} NOT NULL,
    credit_minor {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, account, day)
) {table};

CREATE TABLE voucher_numbers (
    organisation_id {id} NOT NULL,
    entry_id {id} NOT NULL,
    month {date} NOT NULL,
    number {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, entry_id)
) {table};
CREATE UNIQUE INDEX voucher_numbers_by_month ON voucher_numbers (organisation_id, month, number);

CREATE TABLE exchange_rates (
    organisation_id {id} NOT NULL,
    base {text} NOT NULL,
    quote {text} NOT NULL,
    valid_from {date} NOT NULL,
    rate {text} NOT NULL,
    source {text} NOT NULL,
    PRIMARY KEY (organisation_id, base, quote, valid_from)
) {table};
CREATE INDEX exchange_rates_by_day ON exchange_rates (organisation_id, valid_from);
