CREATE TABLE items (
    organisation_id {id} NOT NULL,
    item_id {id} NOT NULL,
    code {text} NOT NULL,
    names {json} NOT NULL,
    unit {text} NOT NULL,
    tax_code {text},
    archived {bool} NOT NULL,
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, item_id)
) {table};
CREATE UNIQUE INDEX items_by_code ON items (organisation_id, code);

CREATE TABLE item_prices (
    organisation_id {id} NOT NULL,
    price_id {id} NOT NULL,
    item_id {id} NOT NULL,
    currency {text} NOT NULL,
    amount {text} NOT NULL,
    valid_from {date} NOT NULL,
    PRIMARY KEY (organisation_id, price_id),
    FOREIGN KEY (organisation_id, item_id) REFERENCES items (organisation_id, item_id)
) {table};
CREATE UNIQUE INDEX item_prices_by_item ON item_prices (organisation_id, item_id, currency, valid_from);

CREATE TABLE tax_codes (
    organisation_id {id} NOT NULL,
    code {text} NOT NULL,
    names {json} NOT NULL,
    inclusive {bool} NOT NULL,
    archived {bool} NOT NULL,
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, code)
) {table};

CREATE TABLE tax_rates (
    organisation_id {id} NOT NULL,
    code {text} NOT NULL,
    valid_from {date} NOT NULL,
    rate {text} NOT NULL,
    PRIMARY KEY (organisation_id, code, valid_from),
    FOREIGN KEY (organisation_id, code) REFERENCES tax_codes (organisation_id, code)
) {table};
