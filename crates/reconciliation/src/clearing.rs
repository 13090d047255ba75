//! Accounts that mirror the balance at a payment provider.

use ::store::{Conn, Error};
use kernel::{Locale, Scope};
use ledger::rules::chart::Clearing;
use ledger::{AccountRole, Chart};
use payments::rules::payment::clearing;
use payments::rules::till::is_bank;

/// Connectors, and how banks name whoever pays out for them [K].
const PROVIDERS: [(&str, &[&str]); 5] = [
    ("stripe", &["stripe"]),
    ("paypal", &["paypal"]),
    ("alipay", &["支付宝", "alipay"]),
    ("wechat_pay", &["财付通", "微信支付", "tenpay", "wechat"]),
    ("simulator", &["simulator"]),
];

/// The connector whose provider a text names.
pub(crate) fn provider_in(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let is_named = |names: &[&str]| names.iter().any(|name| text.contains(name));
    PROVIDERS.iter().find(|(_, names)| is_named(names)).map(|(provider, _)| *provider)
}

/// Whether a statement of this account may be brought in: a bank's, or a provider's report of what stands there.
pub(crate) fn has_statements(chart: Chart, code: &str) -> bool {
    let terminal = AccountRole::GatewayClearing(Clearing::Terminal);
    let mut roles = PROVIDERS.iter().map(|(provider, _)| clearing(provider)).chain([terminal]);
    let is_clearing = |role| chart.nearest(code).is_some_and(|account| account.code == chart.code(role));
    is_bank(chart, code) || roles.any(is_clearing)
}

/// The accounts that statements may be brought in for: code and name.
pub(crate) fn accounts(conn: &mut Conn, scope: &Scope, locale: Locale) -> Result<Vec<(String, String)>, Error> {
    let chart = ledger::chart_of(&::store::books::load(conn, scope.organisation())?)?;
    let all = ledger::queries::accounts(conn, scope)?.into_iter();
    let fitting = all.filter(|account| account.postable && has_statements(chart, &account.code));
    Ok(fitting.map(|account| (account.code.clone(), account.names.get(locale).to_owned())).collect())
}
