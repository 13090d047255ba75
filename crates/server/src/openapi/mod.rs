//! The API's description, finished: what many operations have in common is said once, here, after the slices have described
//! their own. OpenAPI 3.1.1, <https://spec.openapis.org/oas/v3.1.1.html>.
//!
//! A slice says path, body and answer of each of its verbs. Added here: an `operationId` that no other operation has, what a
//! status means, the idempotency key and its answers, the words that a field takes, and examples.

mod examples;
mod words;

use examples::Examples;
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

/// The finished document.
///
/// # Errors
/// When it cannot be written as JSON or the examples cannot be read, which the tests of this file rule out.
pub fn finished(description: &OpenApi) -> serde_json::Result<Value> {
    let mut document = serde_json::to_value(description)?;
    let examples = Examples::read()?;
    document["servers"] = json!([{ "url": "/" }]);
    let schemas = document["components"]["schemas"].as_object_mut();
    for (name, schema) in schemas.into_iter().flatten() {
        // A list's rows are written out in it.
        fields(&examples, name.strip_prefix("List_").unwrap_or(name), schema);
    }
    let schemas = document["components"]["schemas"].clone();
    let paths = document["paths"].as_object_mut();
    for (path, verbs) in paths.into_iter().flatten() {
        for (verb, operation) in verbs.as_object_mut().into_iter().flatten() {
            operation["operationId"] = operation_id(path, operation["operationId"].as_str().unwrap_or(verb)).into();
            answers(operation);
            body(operation);
            files(operation);
            if is_kept(path, verb) {
                with_key(operation);
            }
            examples.illustrate(operation, &schemas);
        }
    }
    if let Some(components) = document["components"].as_object_mut() {
        components.extend(common());
    }
    Ok(document)
}

/// Completes the fields of a schema, and of those written out inside it.
fn fields(examples: &Examples, name: &str, schema: &mut Value) {
    words::fill(name, schema);
    examples.fill(name, schema);
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (_, property) in properties.into_iter().flatten() {
        if let Some(items) = property.get_mut("items") {
            fields(examples, name, items);
        }
    }
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        fields(examples, name, part);
    }
}

/// `invoices_credit_notes_create`: the nouns of the path, then the verb where it is not among them.
fn operation_id(path: &str, verb: &str) -> String {
    let nouns = path.trim_start_matches("/api/v1/").split('/').filter(|part| !part.starts_with('{'));
    let mut words: Vec<String> = nouns.map(|part| part.replace(['-', '.'], "_")).collect();
    if words.last().is_none_or(|last| last != verb) {
        words.push(verb.to_owned());
    }
    words.join("_")
}

/// Whether the answer is kept with its key: of every change but what providers tell us. A preview changes nothing.
fn is_kept(path: &str, verb: &str) -> bool {
    verb != "get" && !path.ends_with("/preview") && !path.ends_with("/notifications")
}

/// A report is a file as well, where `format` asks for one.
fn files(operation: &mut Value) {
    const FILES: [(&str, &str); 3] = [
        ("csv", "text/csv"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("pdf", "application/pdf"),
    ];
    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
    let forms = parameters.find(|one| one["name"] == "format").and_then(|one| one["description"].as_str());
    let Some(forms) = forms.filter(|words| words.starts_with("json, csv")).map(str::to_owned) else { return };
    if let Some(content) = operation["responses"]["200"]["content"].as_object_mut() {
        let named = FILES.into_iter().filter(|(form, _)| forms.contains(form));
        content.extend(named.map(|(_, kind)| (kind.to_owned(), json!({}))));
    }
}

/// A body in which nothing is needed may be left out.
fn body(operation: &mut Value) {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let named = schema.as_str().and_then(|schema| schema.rsplit('/').next());
    if named.is_some_and(|name| name.starts_with("Nothing")) {
        operation["requestBody"]["required"] = false.into();
    }
}

/// Says of each answer what it means, and that any call may meet a house that cannot answer now.
fn answers(operation: &mut Value) {
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, response) in responses.iter_mut() {
        if response["description"].as_str().is_none_or(str::is_empty) {
            response["description"] = meaning(status).into();
        }
    }
    responses.entry("503").or_insert_with(|| json!({ "$ref": "#/components/responses/Unavailable" }));
}

fn meaning(status: &str) -> &'static str {
    match status {
        "201" => "It was made, and stands.",
        "204" => "Done; there is nothing to show.",
        "4XX" => "Refused, and nothing has changed: `code` is stable, `detail` a sentence in the caller's language.",
        _ => "Done.",
    }
}

/// The key that makes a change safe to send again, and how an answer that was kept is told.
fn with_key(operation: &mut Value) {
    let key = json!({ "$ref": "#/components/parameters/IdempotencyKey" });
    match operation["parameters"].as_array_mut() {
        Some(parameters) => parameters.push(key),
        None => operation["parameters"] = json!([key]),
    }
    let responses = operation["responses"].as_object_mut();
    for (_, response) in responses.into_iter().flatten().filter(|(status, _)| status.starts_with('2')) {
        response["headers"]["Idempotent-Replayed"] = json!({ "$ref": "#/components/headers/IdempotentReplayed" });
    }
}

/// What operations refer to.
fn common() -> Map<String, Value> {
    let parts = json!({
        "parameters": { "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Names this change: the same key and body get the first answer again, byte for byte, and change \
                nothing. Scope: organisation, API key and route. Keys of payments are kept for ever, others a day at least. \
                With another body 422 `idempotency_key_reused`; while the first is under way 409 `idempotency_in_flight`.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
            "example": "order-2026-11-27-0001",
        } },
        "headers": { "IdempotentReplayed": {
            "description": "`true` where the answer was kept from an earlier request with the same key.",
            "schema": { "type": "string", "enum": ["true"] },
        } },
        "responses": { "Unavailable": {
            "description": "Not now: nothing has changed, or, with code `outcome_unknown`, nobody knows yet: ask again with the \
                same `Idempotency-Key`.",
            "headers": { "Retry-After": { "schema": { "type": "integer" }, "description": "Seconds." } },
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        } },
    });
    match parts {
        Value::Object(parts) => parts,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn document() -> Value {
        let (_, description) = crate::rooms::api().split_for_parts();
        finished(&description).unwrap()
    }

    fn operations(document: &Value) -> impl Iterator<Item = (String, &Value)> {
        let paths = document["paths"].as_object().unwrap().iter();
        paths.flat_map(|(path, verbs)| {
            verbs.as_object().unwrap().iter().map(move |(verb, operation)| (format!("{verb} {path}"), operation))
        })
    }

    #[test]
    fn ids_are_made_of_nouns_and_a_verb() {
        for (path, verb, wanted) in [
            ("/api/v1/orders", "list", "orders_list"),
            ("/api/v1/orders/{id}/submit", "submit", "orders_submit"),
            ("/api/v1/payments/{id}/cheque/bounce", "bounce", "payments_cheque_bounce"),
            ("/api/v1/invoices/{id}/credit-notes", "create", "invoices_credit_notes_create"),
            ("/api/v1/payments/{id}/receipt.pdf", "receipt", "payments_receipt_pdf_receipt"),
        ] {
            assert_eq!(operation_id(path, verb), wanted);
        }
    }

    #[test]
    fn every_operation_has_an_id_of_its_own_and_says_what_its_answers_mean() {
        let document = document();
        let mut ids = BTreeSet::new();
        for (name, operation) in operations(&document) {
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{name} has another's id");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let told = response.get("$ref").is_some() || !response["description"].as_str().unwrap_or("").is_empty();
                assert!(told, "{name} {status}");
            }
        }
        assert!(ids.len() > 60);
    }

    #[test]
    fn every_body_and_every_answer_in_json_has_an_example() {
        let document = document();
        for (name, operation) in operations(&document) {
            let bodies = [&operation["requestBody"], &operation["responses"]["200"], &operation["responses"]["201"]];
            for body in bodies {
                let Some(media) = body["content"].get("application/json") else { continue };
                assert!(media.get("example").is_some(), "{name}");
                let text = media["example"].to_string();
                assert!(!text.contains(examples::UNKNOWN), "{name} has a field without an example: {text}");
            }
        }
    }

    #[test]
    fn changes_take_a_key_and_nothing_else_does() {
        let document = document();
        for (name, operation) in operations(&document) {
            let takes = operation["parameters"].to_string().contains("parameters/IdempotencyKey");
            let changes = !name.starts_with("get ") && !name.ends_with("/preview") && !name.ends_with("/notifications");
            assert_eq!(takes, changes, "{name}");
        }
    }
}
