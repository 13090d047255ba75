//! U+0000: PostgreSQL keeps no text that holds it, so nothing with it names or says anything here, on either engine.

use crate::problem::Fail;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::Refusal;

/// Refuses addresses with it: a path with it leads nowhere, a query with it asks for nothing. Bodies are looked at where they
/// are read.
pub async fn refuse(request: Request, next: Next) -> Response {
    // A percent sign begins an escape wherever it stands, so this is always the character and never text that looks like it.
    let has_nul = |text: &str| text.contains("%00");
    if has_nul(request.uri().path()) {
        return Fail::from(Refusal::not_found("not_found")).into_response();
    }
    if request.uri().query().is_some_and(has_nul) {
        return Fail::from(Refusal::invalid("nul_character")).into_response();
    }
    next.run(request).await
}

/// Whether a JSON text escapes it somewhere; unescaped it is no JSON.
pub(crate) fn is_in_json(text: &[u8]) -> bool {
    const ESCAPE: &[u8] = b"\\u0000";
    text.windows(ESCAPE.len()).enumerate().filter(|(_, window)| *window == ESCAPE).any(|(at, _)| {
        // A backslash that is escaped itself escapes nothing.
        let before = text.iter().take(at).rev().take_while(|byte| **byte == b'\\').count();
        before % 2 == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_told_from_text_that_looks_like_them() {
        for (text, has) in [
            (r#"{"a":"b"}"#, false),
            (r#"{"a":"\u0000"}"#, true),
            (r#"{"a":"x \\\u0000 y"}"#, true),
            (r#"{"\u0000":1}"#, true),
            (r#"{"a":"\\u0000"}"#, false),
            (r#"{"a":"\u0001"}"#, false),
        ] {
            assert_eq!(is_in_json(text.as_bytes()), has, "{text}");
        }
    }
}
