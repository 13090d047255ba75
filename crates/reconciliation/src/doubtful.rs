//! What was doubtful of a file, as its statement keeps it, and as people are told.

use kernel::{Arg, Currency, Money};
use serde::{Deserialize, Serialize};
use statements::Note;
use web::i18n::L;

/// A name, and the facts that belong to it. The sentence is made when it is read, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubtful {
    /// As [`Note::code`], or `gap_between_statements`.
    pub code: String,
    pub facts: Vec<(String, String)>,
}

impl Doubtful {
    /// What exactly, in words.
    pub fn detail(&self, l: &L) -> String {
        let args = self.facts.iter().map(|(name, fact)| (name.as_str(), arg(name, fact)));
        l.ta("statement-note", &[("code", self.code.as_str().into())].into_iter().chain(args).collect::<Vec<_>>())
    }
}

impl From<&Note> for Doubtful {
    fn from(note: &Note) -> Doubtful {
        let facts = note.facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect();
        Doubtful { code: note.code.to_owned(), facts }
    }
}

/// Counts that choose the words beside them, and amounts; all else stands as it stood in the file, with its noughts.
fn arg(name: &str, fact: &str) -> Arg {
    let count = Some(fact).filter(|_| COUNTS.contains(&name)).and_then(|fact| fact.parse::<i64>().ok());
    let amount = || money(fact).filter(|_| name != "text").map(Arg::Money);
    count.map(Arg::from).or_else(amount).unwrap_or_else(|| fact.into())
}

/// `CNY 1098.50`
fn money(fact: &str) -> Option<Money> {
    let (code, amount) = fact.split_once(' ')?;
    Money::parse(amount, Currency::parse(code).ok()?).ok()
}

const COUNTS: [&str; 2] = ["count", "more"];

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Locale;
    use web::i18n::I18n;

    #[test]
    fn every_name_has_its_sentence() {
        let i18n = I18n::new(&[crate::MESSAGES]).unwrap();
        for locale in Locale::ALL {
            let l = i18n.for_locale(locale);
            let told =
                |id: &str, key: &'static str, code: &str| l.ta(id, &[(key, code.into()), ("what", "amount".into())]);
            for code in statements::FAULTS.into_iter().filter(|code| *code != "unknown") {
                let unknown = told("statement-fault", "reason", "unknown");
                assert_ne!(told("statement-fault", "reason", code), unknown, "{code} in {locale:?}");
            }
            for code in statements::WARNINGS.into_iter().chain(["gap_between_statements"]) {
                assert_ne!(told("statement-note", "code", code), code, "{code} in {locale:?}");
            }
        }
    }

    #[test]
    fn a_sentence_has_its_facts() {
        let l = I18n::new(&[crate::MESSAGES]).unwrap().for_locale(Locale::En);
        let facts = |more: &str| vec![("line".to_owned(), "5".to_owned()), ("more".to_owned(), more.to_owned())];
        let told = |more| Doubtful { code: "balance_breaks".to_owned(), facts: facts(more) }.detail(&l);
        assert_eq!(told("0"), "Line 5: the balance does not follow from the amounts.");
        assert_eq!(told("3"), "Line 5 and 3 more: the balance does not follow from the amounts.");
        let gap = ("opening", "CNY 949559.98", "closing", "CNY -342258.54");
        let facts = vec![(gap.0.to_owned(), gap.1.to_owned()), (gap.2.to_owned(), gap.3.to_owned())];
        let told = Doubtful { code: "gap_between_statements".to_owned(), facts }.detail(&l);
        assert_eq!(told, "It begins with CN¥949,559.98; the one before ended with −CN¥342,258.54.");
        let facts = |more: &str| vec![("line".to_owned(), "5".to_owned()), ("more".to_owned(), more.to_owned())];
        let mut skipped = Doubtful { code: "row_skipped".to_owned(), facts: facts("0") };
        skipped.facts.push(("text".to_owned(), "0012345".to_owned()));
        assert!(skipped.detail(&l).ends_with("passed over: 0012345"), "a number of the bank's keeps its noughts");
    }
}
