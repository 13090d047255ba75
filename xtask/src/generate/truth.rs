//! The truth beside the lines, as JSON: one object, its lines and invoices one to a line of text.

use super::company::Company;
use super::month::{Line, Months};
use super::name::Form;
use super::plan::Payment;
use super::rates::Settles;
use super::verdict::Answer;
use std::io::{self, Write};

/// How well a line tells what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// By what stands on it and was settled before.
    Demanded,
    /// By more than is asked of a product.
    Clever,
    /// Nobody could know.
    Ambiguous,
}

/// What became of an invoice.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// Ordinals with what each brought; below nought was taken back.
    pub lines: Vec<(usize, i64)>,
    pub given_up_minor: i64,
}

/// What a line is.
#[derive(Debug, Clone)]
pub struct Fact {
    pub kind: &'static str,
    pub how: &'static str,
    pub settles: Option<&'static str>,
    pub customer: Option<usize>,
    pub parts: Vec<(usize, i64)>,
    /// `fee`, `discount`, `short`, `overpaid` or `none`, and how much; a short payment's is known when its line is written.
    pub difference: (&'static str, i64),
    pub label: Label,
    pub candidates: Vec<Answer>,
    /// The ordinal of the payment that the bank takes back.
    pub returns: Option<usize>,
}

impl Fact {
    pub fn plain(kind: &'static str, how: &'static str) -> Fact {
        Fact {
            kind,
            how,
            settles: None,
            customer: None,
            parts: Vec::new(),
            difference: ("none", 0),
            label: Label::Clever,
            candidates: Vec::new(),
            returns: None,
        }
    }

    pub fn payment(payment: &Payment, label: Label, candidates: Vec<Answer>) -> Fact {
        let is_twice = payment.settles == Settles::Twice;
        let difference = match payment.settles {
            Settles::Discount => ("discount", payment.given_up_minor),
            Settles::Fee => ("fee", payment.given_up_minor),
            Settles::Over | Settles::Twice => ("overpaid", payment.over_minor),
            Settles::Part | Settles::Instalment => ("short", 0),
            _ => ("none", 0),
        };
        Fact {
            settles: Some(payment.settles.name()),
            customer: Some(payment.customer),
            parts: if is_twice { Vec::new() } else { payment.parts.clone() },
            difference,
            label,
            candidates,
            ..Fact::plain("payment", payment.how.name())
        }
    }
}

/// An amount with its two decimals.
pub fn money(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    format!("{sign}{}.{:02}", minor / 100, minor % 100)
}

/// A text in JSON; the texts here have no control characters.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Writes the truth piece by piece.
pub struct Truth<W: Write> {
    out: W,
    is_first: bool,
}

impl<W: Write> Truth<W> {
    pub fn begin(mut out: W, seed: u64, company: &Company) -> io::Result<Truth<W>> {
        let (first, last) = (company.first, company.last);
        writeln!(out, "{{\"seed\":{seed},\"currency\":\"CNY\",\"first\":\"{first}\",\"last\":\"{last}\",")?;
        writeln!(out, "\"customers\":[")?;
        for (place, customer) in company.customers.iter().enumerate() {
            let comma = if place == 0 { "" } else { ",\n" };
            let name = quoted(&customer.name.written(Form::Full));
            let tax = customer.tax_number.as_deref().map_or("null".to_owned(), quoted);
            write!(out, "{comma}{{\"code\":\"{}\",\"name\":{name},\"tax_number\":{tax}}}", Company::code_of(place))?;
        }
        writeln!(out, "],\n\"lines\":[")?;
        Ok(Truth { out, is_first: true })
    }

    fn comma(&mut self) -> &'static str {
        if std::mem::take(&mut self.is_first) { "" } else { ",\n" }
    }

    pub fn line(&mut self, company: &Company, months: &Months, line: &Line, fact: &Fact) -> io::Result<()> {
        let customer = fact.customer.map_or("null".to_owned(), |place| quoted(&Company::code_of(place)));
        let (kind, missing) = fact.difference;
        let difference = match (kind, fact.parts.first()) {
            ("short", Some((place, _))) if months.open(*place) == 0 => {
                "\"kind\":\"none\",\"amount\":\"0.00\"".to_owned()
            }
            ("short", Some((place, _))) => {
                format!("\"kind\":\"short\",\"amount\":\"{}\"", money(months.open(*place)))
            }
            _ => format!("\"kind\":\"{kind}\",\"amount\":\"{}\"", money(missing)),
        };
        let comma = self.comma();
        write!(
            self.out,
            "{comma}{{\"line\":\"{}\",\"ordinal\":{},\"date\":\"{}\",\"amount\":\"{}\",\"kind\":\"{}\",\"customer\":{customer},\
             \"invoices\":{},\"difference\":{{{difference}}},\"ambiguous\":{},\"demanded\":{},\"how\":\"{}\"",
            Line::reference(line.ordinal),
            line.ordinal,
            line.day,
            money(line.amount_minor),
            fact.kind,
            parts(company, &fact.parts),
            fact.label == Label::Ambiguous,
            fact.label == Label::Demanded,
            fact.how,
        )?;
        if let Some(settles) = fact.settles {
            write!(self.out, ",\"settles\":\"{settles}\"")?;
        }
        if let Some(ordinal) = fact.returns {
            write!(self.out, ",\"returns\":\"{}\"", Line::reference(ordinal))?;
        }
        if fact.label == Label::Ambiguous {
            let answers = fact.candidates.iter().map(|answer| {
                let (code, parts) = (Company::code_of(answer.customer), parts(company, &answer.parts));
                format!("{{\"customer\":\"{code}\",\"invoices\":{parts}}}")
            });
            write!(self.out, ",\"candidates\":[{}]", answers.collect::<Vec<_>>().join(","))?;
        }
        write!(self.out, "}}")
    }

    pub fn end(mut self, company: &Company, months: &Months) -> io::Result<()> {
        writeln!(self.out, "],\n\"invoices\":[")?;
        self.is_first = true;
        for (place, settled) in months.settled.iter().enumerate() {
            let one = &company.invoices[place];
            let lines = settled.lines.iter().map(|(ordinal, amount)| {
                format!("{{\"line\":\"{}\",\"amount\":\"{}\"}}", Line::reference(*ordinal), money(*amount))
            });
            let (comma, lines) = (self.comma(), lines.collect::<Vec<_>>().join(","));
            write!(
                self.out,
                "{comma}{{\"number\":\"{}\",\"customer\":\"{}\",\"total\":\"{}\",\"open\":\"{}\",\"given_up\":\"{}\",\
                 \"lines\":[{lines}]}}",
                company.number_of(place),
                Company::code_of(one.customer),
                money(one.total_minor),
                money(months.open(place)),
                money(settled.given_up_minor),
            )?;
        }
        writeln!(self.out, "]}}")?;
        self.out.flush()
    }
}

fn parts(company: &Company, parts: &[(usize, i64)]) -> String {
    let parts = parts.iter().map(|(place, amount)| {
        format!("{{\"number\":\"{}\",\"amount\":\"{}\"}}", company.number_of(*place), money(*amount))
    });
    format!("[{}]", parts.collect::<Vec<_>>().join(","))
}
