//! Rules at the desk: the list, the form with its replay, and what a rule would do with the lines that wait.

pub(super) mod apply;
pub(super) mod edit;
pub(super) mod index;

use crate::match_rule::RuleData;
use ::store::{Conn, Error};
use kernel::Locale;
use kernel::Scope;
use web::View;

/// Accounts that may be posted to: code and name.
fn accounts(conn: &mut Conn, scope: &Scope, locale: Locale) -> Result<Vec<(String, String)>, Error> {
    let all = ledger::queries::accounts(conn, scope)?.into_iter().filter(|account| account.postable);
    Ok(all.map(|account| (account.code.clone(), account.names.get(locale).to_owned())).collect())
}

/// What a line must say, in words.
fn conditions(v: &View, data: &RuleData) -> String {
    let said = &data.conditions;
    let way = said.incoming.map(|incoming| v.t(if incoming { "rule-money-in" } else { "rule-money-out" }));
    let word = |id: &str, text: &Option<String>| text.as_deref().map(|text| v.tw(id, "words", text));
    let amount = said.amount.as_ref().and_then(|bounds| match (bounds.least(), bounds.most()) {
        (Some(least), Some(most)) => Some(v.ta("rule-between", &[("least", least.into()), ("most", most.into())])),
        (Some(least), None) => Some(v.ta("rule-at-least", &[("least", least.into())])),
        (None, Some(most)) => Some(v.ta("rule-at-most", &[("most", most.into())])),
        (None, None) => None,
    });
    let all = [
        way,
        word("rule-text-has", &said.text),
        word("rule-payer-has", &said.payer),
        word("rule-code-is", &said.code),
        amount,
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What a line is then, in words.
fn action(v: &View, data: &RuleData, accounts: &[(String, String)]) -> String {
    let Some(code) = &data.account else { return v.t("rule-sets-aside") };
    let name = accounts.iter().find(|(own, _)| own == code).map_or("", |(_, name)| name.as_str());
    v.tw("bench-offer-account", "account", format!("{code} {name}").trim_end())
}
