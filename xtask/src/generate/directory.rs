//! Whom a name, a tax number or an account can stand for.

use super::calendar::Day;
use super::company::Company;
use super::name::Form;
use std::collections::HashMap;

/// How much a reader of lines is expected to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What stands on the line and what was settled before: this much is asked of a product.
    Plain,
    /// Everything that can be found out: names in other scripts, tax numbers, accounts by what later lines show.
    Clever,
}

/// Customers by all that may name them.
#[derive(Debug, Default)]
pub struct Directory {
    full: HashMap<String, Vec<usize>>,
    others: HashMap<String, Vec<usize>>,
    foreign: HashMap<String, Vec<usize>>,
    tax_numbers: HashMap<String, usize>,
    /// Per account: who was found to pay from it, and since when; by day.
    seen: Vec<Vec<(usize, Day)>>,
    /// Accounts whose owner some line of the months tells.
    told: Vec<bool>,
}

impl Directory {
    pub fn of(company: &Company) -> Directory {
        let mut directory = Directory {
            seen: vec![Vec::new(); company.accounts.len()],
            told: vec![false; company.accounts.len()],
            ..Directory::default()
        };
        for (place, customer) in company.customers.iter().enumerate() {
            for form in Form::ALL {
                let map = match form {
                    Form::Full => &mut directory.full,
                    Form::Foreign => &mut directory.foreign,
                    _ => &mut directory.others,
                };
                let known = map.entry(customer.name.written(form)).or_default();
                if known.last() != Some(&place) {
                    known.push(place);
                }
            }
            if let Some(number) = &customer.tax_number {
                directory.tax_numbers.insert(number.clone(), place);
            }
        }
        directory
    }

    /// Some line of the months shows whose account it is.
    pub fn tell(&mut self, account: usize) {
        self.told[account] = true;
    }

    /// A line that was understood shows who pays from an account.
    pub fn learn(&mut self, account: usize, customer: usize, day: Day) {
        if self.seen[account].iter().all(|(known, _)| *known != customer) {
            self.seen[account].push((customer, day));
        }
    }

    /// Who may have paid, in order; nobody where nothing tells. The whole name goes before its other forms, and the account tells
    /// apart whom the name leaves.
    pub fn payers(&self, company: &Company, level: Level, name: &str, account: Option<usize>, day: Day) -> Vec<usize> {
        let named = self.named(level, name);
        let by_account: Vec<usize> = match account {
            None => Vec::new(),
            Some(account) if level == Level::Clever && self.told[account] => company.accounts[account].owners.clone(),
            Some(account) => {
                let before = self.seen[account].iter().filter(|(_, since)| *since < day);
                before.map(|(customer, _)| *customer).collect()
            }
        };
        let both: Vec<usize> = named.iter().filter(|customer| by_account.contains(customer)).copied().collect();
        let mut payers = if !both.is_empty() {
            both
        } else if named.is_empty() {
            by_account
        } else {
            named
        };
        payers.sort_unstable();
        payers
    }

    fn named(&self, level: Level, name: &str) -> Vec<usize> {
        if let Some(customers) = self.full.get(name) {
            return customers.clone();
        }
        let mut named = self.others.get(name).cloned().unwrap_or_default();
        if level == Level::Clever {
            named.extend(self.foreign.get(name).into_iter().flatten());
            named.sort_unstable();
            named.dedup();
        }
        named
    }

    /// The customer whose tax number stands in a text.
    pub fn by_tax_number(&self, text: &str) -> Option<usize> {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words.find_map(|word| self.tax_numbers.get(word).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::super::company::{Account, Customer};
    use super::super::name::Name;
    use super::*;

    #[test]
    fn accounts_tell_names_apart() {
        let customer = |legal, account| Customer {
            name: Name::Latin { stem: [0, 0], trade: 0, legal },
            tax_number: None,
            terms_days: 30,
            accounts: vec![account],
            invoices: Vec::new(),
        };
        let account = |owner| Account { number: String::new(), form: Form::Bare, owners: vec![owner] };
        let mut company = Company::draw(1, 1, 1);
        company.customers = vec![customer(0, 0), customer(1, 1)];
        company.accounts = vec![account(0), account(1)];
        let (first, later) = (Day(20_000), Day(20_001));
        let mut directory = Directory::of(&company);
        directory.learn(1, 1, first);
        directory.tell(0);
        for (level, name, account, day, payers) in [
            (Level::Plain, "Nordlicht Maschinenbau GmbH", None, later, &[0][..]),
            (Level::Plain, "NORDLICHT MASCHINENBAU", None, later, &[0, 1]),
            (Level::Plain, "NORDLICHT MASCHINENBAU", Some(1), later, &[1]),
            (Level::Plain, "NORDLICHT MASCHINENBAU", Some(1), first, &[0, 1]),
            (Level::Plain, "NORDLICHT MASCHINENBAU", Some(0), later, &[0, 1]),
            (Level::Clever, "NORDLICHT MASCHINENBAU", Some(0), later, &[0]),
            (Level::Plain, "Somebody", Some(1), later, &[1]),
            (Level::Plain, "Nordlicht Maschinenbau GmbH", Some(1), later, &[0]),
            (Level::Clever, "Somebody", None, later, &[]),
        ] {
            assert_eq!(directory.payers(&company, level, name, account, day), payers, "{level:?} {name} {account:?}");
        }
    }
}
