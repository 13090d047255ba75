//! Recomputes what is kept as open, and compares it with the books.

use crate::days::{self, DaySum, OnDay};
use crate::store::{self, Standing};
use ::store::{Conn, Error, Finding, books};
use kernel::id::OrganisationId;
use kernel::{Date, Money};
use std::collections::{BTreeMap, BTreeSet};

/// Days that differ, at most: enough to see what is wrong.
const FINDINGS_MAX: usize = 200;

/// What is open is the amount less everything set against it or taken out of it, likewise its book value; nothing exceeds
/// either side; allocations stay within a customer and a currency. At most 200 findings of a kind.
///
/// Codes: `open_amount_differs`, `open_value_differs`, `allocation_out_of_bounds`, `allocation_across`, `day_sum_differs`;
/// amounts in minor units.
pub fn verify(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for bad in store::bad_items(conn, organisation)? {
        let subject = bad.item_id.to_string();
        if bad.open_minor != bad.amount_minor - bad.taken_minor {
            let detail = format!("amount {} less {} is not {}", bad.amount_minor, bad.taken_minor, bad.open_minor);
            findings.push(Finding { code: "open_amount_differs", subject: subject.clone(), detail });
        }
        if bad.functional_open_minor != bad.functional_minor - bad.functional_taken_minor {
            let detail = format!(
                "value {} less {} is not {}",
                bad.functional_minor, bad.functional_taken_minor, bad.functional_open_minor
            );
            findings.push(Finding { code: "open_value_differs", subject: subject.clone(), detail });
        }
        if bad.taken_minor < 0 || bad.taken_minor > bad.amount_minor {
            let detail = format!("{} is set against an amount of {}", bad.taken_minor, bad.amount_minor);
            findings.push(Finding { code: "allocation_out_of_bounds", subject, detail });
        }
    }
    for id in store::allocations_across(conn, organisation)? {
        let detail = "its sides differ in customer or currency, or are on the wrong side".to_owned();
        findings.push(Finding { code: "allocation_across", subject: id.to_string(), detail });
    }
    let due = store::due_days(conn, organisation)?.into_iter();
    let due = due.map(|(day, functional_minor, documents)| (day, OnDay { functional_minor, documents })).collect();
    findings.extend(verify_days(conn, organisation, DaySum::Due, &due)?);
    Ok(findings)
}

/// The sums by day are what the documents come to that the caller has added up. Code `day_sum_differs`, at most 200 findings.
pub fn verify_days(
    conn: &mut Conn,
    organisation: OrganisationId,
    sum: DaySum,
    documents: &BTreeMap<Date, OnDay>,
) -> Result<Vec<Finding>, Error> {
    let kept = days::by_day(conn, organisation, sum, None)?;
    let all: BTreeSet<Date> = kept.keys().chain(documents.keys()).copied().collect();
    let on = |days: &BTreeMap<Date, OnDay>, day| days.get(day).copied().unwrap_or_default();
    let differing = all.iter().map(|day| (day, on(&kept, day), on(documents, day))).filter(|(_, kept, is)| kept != is);
    let told = |(day, kept, is): (&Date, OnDay, OnDay)| {
        let detail = format!(
            "{} documents worth {} are kept, {} worth {} are there",
            kept.documents, kept.functional_minor, is.documents, is.functional_minor
        );
        Finding::new("day_sum_differs", format!("{} {day}", sum.name()), detail)
    };
    Ok(differing.map(told).take(FINDINGS_MAX).collect())
}

/// The accounts of the books on which the items of customers stand.
#[derive(Debug, Clone, Copy)]
pub struct ControlAccounts<'a> {
    /// Invoices, opening balances, and what is left of credit notes.
    pub receivable: &'a str,
    /// What is left of payments.
    pub advances: &'a str,
}

/// What stands on each customer's accounts in the books is what its items leave open, in each currency and by value. At most
/// 200 findings of each account.
pub fn verify_control(
    conn: &mut Conn,
    organisation: OrganisationId,
    accounts: ControlAccounts<'_>,
) -> Result<Vec<Finding>, Error> {
    let home = books::load(conn, organisation)?.currency;
    let mut differ = store::receivables_differ(conn, organisation, accounts.receivable)?;
    differ.extend(store::advances_differ(conn, organisation, accounts.advances)?);
    let told = |row: Standing| {
        let money = |minor| Money::new(minor, row.currency);
        let value = |minor| Money::new(minor, home);
        let detail = format!(
            "account {} has {} (worth {}), its open items come to {} (worth {})",
            row.account,
            money(row.booked_minor),
            value(row.booked_functional_minor),
            money(row.items_minor),
            value(row.items_functional_minor)
        );
        Finding::new("control_account_differs", format!("{} {}", row.customer_id, row.name), detail)
    };
    Ok(differ.into_iter().map(told).collect())
}
