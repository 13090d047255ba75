//! One customer at the desk: data, and what there is between us: balance, orders, invoices, payments.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use customers::queries::{self, Address, Contact, Customer};
use customers::rules::address::ADDRESSES_MAX;
use customers::rules::contact::CONTACTS_MAX;
use invoicing::queries::InvoiceRowView;
use kernel::id::CustomerId;
use kernel::{Currency, Date, Permission, Scope};
use orders::queries::Summary;
use orders::rules::status::OrderStatus;
use payments::queries::Payment;
use receivables::Balance;
use store::{Conn, Error};
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, Page, View, Web};

/// Rows of the short lists.
const SHOWN: i64 = 5;

#[derive(Template)]
#[template(path = "customers/show.html")]
struct Show {
    v: View,
    customer: Customer,
    contacts: Vec<Contact>,
    addresses: Vec<Address>,
    dealings: Dealings,
}

/// What there is between the customer and us; each part only for whoever may see it.
#[derive(Default)]
struct Dealings {
    owed: Vec<(Currency, Balance)>,
    invoices: Vec<InvoiceRowView>,
    orders: Vec<Summary>,
    payments: Vec<Payment>,
}

impl Show {
    fn order_stamp(&self, status: &OrderStatus) -> (&'static str, String) {
        let (mark, word) = orders::pages::stamp(status);
        (mark, self.v.t(word))
    }

    fn country(&self) -> String {
        self.v.country(&self.customer.country)
    }
}

fn dealings(
    conn: &mut Conn,
    scope: &Scope,
    id: CustomerId,
    today: Date,
    may: impl Fn(Permission) -> bool,
) -> Result<Dealings, Error> {
    let mut found = Dealings::default();
    if may(Permission::InvoiceRead) {
        let open = invoicing::queries::Filter { outstanding: true, customer: Some(id), ..Default::default() };
        found.owed = receivables::balance(conn, scope, id, today)?;
        found.invoices = invoicing::queries::list(conn, scope, &open, today, None, SHOWN)?;
    }
    if may(Permission::OrderRead) {
        let own = orders::queries::Filter { customer: Some(id), ..Default::default() };
        found.orders = orders::queries::list(conn, scope, &own, None, SHOWN)?;
    }
    if may(Permission::PaymentRead) {
        let own = payments::queries::Filter { customer: Some(id), ..Default::default() };
        found.payments = payments::queries::list(conn, scope, &own, None, SHOWN)?;
    }
    Ok(found)
}

pub async fn show(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    let id = path_id(&id)?;
    let vault = web.app.vault().clone();
    let (today, who) = (visit.view.today, visit.view.who.clone());
    let (customer, mut contacts, mut addresses, dealings) = web
        .app
        .read(&visit.context, Permission::CustomerRead, move |conn, scope| {
            let customer = queries::get(conn, &vault, scope, id)?;
            let contacts = queries::contacts(conn, &vault, scope, id, None, CONTACTS_MAX)?;
            let addresses = queries::addresses(conn, scope, id, None, ADDRESSES_MAX)?;
            let may = |permission| who.as_ref().is_some_and(|who| who.permissions.contains(&permission));
            Ok((customer, contacts, addresses, dealings(conn, scope, id, today, may)?))
        })
        .await?;
    // As they were added: who was named first is asked for first.
    contacts.reverse();
    addresses.reverse();
    Ok(Page::new(Show { v: visit.view, customer, contacts, addresses, dealings }))
}
