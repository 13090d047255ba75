//! Every message exists in Chinese and in English, once, with the same attributes and variables; Chinese sentences have
//! Chinese punctuation.

use super::Finding;
use crate::house::{Source, Tree};
use std::collections::{BTreeMap, BTreeSet};

const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// A message or one of its attributes, and the variables in it.
type Messages<'a> = BTreeMap<String, (&'a Source, usize, BTreeSet<String>)>;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut crates: BTreeMap<&str, [Messages; 2]> = BTreeMap::new();
    for source in tree.with_extension("ftl") {
        let Some(name) = source.krate() else { continue };
        let Some(language) = LANGUAGES.iter().position(|tag| speaks(source, tag)) else {
            findings.push(Finding::new(&source.path, 0, "is in neither language of the product (zh-CN, en)"));
            continue;
        };
        if LANGUAGES[language] == "zh-CN" {
            findings.extend(half_width(source));
        }
        for (id, line, variables) in messages(&source.text) {
            let known = &mut crates.entry(name).or_default()[language];
            if known.contains_key(&id) {
                findings.push(Finding::new(&source.path, line, format!("`{id}` is there twice")));
            }
            known.insert(id, (source, line, variables));
        }
    }
    for (name, [chinese, english]) in &crates {
        findings.extend(missing(name, chinese, english, LANGUAGES[1]));
        findings.extend(missing(name, english, chinese, LANGUAGES[0]));
        for (id, (source, line, variables)) in english {
            if chinese.get(id).is_some_and(|(_, _, others)| others != variables) {
                findings.push(Finding::new(&source.path, *line, format!("`{id}` has other variables in zh-CN")));
            }
        }
    }
    findings
}

/// Punctuation of Latin type beside a Chinese character.
fn half_width(source: &Source) -> Vec<Finding> {
    let is_chinese = |c: char| matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    let is_half = |c: char| ",;:()!?".contains(c);
    let beside = |(a, b): (char, char)| (is_half(a) && is_chinese(b)) || (is_chinese(a) && is_half(b));
    let sentences = source.text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    let wrong = sentences.filter(|(_, line)| line.chars().zip(line.chars().skip(1)).any(beside));
    wrong
        .map(|(at, _)| Finding::new(&source.path, at + 1, "has half-width punctuation beside a Chinese character"))
        .collect()
}

fn missing(name: &str, here: &Messages, there: &Messages, language: &str) -> Vec<Finding> {
    let absent = here.iter().filter(|(id, _)| !there.contains_key(*id));
    absent
        .map(|(id, (source, line, _))| {
            Finding::new(&source.path, *line, format!("`{id}` is missing in {language} of {name}"))
        })
        .collect()
}

/// `locale/en.ftl`, `locale/en/orders.ftl` and `locale/orders.en.ftl` are all English.
fn speaks(source: &Source, tag: &str) -> bool {
    source.path.trim_end_matches(".ftl").split(['/', '.']).any(|part| part == tag)
}

/// Ids (`pay`, `-brand`), attributes (`pay.title`), their lines and variables.
fn messages(text: &str) -> Vec<(String, usize, BTreeSet<String>)> {
    let mut found: Vec<(String, usize, BTreeSet<String>)> = Vec::new();
    let mut message = String::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        let indented = line.starts_with([' ', '\t']);
        let key = line.split_once('=').map_or("", |(key, _)| key.trim());
        let is_key = |key: &str| {
            key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
                && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        };
        if !indented && is_key(key) {
            key.clone_into(&mut message);
            found.push((message.clone(), i + 1, BTreeSet::new()));
        } else if let Some(attribute) = key.strip_prefix('.').filter(|a| indented && is_key(a)) {
            found.push((format!("{message}.{attribute}"), i + 1, BTreeSet::new()));
        }
        if let Some((_, _, variables)) = found.last_mut() {
            variables.extend(line.split('$').skip(1).map(|after| {
                after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect::<String>()
            }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::sample::tree;
    use super::*;

    fn said(chinese: &str, english: &str) -> Vec<String> {
        let tree = tree(&[("crates/a/locale/zh-CN/a.ftl", chinese), ("crates/a/locale/en.ftl", english)]);
        check(&tree).into_iter().map(|f| f.to_string()).collect()
    }

    #[test]
    fn pairs_agree() {
        let chinese = "# 付款, 注释\npay = 付 { $amount }，PDF (A4)\n    .title = 付款\n-brand = 顺付\n";
        let english = "-brand = Shunfu\npay =\n    Pay { $amount } now, it = money\n    .title = Pay\n";
        assert_eq!(said(chinese, english), [""; 0]);
    }

    #[test]
    fn differences_are_told() {
        for (chinese, english, part) in [
            ("pay = 付\n", "", "zh-CN/a.ftl:1: `pay` is missing in en of a"),
            ("", "\npay = Pay\n", "en.ftl:2: `pay` is missing in zh-CN of a"),
            ("pay = 付\n .title = 付\n", "pay = Pay\n", "`pay.title` is missing in en"),
            ("pay = 付\npay = 付\n", "pay = Pay\n", "`pay` is there twice"),
            ("pay = 付 { $amount }\n", "pay = Pay { $sum }\n", "`pay` has other variables"),
            ("pay = 已付, 谢谢\n", "pay = Paid, thanks\n", "zh-CN/a.ftl:1: has half-width punctuation"),
            ("# 甲\npay = 付(PDF)\n", "pay = Pay (PDF)\n", "zh-CN/a.ftl:2: has half-width"),
        ] {
            let said = said(chinese, english);
            assert!(said.len() == 1 && said[0].contains(part), "{said:?} wanted {part}");
        }
        assert_eq!(check(&tree(&[("crates/a/locale/de.ftl", "")])).len(), 1);
    }
}
