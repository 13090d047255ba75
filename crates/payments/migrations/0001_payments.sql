CREATE TABLE gateway_connections (
    organisation_id {id} NOT NULL,
    connection_id {id} NOT NULL,
    provider {text} NOT NULL,
    name {text} NOT NULL,
    settings {json} NOT NULL,
    secrets_sealed {bytes} NOT NULL,
    active {bool} NOT NULL,
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, connection_id)
) {table};

CREATE TABLE gateway_offers (
    organisation_id {id} NOT NULL,
    connection_id {id} NOT NULL,
    method {text} NOT NULL,
    currency {text} NOT NULL,
    offered {bool} NOT NULL,
    least_minor {bigint},
    most_minor {bigint},
    fee_percent {text} NOT NULL,
    fee_fixed_minor {bigint} NOT NULL,
    priority {int} NOT NULL,
    PRIMARY KEY (organisation_id, connection_id, method, currency),
    FOREIGN KEY (organisation_id, connection_id) REFERENCES gateway_connections (organisation_id, connection_id)
) {table};

CREATE TABLE payments (
    organisation_id {id} NOT NULL,
    payment_id {id} NOT NULL,
    customer_id {id} NOT NULL,
    method {text} NOT NULL,
    status {text} NOT NULL,
    currency {text} NOT NULL,
    amount_minor {bigint} NOT NULL,
    refunded_minor {bigint} NOT NULL,
    exchange_rate {text} NOT NULL,
    received_on {date} NOT NULL,
    reference {text},
    account {text} NOT NULL,
    checkout_id {id},
    receipt_number {text},
    deposited_on {date},
    recorded_by {text} NOT NULL,
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, payment_id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, customer_id)
) {table};
CREATE INDEX payments_uncleared ON payments (organisation_id, customer_id, currency, amount_minor)
    WHERE status = 'uncleared';
CREATE UNIQUE INDEX payments_by_checkout ON payments (organisation_id, checkout_id) WHERE checkout_id IS NOT NULL;

CREATE TABLE cheques_presented_again (
    organisation_id {id} NOT NULL,
    bounced_id {id} NOT NULL,
    payment_id {id} NOT NULL,
    PRIMARY KEY (organisation_id, bounced_id),
    FOREIGN KEY (organisation_id, bounced_id) REFERENCES payments (organisation_id, payment_id),
    FOREIGN KEY (organisation_id, payment_id) REFERENCES payments (organisation_id, payment_id)
) {table};
CREATE UNIQUE INDEX cheques_presented_again_as ON cheques_presented_again (organisation_id, payment_id);

CREATE TABLE refunds (
    organisation_id {id} NOT NULL,
    refund_id {id} NOT NULL,
    payment_id {id},
    credit_note_id {id},
    customer_id {id} NOT NULL,
    status {text} NOT NULL,
    currency {text} NOT NULL,
    amount_minor {bigint} NOT NULL,
    account {text} NOT NULL,
    refunded_on {date} NOT NULL,
    reason {text} NOT NULL,
    provider_id {text},
    fee_minor {bigint},
    recorded_by {text} NOT NULL,
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, refund_id),
    CHECK ((payment_id IS NULL) <> (credit_note_id IS NULL)),
    FOREIGN KEY (organisation_id, payment_id) REFERENCES payments (organisation_id, payment_id),
    FOREIGN KEY (organisation_id, credit_note_id) REFERENCES credit_notes (organisation_id, credit_note_id)
) {table};
CREATE INDEX refunds_by_payment ON refunds (organisation_id, payment_id);
CREATE INDEX refunds_by_credit_note ON refunds (organisation_id, credit_note_id);
CREATE INDEX refunds_by_status ON refunds (organisation_id, status, refund_id);

CREATE TABLE checkouts (
    organisation_id {id} NOT NULL,
    checkout_id {id} NOT NULL,
    customer_id {id} NOT NULL,
    connection_id {id} NOT NULL,
    method {text} NOT NULL,
    status {text} NOT NULL,
    currency {text} NOT NULL,
    amount_minor {bigint} NOT NULL,
    return_url {text},
    provider_id {text},
    url {text},
    qr {text},
    in_app {text},
    failure {text},
    payment_id {id},
    fee_minor {bigint},
    next_poll_at {instant},
    polls {int} NOT NULL,
    expires_at {instant} NOT NULL,
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, checkout_id),
    FOREIGN KEY (organisation_id, connection_id) REFERENCES gateway_connections (organisation_id, connection_id)
) {table};
CREATE INDEX checkouts_by_status ON checkouts (organisation_id, status, checkout_id);
CREATE INDEX checkouts_by_provider ON checkouts (organisation_id, connection_id, provider_id);
CREATE INDEX checkouts_by_poll ON checkouts (next_poll_at) WHERE next_poll_at IS NOT NULL;

CREATE TABLE checkout_invoices (
    organisation_id {id} NOT NULL,
    checkout_id {id} NOT NULL,
    invoice_id {id} NOT NULL,
    amount_minor {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, checkout_id, invoice_id),
    FOREIGN KEY (organisation_id, checkout_id) REFERENCES checkouts (organisation_id, checkout_id)
) {table};
CREATE INDEX checkout_invoices_by_invoice ON checkout_invoices (organisation_id, invoice_id);

CREATE TABLE disputes (
    organisation_id {id} NOT NULL,
    dispute_id {id} NOT NULL,
    payment_id {id} NOT NULL,
    customer_id {id} NOT NULL,
    connection_id {id} NOT NULL,
    provider_id {text} NOT NULL,
    status {text} NOT NULL,
    said_at {instant} NOT NULL,
    currency {text} NOT NULL,
    amount_minor {bigint} NOT NULL,
    reason {text} NOT NULL,
    evidence_due_at {instant},
    withdrawn_minor {bigint} NOT NULL,
    reinstated_minor {bigint} NOT NULL,
    lost_minor {bigint} NOT NULL,
    off_payment_minor {bigint} NOT NULL,
    fee_minor {bigint} NOT NULL,
    failure {text},
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, dispute_id),
    CHECK (reinstated_minor + lost_minor <= withdrawn_minor AND off_payment_minor <= lost_minor),
    FOREIGN KEY (organisation_id, payment_id) REFERENCES payments (organisation_id, payment_id),
    FOREIGN KEY (organisation_id, connection_id) REFERENCES gateway_connections (organisation_id, connection_id)
) {table};
CREATE UNIQUE INDEX disputes_by_provider ON disputes (organisation_id, connection_id, provider_id);
CREATE INDEX disputes_by_payment ON disputes (organisation_id, payment_id);
CREATE INDEX disputes_by_status ON disputes (organisation_id, status, dispute_id);

CREATE TABLE dispute_funds (
    organisation_id {id} NOT NULL,
    connection_id {id} NOT NULL,
    movement {text} NOT NULL,
    dispute_id {id} NOT NULL,
    direction {text} NOT NULL,
    amount_minor {bigint} NOT NULL,
    fee_minor {bigint} NOT NULL,
    told_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, connection_id, movement),
    FOREIGN KEY (organisation_id, dispute_id) REFERENCES disputes (organisation_id, dispute_id)
) {table};
CREATE INDEX dispute_funds_by_dispute ON dispute_funds (organisation_id, dispute_id);

CREATE TABLE dispute_notes (
    organisation_id {id} NOT NULL,
    note_id {id} NOT NULL,
    dispute_id {id} NOT NULL,
    text {text} NOT NULL,
    noted_by {text} NOT NULL,
    noted_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, note_id),
    FOREIGN KEY (organisation_id, dispute_id) REFERENCES disputes (organisation_id, dispute_id)
) {table};
CREATE INDEX dispute_notes_by_dispute ON dispute_notes (organisation_id, dispute_id, note_id);

CREATE TABLE gateway_calls (
    organisation_id {id} NOT NULL,
    call_id {id} NOT NULL,
    checkout_id {id} NOT NULL,
    operation {text} NOT NULL,
    idempotency_key {text} NOT NULL,
    request {json} NOT NULL,
    sent_at {instant} NOT NULL,
    answered_at {instant},
    outcome {text},
    answer {json},
    PRIMARY KEY (organisation_id, call_id),
    FOREIGN KEY (organisation_id, checkout_id) REFERENCES checkouts (organisation_id, checkout_id)
) {table};
CREATE INDEX gateway_calls_by_checkout ON gateway_calls (organisation_id, checkout_id);

CREATE TABLE gateway_events (
    organisation_id {id} NOT NULL,
    connection_id {id} NOT NULL,
    provider_event_id {text} NOT NULL,
    checkout_id {id},
    body {bytes} NOT NULL,
    effect {text} NOT NULL,
    received_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, connection_id, provider_event_id),
    FOREIGN KEY (organisation_id, connection_id) REFERENCES gateway_connections (organisation_id, connection_id)
) {table};

CREATE TABLE payouts (
    organisation_id {id} NOT NULL,
    payout_id {id} NOT NULL,
    connection_id {id} NOT NULL,
    provider_id {text} NOT NULL,
    status {text} NOT NULL,
    currency {text} NOT NULL,
    gross_minor {bigint} NOT NULL,
    fee_minor {bigint},
    net_minor {bigint} NOT NULL,
    account {text} NOT NULL,
    arrived_on {date} NOT NULL,
    moved_at {instant} NOT NULL,
    failed_at {instant},
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, payout_id),
    FOREIGN KEY (organisation_id, connection_id) REFERENCES gateway_connections (organisation_id, connection_id)
) {table};
CREATE INDEX payouts_by_day ON payouts (organisation_id, arrived_on, payout_id);
CREATE UNIQUE INDEX payouts_by_provider ON payouts (organisation_id, connection_id, provider_id);

CREATE TABLE gateway_bills (
    organisation_id {id} NOT NULL,
    connection_id {id} NOT NULL,
    day {date} NOT NULL,
    state {text} NOT NULL,
    bill_rows {json} NOT NULL,
    sums {json} NOT NULL,
    failure {text},
    asked {int} NOT NULL,
    next_ask_at {instant},
    fetched_at {instant},
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, connection_id, day),
    FOREIGN KEY (organisation_id, connection_id) REFERENCES gateway_connections (organisation_id, connection_id)
) {table};
CREATE INDEX gateway_bills_by_day ON gateway_bills (organisation_id, day);
CREATE INDEX gateway_bills_by_ask ON gateway_bills (next_ask_at) WHERE next_ask_at IS NOT NULL;

CREATE TABLE bill_differences (
    organisation_id {id} NOT NULL,
    difference_id {id} NOT NULL,
    connection_id {id} NOT NULL,
    day {date} NOT NULL,
    kind {text} NOT NULL,
    about {text} NOT NULL,
    reference {text} NOT NULL,
    currency {text} NOT NULL,
    ours_minor {bigint},
    theirs_minor {bigint},
    payment_id {id},
    refund_id {id},
    status {text} NOT NULL,
    note {text},
    decided_by {text},
    created_at {instant} NOT NULL,
    ended_at {instant},
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, difference_id),
    FOREIGN KEY (organisation_id, connection_id, day) REFERENCES gateway_bills (organisation_id, connection_id, day)
) {table};
CREATE INDEX bill_differences_by_day ON bill_differences (organisation_id, connection_id, day);

CREATE TABLE till_counts (
    organisation_id {id} NOT NULL,
    count_id {id} NOT NULL,
    account {text} NOT NULL,
    currency {text} NOT NULL,
    counted_on {date} NOT NULL,
    counted_minor {bigint} NOT NULL,
    expected_minor {bigint} NOT NULL,
    denominations {json},
    note {text},
    entry_id {id},
    counted_by {text} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, count_id),
    CHECK (counted_minor >= 0 AND (counted_minor = expected_minor) = (entry_id IS NULL)),
    FOREIGN KEY (organisation_id, account) REFERENCES accounts (organisation_id, code),
    FOREIGN KEY (organisation_id, entry_id) REFERENCES journal_entries (organisation_id, entry_id)
) {table};
CREATE INDEX till_counts_by_day ON till_counts (organisation_id, account, currency, counted_on, count_id);
CREATE INDEX till_counts_by_account ON till_counts (organisation_id, account, count_id);

CREATE TABLE till_deposits (
    organisation_id {id} NOT NULL,
    deposit_id {id} NOT NULL,
    account {text} NOT NULL,
    bank_account {text} NOT NULL,
    currency {text} NOT NULL,
    amount_minor {bigint} NOT NULL,
    deposited_on {date} NOT NULL,
    reference {text},
    entry_id {id} NOT NULL,
    recorded_by {text} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, deposit_id),
    FOREIGN KEY (organisation_id, account) REFERENCES accounts (organisation_id, code),
    FOREIGN KEY (organisation_id, bank_account) REFERENCES accounts (organisation_id, code),
    FOREIGN KEY (organisation_id, entry_id) REFERENCES journal_entries (organisation_id, entry_id)
) {table};
