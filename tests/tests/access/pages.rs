//! Every page and form.

use super::{World, lines, permits};
use crate::harness::{Caller, PASSWORD, Reply, TestApp, both};
use kernel::id::{CustomerId, UserId};
use kernel::{Actor, Permission, Role};
use reqwest::Method;
use std::collections::BTreeSet;
use std::path::Path;

both! { every_page_is_shown_to_whom_it_is_for }

/// Method, address, for whom (`anybody`, `person` who is signed in, `desk`, `portal`), and the permission it asks for.
pub(super) const PAGES: &str = "
    GET   /                                   person  -
    GET   /search                             person  -
    GET   /search/customers                   desk    customer.read
    GET   /sign-in                            anybody -
    POST  /sign-in                            anybody -
    POST  /sign-in/code                       anybody -
    POST  /sign-out                           person  -
    GET   /confirm                            person  -
    POST  /confirm                            person  -
    GET   /account                            person  -
    POST  /account                            person  -
    POST  /account/password                   person  -
    GET   /account/second-factor              person  -
    POST  /account/second-factor              person  -
    POST  /account/second-factor/recovery-codes  person  -
    POST  /account/second-factor/remove       person  -
    POST  /account/sessions/end               person  -
    POST  /account/sessions/{handle}/end      person  -
    GET   /settings                           desk    settings.read
    POST  /settings                           desk    settings.write
    POST  /settings/logo                      desk    settings.write
    GET   /logos/{organisation}/{file}        anybody -
    GET   /settings/single-person             desk    settings.write
    POST  /settings/single-person             desk    settings.write
    GET   /settings/second-factor             desk    settings.write
    POST  /settings/second-factor             desk    settings.write
    GET   /settings/api-keys                  desk    api_key.manage
    POST  /settings/api-keys                  desk    api_key.manage
    GET   /settings/api-keys/new              desk    api_key.manage
    POST  /settings/api-keys/{id}/limit       desk    api_key.manage
    POST  /settings/api-keys/{id}/revoke      desk    api_key.manage
    GET   /statements                         desk    statement.read
    POST  /statements                         desk    statement.import
    GET   /statements/rules                   desk    statement.read
    POST  /statements/rules                   desk    statement.rules
    GET   /statements/rules/new               desk    statement.rules
    GET   /statements/rules/{id}              desk    statement.read
    POST  /statements/rules/{id}              desk    statement.rules
    GET   /statements/rules/{id}/apply        desk    statement.rules
    POST  /statements/rules/{id}/apply        desk    statement.rules
    POST  /statements/rules/posting           desk    statement.rules
    POST  /statements/rules/{id}/place        desk    statement.rules
    POST  /statements/rules/{id}/remove       desk    statement.rules
    POST  /statements/rules/{id}/replay       desk    statement.rules
    POST  /statements/rules/{id}/switch       desk    statement.rules
    GET   /statements/settlements             desk    statement.read
    GET   /statements/settlements.csv         desk    statement.read
    GET   /statements/settlements.xlsx        desk    statement.read
    GET   /statements/settlements/{id}        desk    statement.read
    GET   /statements/columns                 desk    statement.import
    POST  /statements/columns                 desk    statement.import
    GET   /statements/{id}                    desk    statement.read
    GET   /statements/{id}/accept             desk    statement.match
    POST  /statements/{id}/accept             desk    statement.match
    POST  /statements/{id}/accept/undo        desk    statement.match
    GET   /statements/{id}/close              desk    statement.read
    POST  /statements/{id}/close              desk    statement.close
    POST  /statements/{id}/reopen             desk    statement.close
    POST  /statements/lines/{id}/match        desk    statement.match
    POST  /statements/lines/{id}/pay          desk    statement.match
    POST  /statements/lines/{id}/link         desk    statement.match
    POST  /statements/lines/{id}/post         desk    statement.match
    POST  /statements/lines/{id}/set-aside    desk    statement.match
    POST  /statements/lines/{id}/take-up      desk    statement.match
    POST  /statements/{id}/compare            desk    statement.match
    POST  /statements/lines/{id}/unmatch      desk    statement.match
    POST  /statements/lines/{id}/notes        desk    statement.match
    GET   /settings/gateways                  desk    gateway.manage
    POST  /settings/gateways                  desk    gateway.manage
    POST  /settings/gateways/{id}/test        desk    gateway.manage
    GET   /settings/offers                    desk    gateway.manage
    POST  /settings/offers                    desk    gateway.manage
    GET   /settings/rates                     desk    ledger.read
    POST  /settings/rates                     desk    ledger.post
    POST  /settings/rates/look                desk    ledger.post
    POST  /settings/rates/take                desk    ledger.post
    GET   /settings/rates/{file}              desk    ledger.read
    GET   /settings/imports                   desk    import.run
    POST  /settings/imports                   desk    import.run
    POST  /settings/imports/apply             desk    import.run
    GET   /settings/imports/{file}            desk    import.run
    GET   /settings/mails                     desk    customer.read
    POST  /settings/mails                     desk    settings.write
    POST  /settings/mails/test                desk    settings.write
    POST  /settings/mails/{id}/send           desk    customer.read
    GET   /settings/jobs                      desk    settings.read
    POST  /settings/jobs/{id}/retry           desk    settings.write
    POST  /settings/jobs/{id}/discard         desk    settings.write
    GET   /audit                              desk    audit.read
    GET   /audit.csv                          desk    audit.read
    GET   /audit.xlsx                         desk    audit.read
    POST  /views                              desk    -
    POST  /views/remove                       desk    -
    GET   /users                              desk    user.manage
    POST  /users                              desk    user.manage
    GET   /users.csv                          desk    user.manage
    GET   /users.xlsx                         desk    user.manage
    GET   /users/new                          desk    user.manage
    GET   /users/{id}                         desk    user.manage
    POST  /users/{id}                         desk    user.manage
    POST  /users/{id}/password                desk    user.manage
    POST  /users/{id}/second-factor/remove    desk    user.manage
    GET   /payments                           desk    payment.read
    POST  /payments                           desk    payment.record
    GET   /payments.csv                       desk    payment.read
    GET   /payments.xlsx                      desk    payment.read
    GET   /payments/new                       desk    payment.record
    GET   /payments/bills                     desk    payment.read
    POST  /payments/bills/differences/{id}    desk    payment.record
    GET   /payments/bills/{id}/{day}          desk    payment.read
    POST  /payments/bills/{id}/{day}          desk    payment.record
    GET   /payments/payouts                   desk    payment.read
    GET   /payments/till                      desk    payment.read
    POST  /payments/till                      desk    payment.record
    GET   /payments/till/deposit              desk    payment.record
    POST  /payments/till/deposit              desk    payment.record
    GET   /payments/in-doubt                  desk    payment.read
    POST  /payments/in-doubt/{id}             desk    payment.record
    GET   /payments/{id}                      desk    payment.read
    GET   /disputes                           desk    payment.read
    GET   /disputes/{id}                      desk    payment.read
    POST  /disputes/{id}/notes                desk    payment.refund
    GET   /payments/{id}/receipt.pdf          desk    payment.read
    POST  /payments/{id}/receipt/send         desk    receipt.send
    POST  /payments/{id}/allocate             desk    payment.allocate
    POST  /payments/{id}/refund               desk    payment.refund
    POST  /payments/{id}/cheque/{step}        desk    payment.record
    GET   /payments/{id}/reverse              desk    ledger.post
    POST  /payments/{id}/reverse              desk    ledger.post
    GET   /payments/{id}/bounce               desk    payment.record
    POST  /payments/{id}/bounce               desk    payment.record
    GET   /pay/{token}                        anybody -
    POST  /pay/{token}                        anybody -
    GET   /pay/{token}/return                 anybody -
    POST  /pay/{token}/receipt                anybody -
    GET   /pay/{token}/events                 anybody -
    GET   /pay/{token}/{file}                 anybody -
    GET   /checkouts/{id}/return              anybody -
    GET   /checkouts/introduced               anybody -
    GET   /orders                             desk    order.read
    POST  /orders                             desk    order.create
    GET   /orders.csv                         desk    order.read
    GET   /orders.xlsx                        desk    order.read
    POST  /orders/bulk                        desk    -
    GET   /orders/new                         desk    order.create
    POST  /orders/preview                     person  order.create
    GET   /orders/{id}                        desk    order.read
    POST  /orders/{id}                        desk    order.create
    GET   /orders/{id}/edit                   desk    order.create
    POST  /orders/{id}/submit                 desk    order.submit
    POST  /orders/{id}/release                desk    order.release
    POST  /orders/{id}/withdraw               desk    order.submit
    POST  /orders/{id}/cancel                 desk    order.cancel
    POST  /orders/{id}/final-invoice          desk    invoice.issue
    GET   /invoices                           desk    invoice.read
    POST  /invoices                           desk    invoice.issue
    GET   /invoices.csv                       desk    invoice.read
    GET   /invoices.xlsx                      desk    invoice.read
    POST  /invoices/bulk                      desk    -
    GET   /invoices/new                       desk    invoice.issue
    GET   /invoices/{id}                      desk    invoice.read
    POST  /invoices/{id}                      desk    invoice.issue
    GET   /invoices/{id}/edit                 desk    invoice.issue
    POST  /invoices/{id}/remove               desk    invoice.issue
    POST  /invoices/{id}/issue                desk    invoice.issue
    POST  /invoices/{id}/send                 desk    invoice.send
    GET   /invoices/{id}/deliver              desk    invoice.issue
    POST  /invoices/{id}/deliver              desk    invoice.issue
    POST  /invoices/{id}/official             desk    invoice.issue
    GET   /invoices/{id}/void                 desk    invoice.void
    POST  /invoices/{id}/void                 desk    invoice.void
    GET   /invoices/{id}/write-off            desk    invoice.write_off
    POST  /invoices/{id}/write-off            desk    invoice.write_off
    GET   /invoices/{id}/reverse-write-off    desk    invoice.write_off
    POST  /invoices/{id}/reverse-write-off    desk    invoice.write_off
    GET   /invoices/{id}/credit               desk    invoice.credit
    POST  /invoices/{id}/credit               desk    invoice.credit
    GET   /invoices/{id}/{file}               desk    invoice.read
    GET   /credit-notes/{id}                  desk    invoice.read
    GET   /credit-notes/{id}/{file}           desk    invoice.read
    GET   /credit-notes/{id}/credit           desk    payment.read
    POST  /credit-notes/{id}/allocate         desk    payment.allocate
    POST  /credit-notes/{id}/refund           desk    payment.refund
    GET   /customers/{id}/statement           desk    invoice.read
    GET   /customers/{id}/statement/{file}    desk    invoice.read
    GET   /entries                            desk    ledger.read
    POST  /entries                            desk    ledger.post
    GET   /entries.csv                        desk    ledger.read
    GET   /entries.xlsx                       desk    ledger.read
    GET   /entries/new                        desk    ledger.post
    GET   /entries/{id}                       desk    ledger.read
    POST  /entries/{id}/reverse               desk    ledger.post
    GET   /periods                            desk    ledger.read
    GET   /periods/{id}/close                 desk    period.close
    POST  /periods/{id}/close                 desk    period.close
    POST  /periods/{id}/reopen                desk    period.close
    GET   /periods/{id}/revalue               desk    ledger.post
    POST  /periods/{id}/revalue               desk    ledger.post
    GET   /reports                            desk    report.read
    GET   /reports/trial-balance              desk    report.read
    GET   /reports/profit-and-loss            desk    report.read
    GET   /reports/balance-sheet              desk    report.read
    GET   /reports/tax-summary                desk    report.read
    GET   /reports/receivables-aging          desk    report.read
    GET   /reports/general-ledger/{account}   desk    report.read
    GET   /portal/orders                      portal  order.read
    POST  /portal/orders                      portal  order.create
    GET   /portal/orders/new                  portal  order.create
    GET   /portal/orders/{id}                 portal  order.read
    POST  /portal/orders/{id}                 portal  order.create
    GET   /portal/orders/{id}/edit            portal  order.create
    POST  /portal/orders/{id}/submit          portal  order.submit
    POST  /portal/orders/{id}/withdraw        portal  order.submit
    POST  /portal/orders/{id}/cancel          portal  order.cancel
    GET   /portal/invoices                    portal  invoice.read
    GET   /portal/invoices/{id}               portal  invoice.read
    GET   /portal/invoices/{id}/{file}        portal  invoice.read
    GET   /portal/statement                   portal  invoice.read
    GET   /portal/statement/{file}            portal  invoice.read
    GET   /portal                             portal  invoice.read
    POST  /portal/pay                         portal  checkout.create
    POST  /portal/pay/preview                 portal  invoice.read
    GET   /portal/paid                        portal  payment.read
    GET   /portal/payments                    portal  payment.read
    GET   /portal/payments/{id}/receipt.pdf   portal  payment.read
    POST  /portal/payments/{id}/receipt/send  portal  receipt.send
    GET   /customers                          desk    customer.read
    POST  /customers                          desk    customer.write
    GET   /customers.csv                      desk    customer.read
    GET   /customers.xlsx                     desk    customer.read
    POST  /customers/bulk                     desk    -
    GET   /customers/new                      desk    customer.write
    GET   /customers/{id}                     desk    customer.read
    POST  /customers/{id}                     desk    customer.write
    GET   /customers/{id}/edit                desk    customer.write
    POST  /customers/{id}/contacts            desk    customer.write
    GET   /customers/{id}/contacts/new        desk    customer.write
    GET   /customers/{id}/contacts/{contact}  desk    customer.write
    POST  /customers/{id}/contacts/{contact}  desk    customer.write
    POST  /customers/{id}/contacts/{contact}/remove  desk    customer.write
    POST  /customers/{id}/addresses           desk    customer.write
    GET   /customers/{id}/addresses/new       desk    customer.write
    GET   /customers/{id}/addresses/{address}  desk    customer.write
    POST  /customers/{id}/addresses/{address}  desk    customer.write
    POST  /customers/{id}/addresses/{address}/remove  desk    customer.write
    GET   /catalog                            desk    catalog.read
    GET   /catalog.csv                        desk    catalog.read
    GET   /catalog.xlsx                       desk    catalog.read
    POST  /catalog/items                      desk    catalog.write
    GET   /catalog/items/new                  desk    catalog.write
    GET   /catalog/items/{id}                 desk    catalog.read
    POST  /catalog/items/{id}                 desk    catalog.write
    POST  /catalog/items/{id}/prices          desk    catalog.write
    POST  /catalog/tax-codes                  desk    tax.write
    GET   /catalog/tax-codes/new              desk    tax.write
    GET   /catalog/tax-codes/{code}           desk    catalog.read
    POST  /catalog/tax-codes/{code}           desk    tax.write
    POST  /catalog/tax-codes/{code}/rates     desk    tax.write
";

async fn every_page_is_shown_to_whom_it_is_for(app: &TestApp) {
    the_table_is_complete();
    let item = app.goods().await;
    let customer = app.customer("页面").await;
    let world = World::of(app, &customer, &item).await;
    let mut people: Vec<(String, Actor, Caller)> = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Customer) {
        let caller = app.nobody.signed_in(&app.staff(role).await, PASSWORD).await;
        people.push((
            role.name().to_owned(),
            Actor::User { id: UserId::NIL, roles: vec![role], customer: None },
            caller,
        ));
    }
    let buyer = app.nobody.signed_in(&app.buyer(&customer).await, PASSWORD).await;
    let bound: CustomerId = customer.parse().unwrap();
    people.push((
        "customer".into(),
        Actor::User { id: UserId::NIL, roles: vec![Role::Customer], customer: Some(bound) },
        buyer,
    ));
    let mut faults = Vec::new();
    for line in lines(PAGES) {
        let [method, pattern, audience, asks] = line[..] else { panic!("{line:?}") };
        // These sign out whoever asks, and with them the rest of the table.
        if ["/sign-out", "/account/sessions/end"].contains(&pattern) {
            continue;
        }
        let address = world.address(pattern);
        let nobody = ask(&app.nobody, method, &address).await;
        let shut_out = nobody.status == 303 && nobody.location().starts_with("/sign-in");
        if (audience == "anybody") == shut_out || nobody.status >= 500 {
            faults.push(format!("{method} {pattern}: nobody was answered {} {}", nobody.status, nobody.location()));
        }
        for (name, actor, caller) in &people {
            let in_portal = name == "customer";
            // A form does what its command allows to whoever sends it, in the rows that they see; rooms are for pages.
            let right_room = match audience {
                "desk" => !in_portal || method == "POST",
                "portal" => in_portal || method == "POST",
                _ => true,
            };
            let may = right_room && asks.parse::<Permission>().map_or(true, |permission| permits(actor, permission));
            let status = ask(caller, method, &address).await.status;
            let right = match (may, audience, method) {
                (true, "anybody", _) => status < 500,
                (true, ..) => status != 401 && status < 500 && (status != 403 || method == "POST"),
                // An empty form may be refused for what it lacks before it is for who sends it.
                (false, _, "POST") => [403, 422].contains(&status),
                (false, ..) => status == 403,
            };
            if !right {
                let must = if may { "is let in" } else { "is refused" };
                faults
                    .push(format!("{method} {pattern} ({audience} {asks}): {name} {must}, but was answered {status}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

async fn ask(caller: &Caller, method: &str, address: &str) -> Reply {
    if method == "POST" {
        return caller.submit(address, &[]).await;
    }
    // Streams have no end; their beginning says enough.
    if address.ends_with("/events") {
        let response = caller.request(Method::GET, address).header("accept", "text/event-stream");
        return Reply::beginning_of(address, response).await;
    }
    caller.get(address).await
}

/// The routes that the sources name, since a router does not tell them.
fn the_table_is_complete() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut served = BTreeSet::new();
    for krate in std::fs::read_dir(crates).unwrap().flatten() {
        for file in ["src/pages/mod.rs", "src/pages.rs"] {
            let Ok(source) = std::fs::read_to_string(krate.path().join(file)) else { continue };
            served.extend(routes(&source));
        }
    }
    let listed: BTreeSet<String> = lines(PAGES).iter().map(|line| format!("{} {}", line[0], line[1])).collect();
    let apart: Vec<&String> = served.symmetric_difference(&listed).collect();
    assert!(apart.is_empty(), "served and not listed, or listed and not served: {apart:#?}");
}

/// `METHOD /address` of each `.route("/address", get(a).post(b))`.
fn routes(source: &str) -> Vec<String> {
    let mut all = Vec::new();
    for rest in source.split(".route(").skip(1) {
        let Some((_, rest)) = rest.split_once('"') else { continue };
        let Some((address, rest)) = rest.split_once('"') else { continue };
        let handlers = rest.split(".route(").next().unwrap_or("");
        let handlers = handlers.split(".merge(").next().unwrap_or("");
        for (word, method) in [("get(", "GET"), ("post(", "POST")] {
            if handlers.contains(&format!(" {word}")) || handlers.contains(&format!(".{word}")) {
                all.push(format!("{method} {address}"));
            }
        }
    }
    all
}

#[test]
fn routes_are_found_in_sources() {
    let source = r#"Router::new().route("/a", get(index::index).post(edit::create)).route("/a/{id}/b", post(b::b))"#;
    assert_eq!(routes(source), ["GET /a", "POST /a", "POST /a/{id}/b"]);
}
