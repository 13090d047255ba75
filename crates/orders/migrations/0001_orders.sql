CREATE TABLE orders (
    organisation_id {id} NOT NULL,
    order_id {id} NOT NULL,
    number {text},
    customer_id {id} NOT NULL,
    status {text} NOT NULL,
    currency {text} NOT NULL,
    net_minor {bigint} NOT NULL,
    tax_minor {bigint} NOT NULL,
    total_minor {bigint} NOT NULL,
    tax_rounding {text} NOT NULL,
    ordered_on {date} NOT NULL,
    deliver_on {date},
    instalments {json} NOT NULL,
    deposit {json},
    reference {text},
    note {text},
    invoice_id {id},
    deposit_invoice_id {id},
    exceeded_minor {bigint},
    created_by {text} NOT NULL,
    submitted_by {text},
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, order_id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, customer_id)
) {table};
CREATE UNIQUE INDEX orders_by_number ON orders (organisation_id, number);
CREATE INDEX orders_by_customer ON orders (organisation_id, customer_id, order_id);
CREATE INDEX orders_by_status ON orders (organisation_id, status, order_id);

CREATE TABLE order_lines (
    organisation_id {id} NOT NULL,
    order_id {id} NOT NULL,
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
    PRIMARY KEY (organisation_id, order_id, line),
    FOREIGN KEY (organisation_id, order_id) REFERENCES orders (organisation_id, order_id)
) {table};
