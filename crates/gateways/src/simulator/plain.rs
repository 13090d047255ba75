//! The kernel's values as the book's file has them: an instant as text, money as minor units beside its currency.

use kernel::{Currency, Money, Timestamp};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that is kept in another form.
pub(super) trait Plain: Sized {
    type Form: Serialize + DeserializeOwned;

    fn form(&self) -> Self::Form;
    fn read(form: Self::Form) -> Option<Self>;
}

impl Plain for Timestamp {
    type Form = String;

    fn form(&self) -> String {
        self.to_string()
    }

    fn read(form: String) -> Option<Timestamp> {
        form.parse().ok()
    }
}

impl Plain for Money {
    type Form = (i64, String);

    fn form(&self) -> (i64, String) {
        (self.minor(), self.currency().code().to_owned())
    }

    fn read((minor, currency): (i64, String)) -> Option<Money> {
        Currency::parse(&currency).ok().map(|currency| Money::new(minor, currency))
    }
}

impl<T: Plain> Plain for Option<T> {
    type Form = Option<T::Form>;

    fn form(&self) -> Self::Form {
        self.as_ref().map(Plain::form)
    }

    fn read(form: Self::Form) -> Option<Self> {
        match form {
            None => Some(None),
            Some(form) => T::read(form).map(Some),
        }
    }
}

pub(super) fn serialize<T: Plain, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    value.form().serialize(to)
}

pub(super) fn deserialize<'de, T: Plain, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::read(T::Form::deserialize(from)?).ok_or_else(|| D::Error::custom("no such value"))
}
