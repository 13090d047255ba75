//! Identity over the API.
