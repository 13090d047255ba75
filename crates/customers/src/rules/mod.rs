//! What is decided about customers without a database: whether a tax number can be right, and when payment is due.

pub mod address;
pub mod contact;
pub mod customer;
pub mod tax_number;
pub mod terms;

/// What was really given: blank is nothing.
fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty())
}
