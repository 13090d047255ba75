//! The web shell: what every page of the house looks like, says, and is served with.

pub mod assets;
pub mod design;
pub mod format;
pub mod i18n;
pub mod view;
