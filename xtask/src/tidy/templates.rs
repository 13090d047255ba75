//! Templates hold structure only: no words (those are Fluent's), no style, no script.
//!
//! A word that is the same in every language (a product's name, `PDF`) stands in an element marked `data-literal`.

use super::Finding;
use crate::house::{Source, Tree};

/// Attributes that people read or hear.
const READ_ALOUD: [&str; 6] = ["title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription"];

/// Every template of the product.
pub fn all(tree: &Tree) -> impl Iterator<Item = &Source> {
    tree.with_extension("html").filter(|s| s.krate().is_some() && s.is_below("templates"))
}

pub fn check(tree: &Tree) -> Vec<Finding> {
    all(tree).flat_map(|source| Page::new(source).read()).collect()
}

/// How often a template tells the engine not to escape; the ratchet list names those that may.
pub fn safe_filters(text: &str) -> usize {
    let filter = |after: &str| {
        let rest = after.trim_start();
        rest.strip_prefix("safe").is_some_and(|r| !r.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    text.split('|').skip(1).filter(|after| filter(after)).count()
}

/// The template with everything blanked that the engine, and not the reader, sees: `{{ }}`, `{% %}`, `{# #}`, `<!-- -->`.
fn blank_engine(text: &str) -> String {
    let mut out = text.to_owned();
    for (open, close) in [("{#", "#}"), ("{{", "}}"), ("{%", "%}"), ("<!--", "-->")] {
        let mut from = 0;
        while let Some(start) = out[from..].find(open).map(|n| from + n) {
            let end = out[start..].find(close).map_or(out.len(), |n| start + n + close.len());
            // A block ends a word or an attribute's value as a blank does, byte for byte.
            let blank: String = out[start..end].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
            out.replace_range(start..end, &blank);
            from = end;
        }
    }
    out
}

/// One template while it is read from left to right.
struct Page<'a> {
    source: &'a Source,
    text: String,
    findings: Vec<Finding>,
    /// The element marked `data-literal` that we are in, and how many of its name are open.
    literal: Option<(String, usize)>,
}

impl<'a> Page<'a> {
    fn new(source: &'a Source) -> Page<'a> {
        Page { source, text: blank_engine(&source.text), findings: Vec::new(), literal: None }
    }

    fn read(mut self) -> Vec<Finding> {
        let text = std::mem::take(&mut self.text);
        let mut at = 0;
        while at < text.len() {
            if text[at..].starts_with('<') {
                let end = tag_end(&text, at);
                self.tag(at, &text[at..end]);
                at = end;
            } else {
                let end = text[at..].find('<').map_or(text.len(), |n| at + n);
                self.words(at, &text[at..end]);
                at = end;
            }
        }
        self.findings
    }

    fn note(&mut self, at: usize, what: impl Into<String>) {
        self.findings.push(Finding::at(self.source, at, what));
    }

    fn words(&mut self, at: usize, text: &str) {
        if self.literal.is_some() {
            return;
        }
        let plain = without_entities(text);
        if let Some(word) = plain.split_whitespace().find(|word| word.chars().any(char::is_alphabetic)) {
            let offset = text.find(word).unwrap_or(0);
            self.note(
                at + offset,
                format!("`{word}`: sentences are Fluent messages (or mark the element `data-literal`)"),
            );
        }
    }

    fn tag(&mut self, at: usize, tag: &str) {
        let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
        let closing = inner.starts_with('/');
        let name = inner.trim_start_matches('/').split_whitespace().next().unwrap_or("").to_ascii_lowercase();
        self.literal = match self.literal.take() {
            Some((open, depth)) if open == name && closing => (depth > 1).then(|| (open, depth - 1)),
            Some((open, depth)) if open == name => Some((open, depth + 1)),
            other => other,
        };
        if closing {
            return;
        }
        let attributes = attributes(&inner[name.len().min(inner.len())..]);
        let has = |wanted: &str| attributes.iter().any(|(key, _)| key == wanted);
        let literal = has("data-literal");
        if name == "style" || (name == "script" && !has("src")) {
            self.note(at, format!("<{name}> inline: the page's policy forbids it; put it into a file"));
        }
        for (key, value) in &attributes {
            if key == "style" || (key.starts_with("on") && key.len() > 2) {
                self.note(at, format!("`{key}=`: the page's policy forbids it; use a class or an element of ours"));
            }
            let spoken = READ_ALOUD.contains(&key.as_str()) && !literal && self.literal.is_none();
            if spoken && without_entities(value).chars().any(char::is_alphabetic) {
                self.note(at, format!("`{key}=\"{}\"`: sentences are Fluent messages", value.trim()));
            }
        }
        if literal && self.literal.is_none() {
            self.literal = Some((name, 1));
        }
    }
}

/// The offset behind the `>` that ends the tag; one inside quotes does not.
fn tag_end(text: &str, start: usize) -> usize {
    let mut quote = None;
    for (i, c) in text[start..].char_indices() {
        match (quote, c) {
            (None, '>') => return start + i + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(q), c) if q == c => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn attributes(mut text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '/' || c == '=');
        let length = text.find(|c: char| c.is_whitespace() || c == '=' || c == '/').unwrap_or(text.len());
        if length == 0 {
            return found;
        }
        let key = text[..length].to_ascii_lowercase();
        text = &text[length..];
        let mut value = String::new();
        if let Some(rest) = text.trim_start().strip_prefix('=') {
            let rest = rest.trim_start();
            let (inside, after) = match rest.chars().next() {
                Some(q @ ('"' | '\'')) => rest[1..].split_once(q).unwrap_or((&rest[1..], "")),
                _ => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
            };
            value = inside.to_owned();
            text = after;
        }
        found.push((key, value));
    }
}

/// `&nbsp;` and its like say nothing in any language.
fn without_entities(text: &str) -> String {
    let mut out = String::new();
    for (i, part) in text.split('&').enumerate() {
        let entity =
            part.split_once(';').filter(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#'));
        out.push_str(match entity {
            Some((_, rest)) if i > 0 => rest,
            _ => part,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample::{says, table};
    use super::*;

    const PAGE: &str = "crates/web/templates/page.html";

    #[test]
    fn good_and_bad() {
        table(
            check,
            &[
                (PAGE, "<h1>{{ t.text(\"orders\") }}</h1>&nbsp;· 1 – {% if a > b %}<b>{# note #}</b>{% endif %}", ""),
                (PAGE, "<!doctype html>\n<p>\n  Pay now</p>", ":3: `Pay`"),
                (PAGE, "<p>付款</p>", "`付款`"),
                (PAGE, "<p data-literal>PDF <b>A</b> <p>B</p> C</p>", ""),
                (PAGE, "<p data-literal>PDF</p> <p>XLSX</p>", "`XLSX`"),
                (PAGE, "<input placeholder=\"Name\">", "`placeholder=\"Name\"`"),
                (PAGE, "<input placeholder=\"{{ t.text(\"name\") }}\" name=\"name\">", ""),
                (PAGE, "<a title=\"PDF\" data-literal href=x>PDF</a>", ""),
                (PAGE, "<p style=\"color:red\"></p>", "`style=`"),
                (PAGE, "<p onclick='go()'></p>", "`onclick=`"),
                (PAGE, "<script src=\"/assets/live.js\" type=module></script>", ""),
                (PAGE, "<script>1 > 0</script>", "<script> inline"),
                (PAGE, "<style></style>", "<style> inline"),
                (PAGE, "<option value=\"on\" {% if x == \"<\" %}selected{% endif %}></option>", ""),
                (PAGE, "<!-- a comment --><br/>", ""),
                ("crates/web/other/page.html", "<p>Free</p>", ""),
            ],
        );
    }

    #[test]
    fn broken_markup_ends() {
        for text in ["<", "<p title=\"", "{{ a", "<a =", "<p data-literal", "&", "<!--", "</"] {
            says(check, PAGE, text);
        }
    }

    #[test]
    fn safe_is_counted() {
        for (text, count) in [("{{ a|safe }} {{ b | safe }}", 2), ("{{ a|safely }} | safe_area", 0), ("safe", 0)] {
            assert_eq!(safe_filters(text), count, "{text}");
        }
    }
}
