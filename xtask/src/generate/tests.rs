//! The generated months keep what they promise. An oracle that enumerates what the generator looks up judges small months again.

use super::company::Company;
use super::month::{Line, Months};
use super::name::Form;
use super::plan::{self, Event, What};
use super::rates::{HOW, How, SETTLES, Settles};
use super::statement::Format;
use super::truth::{Fact, Label};
use super::*;
use crate::scratch::Scratch;
use std::collections::{BTreeMap, BTreeSet};

fn drawn(seed: u64, invoices: usize) -> (Company, Vec<Event>) {
    let company = Company::draw(seed, invoices, 4);
    let events = plan::draw(seed, &company);
    (company, events)
}

fn options(seed: u64, invoices: usize) -> Options {
    Options { seed, invoices, months: 3, out: None, formats: Format::ALL.to_vec() }
}

#[test]
fn words_of_the_command() {
    for (words, is_good) in [
        (&["--seed", "7"][..], true),
        (&["--seed", "7", "--invoices", "50", "--months", "2", "--format", "camt", "--out", "x"], true),
        (&["--invoices", "50"], false),
        (&["--seed", "7", "--months", "13"], false),
        (&["--seed", "7", "--format", "ofx"], false),
        (&["--seed"], false),
    ] {
        assert_eq!(Options::parse(words).is_some(), is_good, "{words:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let files = |seed| {
        let folder = Scratch::new("generated").unwrap();
        generate(&options(seed, 300), folder.path()).unwrap();
        let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|p| (p.file_name().unwrap().to_owned(), fs::read(p).unwrap())).collect::<BTreeMap<_, _>>()
    };
    let first = files(5);
    assert_eq!(first.len(), 6);
    assert!(first == files(5));
    assert!(first != files(6));
}

/// Minor units of an amount, with or without its decimals.
fn minor(text: &str) -> i64 {
    let (whole, cents) = text.split_once(['.', ',']).unwrap();
    let value: i64 = format!("{}{cents}", whole.trim_start_matches('-')).parse().unwrap();
    if text.starts_with('-') { -value } else { value }
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(open).skip(1).map(move |rest| rest.split(close).next().unwrap())
}

#[test]
fn balances_add_up_in_every_format() {
    let folder = Scratch::new("generated").unwrap();
    let count = generate(&options(9, 400), folder.path()).unwrap();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let truth: Vec<i64> = between(&read("truth.json"), "\"date\":", "\"kind\"")
        .map(|rest| minor(between(rest, "\"amount\":\"", "\"").next().unwrap()))
        .collect();
    assert_eq!(truth.len(), count);
    let end_minor = BALANCE_MINOR + truth.iter().sum::<i64>();

    let mut balance = BALANCE_MINOR;
    for statement in between(&read("statement.xml"), "<Stmt>", "</Stmt>") {
        let signed = |part: &str| {
            let amount = minor(between(part, "<Amt Ccy=\"CNY\">", "<").next().unwrap());
            if part.contains("DBIT") { -amount } else { amount }
        };
        let balances: Vec<i64> = between(statement, "<Bal>", "</Bal>").map(signed).collect();
        let moved: i64 = between(statement, "<Ntry>", "</Ntry>").map(signed).sum();
        assert_eq!(balances, [balance, balance + moved]);
        balance += moved;
    }
    assert_eq!(balance, end_minor);

    let mut balance = BALANCE_MINOR;
    for statement in between(&read("statement.sta"), ":20:", "\r\n-\r\n") {
        let stood = |tag| {
            let text = between(statement, tag, "\r\n").next().unwrap();
            if text.starts_with('D') { -minor(&text[10..]) } else { minor(&text[10..]) }
        };
        let moved: i64 = between(statement, "\r\n:61:", "NTRF")
            .map(|entry| if entry[10..].starts_with(['D', 'R']) { -1 } else { 1 } * minor(entry[10..].trim_start_matches(['R', 'C', 'D'])))
            .sum();
        assert_eq!((stood(":60F:"), stood(":62F:")), (balance, balance + moved));
        balance += moved;
    }
    assert_eq!(balance, end_minor);

    let table = read("statement.csv");
    let last = table.lines().last().unwrap();
    assert!(last.contains(&format!(",{},", money(end_minor))) && last.ends_with(&Line::reference(count)), "{last}");
}

#[test]
fn invoices_come_to_what_their_lines_bring() {
    let (company, events) = drawn(11, 1500);
    let mut months = Months::begin(11, &company, &events);
    let mut came = 0;
    for event in &events {
        let Some((line, fact)) = months.line(event) else { continue };
        assert_eq!(line.day, line.day.business());
        let parts: i64 = fact.parts.iter().map(|(_, amount)| amount).sum();
        if fact.kind == "payment" {
            let over = if fact.difference.0 == "overpaid" { fact.difference.1 } else { 0 };
            assert_eq!(line.amount_minor, parts + over, "{line:?}");
        }
        assert_eq!(fact.label == Label::Ambiguous, !fact.candidates.is_empty());
        came += parts;
    }
    let mut settled = 0;
    for (place, invoice) in company.invoices.iter().enumerate() {
        let sum: i64 = months.settled[place].lines.iter().map(|(_, amount)| amount).sum();
        let given_up = months.settled[place].given_up_minor;
        assert_eq!(invoice.total_minor, sum + given_up + months.open(place), "{}", company.number_of(place));
        settled += sum;
    }
    assert_eq!(came, settled);
}

#[test]
fn rates_are_those_of_the_table() {
    let (_, events) = drawn(13, 20_000);
    let (mut how, mut settles) = (BTreeMap::<How, u64>::new(), BTreeMap::<Settles, u64>::new());
    for event in &events {
        if let What::Payment(payment) = &event.what {
            *settles.entry(payment.settles).or_default() += 1;
            if payment.settles == Settles::Full {
                *how.entry(payment.how).or_default() += 1;
            }
        }
    }
    let near = |what: &dyn std::fmt::Debug, seen: u64, of: u64, weight: u64| {
        let (seen, wanted) = (seen * 1000, of * weight);
        // A quarter, and sixty more for what is rare.
        assert!(seen.abs_diff(wanted) < wanted / 4 + 60_000, "{what:?}: {seen} of {wanted}");
    };
    let full: u64 = how.values().sum();
    for (one, weight) in HOW {
        // Who has no tax number writes nothing.
        if !matches!(one, How::CustomerNumber | How::NameOnly) {
            near(&one, how.get(&one).copied().unwrap_or(0), full, weight);
        }
    }
    let asked = settles[&Settles::Full] * 1000 / 745;
    for (one, weight) in SETTLES {
        // Instalments are several lines; a turn without a next invoice, or an old discount, is a full payment.
        if matches!(one, Settles::Part | Settles::Over | Settles::Fee) {
            near(&one, settles.get(&one).copied().unwrap_or(0), asked, weight);
        }
    }
}

/// Judges a line by trying everything: all ways of writing each number, all sets of each payer's invoices.
struct Oracle<'a> {
    company: &'a Company,
    /// Every customer's name in every form.
    names: Vec<[String; 7]>,
    open: Vec<i64>,
    /// Account, customer and day of lines that were understood.
    seen: Vec<(usize, usize, calendar::Day)>,
}

type Said = Option<(usize, Vec<(usize, i64)>)>;

impl Oracle<'_> {
    fn payers(&self, line: &Line, account: Option<usize>) -> BTreeSet<usize> {
        let written = |forms: &[Form]| -> BTreeSet<usize> {
            let place_of = |form: &Form| Form::ALL.iter().position(|known| known == form).unwrap();
            let is_written = |names: &[String; 7]| forms.iter().any(|form| names[place_of(form)] == line.name);
            self.names.iter().enumerate().filter(|(_, names)| is_written(names)).map(|(place, _)| place).collect()
        };
        let mut named = written(&[Form::Full]);
        if named.is_empty() {
            named = written(&[Form::Capitals, Form::Bare, Form::Short, Form::Cut35, Form::Cut27]);
        }
        let seen = self.seen.iter().filter(|(known, _, since)| Some(*known) == account && *since < line.day);
        let seen: BTreeSet<usize> = seen.map(|(_, customer, _)| *customer).collect();
        let both: BTreeSet<usize> = named.intersection(&seen).copied().collect();
        if named.is_empty() {
            seen
        } else if both.is_empty() {
            named
        } else {
            both
        }
    }

    fn there(&self, day: calendar::Day) -> impl Iterator<Item = usize> {
        (0..self.company.invoices.len()).filter(move |place| self.company.invoices[*place].issued <= day)
    }

    fn owner(&self, place: usize) -> usize {
        self.company.invoices[place].customer
    }

    /// Whether a text has a number in one of its ways, and no other digits or letters touch it.
    fn stands(text: &str, way: &str) -> bool {
        text.match_indices(way).any(|(at, _)| {
            let (before, after) = (text[..at].chars().next_back(), text[at + way.len()..].chars().next());
            let stem = text[..at].trim_end_matches('-').trim_end_matches("SF").trim_end_matches('-');
            let foreign = stem.ends_with(|c: char| c.is_ascii_alphabetic())
                && !text[..at].ends_with(' ')
                && !stem.ends_with("SF");
            let doubled = stem.ends_with("SF") || text[..at].ends_with("SF") || text[..at].ends_with("SF-");
            !before.is_some_and(|c| c.is_ascii_digit())
                && !after.is_some_and(|c| c.is_ascii_digit())
                && (!foreign || doubled)
        })
    }

    fn is_named(&self, place: usize, line: &Line) -> bool {
        let one = &self.company.invoices[place];
        let (year, full, short) = (one.issued.year(), format!("{:07}", one.serial), one.serial.to_string());
        let ways = || {
            let mut ways = vec![format!("{year}{full}")];
            // A Swiss reference; that of its check digits one is right is the reader's to know.
            ways.extend((0..10).map(|check| format!("{:0>26}{check}", format!("{year}{full}"))));
            for between in ["-", " ", "/"] {
                ways.extend([&full, &short].map(|serial| format!("{year}{between}{serial}")));
                ways.extend((1..7).map(|cut| format!("{year}{between}{} {}", &full[..cut], &full[cut..])));
            }
            ways
        };
        line.words.fields().any(|field| {
            let text = field.to_ascii_uppercase();
            // Most texts have not even the digits; that is quicker to see.
            let has_digits = text.replace(' ', "").contains(&short);
            let may_be_short = ["/", " BIS ", " 至 "].iter().any(|mark| text.contains(mark));
            (has_digits && ways().iter().any(|way| Oracle::stands(&text, way)))
                || (may_be_short && self.is_short(place, &text))
        })
    }

    /// Behind the number of another: last digits, or within a range of the same payer.
    fn is_short(&self, place: usize, text: &str) -> bool {
        let one = &self.company.invoices[place];
        self.company.customers[one.customer].invoices.iter().any(|other| {
            let number = self.company.number_of(*other);
            let Some((_, rest)) = text.split_once(&number) else { return false };
            let word = rest.split(' ').next().unwrap();
            let listed = word.strip_prefix('/').is_some_and(|list| {
                let ends: Vec<&str> =
                    list.split('/').map(|end| end.trim_end_matches(|c: char| !c.is_ascii_digit())).collect();
                ends.iter().any(|end| {
                    number.len() > end.len()
                        && format!("{}{end}", &number[..number.len() - end.len()]) == self.company.number_of(place)
                })
            });
            let last = rest.strip_prefix(" BIS ").or(rest.strip_prefix(" 至 ")).and_then(|rest| rest.get(..7));
            let year = self.company.invoices[*other].issued.year();
            listed
                || last.is_some_and(|last| {
                    one.issued.year() == year
                        && (self.company.invoices[*other].serial..=last.parse().unwrap()).contains(&one.serial)
                })
        })
    }

    fn of(&self, customer: usize, places: &[usize], amount: i64) -> Said {
        let mut left = amount;
        let part = |place: &usize| {
            let part = left.min(self.open[*place]);
            left -= part;
            (*place, part)
        };
        Some((customer, places.iter().map(part).collect()))
    }

    fn exact(&self, payers: &BTreeSet<usize>, line: &Line) -> Vec<usize> {
        let there = self.there(line.day).filter(|p| payers.contains(&self.owner(*p)));
        there.filter(|p| self.open[*p] > 0 && self.open[*p] == line.amount_minor).collect()
    }

    /// The one set of a customer's open invoices that comes to the amount; sets of all sizes are tried.
    fn sets(&self, customer: usize, line: &Line) -> Option<Vec<Vec<usize>>> {
        let pool: Vec<usize> =
            self.there(line.day).filter(|p| self.owner(*p) == customer && self.open[*p] > 0).collect();
        (pool.len() <= 14).then(|| {
            let sets = (1_u32..1 << pool.len()).map(|mask| -> Vec<usize> {
                pool.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0).map(|(_, place)| *place).collect()
            });
            sets.filter(|set| set.iter().map(|p| self.open[*p]).sum::<i64>() == line.amount_minor).collect()
        })
    }

    /// What a plain reader takes the line for; nothing where that is not singled out.
    fn judge(&self, line: &Line, account: Option<usize>) -> Said {
        let (payers, amount) = (self.payers(line, account), line.amount_minor);
        let mut named: Vec<usize> = self.there(line.day).filter(|place| self.is_named(*place, line)).collect();
        if !named.is_empty() {
            if !payers.is_empty() {
                named.retain(|place| payers.contains(&self.owner(*place)));
            }
            let customer = self.owner(*named.first()?);
            if named.iter().any(|place| self.owner(*place) != customer) {
                return None;
            }
            named.retain(|place| self.open[*place] > 0);
            let rivals = self.exact(&BTreeSet::from([customer]), line);
            return match named[..] {
                [] => rivals.is_empty().then(|| (customer, Vec::new())),
                _ if named.iter().map(|p| self.open[*p]).sum::<i64>() == amount => self.of(customer, &named, amount),
                [place] => {
                    let rest = self.exact(
                        &BTreeSet::from([customer]),
                        &Line { amount_minor: amount - self.open[place], ..line.clone() },
                    );
                    let explained = rivals.into_iter().chain(rest).any(|other| other != place);
                    if explained { None } else { self.of(customer, &[place], amount) }
                }
                _ => {
                    let sets = self.sets(customer, line)?;
                    let within: Vec<_> = sets.iter().filter(|set| set.iter().all(|p| named.contains(p))).collect();
                    if within.len() == 1 { self.of(customer, within[0], amount) } else { None }
                }
            };
        }
        let exact = self.exact(&payers, line);
        let bare = |place: &&usize| {
            let serial = self.company.invoices[**place].serial;
            let texts: Vec<String> = line.words.fields().map(str::to_ascii_uppercase).collect();
            [serial.to_string(), format!("{serial:07}")].iter().any(|way| {
                texts.iter().any(|text| {
                    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| {
                        word.trim_matches('-') == way
                            || word.split('-').next_back() == Some(way)
                                && word.split('-').all(|part| part.bytes().all(|b| b.is_ascii_digit()))
                    })
                })
            })
        };
        let confirmed: Vec<usize> = exact.iter().filter(bare).copied().collect();
        let meant = if confirmed.is_empty() { exact } else { confirmed };
        if !meant.is_empty() {
            return if meant.len() == 1 { self.of(self.owner(meant[0]), &meant, amount) } else { None };
        }
        let mut all = Vec::new();
        for payer in payers {
            all.extend(self.sets(payer, line)?.into_iter().map(|set| (payer, set)));
        }
        match &all[..] {
            [(payer, set)] if set.len() <= 6 => self.of(*payer, set, amount),
            _ => None,
        }
    }

    fn settle(&mut self, line: &Line, fact: &Fact, account: Option<usize>) {
        if fact.how == "returned" {
            for (place, part) in &fact.parts {
                self.open[*place] = (self.open[*place] - part).min(self.company.invoices[*place].total_minor);
            }
        }
        if fact.label == Label::Demanded && fact.settles != Some("twice") {
            for (place, part) in &fact.parts {
                let gives_up = matches!(fact.difference.0, "fee" | "discount");
                self.open[*place] = if gives_up { 0 } else { self.open[*place] - part };
            }
            if let Some((account, customer)) = account.zip(fact.customer) {
                self.seen.push((account, customer, line.day));
            }
        }
    }
}

#[test]
fn an_oracle_agrees_on_what_lines_tell() {
    let (mut judged, mut labels) = (0, BTreeMap::<String, u32>::new());
    for seed in 0..40 {
        let (company, events) = drawn(seed, 130);
        let mut months = Months::begin(seed, &company, &events);
        let open = company.invoices.iter().map(|invoice| invoice.total_minor).collect();
        let names = company.customers.iter().map(|c| Form::ALL.map(|form| c.name.written(form))).collect();
        let mut oracle = Oracle { company: &company, names, open, seen: Vec::new() };
        for event in &events {
            let Some((line, fact)) = months.line(event) else { continue };
            let account = match &event.what {
                What::Payment(payment) => payment.account,
                _ => None,
            };
            if fact.kind == "payment" {
                let said = oracle.judge(&line, account);
                let truth = (fact.customer.unwrap(), fact.parts.clone());
                let place = format!("seed {seed}: {line:?} {fact:?}");
                match fact.label {
                    Label::Demanded => assert_eq!(said, Some(truth), "{place}"),
                    Label::Ambiguous | Label::Clever => assert_eq!(said, None, "{place}"),
                }
                judged += 1;
                *labels.entry(format!("{:?}", fact.label)).or_default() += 1;
            }
            oracle.settle(&line, &fact, account);
        }
    }
    assert!(judged > 3000 && labels.len() == 3, "{judged} {labels:?}");
}
