//! Which lines of a statement the bench shows, and which of them is chosen: what stands in its address.

use crate::queries::Filter;
use kernel::Currency;
use kernel::id::{StatementId, StatementLineId};
use matching::Tier;

/// What the address of the bench says.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// `open`, `asked` of those that are, `matched`, `ignored`, `all`.
    pub state: String,
    pub tier: String,
    /// Words or an amount that lines are looked for by.
    pub q: String,
    pub line: String,
    /// The customer whose invoices are offered, and the words that one is looked for by.
    pub customer: String,
    pub find: String,
    /// Words or an amount that a free entry is looked for by.
    pub entry: String,
    /// Which of the ways by hand lies open; `together` where the marked lines are to be taken.
    pub hand: String,
    /// Lines that are marked to be taken together.
    pub with: Vec<String>,
    /// The line that was dealt with last, by which it is found again to undo it.
    pub was: String,
}

/// Lines that are taken together at most.
const TOGETHER_MAX: usize = 50;

impl Asked {
    /// Reads a query as the address has it. What is no state or tier is as if it were not there.
    pub fn read(query: &str) -> Asked {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let said = |name: &str| {
            let found = pairs.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.trim());
            found.unwrap_or_default().chars().take(100).collect::<String>()
        };
        let state = said("state");
        Asked {
            state: if ["asked", "matched", "ignored", "all"].contains(&state.as_str()) {
                state
            } else {
                "open".to_owned()
            },
            tier: Tier::by_name(&said("tier")).map(|tier| tier.name().to_owned()).unwrap_or_default(),
            q: said("q"),
            line: said("line"),
            customer: said("/customer"),
            // Words that a customer was found by are spent once the customer is chosen.
            find: if said("/customer").is_empty() || said("action") == "find" { said("find") } else { String::new() },
            entry: said("entry"),
            hand: said("hand"),
            with: pairs.iter().filter(|(own, _)| own == "with").map(|(_, id)| id.clone()).take(TOGETHER_MAX).collect(),
            was: said("was"),
        }
    }

    /// What chooses the lines, pair by pair, without the line itself.
    pub fn kept(&self) -> Vec<(&'static str, &str)> {
        let state = if self.state == "open" { "" } else { self.state.as_str() };
        let with = self.with.iter().map(|id| ("with", id.as_str()));
        let all = [("state", state), ("tier", &self.tier), ("q", &self.q)].into_iter().chain(with);
        all.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// What chooses the lines, as a query with this line chosen.
    pub fn query(&self, line: &str) -> String {
        let mut said = self.kept();
        if !line.is_empty() {
            said.push(("line", line));
        }
        serde_urlencoded::to_string(said).unwrap_or_default()
    }

    /// The bench of a statement with this line chosen.
    pub fn link(&self, statement: StatementId, line: &str) -> String {
        format!("/statements/{statement}?{}", self.query(line)).trim_end_matches('?').to_owned()
    }

    pub fn is_marked(&self, line: &str) -> bool {
        self.with.iter().any(|own| own == line)
    }

    /// The line that is shown. Where the marked lines are to be taken and it is none of them, one of them stands in for it.
    pub fn shown(&self) -> &str {
        let marked = self.with.first().filter(|_| self.hand == "together" && !self.is_marked(&self.line));
        marked.unwrap_or(&self.line)
    }

    /// The lines that are taken with this one: what is marked is taken, so that of a line which is not nothing follows for others.
    pub fn taken_with(&self, line: &str) -> &[String] {
        if self.is_marked(line) { &self.with } else { &[] }
    }

    /// The same with a line among those that are marked, or no more.
    pub fn marked(&self, line: &str) -> Asked {
        let mut asked = self.clone();
        match asked.with.iter().position(|own| own == line) {
            Some(at) => drop(asked.with.remove(at)),
            None => asked.with.push(line.to_owned()),
        }
        asked
    }

    /// What the list shows; `waiting` are the lines that somebody is asked about.
    pub fn filter(&self, currency: Currency, waiting: &[StatementLineId]) -> Filter {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let (state, lines) = match self.state.as_str() {
            "all" => (None, None),
            "asked" => (some("open"), Some(waiting.to_vec())),
            state => (some(state), None),
        };
        Filter { state, tier: some(&self.tier), lines, ..Filter::default() }.with_words(&self.q, currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_filter_is_passed_over() {
        for (query, wanted) in [
            ("", ""),
            ("state=open&line=stl_1&done=line-matched", ""),
            ("state=matched&tier=payer&q=%E8%BF%9C+a%26b", "state=matched&tier=payer&q=%E8%BF%9C+a%26b"),
            ("state=closed&tier=hunch&q=+", ""),
            ("state=all&hand=pay&%2Fcustomer=cus_1", "state=all"),
            ("with=stl_1&was=stl_3&with=stl_2", "with=stl_1&with=stl_2"),
        ] {
            assert_eq!(Asked::read(query).query(""), wanted, "{query}");
        }
        assert_eq!(Asked::read("tier=sum").query("stl_1"), "tier=sum&line=stl_1");
        let marked = Asked::read("with=stl_1").marked("stl_2");
        assert_eq!(marked.query("stl_3"), "with=stl_1&with=stl_2&line=stl_3");
        assert_eq!(marked.marked("stl_1").query(""), "with=stl_2");
        for (query, shown, taken) in [
            ("with=stl_1&with=stl_2&line=stl_3", "stl_3", 0),
            ("with=stl_1&with=stl_2&line=stl_3&hand=together", "stl_1", 2),
            ("with=stl_1&with=stl_2&line=stl_2&hand=together", "stl_2", 2),
            ("line=stl_3&hand=together", "stl_3", 0),
        ] {
            let asked = Asked::read(query);
            assert_eq!((asked.shown(), asked.taken_with(asked.shown()).len()), (shown, taken), "{query}");
        }
    }
}
