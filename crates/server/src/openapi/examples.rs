//! Examples: a body that can be sent for every call that takes one, and an answer for every call that gives one.
//!
//! Bodies are written by hand in `bodies.json` (a test sends each); what is not there, and every answer, is put together from
//! the examples of its fields. A field's own example comes first, then its words, then what fields of its name usually hold.

use serde_json::{Map, Value, json};

/// What stands for a field without an example; a test refuses it.
pub(super) const UNKNOWN: &str = "(no example)";

/// Deeper than this no schema goes.
const DEPTH_MAX: usize = 12;

/// Gives the fields of a schema examples where they have none.
pub(super) fn fill(schema: &str, value: &mut Value) {
    for (field, property) in value.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        // Of a list, each entry.
        let one = if property.get("items").is_some() { &mut property["items"] } else { property };
        let told = ["$ref", "oneOf", "properties", "example", "enum"].iter().any(|key| one.get(key).is_some());
        if !told && let Some(example) = usual(schema, field, &one["type"]) {
            one["example"] = example;
        }
    }
}

/// Gives an operation's body and answers in JSON their examples.
pub(super) fn illustrate(operation: &mut Value, schemas: &Value) {
    if let Some(media) = operation.pointer_mut("/requestBody/content/application~1json") {
        let written = name_of(&media["schema"]).and_then(written);
        media["example"] = written.unwrap_or_else(|| example(&media["schema"], schemas, 0));
    }
    for status in ["200", "201"] {
        let pointer = format!("/responses/{status}/content/application~1json");
        if let Some(media) = operation.pointer_mut(&pointer) {
            media["example"] = example(&media["schema"], schemas, 0);
        }
    }
}

/// The bodies written by hand, by the name of their schema.
fn written(schema: &str) -> Option<Value> {
    let bodies: Map<String, Value> = serde_json::from_str(include_str!("bodies.json")).unwrap_or_default();
    bodies.get(schema).cloned()
}

fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// A value that fits a schema.
fn example(schema: &Value, schemas: &Value, depth: usize) -> Value {
    if depth > DEPTH_MAX {
        return Value::Null;
    }
    if let Some(own) = schema.get("example") {
        return own.clone();
    }
    if let Some(first) = schema["examples"].get(0).or_else(|| schema["enum"].get(0)) {
        return first.clone();
    }
    if let Some(name) = name_of(schema) {
        return written(name).unwrap_or_else(|| example(&schemas[name], schemas, depth + 1));
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(|part| example(part, schemas, depth + 1));
        return Value::Object(parts.filter_map(|part| part.as_object().cloned()).flatten().collect());
    }
    for either in ["oneOf", "anyOf"] {
        let some = |one: &&Value| one["type"] != "null";
        if let Some(one) = schema[either].as_array().and_then(|all| all.iter().find(some)) {
            return example(one, schemas, depth + 1);
        }
    }
    let is =
        |name: &str| schema["type"] == name || schema["type"].as_array().is_some_and(|all| all.contains(&json!(name)));
    if is("array") {
        return json!([example(&schema["items"], schemas, depth + 1)]);
    }
    if is("object") {
        let fields = schema["properties"].as_object().into_iter().flatten();
        let shown = |(name, field): (&String, &Value)| (name.clone(), example(field, schemas, depth + 1));
        return Value::Object(fields.map(shown).collect());
    }
    if is("boolean") {
        return Value::Bool(false);
    }
    if is("integer") {
        return schema.get("minimum").cloned().unwrap_or_else(|| json!(1));
    }
    json!(UNKNOWN)
}

/// What fields of this name hold; `kind` is their JSON type, or several.
fn usual(schema: &str, field: &str, kind: &Value) -> Option<Value> {
    let is = |name: &str| kind == name || kind.as_array().is_some_and(|all| all.contains(&json!(name)));
    if is("object") && field == "name" {
        return Some(json!({ "zh-CN": "温度传感器", "en": "Temperature sensor" }));
    }
    if is("integer") && field == "fiscal_year_month" {
        return Some(json!(1));
    }
    if is("integer") && (schema, field) == ("Problem", "status") {
        return Some(json!(422));
    }
    if !is("string") {
        return None;
    }
    let id = |prefix: &str| Some(json!(format!("{prefix}_01h455vb4pex5vsknk084sn02q")));
    let text = |text: &str| Some(json!(text));
    match (schema, field) {
        ("CreditNote", "id") => id("crn"),
        ("InvoiceAllocation", "id") => id("all"),
        ("InvoiceSummary", "id") => id("inv"),
        ("OrderSummary", "id") => id("ord"),
        ("KeyView" | "MadeKey", "token") => text("sk_…"),
        ("Job", "kind") => text("search.index"),
        ("ItemView" | "ItemChanges", "code") => text("A-200"),
        ("TaxCodeView", "code") => text("VAT13"),
        ("Warning" | "Problem", "code") => text("mail_not_configured"),
        ("NewPayment" | "NewRefund" | "NewEntryLine" | "PaymentView" | "ChequeStep", "account") => text("1002"),
        ("ImportReport", "columns") => text("price"),
        ("ImportReport", "ignored_columns") => text("colour"),
        (_, "customer") => id("cus"),
        (_, "invoice" | "invoices") => id("inv"),
        (_, "order") => id("ord"),
        (_, "payment") => id("pay"),
        (_, "credit_note") => id("crn"),
        (_, "checkout") => id("ckt"),
        (_, "gateway") => id("gwc"),
        (_, "item") => id("itm"),
        (_, "entry" | "reverses" | "reversed_by") => id("ent"),
        (_, "document") => id("inv"),
        (_, "subject") => id("inv"),
        (_, "actor" | "created_by" | "recorded_by") => id("usr"),
        (_, "account" | "parent") => text("1122"),
        (_, "tax_code") => text("VAT13"),
        (_, "rate" | "tax_rate" | "percent" | "discount_percent") => text("13"),
        (_, "quantity") => text("3"),
        (_, "unit") => text("pcs"),
        (_, "number") => text("INV-2026-00042"),
        (_, "description") => text("Temperature sensor"),
        (_, "country") => text("CN"),
        (_, "currency" | "base" | "quote") => text("CNY"),
        (_, "amount") => text("199.90"),
        (_, "lines" | "address") => text("南京东路 100 号"),
        (_, "bank_account") => text("中国银行上海分行 0000 0000 0000 0000"),
        (_, "scopes") => text("payment.record"),
        (_, "city") => text("上海"),
        (_, "region") => text("上海市"),
        (_, "postal_code") => text("200001"),
        (_, "email") => text("ap@example.com"),
        (_, "phone") => text("+86 21 5555 0100"),
        (_, "position") => text("Accounts payable"),
        (_, "tax_number") => text("91310000MA1FL0000X"),
        (_, "name") => text("上海远航贸易有限公司"),
        (_, "note" | "memo" | "reason") => text("Agreed by telephone"),
        (_, "reference") => text("PO-4711"),
        (_, "url" | "pay_url") => text("https://pay.example.com/pay/…"),
        (_, "return_url") => text("https://shop.example.com/thanks"),
        (_, "qr") => text("https://pay.example.com/scan/…"),
        (_, "failure" | "last_error") => Some(Value::Null),
        (_, "cursor" | "next_cursor") => Some(Value::Null),
        (_, "pointer") => text("/lines/0/quantity"),
        (_, "detail") => text("The quantity must be above zero."),
        (_, "title") => text("Invalid"),
        (_, "type") => text("about:blank"),
        (_, "command") => text("invoice.issue"),
        (_, "actor_kind") => text("user"),
        (_, "source_address") => text("192.0.2.10"),
        (_, "source_agent") => text("billing/1.4"),
        (_, "source") => text("ECB"),
        (_, "hash" | "previous_hash" | "message") => text("9f86d081884c7d65…"),
        (_, "algorithm") => text("SHA-256"),
        (_, "time_zone") => text("Asia/Shanghai"),
        (_, "chart") => text("cn_small"),
        (_, "colour") => text("jade"),
        (_, "column") => text("price"),
        (_, "invoice_pattern" | "order_pattern" | "credit_note_pattern") => text("INV-{year}-{number:05}"),
        (_, "password" | "temporary_password") => text("…"),
        (_, day) if day.ends_with("_on") || matches!(day, "date" | "on" | "from" | "to" | "as_of" | "valid_from") => {
            text("2026-11-23")
        }
        (_, "year_from" | "year_began") => text("2026-01-01"),
        (_, instant) if instant.ends_with("_at") || instant == "at" => text("2026-11-23T08:30:00Z"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_written_for_schemas_that_exist() {
        let bodies: Map<String, Value> = serde_json::from_str(include_str!("bodies.json")).unwrap();
        let (_, description) = crate::rooms::api().split_for_parts();
        let document = serde_json::to_value(&description).unwrap();
        for name in bodies.keys() {
            assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_value_is_put_together_from_its_parts() {
        let schemas = json!({
            "Money": { "type": "object", "properties": { "currency": { "example": "CNY" }, "amount": { "example": "1.00" } } },
        });
        let schema = json!({ "type": "object", "properties": {
            "total": { "$ref": "#/components/schemas/Money" },
            "limit": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Money" }] },
            "state": { "type": "string", "enum": ["open", "paid"] },
            "rows": { "type": "array", "items": { "type": "integer", "minimum": 0 } },
            "note": { "type": ["string", "null"] },
        } });
        let money = json!({ "currency": "CNY", "amount": "1.00" });
        let wanted = json!({ "total": money, "limit": money, "state": "open", "rows": [0], "note": UNKNOWN });
        assert_eq!(example(&schema, &schemas, 0), wanted);
    }
}
