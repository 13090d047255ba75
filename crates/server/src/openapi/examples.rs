//! Examples: a body that can be sent for every call that takes one, and an answer for every call that gives one.
//!
//! Bodies are written by hand in `bodies.json` (a test sends each), answers of the main job in `answers.json`; the rest is put
//! together from the examples of its fields. A field's own example comes first, then its words, then what fields of its name usually hold.

use serde_json::{Map, Value, json};

/// What stands for a field without an example; a test refuses it.
pub(super) const UNKNOWN: &str = "(no example)";

/// Deeper than this no schema goes.
const DEPTH_MAX: usize = 12;

/// What is written by hand.
pub(super) struct Examples {
    /// Bodies, by the name of their schema.
    bodies: Map<String, Value>,
    /// Answers, likewise.
    answers: Map<String, Value>,
    /// What fields hold, by `field` or `Schema.field`.
    fields: Map<String, Value>,
}

impl Examples {
    pub(super) fn read() -> serde_json::Result<Examples> {
        Ok(Examples {
            bodies: serde_json::from_str(include_str!("bodies.json"))?,
            answers: serde_json::from_str(include_str!("answers.json"))?,
            fields: serde_json::from_str(include_str!("fields.json"))?,
        })
    }

    /// Gives the fields of a schema examples where they have none.
    pub(super) fn fill(&self, schema: &str, value: &mut Value) {
        for (field, property) in value.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
            // Of a list, each entry.
            let one = if property.get("items").is_some() { &mut property["items"] } else { property };
            let told = ["$ref", "oneOf", "properties", "example", "enum"].iter().any(|key| one.get(key).is_some());
            if !told && let Some(example) = self.usual(schema, field, &one["type"]) {
                one["example"] = example;
            }
        }
    }

    /// Gives an operation's body and answers in JSON their examples.
    pub(super) fn illustrate(&self, operation: &mut Value, schemas: &Value) {
        for place in ["/requestBody", "/responses/200", "/responses/201"] {
            if let Some(media) = operation.pointer_mut(&format!("{place}/content/application~1json")) {
                media["example"] = self.of(&media["schema"], schemas, 0);
            }
        }
    }

    /// A value that fits a schema.
    fn of(&self, schema: &Value, schemas: &Value, depth: usize) -> Value {
        if depth > DEPTH_MAX {
            return Value::Null;
        }
        if let Some(own) = schema.get("example").or_else(|| schema["examples"].get(0)).or_else(|| schema["enum"].get(0))
        {
            return own.clone();
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            let row = name.strip_prefix("List_").and_then(|row| self.answers.get(row));
            let list = row.map(|row| json!({ "data": [row], "next_cursor": null }));
            let written = self.bodies.get(name).or_else(|| self.answers.get(name)).cloned().or(list);
            return written.unwrap_or_else(|| self.of(&schemas[name], schemas, depth + 1));
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().map(|part| self.of(part, schemas, depth + 1));
            return Value::Object(parts.filter_map(|part| part.as_object().cloned()).flatten().collect());
        }
        for either in ["oneOf", "anyOf"] {
            let some = |one: &&Value| one["type"] != "null";
            if let Some(one) = schema[either].as_array().and_then(|all| all.iter().find(some)) {
                return self.of(one, schemas, depth + 1);
            }
        }
        let kind = &schema["type"];
        if is(kind, "array") {
            return json!([self.of(&schema["items"], schemas, depth + 1)]);
        }
        if is(kind, "object") {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let shown = |(name, field): (&String, &Value)| (name.clone(), self.of(field, schemas, depth + 1));
            return Value::Object(fields.map(shown).collect());
        }
        if is(kind, "boolean") {
            return Value::Bool(false);
        }
        if is(kind, "integer") {
            return schema.get("minimum").cloned().unwrap_or_else(|| json!(1));
        }
        json!(UNKNOWN)
    }

    /// What a field of this name holds; `kind` is its JSON type, or several.
    fn usual(&self, schema: &str, field: &str, kind: &Value) -> Option<Value> {
        match (schema, field) {
            (_, "name") if is(kind, "object") => {
                return Some(json!({ "zh-CN": "温度传感器", "en": "Temperature sensor" }));
            }
            ("Problem", "status") => return Some(json!(422)),
            _ if !is(kind, "string") => return None,
            _ => {}
        }
        let own = self.fields.get(&format!("{schema}.{field}")).or_else(|| self.fields.get(field)).cloned();
        own.or_else(|| match field {
            day if day.ends_with("_on") => Some(json!("2026-11-23")),
            instant if instant.ends_with("_at") => Some(json!("2026-11-23T08:30:00Z")),
            _ => None,
        })
    }
}

/// Whether a JSON type is this one, or has it among several.
fn is(kind: &Value, name: &str) -> bool {
    kind == name || kind.as_array().is_some_and(|all| all.iter().any(|one| one == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_by_hand_has_the_fields_of_its_schema() {
        let examples = Examples::read().unwrap();
        let (_, description) = crate::rooms::api().split_for_parts();
        let document = serde_json::to_value(&description).unwrap();
        for (name, written) in examples.bodies.iter().chain(&examples.answers) {
            let schema = &document["components"]["schemas"][name];
            let known = schema["properties"].as_object().unwrap_or_else(|| panic!("there is no {name}"));
            let written = written.as_object().unwrap();
            for field in written.keys() {
                assert!(known.contains_key(field), "{name} has no {field}");
            }
            for field in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                assert!(written.contains_key(field), "{name} needs {field}");
            }
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
        assert_eq!(Examples::read().unwrap().of(&schema, &schemas, 0), wanted);
    }
}
