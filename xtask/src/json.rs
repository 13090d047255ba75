//! Reads one text field of a flat JSON object: the ready file of the demonstration needs no more.

/// The value of `"name": "value"`, unescaped; `None` when there is no such field or it is no text.
pub fn text_field(json: &str, name: &str) -> Option<String> {
    let key = format!("\"{name}\"");
    let after = json.split_once(&key)?.1.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let mut value = String::new();
    let mut chars = after.chars();
    loop {
        match chars.next()? {
            '"' => return Some(value),
            '\\' => value.push(match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'u' => {
                    let digits: String = chars.by_ref().take(4).collect();
                    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                }
                other => other,
            }),
            plain => value.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_ready_file() {
        let json =
            r#"{"url": "http://127.0.0.1:8080", "api_key":"sk_\"a\u0041", "staff":{"email":"a@b.example"}, "n": 1}"#;
        for (name, value) in [
            ("url", Some("http://127.0.0.1:8080")),
            ("api_key", Some("sk_\"aA")),
            ("email", Some("a@b.example")),
            ("n", None),
            ("absent", None),
        ] {
            assert_eq!(text_field(json, name).as_deref(), value, "{name}");
        }
        assert_eq!(text_field(r#"{"url": "http"#, "url"), None);
    }
}
