//! The demonstration company's bank: what moved on its account, told month by month as a table.
//!
//! Its people enter what they see on the account until two weeks ago. What came since then they learn from the bank's file alone, as
//! payers wrote it: with an invoice's number, with part of it, with nothing, for two invoices at once, by somebody else.

use super::client::{Client, text};
use crate::failure::Failure;
use jiff::civil::Date;
use kernel::{Currency, Money};
use serde_json::json;

/// Code of the account in the books.
const ACCOUNT: &str = "1002";
const HEAD: &str = "账户明细\r\n账号,0000000000000000000\r\n币种,CNY\r\n交易日期,收入,支出,余额,对方户名,对方账号,摘要,附言,交易流水号\r\n";

/// What moved on the account.
struct Moved {
    on: Date,
    /// In fen; money in above zero.
    minor: i64,
    other: String,
    kind: &'static str,
    words: String,
}

/// An invoice that is paid and that the books do not know of yet.
pub(super) struct Unheard {
    pub on: Date,
    pub payer: &'static str,
    pub invoice: String,
    pub minor: i64,
}

/// The account at the bank.
#[derive(Default)]
pub(super) struct Bank {
    /// Not told yet.
    moved: Vec<Moved>,
    balance: i64,
    lines: u32,
    files: u32,
}

impl Bank {
    /// Money came that the books know of, under the bank's number of it.
    pub fn paid(&mut self, on: Date, minor: i64, payer: &str, number: &str) {
        self.moves(on, minor, payer, "转账", format!("货款 {number}"));
    }

    /// What a bank takes and gives by itself.
    pub fn charges(&mut self, on: Date, minor: i64, words: &str) {
        self.moves(on, minor, "示例银行上海分行", if minor < 0 { "收费" } else { "结息" }, words.to_owned());
    }

    /// Something else was bought, which no invoice of ours says.
    pub fn bought(&mut self, on: Date, minor: i64, from: &str, words: &str) {
        self.moves(on, -minor, from, "转账", words.to_owned());
    }

    fn moves(&mut self, on: Date, minor: i64, other: &str, kind: &'static str, words: String) {
        self.moved.push(Moved { on, minor, other: other.to_owned(), kind, words });
    }

    /// What customers paid without a word to anybody but the bank. The first who pays two invoices pays them together.
    pub async fn hear(&mut self, client: &Client, mut unheard: Vec<Unheard>) -> Result<(), Failure> {
        let payers: Vec<&str> = unheard.iter().map(|one| one.payer).collect();
        let twice = payers.iter().enumerate().find_map(|(n, payer)| {
            let second = payers.iter().skip(n + 1).position(|other| other == payer)?;
            Some((n, n + 1 + second))
        });
        if let Some((first, second)) = twice {
            let second = unheard.remove(second);
            let first = unheard.remove(first);
            self.moves(first.on.max(second.on), first.minor + second.minor, first.payer, "转账", "合并付款".to_owned());
        }
        for (nth, one) in unheard.into_iter().enumerate() {
            let shown = client.get(&format!("/invoices/{}", one.invoice)).await?;
            let number = text(&shown, "/number");
            let (payer, words) = match nth % 4 {
                0 => (one.payer.to_owned(), format!("货款 {number}")),
                1 => (one.payer.to_owned(), "货款".to_owned()),
                2 => (shortened(one.payer), format!("付{}", number.replace('-', "").to_lowercase())),
                _ => ("华东集团资金结算中心(演示)".to_owned(), "代付货款".to_owned()),
            };
            self.moves(one.on, one.minor, &payer, "转账", words);
        }
        Ok(())
    }

    /// Brings in what moved since the last file; returns the statement's id.
    pub async fn tell(&mut self, client: &Client) -> Result<String, Failure> {
        self.files += 1;
        let mut moved = std::mem::take(&mut self.moved);
        moved.sort_by_key(|one| one.on);
        let mut file = HEAD.to_owned();
        for one in moved {
            self.balance += one.minor;
            self.lines += 1;
            let amount = |minor: i64| Money::new(minor, Currency::CNY).amount();
            let (money_in, money_out) = match one.minor {
                0.. => (amount(one.minor), String::new()),
                _ => (String::new(), amount(-one.minor)),
            };
            let Moved { on, other, kind, words, .. } = &one;
            let (balance, line) = (amount(self.balance), self.lines);
            file += &format!("{on},{money_in},{money_out},{balance},{other},,{kind},{words},D{line:06}\r\n");
        }
        let once = format!("demo-statement-{}", self.files);
        let answer = client.post_file("/statements", &once, &[("account", ACCOUNT)], &file).await?;
        Ok(text(&answer, "/statements/0"))
    }
}

/// The bank's fee posts itself: a rule of the company's own, replayed and switched on.
pub(super) async fn set_up(client: &Client) -> Result<(), Failure> {
    let rule = json!({
        "name": "银行账户管理费", "conditions": { "direction": "out", "text": "账户管理费" }, "action": "post", "account": "5603",
    });
    let rule = text(&client.post("/match-rules", "demo-rule", &rule).await?, "/id");
    for step in ["replay", "activate"] {
        client.post(&format!("/match-rules/{rule}/{step}"), &format!("demo-rule-{step}"), &json!({})).await?;
    }
    Ok(())
}

/// A name as payers write it: without its legal form.
fn shortened(name: &str) -> String {
    let name = name.split('(').next().unwrap_or(name);
    ["股份有限公司", "有限公司"].into_iter().find_map(|form| name.strip_suffix(form)).unwrap_or(name).to_owned()
}
