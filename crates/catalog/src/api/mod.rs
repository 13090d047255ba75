//! Items and tax codes over the API.
