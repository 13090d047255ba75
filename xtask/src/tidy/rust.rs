//! Just enough of Rust's grammar to look at code without its comments, strings and tests.

/// The text with comments, strings and character literals blanked; every line keeps its place and length in bytes.
pub fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => block_comment_end(bytes, at),
            b'"' => string_end(bytes, at),
            b'r' if !in_word(bytes, at) => match raw_string_end(bytes, at) {
                Some(end) => end,
                None => at,
            },
            b'\'' => char_end(text, at).unwrap_or(at),
            _ => at,
        };
        if end == at {
            at += 1;
            continue;
        }
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| at + n)
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    at
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Whether the byte continues a word: the `r` of `for`, not of `r"…"` or `br"…"`.
fn in_word(bytes: &[u8], at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).map(|i| bytes[i]);
    let word = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    match before(1) {
        Some(b'b' | b'c') => word(before(2)),
        other => word(other),
    }
}

fn raw_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let hashes = bytes[start + 1..].iter().take_while(|b| **b == b'#').count();
    let open = start + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.extend(std::iter::repeat_n(b'#', hashes));
    let length = bytes[open + 1..].windows(close.len()).position(|w| w == close);
    Some(length.map_or(bytes.len(), |n| open + 1 + n + close.len()))
}

/// The end of a character literal; `None` for a lifetime.
fn char_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start + 1..)?;
    let mut chars = rest.char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next()?;
        return chars.find(|(_, c)| *c == '\'').map(|(i, _)| start + 1 + i + 1);
    }
    let (i, second) = chars.next()?;
    (second == '\'').then_some(start + 1 + i + 1)
}

/// [`code`] without modules marked `#[cfg(test)]`.
pub fn code_without_tests(text: &str) -> String {
    let mut code = code(text);
    while let Some(start) = code.find("#[cfg(test)]") {
        let end = match (code[start..].find('{'), code[start..].find(';')) {
            (Some(open), semicolon) if semicolon.is_none_or(|s| open < s) => block_end(&code, start + open),
            (_, Some(semicolon)) => start + semicolon + 1,
            _ => code.len(),
        };
        let blank: String = code[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        code.replace_range(start..end, &blank);
    }
    code
}

/// The offset behind the brace that closes the one at `open`.
pub fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (i, b) in code.bytes().enumerate().skip(open) {
        match b {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return i + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

/// Offsets of a word that stands alone.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let inside = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    code.match_indices(word).map(|(i, _)| i).filter(move |i| {
        let bytes = code.as_bytes();
        !inside(i.checked_sub(1).and_then(|j| bytes.get(j))) && !inside(bytes.get(i + word.len()))
    })
}

/// A function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// Offset of `fn`.
    pub start: usize,
    /// Lines from `fn` to the closing brace.
    pub lines: usize,
}

/// The functions of a blanked text, inner ones too.
pub fn functions(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for start in words(code, "fn") {
        let signature = &code[start + 2..];
        let name: String = signature.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if name.is_empty() {
            continue;
        }
        let mut depth = 0_i32;
        let body = signature.bytes().position(|b| {
            match b {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth -= 1,
                _ => {}
            }
            depth == 0 && (b == b'{' || b == b';')
        });
        if let Some(open) = body.map(|n| start + 2 + n).filter(|n| code.as_bytes()[*n] == b'{') {
            let end = block_end(code, open);
            found.push(Function { name, start, lines: code[start..end].matches('\n').count() + 1 });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_characters_are_blank() {
        for (text, wanted) in [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d */ e", "a                   e"),
            (r#"f("} \" {") + g"#, r#"f(        ) + g"#),
            (r##"f(r#"a"b"#) + g"##, r##"f(        ) + g"##),
            (r#"for x in bar"#, r#"for x in bar"#),
            ("if c == '{' { 'a: loop {} }", "if c ==     { 'a: loop {} }"),
            (r"if c == '\'' { x }", r"if c ==      { x }"),
            ("'é' é", "     é"),
        ] {
            let blank = code(text);
            assert_eq!(blank, wanted, "{text}");
            assert_eq!(blank.len(), text.len(), "{text}");
        }
    }

    #[test]
    fn tests_are_left_out() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { } }\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}";
        let names: Vec<_> = functions(&code_without_tests(text)).into_iter().map(|f| f.name).collect();
        assert_eq!(names, ["a", "c", "e"]);
    }

    #[test]
    fn functions_have_lengths() {
        let text = "trait T { fn none(x: [u8; 2]); }\nfn a(f: fn(u8) -> u8) -> u8\nwhere u8: Copy {\n  fn b() {}\n}\n";
        let found: Vec<_> = functions(&code(text)).into_iter().map(|f| (f.name, f.lines)).collect();
        assert_eq!(found, [("a".to_owned(), 4), ("b".to_owned(), 1)]);
    }

    #[test]
    fn words_stand_alone() {
        assert_eq!(words("f32 xf32 f32x f32", "f32").count(), 2);
    }
}
