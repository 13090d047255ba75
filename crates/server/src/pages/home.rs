//! Home: what is open, what is late, what came in, what waits for somebody.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use diesel::dsl::count_star;
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
    let debits = || {
        open_items::table
            .filter(open_items::organisation_id.eq(organisation))
            .filter(open_items::open_minor.ne(0))
            .filter(open_items::due_on.is_not_null())
    };
    let (open, open_count): (i64, i64) =
        debits().select((total(open_items::functional_open_minor), count_star())).get_result(conn)?;
    let (overdue, overdue_count): (i64, i64) = debits()
        .filter(open_items::due_on.lt(Day(today)))
        .select((total(open_items::functional_open_minor), count_star()))
        .get_result(conn)?;
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
