//! Rules that people write: what a line says, and what it is then.

use crate::books::Line;
use crate::name::folded;
use crate::score::BY_AMOUNT;
use kernel::Currency;

/// Which way the money went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    In,
    Out,
}

/// What a line must say; all conditions of a rule together. Words are compared without case and width, Chinese without blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    Direction(Direction),
    /// The text, or a reference, has these words.
    TextHas(String),
    /// The name of the other side has these words.
    PayerHas(String),
    /// The bank's code is this.
    Code(String),
    /// The line is in this currency, and its amount without its sign lies between these, in minor units, both included.
    Amount(Currency, i64, i64),
}

/// What a line is then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The other side is posted to the account of this code.
    Post(String),
    /// Nothing of the company's: it is set aside.
    Ignore,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub conditions: Vec<Condition>,
    pub action: Action,
}

impl Rule {
    /// How sure an answer by a rule is, in thousandths: somebody wrote it, and saw what it would have done.
    pub const SCORE: u16 = 999;

    /// Whether an answer by a rule stands alone beside another of this score. It does not beside an entry of the very amount near the
    /// day: somebody was there before it, and what a rule says would be posted again.
    pub const fn outweighs(score: u16) -> bool {
        score < BY_AMOUNT
    }

    /// Whether a line says what the rule asks for. A rule without conditions fits nothing.
    pub fn fits(&self, line: &Line<'_>) -> bool {
        !self.conditions.is_empty() && self.conditions.iter().all(|condition| condition.holds(line))
    }
}

impl Condition {
    fn holds(&self, line: &Line<'_>) -> bool {
        match self {
            Condition::Direction(Direction::In) => line.amount.is_positive(),
            Condition::Direction(Direction::Out) => line.amount.is_negative(),
            Condition::TextHas(words) => has(line.text, words) || line.references.iter().any(|text| has(text, words)),
            Condition::PayerHas(words) => line.payer.is_some_and(|payer| has(payer, words)),
            Condition::Code(code) => line.code.is_some_and(|said| said.eq_ignore_ascii_case(code)),
            Condition::Amount(currency, least, most) => {
                let minor = line.amount.minor().saturating_abs();
                line.amount.currency() == *currency && (*least..=*most).contains(&minor)
            }
        }
    }
}

/// Whether a text has these words, both without case and width; blanks are taken together, and in Chinese they are nothing.
fn has(text: &str, words: &str) -> bool {
    let words = folded(words);
    !words.is_empty() && folded(text).contains(&words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Currency, Money};

    #[test]
    fn words_as_banks_write_them() {
        for (text, words, expected) in [
            ("电 话 费 8月", "电话费", true),
            ("电话费", "电 话 费", true),
            ("貿易款", "贸易款", true),
            ("ＡＴＭ　Ｆｅｅ", "atm fee", true),
            ("手续费ATM 费", "atm费", true),
            ("ATM fee", "atmfee", false),
            ("电信", "电话费", false),
        ] {
            assert_eq!(has(text, words), expected, "{text} {words}");
        }
    }

    #[test]
    fn every_condition() {
        let line = Line {
            amount: Money::new(-1_250, Currency::CNY),
            on: "2026-11-02".parse().unwrap(),
            references: &["MSC-77"],
            text: "Account  maintenance\nfee November",
            payer: Some("示例银行"),
            account: None,
            code: Some("NCHG"),
        };
        use Condition as C;
        for (condition, wanted) in [
            (C::Direction(Direction::Out), true),
            (C::Direction(Direction::In), false),
            (C::TextHas("maintenance FEE".into()), true),
            (C::TextHas("msc-77".into()), true),
            (C::TextHas("interest".into()), false),
            (C::TextHas(" ".into()), false),
            (C::PayerHas("银行".into()), true),
            (C::PayerHas("Bank".into()), false),
            (C::Code("nchg".into()), true),
            (C::Code("NTRF".into()), false),
            (C::Amount(Currency::CNY, 1_000, 1_250), true),
            (C::Amount(Currency::CNY, 1_251, 9_999), false),
            (C::Amount(Currency::EUR, 1_000, 1_250), false),
        ] {
            let rule = Rule { conditions: vec![condition.clone()], action: Action::Ignore };
            assert_eq!(rule.fits(&line), wanted, "{condition:?}");
        }
        let both = vec![C::Code("NCHG".into()), C::Direction(Direction::In)];
        assert!(!Rule { conditions: both, action: Action::Ignore }.fits(&line));
        assert!(!Rule { conditions: Vec::new(), action: Action::Ignore }.fits(&line));
    }
}
