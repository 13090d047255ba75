CREATE TABLE mails (
    organisation_id {id} NOT NULL,
    mail_id {id} NOT NULL,
    purpose {text} NOT NULL,
    about_id {id} NOT NULL,
    owner_id {id} NOT NULL,
    address_sealed {bytes} NOT NULL,
    locale {text} NOT NULL,
    status {text} NOT NULL,
    attempts {int} NOT NULL,
    next_at {instant},
    error {text},
    error_code {int},
    message_id {text},
    requested_by {text} NOT NULL,
    created_at {instant} NOT NULL,
    sent_at {instant},
    PRIMARY KEY (organisation_id, mail_id)
) {table};
CREATE INDEX mails_by_about ON mails (organisation_id, about_id, mail_id);
CREATE INDEX mails_by_status ON mails (organisation_id, status, mail_id);
CREATE INDEX mails_by_next ON mails (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE mail_settings (
    organisation_id {id} NOT NULL,
    receipts {bool} NOT NULL,
    PRIMARY KEY (organisation_id)
) {table};
