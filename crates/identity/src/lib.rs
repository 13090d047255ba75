//! Identity: organisations, the people who work in them or at their customers, and the programs that act for them.
//!
//! Vocabulary: an *organisation* is a company that keeps its books here; *staff* have roles in it; *people of the portal*
//! belong to a customer and have the role `customer` alone; a *session* is somebody signed in; an *API key* is a program's;
//! *confirming* is proving again who one is before something grave, by a code where somebody has a *second factor*, else by
//! the password; the *directory* finds out whom a token belongs to; a
//! *saved view* is the address of a list under a name, for one person alone.
//!
//! Invariants: of tokens only hashes are kept, of passwords only Argon2id; mails are sealed under the user's key and found
//! by a keyed hash; the secret of a second factor is sealed the same way and never shown again, a code of it counts once;
//! where there is one, no password alone opens a session or confirms anybody; somebody active owns every organisation; nobody gives rights that they do not have; whoever is
//! deactivated or changes roles or password is signed out everywhere at once.

pub mod api;
pub mod choices;
pub mod commands;
mod directory;
mod key_cache;
pub mod logo;
mod once;
pub mod pages;
pub mod password;
pub mod queries;
pub mod rules;
mod store;
mod throttle;

pub use commands::{
    CreateApiKey, CreateUser, Giving, NewApiKey, NewOrganisation, NewUser, ResetPassword, RevokeApiKey, SetLogo,
    SetSecondPerson, UpdateSettings, UpdateUser, create_api_key, create_organisation, create_user, may_give_up,
    need_second_person,
};
pub use directory::{Directory, SignIn, require_fresh, require_step_up};
pub use queries::{ApiKey, Profile, Settings, User, profile, saved_views, settings};
pub use rules::settings::{RevenueAt, TaxRounding};
pub use rules::user::UserData;

use ::store::Migration;

/// Steps of the schema.
pub const MIGRATIONS: &[Migration] = &[
    Migration { version: 2026_1123_0100, name: "identity", sql: include_str!("../migrations/0001_identity.sql") },
    Migration { version: 2026_1123_0101, name: "saved_views", sql: include_str!("../migrations/0002_saved_views.sql") },
];

/// Sentences of the slice.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];

#[cfg(test)]
mod tests {
    #[test]
    fn messages_are_complete() {
        assert_eq!(web::i18n::I18n::check(&[super::MESSAGES]), Vec::<String>::new());
    }
}
