//! What identity decides: values in, decision out.

pub mod access;
pub mod api_key;
pub mod device;
pub mod logo;
pub mod numbering;
pub mod password;
pub mod saved_view;
pub mod second_factor;
pub mod second_person;
pub mod session;
pub mod settings;
pub mod throttle;
pub mod token;
pub mod user;
