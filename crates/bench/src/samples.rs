//! What the product wrote, put into the scripts, so that theirs are rows of the same size.

use crate::Outcome;
use crate::database::Database;
use crate::fill::CUSTOMERS;

/// Words of the scripts in capitals, with what stands for them.
#[derive(Debug, Clone)]
pub struct Samples(Vec<(&'static str, String)>);

impl Samples {
    /// From a product on PostgreSQL after a few stories, for a script on the database of `stage`.
    pub fn of(
        product: &mut Database,
        stage: &mut Database,
        today: &str,
        more: &[(&'static str, &str)],
    ) -> Outcome<Samples> {
        let organisation = one(stage, "SELECT organisation_id::text AS value FROM organisations")?;
        let item = one(stage, "SELECT item_id::text AS value FROM items LIMIT 1")?;
        let month = format!("{}-01", today.get(..7).ok_or("No date.")?);
        let mut words = vec![
            ("ORGANISATION", format!("'{organisation}'")),
            ("ACTOR", quoted(&one(product, "SELECT actor AS value FROM idempotency_keys LIMIT 1")?)),
            ("TODAY", format!("date '{today}'")),
            ("MONTH", format!("date '{month}'")),
            ("YEAR", today.get(..4).ok_or("No date.")?.to_owned()),
            ("ITEM", format!("'{item}'")),
            ("PERIOD_LOCK", "4711".to_owned()),
            ("CUSTOMERS", CUSTOMERS.to_string()),
            ("SALT", format!("'\\x{}'::bytea", "5a".repeat(16))),
            ("DIGEST", format!("'\\x{}'::bytea", "a5".repeat(32))),
        ];
        for (word, query) in more {
            words.push((word, quoted(&one(product, query)?)));
        }
        // A longer word first: one may be the beginning of another.
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        Ok(Samples(words))
    }

    /// A script with its words replaced.
    pub fn fill(&self, script: &str) -> String {
        self.0.iter().fold(script.to_owned(), |text, (word, value)| text.replace(word, value))
    }
}

fn one(database: &mut Database, query: &str) -> Outcome<String> {
    database.texts(query)?.into_iter().next().ok_or_else(|| format!("There is no row for: {query}"))
}

/// A text as SQL has it.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
