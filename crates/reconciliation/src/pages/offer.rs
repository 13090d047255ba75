//! A candidate as the desk shows it: whose it is, what it comes to, and what speaks for it, in sentences.

use crate::desk::Entry;
use crate::proposal::{Proposed, ProposedCandidate, Told};
use crate::queries::Names;
use kernel::{Arg, Currency, Money};
use web::View;

/// A candidate that can be taken for right.
pub(super) struct Offer {
    /// Its place among the candidates of the line.
    pub nth: usize,
    /// Whose payment it is, or where the other side goes.
    pub title: String,
    /// `reference`, …
    pub tier: String,
    pub score: String,
    /// What is paid: the address of the document, what it is called, how much.
    pub parts: Vec<(String, String, Money)>,
    pub difference: Option<String>,
    pub reasons: Vec<String>,
}

/// Thousandths in percent.
pub(super) fn score(thousandths: i32) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// An entry in words: when, what it is, whose, and its memo.
pub(super) fn entry_words(v: &View, entry: &Entry) -> String {
    let kind = v.t(&format!("entry-kind-{}", entry.kind.replace('_', "-")));
    let whose = entry.customer.as_deref();
    let what = [Some(kind.as_str()), whose, Some(entry.memo.as_str())].into_iter().flatten();
    let what: Vec<&str> = what.filter(|word| !word.is_empty()).collect();
    format!("{} · {}", v.day(&entry.on), what.join(" "))
}

pub(super) fn reasons(v: &View, all: &[Told]) -> Vec<String> {
    all.iter().map(|told| told.sentence(&v.l)).collect()
}

/// What becomes of what came too little or too much.
pub(super) fn difference(v: &View, candidate: &ProposedCandidate, currency: Currency) -> Option<String> {
    let (kind, minor) = candidate.difference.as_ref()?;
    Some(v.ta(&format!("bench-difference-{kind}"), &[("amount", Arg::Money(Money::new(*minor, currency)))]))
}

impl Offer {
    /// The candidate of this place of what is proposed. `entries` are those that any candidate links, `accounts` all of them, by code and name.
    pub fn of(
        v: &View,
        (nth, candidate, proposed): (usize, &ProposedCandidate, &Proposed),
        currency: Currency,
        (names, entries, accounts): (&Names, &[Entry], &[(String, String)]),
    ) -> Offer {
        let money = |minor| Money::new(minor, currency);
        let customer = candidate.customer.map(|id| names.customer(id));
        let title = match (&candidate.account, customer, candidate.entries.is_empty()) {
            _ if candidate.sets_aside() => v.t("rule-sets-aside"),
            (Some(code), _, _) => {
                let name = accounts.iter().find(|(own, _)| own == code).map_or("", |(_, name)| name.as_str());
                v.tw("bench-offer-account", "account", format!("{code} {name}").trim_end())
            }
            (None, Some(name), _) => name,
            (None, None, _) => v.t("bench-offer-link"),
        };
        let invoices =
            candidate.invoices.iter().map(|(id, minor)| (format!("/invoices/{id}"), names.invoice(*id), money(*minor)));
        let linked = entries.iter().filter(|entry| candidate.entries.contains(&entry.id));
        let linked = linked.map(|entry| (format!("/entries/{}", entry.id), entry_words(v, entry), entry.amount));
        Offer {
            nth,
            title,
            tier: candidate.tier.to_string(),
            score: score(proposed.confidence(nth).into()),
            parts: if candidate.entries.is_empty() { invoices.collect() } else { linked.collect() },
            difference: difference(v, candidate, currency),
            reasons: reasons(v, &candidate.reasons),
        }
    }
}
