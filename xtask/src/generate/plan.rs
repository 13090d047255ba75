//! What happens on the account: who pays what, when and how, and everything else that moves money.

use super::calendar::Day;
use super::company::Company;
use super::rates::{DELAYS, HOW, HOW_SEVERAL, How, REFUNDED, RETURNED, SETTLES, Settles, TWICE};
use super::rng::Rng;

/// Something that becomes a line, or at the end of the months is left over.
#[derive(Debug)]
pub struct Event {
    pub day: Day,
    /// The order within a day; drawn, so that nothing can be read from it.
    order: u64,
    /// The place among events as they were planned: a line's texts are drawn from it.
    pub id: usize,
    pub what: What,
}

#[derive(Debug)]
pub enum What {
    Payment(Payment),
    /// The bank takes a payment, the event of this id, back.
    Return {
        of: usize,
        payment: Payment,
    },
    /// Money goes back to a customer.
    Refund {
        customer: usize,
        amount_minor: i64,
    },
    Other {
        kind: Other,
        amount_minor: i64,
    },
}

/// A transfer from a customer, or for one.
#[derive(Debug, Clone)]
pub struct Payment {
    pub customer: usize,
    /// None: somebody whom the books do not know.
    pub account: Option<usize>,
    pub how: How,
    pub settles: Settles,
    /// Invoices, in the order of issue, with what of this line goes to each.
    pub parts: Vec<(usize, i64)>,
    /// What the payer takes as settled though it did not come: a discount, a bank's fee.
    pub given_up_minor: i64,
    /// What came beyond the invoices.
    pub over_minor: i64,
}

impl Payment {
    pub fn amount_minor(&self) -> i64 {
        self.parts.iter().map(|(_, amount)| amount).sum::<i64>() + self.over_minor
    }
}

/// What moves the account and is no customer's payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    Charges,
    Interest,
    Salary,
    Rent,
    Tax,
    OwnAccount,
    Supplier,
    /// A provider pays out what it collected by card or wallet, less its fees: many payments in one line.
    Payout,
}

/// All that is planned, in the order of lines.
pub fn draw(seed: u64, company: &Company) -> Vec<Event> {
    let mut plan = Plan { company, events: Vec::new() };
    for customer in 0..company.customers.len() {
        plan.customer(&mut Rng::of(seed, "payments", customer), customer);
    }
    plan.others(&mut Rng::of(seed, "others", 0));
    let mut rng = Rng::of(seed, "order", 0);
    for (id, event) in plan.events.iter_mut().enumerate() {
        (event.id, event.order) = (id, rng.draw());
    }
    // Ids of returned payments are places in the plan, and so were known before.
    plan.events.sort_by_key(|event| (event.day, event.order));
    plan.events
}

struct Plan<'a> {
    company: &'a Company,
    events: Vec<Event>,
}

impl Plan<'_> {
    /// Nothing is planned behind the last day.
    fn push(&mut self, day: Day, what: What) -> Option<usize> {
        let day = day.business();
        (day <= self.company.last).then(|| {
            self.events.push(Event { day, order: 0, id: 0, what });
            self.events.len() - 1
        })
    }

    fn customer(&mut self, rng: &mut Rng, customer: usize) {
        let company = self.company;
        let mut rest = company.customers[customer].invoices.as_slice();
        while let Some((invoice, behind)) = rest.split_first() {
            let settles = self.possible(*invoice, rng.weighed(&SETTLES, Settles::Full));
            if settles == Settles::Combined && !behind.is_empty() {
                let count = usize::try_from(rng.between(2, 6)).unwrap_or(2).min(rest.len());
                let (several, behind) = rest.split_at(count);
                self.combined(rng, customer, several);
                rest = behind;
                continue;
            }
            match settles {
                Settles::Unpaid => {}
                Settles::Instalment => self.instalments(rng, customer, *invoice),
                Settles::Combined => self.single(rng, customer, *invoice, Settles::Full),
                _ => self.single(rng, customer, *invoice, settles),
            }
            rest = behind;
        }
    }

    /// What can become of an invoice: nobody takes a discount after its ten days, or keeps 15.00 of 20.00.
    fn possible(&self, invoice: usize, wanted: Settles) -> Settles {
        let one = &self.company.invoices[invoice];
        let can = match wanted {
            Settles::Discount => one.issued + 3 >= self.company.first,
            Settles::Fee => one.total_minor >= 50_000,
            Settles::Part | Settles::Instalment => one.total_minor >= 10_000,
            _ => true,
        };
        if can { wanted } else { Settles::Full }
    }

    /// The day on which an invoice is paid, never before the account's first.
    fn day(&self, rng: &mut Rng, issued: Day) -> Day {
        let (low, high) = rng.weighed(&DELAYS, (20, 35));
        let day = issued + rng.between(low, high);
        if day < self.company.first { self.company.first + rng.between(0, 20) } else { day }
    }

    fn account(&self, rng: &mut Rng, customer: usize) -> Option<usize> {
        let accounts = &self.company.customers[customer].accounts;
        accounts.get(usize::from(rng.in_thousand(250))).or(accounts.first()).copied()
    }

    fn how(&self, rng: &mut Rng, customer: usize, settles: Settles) -> How {
        match rng.weighed(&HOW, How::Exact) {
            How::ThirdParty | How::WrongDigit if settles != Settles::Full => How::Exact,
            How::CustomerNumber if self.company.customers[customer].tax_number.is_none() => How::NameOnly,
            how => how,
        }
    }

    fn single(&mut self, rng: &mut Rng, customer: usize, invoice: usize, settles: Settles) {
        let one = &self.company.invoices[invoice];
        let how = self.how(rng, customer, settles);
        let account = self.account(rng, customer).filter(|_| how != How::ThirdParty);
        let (mut given_up_minor, mut over_minor, mut amount) = (0, 0, one.total_minor);
        let day = match settles {
            Settles::Discount => (one.issued + rng.between(3, 8)).max(self.company.first),
            _ => self.day(rng, one.issued),
        };
        match settles {
            Settles::Discount => given_up_minor = discount(one.total_minor, rng.between(2, 3)),
            Settles::Fee => given_up_minor = rng.pick(&FEES).unwrap_or(1500),
            Settles::Over => over_minor = rng.pick(&[1000, 2000, 5000, 10_000, 50_000]).unwrap_or(1000),
            Settles::Part => amount = part(rng, one.total_minor),
            _ => {}
        }
        let parts = vec![(invoice, amount - given_up_minor)];
        let payment = Payment { customer, account, how, settles, parts, given_up_minor, over_minor };
        let Some(of) = self.push(day, What::Payment(payment.clone())) else { return };
        if over_minor > 0 {
            self.refund(rng, day, customer, over_minor);
        }
        if settles == Settles::Full {
            self.afterwards(rng, day, of, payment);
        }
    }

    /// A full payment may come twice, or be taken back.
    fn afterwards(&mut self, rng: &mut Rng, day: Day, of: usize, payment: Payment) {
        if rng.in_thousand(RETURNED) {
            self.push(day + rng.between(1, 4), What::Return { of, payment });
        } else if payment.how == How::Exact && rng.in_thousand(TWICE) {
            let (customer, over_minor) = (payment.customer, payment.amount_minor());
            let again = day.business() + rng.between(2, 20);
            let twice = Payment { settles: Settles::Twice, over_minor, ..payment };
            if self.push(again, What::Payment(twice)).is_some() {
                self.refund(rng, again, customer, over_minor);
            }
        }
    }

    fn refund(&mut self, rng: &mut Rng, day: Day, customer: usize, amount_minor: i64) {
        if rng.in_thousand(REFUNDED) {
            self.push(day + rng.between(5, 20), What::Refund { customer, amount_minor });
        }
    }

    fn combined(&mut self, rng: &mut Rng, customer: usize, invoices: &[usize]) {
        let company = self.company;
        let issued = |place: &usize| company.invoices[*place].issued;
        let Some(last) = invoices.iter().map(issued).max() else { return };
        let one_year = invoices.iter().all(|place| issued(place).year() == last.year());
        let how = match rng.weighed(&HOW_SEVERAL, How::Listed) {
            How::Range if !one_year => How::Listed,
            how => how,
        };
        let parts = invoices.iter().map(|place| (*place, company.invoices[*place].total_minor)).collect();
        let (day, account) = (self.day(rng, last), self.account(rng, customer));
        let settles = Settles::Combined;
        let payment = Payment { customer, account, how, settles, parts, given_up_minor: 0, over_minor: 0 };
        self.push(day, What::Payment(payment));
    }

    fn instalments(&mut self, rng: &mut Rng, customer: usize, invoice: usize) {
        let one = &self.company.invoices[invoice];
        let (mut day, mut left) = (self.day(rng, one.issued), one.total_minor);
        let count = rng.between(2, 3);
        for turn in 1..=count {
            let amount = if turn == count { left } else { one.total_minor / count };
            left -= amount;
            let settles = Settles::Instalment;
            let (account, how) = (self.account(rng, customer), self.how(rng, customer, settles));
            let parts = vec![(invoice, amount)];
            let payment = Payment { customer, account, how, settles, parts, given_up_minor: 0, over_minor: 0 };
            self.push(day, What::Payment(payment));
            day = day + rng.between(20, 35);
        }
    }

    /// What a company's account has beside its customers' payments.
    fn others(&mut self, rng: &mut Rng) {
        let (first, last) = (self.company.first, self.company.last);
        let scale = 1 + i64::try_from(self.company.invoices.len() / 5000).unwrap_or(0);
        let mut day = first;
        while day <= last {
            let (_, month, date) = day.parts();
            let today: &[(Other, i64, i64, i64)] = match date {
                1 => &[(Other::Rent, 1, -3_000_000, -3_000_000)],
                15 => &[(Other::Tax, 2, -9_000_000, -100_000)],
                25 => &[(Other::Salary, 8, -2_500_000, -600_000)],
                28 if month % 3 == 0 => &[(Other::Charges, 1, -9900, -900), (Other::Interest, 1, 500, 90_000)],
                28 => &[(Other::Charges, 1, -9900, -900)],
                _ => &[],
            };
            for (kind, count, low, high) in today {
                for _ in 0..*count {
                    self.push(day, What::Other { kind: *kind, amount_minor: rng.between(*low, *high) });
                }
            }
            if day.business() == day {
                for _ in 0..rng.between(0, scale) {
                    self.push(day, What::Other { kind: Other::Supplier, amount_minor: -rng.between(5000, 4_000_000) });
                }
                if rng.in_thousand(500) {
                    self.push(day, What::Other { kind: Other::Payout, amount_minor: rng.between(100_000, 5_000_000) });
                }
                if rng.in_thousand(150) {
                    let amount_minor = rng.between(-50, 50) * 1_000_000 + 500_000;
                    self.push(day, What::Other { kind: Other::OwnAccount, amount_minor });
                }
            }
            day = day + 1;
        }
    }
}

/// What banks on the way keep.
pub const FEES: [i64; 9] = [500, 800, 1000, 1200, 1500, 2000, 2500, 3000, 5000];

/// Percent of an amount, rounded half up.
pub fn discount(amount_minor: i64, percent: i64) -> i64 {
    (amount_minor * percent + 50) / 100
}

/// Three to eight tenths, in whole tens.
fn part(rng: &mut Rng, total_minor: i64) -> i64 {
    (total_minor * rng.between(3, 8) / 10 / 1000).max(1) * 1000
}
