//! Choosing a customer on a form: by words of the name, in the order of names.

use ::store::{Conn, Error};
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::id::CustomerId;
use kernel::{Currency, Scope};
use schema::customers;
use web::View;
use web::view::{Choice, Picker};

/// A customer as a form offers it.
pub type Offered = (CustomerId, String, Currency);

/// What a form offers: the customer that is chosen, and those found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customers {
    pub chosen: Option<Offered>,
    /// One more than is shown, where there is more.
    pub found: Vec<Offered>,
    pub words: String,
}

/// Reads what a form offers. `words` may stand anywhere in the name; `chosen` is an id as a form sends it. Archived customers
/// are not offered, though one of them may be what was chosen.
pub fn customers(conn: &mut Conn, scope: &Scope, words: &str, chosen: &str) -> Result<Customers, Error> {
    let words: String = words.trim().chars().take(100).collect();
    let columns = (customers::customer_id, customers::name, customers::currency);
    let of = customers::table.filter(customers::organisation_id.eq(scope.organisation()));
    let chosen = match chosen.parse::<CustomerId>() {
        Ok(id) if scope.admits(id) => {
            of.filter(customers::customer_id.eq(id)).select(columns).get_result(conn).optional()?
        }
        _ => None,
    };
    let mut query = of
        .filter(customers::archived.eq(false))
        .order((customers::name.asc(), customers::customer_id.asc()))
        .select(columns)
        .limit(Picker::ASKED)
        .into_boxed();
    if let Some(own) = scope.customer() {
        query = query.filter(customers::customer_id.eq(own));
    }
    if !words.is_empty() {
        // The index by name is read in its order until enough are found.
        let like = sql::<Bool>("LOWER(name) LIKE ").bind::<Text, _>(pattern(&words)).sql(" ESCAPE '\\'");
        query = query.filter(like);
    }
    Ok(Customers { chosen, found: query.load(conn)?, words })
}

fn pattern(words: &str) -> String {
    let escaped = words.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

impl Customers {
    /// The field of a form.
    pub fn picker(self, pointer: &str, v: &View) -> Picker {
        let choice =
            |(id, name, currency): Offered| Choice { value: id.to_string(), name, note: currency.code().to_owned() };
        let found = self.found.into_iter().map(choice).collect();
        Picker::new(pointer, &self.words, self.chosen.map(choice), found, v)
    }
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn words_are_taken_as_they_are_written() {
        for (words, wanted) in [("远航", "%远航%"), ("GmbH", "%gmbh%"), ("100%_\\", "%100\\%\\_\\\\%")] {
            assert_eq!(pattern(words), wanted);
        }
    }
}
