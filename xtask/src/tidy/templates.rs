//! Templates hold structure only: no words (those are Fluent's), no style, no script.
//!
//! A name that is the same in every language stands in an element marked `data-literal`; names of keys (`<kbd>`), numbers
//! of documents and the few words below need no mark. An inline style sheet, which a document that is sent away needs,
//! is counted by the ratchet.

use super::Finding;
use crate::house::{Source, Tree};

/// Attributes that people read or hear.
const READ_ALOUD: [&str; 6] = ["title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription"];

/// The same for every reader.
const UNIVERSAL: [&str; 9] = ["API", "CSV", "Excel", "HTML", "JSON", "PDF", "QR", "XLSX", "XML"];

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

/// How many style sheets stand in the template itself.
pub fn inline_styles(text: &str) -> usize {
    blank_engine(text).to_ascii_lowercase().matches("<style").count()
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
                at = raw_end(&text, &text[at..end], end);
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
        let plain = without_attributes(&without_entities(text));
        let said = |word: &&str| word.chars().any(char::is_alphabetic) && !is_universal(word);
        if let Some(word) = plain.split_whitespace().find(said) {
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
        let literal = has("data-literal") || name == "kbd";
        if name == "script" && !has("src") {
            self.note(at, "<script> inline: the page's policy forbids it; put it into a file");
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

/// Behind a style sheet or script, when the tag opens one: its text is not the page's.
fn raw_end(text: &str, tag: &str, end: usize) -> usize {
    let tag = tag.to_ascii_lowercase();
    let close = ["style", "script"].into_iter().find(|name| tag.strip_prefix('<').is_some_and(|t| t.starts_with(name)));
    close.map_or(end, |name| text[end..].find(&format!("</{name}")).map_or(text.len(), |n| end + n))
}

/// Whether the word means itself in every language: one of the few, or a number of a document such as `INV-2026-00409`.
fn is_universal(word: &str) -> bool {
    let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
    let number = word.bytes().any(|b| b.is_ascii_digit()) && !word.chars().any(|c| c.is_lowercase() || !c.is_ascii());
    number || UNIVERSAL.contains(&word)
}

/// Attributes that a macro writes stand outside every tag: `aria-invalid="true"`. Those that are read aloud stay.
fn without_attributes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("=\"") {
        let key_start = before.trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '-').len();
        let (kept, key) = before.split_at(key_start);
        let (value, tail) = after.split_once('"').unwrap_or((after, ""));
        out.push_str(kept);
        if key.is_empty() || READ_ALOUD.contains(&key) {
            out.push_str(value);
        }
        rest = tail;
    }
    out + rest
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
                (PAGE, "<p data-literal>Acme</p> <p>Acme</p>", ":1: `Acme`"),
                (PAGE, "<input placeholder=\"Name\">", "`placeholder=\"Name\"`"),
                (PAGE, "<input placeholder=\"{{ t.text(\"name\") }}\" name=\"name\">", ""),
                (PAGE, "<a title=\"PDF\" data-literal href=x>PDF</a>", ""),
                (PAGE, "<p style=\"color:red\"></p>", "`style=`"),
                (PAGE, "<p onclick='go()'></p>", "`onclick=`"),
                (PAGE, "<script src=\"/assets/live.js\" type=module></script>", ""),
                (PAGE, "<script>1 > 0</script>", "<script> inline"),
                (PAGE, "<script>let Pay = 1;</script><style>a { color: Red }</style>", "<script> inline"),
                (PAGE, "<style>a > b { color: red }</style> <p>Pay</p>", "`Pay`"),
                (PAGE, "<kbd>Ctrl K</kbd> PDF, INV-2026-00409 / HRB 12", "`HRB`"),
                (PAGE, "{% macro m() %} aria-invalid=\"true\" id=\"{{ x }}-note\"{% endmacro %}", ""),
                (PAGE, "{% macro m() %} title=\"Pay\" {% endmacro %}", "`Pay`"),
                (PAGE, "<option value=\"on\" {% if x == \"<\" %}selected{% endif %}></option>", ""),
                (PAGE, "<!-- a comment --><br/>", ""),
                ("crates/web/other/page.html", "<p>Free</p>", ""),
            ],
        );
    }

    #[test]
    fn broken_markup_ends() {
        for text in ["<", "<p title=\"", "{{ a", "<a =", "<p data-literal", "&", "<!--", "</", "é=\"", "<style>"] {
            says(check, PAGE, text);
        }
    }

    #[test]
    fn safe_and_style_are_counted() {
        assert_eq!(inline_styles("<style>a</style><STYLE></STYLE>{# <style> #}"), 2);
        for (text, count) in [("{{ a|safe }} {{ b | safe }}", 2), ("{{ a|safely }} | safe_area", 0), ("safe", 0)] {
            assert_eq!(safe_filters(text), count, "{text}");
        }
    }
}
