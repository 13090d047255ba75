CREATE TABLE saved_views (
    organisation_id {id} NOT NULL,
    user_id {id} NOT NULL,
    list {text} NOT NULL,
    name {text} NOT NULL,
    query {text} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (organisation_id, user_id, list, name),
    FOREIGN KEY (organisation_id, user_id) REFERENCES users (organisation_id, user_id)
) {table};
