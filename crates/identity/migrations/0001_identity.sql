CREATE TABLE organisations (
    organisation_id {id} NOT NULL,
    name {text} NOT NULL,
    country {text} NOT NULL,
    currency {text} NOT NULL,
    time_zone {text} NOT NULL,
    locale {text} NOT NULL,
    chart {text} NOT NULL,
    fiscal_year_month {int} NOT NULL,
    tax_rounding {text} NOT NULL,
    revenue_at {text} NOT NULL,
    single_person {bool} NOT NULL,
    alone_up_to_minor {bigint} NOT NULL,
    second_factor_required {bool} NOT NULL,
    profile {json} NOT NULL,
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id)
) {table};

CREATE TABLE users (
    organisation_id {id} NOT NULL,
    user_id {id} NOT NULL,
    customer_id {id},
    name {text} NOT NULL,
    email_hash {bytes} NOT NULL,
    email_sealed {bytes} NOT NULL,
    password_hash {text},
    locale {text} NOT NULL,
    active {bool} NOT NULL,
    created_at {instant} NOT NULL,
    version {bigint} NOT NULL,
    PRIMARY KEY (organisation_id, user_id)
) {table};
CREATE UNIQUE INDEX users_by_email ON users (organisation_id, email_hash);
CREATE INDEX users_by_email_alone ON users (email_hash);

CREATE TABLE user_roles (
    organisation_id {id} NOT NULL,
    user_id {id} NOT NULL,
    role {text} NOT NULL,
    PRIMARY KEY (organisation_id, user_id, role),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, user_id)
) {table};

CREATE TABLE sessions (
    organisation_id {id} NOT NULL,
    token_hash {bytes} NOT NULL,
    user_id {id} NOT NULL,
    created_at {instant} NOT NULL,
    seen_at {instant} NOT NULL,
    confirmed_at {instant} NOT NULL,
    expires_at {instant} NOT NULL,
    address {text} NOT NULL,
    agent {text} NOT NULL,
    PRIMARY KEY (organisation_id, token_hash),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, user_id)
) {table};
CREATE INDEX sessions_by_user ON sessions (organisation_id, user_id);

CREATE TABLE pending_sign_ins (
    organisation_id {id} NOT NULL,
    token_hash {bytes} NOT NULL,
    user_id {id} NOT NULL,
    expires_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, token_hash),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, user_id)
) {table};
CREATE INDEX pending_sign_ins_by_user ON pending_sign_ins (organisation_id, user_id);

CREATE TABLE second_factors (
    organisation_id {id} NOT NULL,
    user_id {id} NOT NULL,
    secret_sealed {bytes} NOT NULL,
    last_step {bigint} NOT NULL,
    enrolled_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, user_id)
) {table};

CREATE TABLE recovery_codes (
    organisation_id {id} NOT NULL,
    user_id {id} NOT NULL,
    code_hash {bytes} NOT NULL,
    PRIMARY KEY (organisation_id, user_id, code_hash),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, user_id)
) {table};

CREATE TABLE api_keys (
    organisation_id {id} NOT NULL,
    key_id {id} NOT NULL,
    name {text} NOT NULL,
    token_hash {bytes} NOT NULL,
    roles {json} NOT NULL,
    scopes {json},
    requests_per_minute {int},
    created_by {text} NOT NULL,
    created_at {instant} NOT NULL,
    expires_at {instant},
    revoked_at {instant},
    PRIMARY KEY (organisation_id, key_id)
) {table};
CREATE UNIQUE INDEX api_keys_by_token ON api_keys (organisation_id, token_hash);
