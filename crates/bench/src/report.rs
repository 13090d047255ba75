//! The page that is written: ratios first, then what they are made of.

use crate::figures::Ratio;
use crate::measures::Settings;

/// One line of a table: what was asked, the figure, the target, whether it is met.
#[derive(Debug, Clone)]
pub struct Row {
    pub what: String,
    pub figure: String,
    pub target: String,
    pub met: Option<bool>,
}

impl Row {
    /// A ratio of rounds, median and extremes, against the least that is wanted, in hundredths.
    pub fn at_least(what: &str, rounds: &[Ratio], least: u64) -> Row {
        let met = Ratio::spread(rounds).0 >= Ratio(least);
        Row { target: format!("≥ {} ×", Ratio(least)), met: Some(met), ..Row::ratio(what, rounds) }
    }

    /// The same against the most that is allowed.
    pub fn at_most(what: &str, rounds: &[Ratio], most: u64) -> Row {
        let met = Ratio::spread(rounds).0 <= Ratio(most);
        Row { target: format!("≤ {} ×", Ratio(most)), met: Some(met), ..Row::ratio(what, rounds) }
    }

    /// The same without a target.
    pub fn ratio(what: &str, rounds: &[Ratio]) -> Row {
        let (median, low, high) = Ratio::spread(rounds);
        Row::plain(what, format!("**{median} ×** ({low} … {high})"))
    }

    /// A figure without a target.
    pub fn plain(what: &str, figure: String) -> Row {
        Row { what: what.to_owned(), figure, target: String::new(), met: None }
    }

    /// A figure against a limit.
    pub fn judged(what: &str, figure: String, target: &str, met: bool) -> Row {
        Row { what: what.to_owned(), figure, target: target.to_owned(), met: Some(met) }
    }
}

/// A section of the page.
pub fn section(title: &str, how: &str, rows: &[Row]) -> String {
    let mut text = format!("## {title}\n\n{how}\n\n| | measured | target | |\n| --- | --- | --- | --- |\n");
    for row in rows {
        let met = match row.met {
            None => "",
            Some(true) => "met",
            Some(false) => "**not met**",
        };
        text.push_str(&format!("| {} | {} | {} | {met} |\n", row.what, row.figure, row.target));
    }
    text
}

/// A section with what it was measured by, under its title.
pub fn dated(section: &str, settings: &Settings) -> String {
    let (title, rest) = section.split_once('\n').unwrap_or((section, ""));
    let (rounds, seconds) = (settings.rounds, settings.seconds);
    let day = jiff::Timestamp::now().strftime("%Y-%m-%d");
    format!("{title}\n\nMeasured on {day}, in {rounds} rounds of {seconds} s for each side.\n{rest}")
}

/// The page with these sections in the place of older ones, a new one behind all. A section that comes from another machine than the page
/// says from which.
pub fn renewed(page: &str, machine: &str, sections: &[String]) -> String {
    let is_here = page.contains(machine);
    let mut page = page.trim_end().to_owned() + "\n";
    for section in sections {
        let (title, rest) = section.split_once('\n').unwrap_or((section, ""));
        let section =
            if is_here { section.clone() } else { format!("{title}\n\nOn another machine:\n\n{machine}{rest}") };
        let Some(start) = page.find(&format!("{title}\n")) else {
            page.push_str(&format!("\n{section}"));
            continue;
        };
        let end = page[start + 1..].find("\n## ").map_or(page.len(), |at| start + at + 2);
        let gap = if end < page.len() { "\n" } else { "" };
        page.replace_range(start..end, &format!("{section}{gap}"));
    }
    page
}

/// The whole page.
pub fn page(machine: &str, sections: &[String]) -> String {
    format!(
        "# Benchmarks\n\nWritten by `cargo xtask bench`. Product and peer ran in the same run on the same machine, one after the \
         other in every round; a figure is the median of the rounds, with the least and the most in brackets. On another \
         machine trust the ratios, and measure again.\n\n{machine}\n{}",
        sections.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        let rounds = [Ratio(310), Ratio(290), Ratio(305)];
        assert_eq!(Row::at_least("x", &rounds, 300).met, Some(true));
        assert_eq!(Row::at_least("x", &rounds, 306).met, Some(false));
        assert_eq!(Row::at_most("x", &rounds, 305).met, Some(true));
        assert_eq!(Row::at_most("x", &rounds, 300).met, Some(false));
        let text = section("T", "How.", &[Row::at_least("x", &rounds, 300)]);
        assert!(text.contains("| x | **3.05 ×** (2.90 … 3.10) | ≥ 3.00 × | met |"), "{text}");
    }

    #[test]
    fn one_section_is_renewed() {
        let sections = ["One", "Two", "Three"].map(|title| section(title, "How.", &[]));
        let old = page("- 2 cores\n", &sections);
        for title in ["One", "Two", "Three"] {
            let new = section(title, "Another way.", &[]);
            let renewed = renewed(&old, "- 2 cores\n", std::slice::from_ref(&new));
            let expected = sections.clone().map(|section| if section.contains(title) { new.clone() } else { section });
            assert_eq!(renewed, page("- 2 cores\n", &expected), "{title}");
        }
        let four = renewed(&old, "- 2 cores\n", &[section("Four", "How.", &[])]);
        assert!(four.starts_with(&old) && four.ends_with(&section("Four", "How.", &[])), "{four}");
        let there = renewed(&old, "- 64 cores\n", &sections[1..2]);
        assert!(
            there.contains("## Two\n\nOn another machine:\n\n- 64 cores\n") && there.contains("## Three\n\nHow."),
            "{there}"
        );
    }
}
