//! What happened to an invoice, from the audit trail.

use super::InvoiceView;
use crate::store::lists;
use ::store::{Conn, Error};
use kernel::{Scope, Timestamp};

/// A line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    pub at: Timestamp,
    /// The command, which names the sentence: `invoice.issue`.
    pub command: String,
    /// The name of the person or the key; none for the house and holders of a pay link.
    pub who: Option<String>,
    /// `user`, `api_key`, `pay_link`, `system`.
    pub actor_kind: String,
    /// A number or an amount that belongs to it.
    pub detail: Option<String>,
}

/// The history of an invoice and of the payments and credit notes set against it, newest first.
pub fn timeline(conn: &mut Conn, scope: &Scope, invoice: &InvoiceView) -> Result<Vec<Happening>, Error> {
    let subjects: Vec<_> =
        std::iter::once(invoice.id.retyped()).chain(invoice.allocations.iter().map(|a| a.credit.retyped())).collect();
    let rows = lists::trail(conn, scope, &subjects)?;
    let actors = rows.iter().map(|(_, _, actor, ..)| actor.as_str());
    let names = identity::queries::actor_names(conn, scope.organisation(), actors)?;
    let mut happenings: Vec<Happening> = Vec::with_capacity(rows.len());
    for (at, actor_kind, actor, command, _, details) in rows {
        let who = names.get(&actor).cloned();
        let happening = Happening { at: at.0, command, who, actor_kind, detail: detail(&details.0) };
        // A credit note leaves a line on its invoice and on itself: it happened once.
        if happenings.last() != Some(&happening) {
            happenings.push(happening);
        }
    }
    Ok(happenings)
}

/// The one fact of a row's details that a reader of the history wants.
fn detail(json: &str) -> Option<String> {
    let details: serde_json::Value = serde_json::from_str(json).ok()?;
    let text = |name: &str| details.get(name).and_then(|value| value.as_str()).map(ToOwned::to_owned);
    text("amount").or_else(|| text("official_number")).or_else(|| text("reason")).or_else(|| text("number"))
}
