//! Home: what is open, what is late, what came in, what waits for somebody.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use invoicing::queries::InvoiceRowView;
use kernel::{Currency, Date, Money, Permission, Scope};
use payments::queries::Payment;
use receivables::{DueDay, Figure};
use schema::{jobs, orders};
use store::{Conn, Error};
use web::format::days_between;
use web::{Fail, Page, View, Visit, Web};

/// The figures of the day, in the currency of the books.
struct Figures {
    open: Figure,
    overdue: Figure,
    received: Figure,
    in_doubt: i64,
    disputed: i64,
    /// Questions of colleagues about lines of bank statements.
    asked: i64,
    on_hold: i64,
    dead_jobs: i64,
}

/// What is open, by how late it is.
struct Age {
    /// The message that names it: `home-age-not-due`.
    id: &'static str,
    /// Its class in the bar.
    is: &'static str,
    amount: Money,
    count: i64,
    /// Where its part of the bar begins and how wide it is, in thousandths.
    from: i64,
    width: i64,
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home {
    v: View,
    currency: Currency,
    figures: Figures,
    ages: Vec<Age>,
    late: Vec<InvoiceRowView>,
    /// The last payments with their customers.
    came: Vec<(Payment, String)>,
}

/// Rows of the short lists.
const SHOWN: i64 = 6;

pub async fn home(State(web): State<Web>, visit: Visit) -> Result<Response, Fail> {
    if visit.context.scope().customer().is_some() {
        return Ok(Redirect::to("/portal").into_response());
    }
    web.app.authorise(&visit.context.actor, Permission::InvoiceRead)?;
    let (today, sees_payments) = (visit.view.today, visit.view.may(Permission::PaymentRead));
    let reads_statements =
        visit.view.who.as_ref().map(|who| who.id).filter(|_| visit.view.may(Permission::StatementRead));
    let read = web.app.read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
        let currency = store::books::load(conn, scope.organisation())?.currency;
        let (mut figures, ages) = figures(conn, scope, currency, today)?;
        if let Some(person) = reads_statements {
            figures.asked = reconciliation::asked_of(conn, scope, person)?;
        }
        let late = invoicing::queries::longest_overdue(conn, scope, today, SHOWN)?;
        let came = if sees_payments { came(conn, scope)? } else { Vec::new() };
        Ok((figures, ages, currency, late, came))
    });
    let (figures, ages, currency, late, came) = read.await?;
    Ok(Page::new(Home { v: visit.view, currency, figures, ages, late, came }).into_response())
}

fn came(conn: &mut Conn, scope: &Scope) -> Result<Vec<(Payment, String)>, Error> {
    let mut rows = Vec::new();
    for payment in payments::queries::list(conn, scope, &payments::queries::Filter::default(), None, SHOWN)? {
        let name = identity::queries::customer_name(conn, scope.organisation(), payment.customer)?;
        rows.push((payment, name.unwrap_or_default()));
    }
    Ok(rows)
}

/// Days late from which an age counts, and its name; the youngest first.
const AGES: [(i64, &str, &str); 4] = [
    (i64::MIN, "home-age-not-due", "good"),
    (1, "home-age-month", "unknown"),
    (31, "home-age-two-months", "late"),
    (61, "home-age-older", "late"),
];

/// Sorts what is open by how late it is.
fn ages(days: &[DueDay], currency: Currency, today: Date) -> Result<Vec<Age>, Error> {
    let total = receivables::sum_of(currency, days.iter())?.amount.minor().max(1);
    let mut from = 0;
    let mut found = Vec::new();
    for (index, (first, id, is)) in AGES.into_iter().enumerate() {
        let next = AGES.get(index + 1).map_or(i64::MAX, |(next, ..)| *next);
        let own = days.iter().filter(|day| (first..next).contains(&days_between(day.due_on, today)));
        let sum = receivables::sum_of(currency, own)?;
        let width = i64::try_from(i128::from(sum.amount.minor()) * 1000 / i128::from(total)).unwrap_or(0);
        found.push(Age { id, is, amount: sum.amount, count: sum.count, from, width });
        from += width;
    }
    Ok(found)
}

fn figures(conn: &mut Conn, scope: &Scope, currency: Currency, today: Date) -> Result<(Figures, Vec<Age>), Error> {
    let organisation = scope.organisation();
    let days = receivables::due_days(conn, scope)?;
    let on_hold = orders::table
        .filter(orders::organisation_id.eq(organisation))
        .filter(orders::status.eq("on_hold"))
        .count()
        .get_result(conn)?;
    let dead_jobs = jobs::table
        .filter(jobs::dead.eq(true))
        .filter(jobs::organisation_id.eq(organisation))
        .count()
        .get_result(conn)?;
    let figures = Figures {
        open: receivables::sum_of(currency, days.iter())?,
        overdue: receivables::sum_of(currency, days.iter().filter(|day| day.due_on < today))?,
        received: receivables::received(conn, scope, today.first_of_month())?,
        in_doubt: payments::queries::in_doubt(conn, scope)?,
        disputed: payments::disputes::awaiting_evidence(conn, scope)?,
        asked: 0,
        on_hold,
        dead_jobs,
    };
    Ok((figures, ages(&days, currency, today)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_is_open_is_sorted_by_its_age_and_the_bar_is_full() {
        let today = date(2026, 11, 23);
        let days = [
            (date(2026, 12, 1), 100, 1),
            (today, 200, 2),
            (date(2026, 11, 22), 300, 3),
            (date(2026, 10, 24), 1, 1),
            (date(2026, 10, 23), 400, 1),
            (date(2026, 9, 23), 500, 1),
        ];
        let days = days.map(|(due_on, minor, count)| DueDay {
            due_on,
            open: Figure { amount: Money::new(minor, Currency::CNY), count },
        });
        let ages = ages(&days, Currency::CNY, today).unwrap();
        let seen: Vec<(i64, i64)> = ages.iter().map(|age| (age.amount.minor(), age.count)).collect();
        assert_eq!(seen, [(300, 3), (301, 4), (400, 1), (500, 1)]);
        let widths: Vec<i64> = ages.iter().map(|age| age.width).collect();
        assert_eq!((widths, ages[3].from), (vec![199, 200, 266, 333], 665));
    }
}
