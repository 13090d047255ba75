//! The catalog at the desk.
