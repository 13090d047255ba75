CREATE TABLE open_items (
    organisation_id {id} NOT NULL,
    item_id {id} NOT NULL,
    kind {text} NOT NULL,
    customer_id {id} NOT NULL,
    currency {text} NOT NULL,
    amount_minor {bigint} NOT NULL,
    open_minor {bigint} NOT NULL,
    functional_minor {bigint} NOT NULL,
    functional_open_minor {bigint} NOT NULL,
    date {date} NOT NULL,
    due_on {date},
    final_due_on {date},
    PRIMARY KEY (organisation_id, item_id),
    CHECK (open_minor >= 0 AND open_minor <= amount_minor),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, customer_id)
) {table};
CREATE INDEX open_items_by_customer ON open_items (organisation_id, customer_id, item_id);
CREATE INDEX open_items_open ON open_items (organisation_id, due_on, item_id, open_minor) WHERE open_minor <> 0;
CREATE INDEX open_items_in_parts ON open_items (organisation_id, customer_id, item_id)
    WHERE open_minor <> 0 AND final_due_on IS NOT NULL;
CREATE INDEX open_items_open_of_customer
    ON open_items (organisation_id, customer_id, due_on, item_id, currency, open_minor, date) WHERE open_minor <> 0;

CREATE TABLE allocations (
    organisation_id {id} NOT NULL,
    allocation_id {id} NOT NULL,
    debit_id {id},
    credit_id {id},
    amount_minor {bigint} NOT NULL,
    paid_minor {bigint},
    debit_functional_minor {bigint} NOT NULL,
    credit_functional_minor {bigint} NOT NULL,
    date {date} NOT NULL,
    reverses {id},
    in_place_of {id},
    created_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, allocation_id),
    CHECK (debit_id IS NOT NULL OR credit_id IS NOT NULL),
    FOREIGN KEY (organisation_id, debit_id) REFERENCES open_items (organisation_id, item_id),
    FOREIGN KEY (organisation_id, credit_id) REFERENCES open_items (organisation_id, item_id)
) {table};
CREATE INDEX allocations_by_debit ON allocations (organisation_id, debit_id);
CREATE INDEX allocations_by_credit ON allocations (organisation_id, credit_id);
CREATE UNIQUE INDEX allocations_by_reversed ON allocations (organisation_id, reverses) WHERE reverses IS NOT NULL;

CREATE TABLE day_sums (
    organisation_id {id} NOT NULL,
    kind {text} NOT NULL,
    day {date} NOT NULL,
    change_id {id} NOT NULL,
    functional_minor {bigint} NOT NULL,
    documents {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, kind, day, change_id)
) {table};
