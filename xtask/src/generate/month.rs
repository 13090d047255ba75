//! The months, line by line: what stands on each line, what it is in truth, and whether anybody could know.

use super::company::{Company, account_number};
use super::directory::{Directory, Level};
use super::name::{Form, Name};
use super::plan::{Event, Other, Payment, What};
use super::rates::{How, Settles};
use super::reading::Readings;
use super::rng::Rng;
use super::truth::{Fact, Label, Settled};
use super::verdict::{Answer, Court, Evidence, Verdict};
use super::words::{self, Words};

/// What the bank writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// From one; the bank's reference is `B` and seven digits of it.
    pub ordinal: usize,
    pub day: super::calendar::Day,
    /// Money in above nought.
    pub amount_minor: i64,
    pub is_reversal: bool,
    pub name: String,
    pub account: String,
    pub words: Words,
}

impl Line {
    pub fn reference(ordinal: usize) -> String {
        format!("B{ordinal:07}")
    }
}

/// The months on their way.
pub struct Months<'a> {
    seed: u64,
    company: &'a Company,
    directory: Directory,
    /// Per invoice: what is open in truth, to whoever finds out all that can be, and to whoever reads plainly.
    open_minor: Vec<i64>,
    clever_minor: Vec<i64>,
    plain_minor: Vec<i64>,
    /// Per invoice: what each line brought, and what was given up.
    pub settled: Vec<Settled>,
    /// By event: its line, nought where it has none.
    lines: Vec<usize>,
    count: usize,
}

impl<'a> Months<'a> {
    pub fn begin(seed: u64, company: &'a Company, events: &[Event]) -> Months<'a> {
        let mut directory = Directory::of(company);
        for event in events {
            if let What::Payment(Payment { account: Some(account), how, settles: Settles::Full, .. }) = &event.what
                && matches!(
                    how,
                    How::Exact | How::EndToEnd | How::Structured | How::Swiss | How::LowerCase | How::Slashes
                )
            {
                directory.tell(*account);
            }
        }
        let totals: Vec<i64> = company.invoices.iter().map(|invoice| invoice.total_minor).collect();
        Months {
            seed,
            company,
            directory,
            clever_minor: totals.clone(),
            plain_minor: totals.clone(),
            settled: vec![Settled::default(); totals.len()],
            open_minor: totals,
            lines: vec![0; events.len()],
            count: 0,
        }
    }

    /// What is left of an invoice at the end.
    pub fn open(&self, invoice: usize) -> i64 {
        self.open_minor[invoice]
    }

    /// The line of an event; nothing where it would have said something wrong, and nobody could have told.
    pub fn line(&mut self, event: &Event) -> Option<(Line, Fact)> {
        let mut rng = Rng::of(self.seed, "line", event.id);
        let told = match &event.what {
            What::Payment(payment) => self.payment(&mut rng, event, payment)?,
            What::Return { of, payment } => self.returned(&mut rng, event, *of, payment)?,
            What::Refund { customer, amount_minor } => {
                let name = self.company.customers[*customer].name.written(Form::Full);
                let account = self.company.accounts[self.company.customers[*customer].accounts[0]].number.clone();
                let purpose = rng.word(&["退款", "Refund of overpayment", "Rückzahlung"]).to_owned();
                let line = self.blank(event, -amount_minor, name, account, purpose);
                let fact = Fact { customer: Some(*customer), ..Fact::plain("refund", "refund") };
                (line, fact)
            }
            What::Other { kind, amount_minor } => self.other(&mut rng, event, *kind, *amount_minor),
        };
        self.count += 1;
        self.lines[event.id] = self.count;
        Some(told)
    }

    fn blank(&self, event: &Event, amount_minor: i64, name: String, account: String, purpose: String) -> Line {
        Line {
            ordinal: self.count + 1,
            day: event.day,
            amount_minor,
            is_reversal: false,
            name,
            account,
            words: Words { purpose, ..Words::default() },
        }
    }

    /// A payment's line. Where it would single out something else than the truth it is written again with the full reference, as
    /// no reader could be right about it; where that does not help either, it is left out.
    fn payment(&mut self, rng: &mut Rng, event: &Event, payment: &Payment) -> Option<(Line, Fact)> {
        let mut payment = payment.clone();
        // What was taken back or not paid after all is not paid in parts.
        if payment.settles != Settles::Twice && payment.parts.iter().any(|(p, part)| self.open_minor[*p] < *part) {
            return None;
        }
        if payment.settles == Settles::Twice && payment.parts.iter().any(|(place, _)| self.open_minor[*place] > 0) {
            return None;
        }
        let (name, account) = self.payer(rng, &payment);
        for _ in 0..2 {
            let words = words::draw(rng, self.company, &payment);
            let mut line = self.blank(event, payment.amount_minor(), name.clone(), account.clone(), String::new());
            line.words = words;
            if payment.settles == Settles::Twice {
                line.amount_minor = payment.over_minor;
            }
            if let Some((label, candidates)) = self.label(&line, &payment) {
                self.settle(&line, &payment, label);
                return Some((line, Fact::payment(&payment, label, candidates)));
            }
            payment.how = if payment.parts.len() > 1 { How::Listed } else { How::Exact };
        }
        None
    }

    fn payer(&self, rng: &mut Rng, payment: &Payment) -> (String, String) {
        match payment.account {
            Some(place) => {
                let account = &self.company.accounts[place];
                let name = self.company.customers[payment.customer].name.written(account.form);
                (name, account.number.clone())
            }
            None => {
                let name = Name::draw(rng);
                (name.written(Form::Full), account_number(rng, &name))
            }
        }
    }

    /// How well the line tells its truth, and what else it may mean; nothing where it tells something else.
    fn label(&self, line: &Line, payment: &Payment) -> Option<(Label, Vec<Answer>)> {
        let mut truth = Answer::of(payment);
        if payment.settles == Settles::Twice {
            truth = Answer { parts: Vec::new(), ..truth };
        }
        let evidence = Evidence {
            day: line.day,
            amount_minor: line.amount_minor,
            name: &line.name,
            account: payment.account,
            readings: Readings::of(line.words.fields(), self.company.years()),
            customer: self.directory.by_tax_number(&line.words.purpose),
        };
        let court = |level, open_minor| Court { company: self.company, directory: &self.directory, level, open_minor };
        let clever = court(Level::Clever, &self.clever_minor).judge(&evidence);
        let plain = court(Level::Plain, &self.plain_minor).judge(&evidence);
        let misleads = |verdict: &Verdict| matches!(verdict, Verdict::One(answer) if *answer != truth);
        if misleads(&clever) || misleads(&plain) {
            return None;
        }
        match (clever, plain) {
            (Verdict::One(_), Verdict::One(_)) => Some((Label::Demanded, Vec::new())),
            (Verdict::One(_), Verdict::Open(_)) => Some((Label::Clever, Vec::new())),
            // A plain reader saw it: the books differ, not the line.
            (Verdict::Open(_), Verdict::One(_)) => Some((Label::Clever, Vec::new())),
            (Verdict::Open(mut answers), Verdict::Open(_)) => {
                if !answers.contains(&truth) {
                    answers.push(truth);
                }
                answers.sort_unstable();
                Some((Label::Ambiguous, answers))
            }
        }
    }

    fn settle(&mut self, line: &Line, payment: &Payment, label: Label) {
        if payment.settles == Settles::Twice {
            return;
        }
        let gives_up = payment.given_up_minor > 0;
        for (place, part) in &payment.parts {
            let less = |open: &mut i64| *open = if gives_up { 0 } else { (*open - part).max(0) };
            less(&mut self.open_minor[*place]);
            if label != Label::Ambiguous {
                less(&mut self.clever_minor[*place]);
            }
            if label == Label::Demanded {
                less(&mut self.plain_minor[*place]);
            }
            self.settled[*place].lines.push((line.ordinal, *part));
            self.settled[*place].given_up_minor += payment.given_up_minor;
        }
        if let Some(account) = payment.account.filter(|_| label == Label::Demanded) {
            self.directory.learn(account, payment.customer, line.day);
        }
    }

    /// The bank takes a payment back: the invoice is open again, to a plain reader at least.
    fn returned(&mut self, rng: &mut Rng, event: &Event, of: usize, payment: &Payment) -> Option<(Line, Fact)> {
        let ordinal = self.lines.get(of).copied().filter(|ordinal| *ordinal > 0)?;
        let (name, account) = self.payer(rng, payment);
        let numbers: Vec<String> = payment.parts.iter().map(|(place, _)| self.company.number_of(*place)).collect();
        let purpose = format!("RETURN {} {}", Line::reference(ordinal), numbers.join(" "));
        let mut line = self.blank(event, -payment.amount_minor(), name, account, purpose);
        line.is_reversal = true;
        let back: Vec<(usize, i64)> = payment.parts.iter().map(|(place, part)| (*place, -part)).collect();
        for (place, part) in &back {
            self.open_minor[*place] -= part;
            self.plain_minor[*place] = self.open_minor[*place];
            self.settled[*place].lines.push((line.ordinal, *part));
        }
        let fact = Fact {
            customer: Some(payment.customer),
            parts: back,
            returns: Some(ordinal),
            ..Fact::plain("other", "returned")
        };
        Some((line, fact))
    }

    fn other(&self, rng: &mut Rng, event: &Event, kind: Other, amount_minor: i64) -> (Line, Fact) {
        let someone = |rng: &mut Rng| {
            let name = Name::draw(rng);
            (name.written(Form::Full), account_number(rng, &name))
        };
        let (_, month, _) = event.day.parts();
        let no_one = || (String::new(), String::new());
        let (kind, how, (name, account), purpose) = match kind {
            Other::Charges => ("fee", "charges", no_one(), format!("账户管理费 {month}月 ACCOUNT FEE")),
            Other::Interest => ("interest", "interest", no_one(), "结息 INTEREST".to_owned()),
            Other::Salary => {
                let name = Name::ChinesePerson { family: rng.place(20), given: [rng.place(30), rng.place(30)] };
                let account = account_number(rng, &name);
                ("other", "salary", (name.written(Form::Full), account), format!("工资 {month}月"))
            }
            Other::Rent => ("other", "rent", someone(rng), format!("房租 {month}月 合同 RE-2025-{}", rng.digits(7))),
            Other::Tax => ("other", "tax", ("国家金库".to_owned(), String::new()), "缴税 增值税".to_owned()),
            Other::OwnAccount => {
                let account = "3100660180099999999".to_owned();
                ("transfer", "own_account", ("示例公司".to_owned(), account), "内部转账 own transfer".to_owned())
            }
            Other::Supplier => ("other", "supplier", someone(rng), format!("采购款 PO 45{}", rng.digits(8))),
            Other::Payout => {
                let provider = rng.word(&["示例支付服务", "SAMPLE CARD SERVICES", "示例钱包结算"]);
                let purpose = format!("PAYOUT {} {} TXN NET", rng.digits(10), rng.between(3, 80));
                ("transfer", "payout", (provider.to_owned(), String::new()), purpose)
            }
        };
        (self.blank(event, amount_minor, name, account, purpose), Fact::plain(kind, how))
    }
}
