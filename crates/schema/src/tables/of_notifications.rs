//! Tables of `notifications`.

tables! {
    mails (organisation_id, mail_id) {
        organisation_id -> IdSql,
        mail_id -> IdSql,
        purpose -> Text,
        about_id -> IdSql,
        owner_id -> IdSql,
        address_sealed -> Binary,
        locale -> Text,
        status -> Text,
        attempts -> Integer,
        next_at -> Nullable<InstantSql>,
        error -> Nullable<Text>,
        error_code -> Nullable<Integer>,
        message_id -> Nullable<Text>,
        requested_by -> Text,
        created_at -> InstantSql,
        sent_at -> Nullable<InstantSql>,
    }
    mail_settings (organisation_id) {
        organisation_id -> IdSql,
        receipts -> Bool,
    }
}
