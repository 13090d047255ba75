//! The words that a field takes or shows, from the rules that know them.

use invoicing::queries::OfficialStatus;
use kernel::{Locale, Role};
use ledger::rules::entry::EntryKind;
use payments::rules::checkout::CheckoutStatus;
use payments::rules::dispute::DisputeStatus;
use payments::rules::payment::Method;
use receivables::ItemKind;
use receivables::rules::status::InvoiceStatus;
use serde_json::Value;

/// Writes the words of each field of a schema down as `enum`. A pattern that is nothing but words says the same, and goes.
pub(super) fn fill(schema: &str, value: &mut Value) {
    for (field, property) in value.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        let words = match property["pattern"].as_str().and_then(alternatives) {
            Some(words) => words,
            None => known(schema, field),
        };
        if words.is_empty() {
            continue;
        }
        if let Some(property) = property.as_object_mut() {
            property.remove("pattern");
        }
        // A field that may be left out may be null as well.
        let nullable = property["type"].as_array().is_some_and(|types| types.iter().any(|one| one == "null"));
        let null = nullable.then_some(Value::Null);
        let list: Value = words.into_iter().map(Value::from).chain(null).collect();
        match property.get_mut("items") {
            Some(items) => items["enum"] = list,
            None => property["enum"] = list,
        }
    }
}

/// The words of `^(card|cash)$`.
fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let inner = pattern.strip_prefix("^(")?.strip_suffix(")$")?;
    let plain = |word: &str| word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    inner.split('|').map(|word| plain(word).then(|| word.to_owned())).collect()
}

fn known(schema: &str, field: &str) -> Vec<String> {
    let of = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match (schema, field) {
        ("Invoice" | "InvoiceSummary", "status") => of(&InvoiceStatus::ALL.map(InvoiceStatus::name)),
        ("Official" | "NewOfficial", "status") => of(&OfficialStatus::ALL.map(OfficialStatus::name)),
        ("InvoiceLine", "kind") => of(&["item", "fee"]),
        ("OrderView" | "OrderSummary", "status") => {
            of(&["draft", "pending_approval", "on_hold", "confirmed", "cancelled"])
        }
        ("HoldView", "reason") => of(&["credit_limit_exceeded", "other_currency"]),
        ("PaymentView", "status") => of(&["uncleared", "succeeded", "reversed"]),
        ("PaymentView" | "CheckoutView", "method") => of(&Method::ALL.map(Method::name)),
        ("CheckoutView", "status") => of(&CheckoutStatus::ALL.map(CheckoutStatus::name)),
        ("DisputeView", "status") => of(&DisputeStatus::ALL.map(DisputeStatus::name)),
        ("RefundView", "status") => of(&["processing", "succeeded", "failed", "in_doubt"]),
        ("EntryView" | "LedgerLineView", "kind") => of(&EntryKind::ALL.map(EntryKind::name)),
        ("StatementLineView", "kind") => of(&ItemKind::ALL.map(ItemKind::name)),
        ("AccountView", "side") => of(&["debit", "credit"]),
        ("AccountView", "kind") => of(&["asset", "liability", "equity", "income", "expense", "cost"]),
        ("PeriodView", "status") => of(&["open", "closed"]),
        ("Job", "state") => of(&["waiting", "dead"]),
        ("CustomerView" | "CustomerChanges", "kind") => of(&["company", "person"]),
        ("AddressView" | "AddressChanges", "purpose") => of(&["billing", "delivery"]),
        ("RatesReport", "form") => of(&["ecb_xml", "ecb_csv", "own"]),
        ("ImportReport", "kind") => of(&["customers", "items", "balances", "invoices"]),
        ("OrganisationView" | "OrganisationChanges", "tax_rounding") => of(&["line", "document"]),
        ("OrganisationView" | "OrganisationChanges", "revenue_at") => of(&["invoice", "delivery"]),
        (_, "locale") => of(&Locale::ALL.map(|locale| locale.tag())),
        ("NewKey" | "KeyView" | "NewUserBody" | "UserView" | "UserChanges", "roles") => of(&Role::ALL.map(Role::name)),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pattern_of_words_becomes_the_words() {
        for (pattern, wanted) in [
            ("^(card|e_wallet)$", Some(vec!["card", "e_wallet"])),
            ("^[A-Z]{2}$", None),
            ("^(a|b+)$", None),
            ("card", None),
        ] {
            let wanted = wanted.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(alternatives(pattern), wanted, "{pattern}");
        }
    }

    #[test]
    fn what_may_be_null_stays_so() {
        let mut schema = json!({ "properties": {
            "status": { "type": "string" },
            "locale": { "type": ["string", "null"] },
            "roles": { "type": "array", "items": { "type": "string" } },
        } });
        fill("UserView", &mut schema);
        assert_eq!(schema["properties"]["status"].get("enum"), None);
        assert_eq!(schema["properties"]["locale"]["enum"], json!(["zh-CN", "en", null]));
        assert_eq!(schema["properties"]["roles"]["items"]["enum"][0], "owner");
    }
}
