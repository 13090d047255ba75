//! Orders on a real database, through the door.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]

use catalog::rules::item::{self, ItemInput, PriceInput};
use catalog::rules::tax_code::{self, RateInput, TaxCodeInput};
use catalog::{CreateItem, CreateTaxCode, LineInput, LineKind, SetTaxRate};
use customers::{CreateCustomer, CustomerInput};
use identity::{NewOrganisation, create_organisation};
use invoicing::commands::{InstalmentInput, VoidInvoice};
use kernel::id::{CustomerId, OrderId, OrganisationId, UserId};
use kernel::{Actor, Clock, Context, Currency, Locale, Money, Permission, Role, Scope, Source, Timestamp};
use orders::queries::{self, Filter, Order};
use orders::rules::credit::HoldReason;
use orders::rules::status::OrderStatus;
use orders::{CancelOrder, CreateOrder, OrderInput, ReleaseOrder, SubmitOrder, UpdateOrder};
use std::sync::Arc;
use store::events::Subscriptions;
use store::{App, Authorizer, Command, Conn, DatabaseUrl, Db, Error, MasterKey, Migration, Tx, Vault, migrate};

const ORGANISATION: OrganisationId = OrganisationId::from_bytes([7; 16]);
const ALL: Scope = Scope::Organisation(ORGANISATION);

struct Everything;
impl Authorizer for Everything {
    fn permits(&self, _: &Actor, _: Permission) -> bool {
        true
    }
}

/// Noon of 23 November 2026 in Shanghai.
struct Noon;
impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-11-23T04:00:00Z".parse().unwrap()
    }
}

struct Found;
impl Command for Found {
    const NAME: &'static str = "test";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = ();
    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let new = NewOrganisation::usual(ORGANISATION, "远航科技", "CN", Currency::CNY);
        create_organisation(tx, &new)?;
        ledger::open_books(tx, ledger::Chart::by_name(&new.chart).unwrap())
    }
}

struct House {
    app: App,
    context: Context,
    _folder: tempfile::TempDir,
}

fn steps() -> Vec<Migration> {
    let payments = Migration {
        version: 2026_1123_0800,
        name: "payments",
        sql: include_str!("../../payments/migrations/0001_payments.sql"),
    };
    [
        migrate::MIGRATIONS,
        identity::MIGRATIONS,
        customers::MIGRATIONS,
        catalog::MIGRATIONS,
        ledger::MIGRATIONS,
        receivables::MIGRATIONS,
        orders::MIGRATIONS,
        invoicing::MIGRATIONS,
        &[payments],
    ]
    .concat()
}

impl House {
    /// A Chinese company with VAT13, VAT9 and the sensor A-100 at 199.90.
    fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("t.db").display().to_string());
        migrate::migrate(&url, &steps(), Noon.now()).unwrap();
        let (db, vault) = (Db::open(&url).unwrap(), Vault::new(MasterKey::new([1; 32])));
        let app = App::new(db, Arc::new(Everything), Arc::new(Noon), vault, Subscriptions::default());
        let context = Context {
            organisation: ORGANISATION,
            actor: Actor::System { task: "test" },
            now: Noon.now(),
            seed: [0; 32],
            locale: Locale::ZhCn,
            source: Source::default(),
            confirmed_at: None,
        };
        let mut house = House { app, context, _folder: folder };
        house.write(Found).unwrap();
        for (code, rate) in [("VAT13", "13"), ("VAT9", "9")] {
            let rate = Some(RateInput { rate: rate.into(), valid_from: None });
            let input =
                TaxCodeInput { code: code.into(), names: kernel::Localized::same(code).0, inclusive: false, rate };
            let (data, rate) = tax_code::check(&input).unwrap();
            house.write(CreateTaxCode { data, rate: rate.unwrap() }).unwrap();
        }
        let price =
            PriceInput { pointer: "/price".into(), currency: "CNY".into(), amount: "199.90".into(), valid_from: None };
        let input = ItemInput {
            code: "A-100".into(),
            names: [("zh-CN".to_owned(), "传感器".to_owned())].into(),
            unit: Some("pcs".into()),
            tax_code: Some("VAT13".into()),
            prices: vec![price],
        };
        let (data, prices) = item::check(&input).unwrap();
        house.write(CreateItem { data, prices }).unwrap();
        house
    }

    /// Runs a command with ids of its own.
    fn write<C: Command>(&mut self, command: C) -> Result<C::Output, Error> {
        self.context.seed[0] = self.context.seed[0].checked_add(1).unwrap();
        self.app.write_now(&self.context, command)
    }

    /// Runs a command as somebody of a customer's company.
    fn write_as<C: Command>(&mut self, customer: CustomerId, command: C) -> Result<C::Output, Error> {
        let house = std::mem::replace(
            &mut self.context.actor,
            Actor::User { id: UserId::from_bytes([5; 16]), roles: vec![Role::Customer], customer: Some(customer) },
        );
        let result = self.write(command);
        self.context.actor = house;
        result
    }

    fn customer(&mut self, credit_limit: Option<&str>) -> CustomerId {
        let input = CustomerInput {
            name: "上海远航贸易有限公司".into(),
            kind: "company".into(),
            country: "CN".into(),
            currency: "CNY".into(),
            credit_limit: credit_limit.map(|limit| ("CNY".into(), limit.into())),
            ..CustomerInput::default()
        };
        self.write(CreateCustomer { data: customers::rules::customer::check(&input).unwrap(), address: None }).unwrap()
    }

    fn draft(&mut self, customer: CustomerId) -> OrderId {
        self.write(CreateOrder(input(customer))).unwrap()
    }

    fn order(&self, id: OrderId) -> Order {
        self.app.db().read_now(move |conn: &mut Conn| queries::get(conn, &ALL, id)).unwrap()
    }
}

fn line(item: &str, quantity: &str) -> LineInput {
    LineInput {
        kind: LineKind::Item,
        item: Some(item.into()),
        description: None,
        unit: None,
        quantity: quantity.into(),
        unit_price: None,
        tax_code: None,
        discount: None,
    }
}

/// Three sensors and freight: 649.70 + 82.46 = 732.16.
fn input(customer: CustomerId) -> OrderInput {
    let freight = LineInput {
        kind: LineKind::Fee,
        item: None,
        description: Some("Freight".into()),
        unit_price: Some(("CNY".into(), "50.00".into())),
        tax_code: Some("VAT9".into()),
        ..line("", "1")
    };
    OrderInput {
        customer: customer.to_string(),
        currency: Some("CNY".into()),
        lines: vec![line("A-100", "3")],
        fees: vec![freight],
        ..OrderInput::default()
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.unwrap_err().refusal().to_string()
}

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

#[test]
fn a_submitted_order_is_numbered_and_invoiced() {
    let mut house = House::new();
    let customer = house.customer(None);
    let id = house.draft(customer);
    let draft = house.order(id);
    assert_eq!((draft.net, draft.tax, draft.total), (cny(64_970), cny(8_246), cny(73_216)));
    assert_eq!((draft.number, draft.status, draft.lines.len()), (None, OrderStatus::Draft, 2));
    house.write(SubmitOrder(id)).unwrap();
    let order = house.order(id);
    assert_eq!((order.number.as_deref(), order.status), (Some("SO-2026-00001"), OrderStatus::Confirmed));
    let (vault, invoice) = (house.app.vault().clone(), order.invoice.unwrap());
    let read = move |conn: &mut Conn| invoicing::queries::view(conn, &vault, &ALL, invoice);
    let invoice = house.app.db().read_now(read).unwrap();
    assert_eq!((invoice.total, invoice.balance, invoice.order), (cny(73_216), cny(73_216), Some(id)));
    assert_eq!(refused(house.write(SubmitOrder(id))), "order_already_submitted");
    assert_eq!(refused(house.write(UpdateOrder { id, version: None, input: input(customer) })), "order_not_draft");
    assert_eq!(refused(house.write(ReleaseOrder(id))), "order_not_on_hold");
}

#[test]
fn credit_counts_what_is_owed_already() {
    let mut house = House::new();
    let customer = house.customer(Some("1000.00"));
    let (first, second) = (house.draft(customer), house.draft(customer));
    house.write(SubmitOrder(first)).unwrap();
    house.write(SubmitOrder(second)).unwrap();
    assert_eq!(house.order(first).status, OrderStatus::Confirmed);
    let held = house.order(second);
    assert_eq!(held.status, OrderStatus::OnHold(HoldReason::LimitExceeded(cny(46_432))));
    assert_eq!((held.number.as_deref(), held.invoice), (Some("SO-2026-00002"), None));
    house.write(ReleaseOrder(second)).unwrap();
    let released = house.order(second);
    assert_eq!((released.status, released.number.as_deref()), (OrderStatus::Confirmed, Some("SO-2026-00002")));
    assert!(released.invoice.is_some());
}

#[test]
fn a_confirmed_order_is_cancelled_only_without_its_invoice() {
    let mut house = House::new();
    let customer = house.customer(None);
    let id = house.draft(customer);
    house.write(SubmitOrder(id)).unwrap();
    assert_eq!(refused(house.write(CancelOrder(id))), "order_invoice_stands");
    let invoice = house.order(id).invoice.unwrap();
    house.write(VoidInvoice { id: invoice, reason: "typed twice".into() }).unwrap();
    house.write(CancelOrder(id)).unwrap();
    house.write(CancelOrder(id)).unwrap();
    assert_eq!(house.order(id).status, OrderStatus::Cancelled);
    assert_eq!(refused(house.write(SubmitOrder(id))), "order_cancelled");
}

#[test]
fn drafts_are_changed_and_changes_are_not_lost() {
    let mut house = House::new();
    let customer = house.customer(None);
    let id = house.draft(customer);
    let mut changed = house.order(id).as_written();
    changed.lines[0].quantity = "1".into();
    changed.instalments = [("30", "2026-12-01"), ("70", "2027-01-01")]
        .map(|(percent, due_on)| InstalmentInput { percent: Some(percent.into()), amount: None, due_on: due_on.into() })
        .into();
    house.write(UpdateOrder { id, version: Some(1), input: changed.clone() }).unwrap();
    assert_eq!(house.order(id).total, cny(28_039));
    assert_eq!(refused(house.write(UpdateOrder { id, version: Some(1), input: changed })), "stale_form");
    house.write(SubmitOrder(id)).unwrap();
    let (vault, invoice) = (house.app.vault().clone(), house.order(id).invoice.unwrap());
    let read = move |conn: &mut Conn| invoicing::queries::view(conn, &vault, &ALL, invoice);
    let parts: Vec<i64> =
        house.app.db().read_now(read).unwrap().instalments.iter().map(|part| part.amount.minor()).collect();
    assert_eq!(parts, [8_412, 19_627]);
}

#[test]
fn prices_are_kept_and_tax_is_that_of_the_invoice() {
    let mut house = House::new();
    let customer = house.customer(None);
    let id = house.draft(customer);
    let rate = tax_code::check_rate(&RateInput { rate: "10".into(), valid_from: Some("2026-11-23".into()) }).unwrap();
    house.write(SetTaxRate { code: "VAT13".into(), rate }).unwrap();
    house.write(SubmitOrder(id)).unwrap();
    let order = house.order(id);
    assert_eq!((order.net, order.tax), (cny(64_970), cny(5_997 + 450)));
}

#[test]
fn the_portal_orders_its_own_at_list_price() {
    let mut house = House::new();
    let (own, other) = (house.customer(None), house.customer(None));
    let from_catalog = OrderInput { lines: vec![line("A-100", "2")], ..OrderInput::default() };
    let id = house.write_as(own, CreateOrder(from_catalog.clone())).unwrap();
    assert_eq!((house.order(id).customer, house.order(id).total), (own, cny(45_177)));
    let mut cheap = from_catalog.clone();
    cheap.lines[0].unit_price = Some(("CNY".into(), "0.01".into()));
    let at_list_price = "invalid /lines/0/unit_price:order_at_list_price";
    assert_eq!(refused(house.write_as(own, CreateOrder(cheap.clone()))), at_list_price);
    assert_eq!(refused(house.write_as(own, UpdateOrder { id, version: None, input: cheap })), at_list_price);
    let foreign = OrderInput { customer: other.to_string(), ..from_catalog };
    assert_eq!(refused(house.write_as(own, CreateOrder(foreign))), "invalid /customer:not_found");
    for result in [house.write_as(other, SubmitOrder(id)), house.write_as(other, CancelOrder(id))] {
        assert_eq!(refused(result), "order_not_found");
    }
    let scope = Scope::Customer(ORGANISATION, other);
    let read = move |conn: &mut Conn| {
        Ok((queries::list(conn, &scope, &Filter::default(), None, 9)?, queries::counts(conn, &scope)?))
    };
    assert_eq!(house.app.db().read_now(read).unwrap(), (vec![], vec![]));
    house.write_as(own, SubmitOrder(id)).unwrap();
    assert_eq!(house.order(id).status, OrderStatus::Confirmed);
}

#[test]
fn every_sentence_is_there_in_every_language() {
    assert_eq!(
        web::i18n::I18n::check(&[catalog::MESSAGES, orders::MESSAGES, customers::MESSAGES, invoicing::MESSAGES]),
        Vec::<String>::new()
    );
}
