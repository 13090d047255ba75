//! Tables of `store`.

tables! {
    schema_migrations (version) {
        version -> BigInt,
        name -> Text,
        checksum -> Text,
        applied_at -> InstantSql,
    }
    idempotency_keys (organisation_id, actor, route, key) {
        organisation_id -> IdSql,
        actor -> Text,
        route -> Text,
        key -> Text,
        request_hash -> Binary,
        status -> Integer,
        body -> Binary,
        keep -> Bool,
        created_at -> InstantSql,
    }
    events (organisation_id, event_id) {
        organisation_id -> IdSql,
        event_id -> IdSql,
        kind -> Text,
        subject_id -> IdSql,
        payload -> JsonSql,
        created_at -> InstantSql,
    }
    jobs (organisation_id, job_id) {
        organisation_id -> IdSql,
        job_id -> IdSql,
        kind -> Text,
        payload -> JsonSql,
        run_at -> InstantSql,
        attempts -> Integer,
        leased_until -> Nullable<InstantSql>,
        dead -> Bool,
        last_error -> Nullable<Text>,
        created_at -> InstantSql,
    }
    audit_rows (organisation_id, audit_id) {
        organisation_id -> IdSql,
        audit_id -> IdSql,
        created_at -> InstantSql,
        actor_kind -> Text,
        actor -> Text,
        source_address -> Text,
        source_agent -> Text,
        command -> Text,
        subject_kind -> Text,
        subject_id -> IdSql,
        details -> JsonSql,
        salt -> Binary,
        after_digest -> Binary,
        mac -> Binary,
    }
    audit_heads (organisation_id) {
        organisation_id -> IdSql,
        sequence -> BigInt,
        hash -> Binary,
        mac -> Binary,
    }
    audit_seals (organisation_id, sequence) {
        organisation_id -> IdSql,
        sequence -> BigInt,
        audit_id -> IdSql,
        hash -> Binary,
        sealed_at -> InstantSql,
    }
    data_keys (organisation_id, subject_id) {
        organisation_id -> IdSql,
        subject_id -> IdSql,
        wrapped -> Binary,
        created_at -> InstantSql,
    }
    kept_documents (organisation_id, subject_id, format, locale) {
        organisation_id -> IdSql,
        subject_id -> IdSql,
        format -> Text,
        locale -> Text,
        owner_id -> IdSql,
        media_type -> Text,
        blob -> Text,
        sha256 -> Binary,
        size -> BigInt,
        created_at -> InstantSql,
    }
    counters (organisation_id, series, year) {
        organisation_id -> IdSql,
        series -> Text,
        year -> Integer,
        last -> BigInt,
    }
    search_entries (organisation_id, subject_id) {
        organisation_id -> IdSql,
        subject_id -> IdSql,
        kind -> Text,
        customer_id -> Nullable<IdSql>,
        title -> Text,
        title_key -> Binary,
        title_end -> Binary,
        detail -> Text,
        updated_at -> InstantSql,
    }
    search_grams (organisation_id, kind, gram, subject_id) {
        organisation_id -> IdSql,
        kind -> Text,
        gram -> Text,
        subject_id -> IdSql,
    }
}
