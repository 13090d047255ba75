//! All SQL of identity.

pub(crate) mod api_keys;
pub(crate) mod organisations;
pub(crate) mod pending;
pub(crate) mod saved_views;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod users;
