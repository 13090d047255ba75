CREATE TABLE customers (
    organisation_id {id} NOT NULL,
    customer_id {id} NOT NULL,
    kind {text} NOT NULL,
    name {text} NOT NULL,
    country {text} NOT NULL,
    currency {text} NOT NULL,
    locale {text} NOT NULL,
    tax_number {text},
    tax_number_sealed {bytes},
    email_sealed {bytes},
    phone_sealed {bytes},
    payment_terms_days {int} NOT NULL,
    credit_limit_minor {bigint},
    archived {bool} NOT NULL,
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, customer_id)
) {table};
CREATE INDEX customers_by_name ON customers (organisation_id, archived, name, customer_id);

CREATE TABLE contacts (
    organisation_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    customer_id {id} NOT NULL,
    name {text} NOT NULL,
    position {text},
    email_sealed {bytes},
    phone_sealed {bytes},
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, contact_id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, customer_id)
) {table};
CREATE INDEX contacts_by_customer ON contacts (organisation_id, customer_id);

CREATE TABLE addresses (
    organisation_id {id} NOT NULL,
    address_id {id} NOT NULL,
    customer_id {id} NOT NULL,
    purpose {text} NOT NULL,
    lines {text} NOT NULL,
    city {text} NOT NULL,
    region {text},
    postal_code {text},
    country {text} NOT NULL,
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, address_id),
    FOREIGN KEY (organisation_id, customer_id) REFERENCES customers (organisation_id, customer_id)
) {table};
CREATE INDEX addresses_by_customer ON addresses (organisation_id, customer_id);
