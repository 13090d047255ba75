//! Home: what is open, what is late, what came in, what waits for somebody.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use diesel::dsl::{count_star, sql};
use diesel::sql_types::Bool;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::{Currency, Date, Money, Permission, Scope};
use schema::types::Day;
use schema::{checkouts, jobs, open_items, orders};
use store::{Conn, Error, total};
use web::{Fail, Page, View, Visit, Web};

/// The figures of the day, in the currency of the books.
struct Figures {
    open: Money,
    open_count: i64,
    overdue: Money,
    overdue_count: i64,
    received: Money,
    received_count: i64,
    in_doubt: i64,
    on_hold: i64,
    dead_jobs: i64,
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home {
    v: View,
    currency: Currency,
    figures: Figures,
}

pub async fn home(State(web): State<Web>, visit: Visit) -> Result<Response, Fail> {
    if visit.context.scope().customer().is_some() {
        return Ok(Redirect::to("/portal").into_response());
    }
    web.app.authorise(&visit.context.actor, Permission::InvoiceRead)?;
    let today = visit.view.today;
    let (figures, currency) = web
        .app
        .read(&visit.context, Permission::InvoiceRead, move |conn, scope| {
            let currency = store::books::load(conn, scope.organisation())?.currency;
            Ok((figures(conn, scope, currency, today)?, currency))
        })
        .await?;
    Ok(Page::new(Home { v: visit.view, currency, figures }).into_response())
}

fn figures(conn: &mut Conn, scope: &Scope, currency: Currency, today: Date) -> Result<Figures, Error> {
    let organisation = scope.organisation();
    // By due date, as the index has it: some hundred sums, read without a row of the table.
    let by_day: Vec<(Option<Day>, i64, i64)> = open_items::table
        .filter(open_items::organisation_id.eq(organisation))
        // Written out, since SQLite uses a partial index only for a condition that it can read.
        .filter(sql::<Bool>("open_minor <> 0"))
        .filter(open_items::due_on.is_not_null())
        .group_by(open_items::due_on)
        .select((open_items::due_on, total(open_items::functional_open_minor), count_star()))
        .load(conn)?;
    let sum = |of: &dyn Fn(&Date) -> bool| {
        let days = by_day.iter().filter(|(day, ..)| day.is_some_and(|day| of(&day.0)));
        days.fold((0_i64, 0_i64), |(minor, count), day| (minor.saturating_add(day.1), count + day.2))
    };
    let (open, open_count) = sum(&|_| true);
    let (overdue, overdue_count) = sum(&|day| *day < today);
    let (received, received_count): (i64, i64) = open_items::table
        .filter(open_items::organisation_id.eq(organisation))
        .filter(open_items::kind.eq("payment"))
        .filter(open_items::date.ge(Day(today.first_of_month())))
        .select((total(open_items::functional_minor), count_star()))
        .get_result(conn)?;
    let in_doubt = checkouts::table
        .filter(checkouts::organisation_id.eq(organisation))
        .filter(checkouts::status.eq("in_doubt"))
        .count()
        .get_result(conn)?;
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
    let money = |minor| Money::new(minor, currency);
    Ok(Figures {
        open: money(open),
        open_count,
        overdue: money(overdue),
        overdue_count,
        received: money(received),
        received_count,
        in_doubt,
        on_hold,
        dead_jobs,
    })
}
