CREATE TABLE invoices (
    organisation_id {id} NOT NULL,
    invoice_id {id} NOT NULL,
    number {text},
    state {text} NOT NULL,
    purpose {text} NOT NULL,
    customer_id {id} NOT NULL,
    order_id {id},
    currency {text} NOT NULL,
    net_minor {bigint} NOT NULL,
    tax_minor {bigint} NOT NULL,
    total_minor {bigint} NOT NULL,
    tax_rounding {text} NOT NULL,
    exchange_rate {text} NOT NULL,
    issued_on {date},
    issued_by {text},
    due_on {date},
    payment_terms_days {int} NOT NULL,
    pay_token {text},
    frozen {json} NOT NULL,
    written_off_minor {bigint} NOT NULL,
    waived_minor {bigint} NOT NULL,
    charges_minor {bigint} NOT NULL,
    official_status {text} NOT NULL,
    official_number {text},
    sent_at {instant},
    revenue_at {text} NOT NULL,
    deliver_on {date},
    delivered_on {date},
    reference {text},
    note {text},
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, invoice_id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, customer_id)
) {table};
CREATE UNIQUE INDEX invoices_by_number ON invoices (organisation_id, number);
CREATE INDEX invoices_by_customer ON invoices (organisation_id, customer_id, invoice_id);
CREATE INDEX invoices_unissued ON invoices (organisation_id, state, invoice_id) WHERE state <> 'issued';
CREATE INDEX invoices_by_pay_token ON invoices (pay_token);
CREATE INDEX invoices_deposits ON invoices (organisation_id, customer_id, invoice_id) WHERE purpose = 'deposit';
CREATE INDEX invoices_by_order ON invoices (organisation_id, order_id);
-- What else they are called: few have it, and lines of banks are looked up by it.
CREATE INDEX invoices_called ON invoices (organisation_id, invoice_id)
    WHERE reference IS NOT NULL OR official_number IS NOT NULL;

CREATE TABLE invoice_lines (
    organisation_id {id} NOT NULL,
    invoice_id {id} NOT NULL,
    line {int} NOT NULL,
    kind {text} NOT NULL,
    item_id {id},
    description {text} NOT NULL,
    unit {text} NOT NULL,
    quantity {text} NOT NULL,
    unit_price {text} NOT NULL,
    discount_percent {text},
    discount_minor {bigint} NOT NULL,
    tax_code {text},
    tax_rate {text} NOT NULL,
    tax_inclusive {bool} NOT NULL,
    net_minor {bigint} NOT NULL,
    tax_minor {bigint} NOT NULL,
    gross_minor {bigint} NOT NULL,
    deducts {id},
    PRIMARY KEY (organisation_id, invoice_id, line),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, invoice_id)
) {table};
CREATE INDEX invoice_lines_deducting ON invoice_lines (organisation_id, deducts) WHERE deducts IS NOT NULL;

CREATE TABLE invoice_taxes (
    organisation_id {id} NOT NULL,
    invoice_id {id} NOT NULL,
    tax_code {text} NOT NULL,
    rate {text} NOT NULL,
    base_minor {bigint} NOT NULL,
    tax_minor {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, invoice_id, tax_code, rate),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, invoice_id)
) {table};

CREATE TABLE invoice_instalments (
    organisation_id {id} NOT NULL,
    invoice_id {id} NOT NULL,
    instalment {int} NOT NULL,
    due_on {date} NOT NULL,
    amount_minor {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, invoice_id, instalment),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, invoice_id)
) {table};

CREATE TABLE credit_notes (
    organisation_id {id} NOT NULL,
    credit_note_id {id} NOT NULL,
    number {text} NOT NULL,
    invoice_id {id} NOT NULL,
    customer_id {id} NOT NULL,
    currency {text} NOT NULL,
    net_minor {bigint} NOT NULL,
    tax_minor {bigint} NOT NULL,
    total_minor {bigint} NOT NULL,
    kind {text} NOT NULL,
    reason {text} NOT NULL,
    issued_on {date} NOT NULL,
    frozen {json} NOT NULL,
    issued_by {text} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, credit_note_id),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, invoice_id)
) {table};
CREATE UNIQUE INDEX credit_notes_by_number ON credit_notes (organisation_id, number);
CREATE INDEX credit_notes_by_invoice ON credit_notes (organisation_id, invoice_id);
CREATE INDEX credit_notes_by_customer ON credit_notes (organisation_id, customer_id, credit_note_id);

CREATE TABLE credit_note_lines (
    organisation_id {id} NOT NULL,
    credit_note_id {id} NOT NULL,
    line {int} NOT NULL,
    invoice_line {int},
    description {text} NOT NULL,
    quantity {text} NOT NULL,
    tax_code {text},
    tax_rate {text} NOT NULL,
    net_minor {bigint} NOT NULL,
    tax_minor {bigint} NOT NULL,
    gross_minor {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, credit_note_id, line),
    FOREIGN KEY (organisation_id, credit_note_id) REFERENCES credit_notes (organisation_id, credit_note_id)
) {table};
