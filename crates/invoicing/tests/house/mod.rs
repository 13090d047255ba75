//! A company on a real database, reached through the door.

#![allow(dead_code)]

use catalog::rules::tax_code::{self, RateInput, TaxCodeInput};
use catalog::{CreateTaxCode, LineInput, LineKind};
use customers::{CreateCustomer, CustomerInput};
use diesel::connection::SimpleConnection;
use identity::{NewOrganisation, create_organisation};
use invoicing::commands::{CreateInvoice, InvoiceInput};
use invoicing::queries::{self, InvoiceView};
use kernel::id::{CustomerId, InvoiceId, OpenItemId, OrganisationId, PaymentId};
use kernel::{Actor, Clock, Context, Currency, Locale, Money, Permission, Scope, Source, Timestamp};
use ledger::Chart;
use receivables::{ItemKind, NewItem, Want};
use std::sync::Arc;
use store::events::Subscriptions;
use store::{App, Authorizer, Command, Conn, DatabaseUrl, Db, Error, MasterKey, Migration, Tx, Vault, migrate};

pub const ORGANISATION: OrganisationId = OrganisationId::from_bytes([7; 16]);
pub const ALL: Scope = Scope::Organisation(ORGANISATION);

struct Everything;
impl Authorizer for Everything {
    fn permits(&self, _: &Actor, _: Permission) -> bool {
        true
    }
}

/// Noon of 23 November 2026 in Shanghai.
pub struct Noon;
impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-11-23T04:00:00Z".parse().unwrap()
    }
}

/// Whatever a test wants done in a transaction.
pub struct Work<F>(pub F);

impl<T: Send + 'static, F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static> Command for Work<F> {
    const NAME: &'static str = "test";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = T;
    fn run(&self, tx: &mut Tx<'_>) -> Result<T, Error> {
        (self.0)(tx)
    }
}

pub struct House {
    pub app: App,
    pub context: Context,
    pub customer: CustomerId,
    folder: tempfile::TempDir,
}

fn steps() -> Vec<Migration> {
    let others = [
        Migration {
            version: 2026_1123_0600,
            name: "orders",
            sql: include_str!("../../../orders/migrations/0001_orders.sql"),
        },
        Migration {
            version: 2026_1123_0800,
            name: "payments",
            sql: include_str!("../../../payments/migrations/0001_payments.sql"),
        },
    ];
    [
        migrate::MIGRATIONS,
        identity::MIGRATIONS,
        customers::MIGRATIONS,
        catalog::MIGRATIONS,
        ledger::MIGRATIONS,
        receivables::MIGRATIONS,
        invoicing::MIGRATIONS,
        &others,
    ]
    .concat()
}

impl House {
    /// A Chinese company with one customer, VAT13 and VAT9.
    pub fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("t.db").display().to_string());
        migrate::migrate(&url, &steps(), Noon.now()).unwrap();
        let vault = Vault::new(MasterKey::new([1; 32]));
        let app =
            App::new(Db::open(&url).unwrap(), Arc::new(Everything), Arc::new(Noon), vault, Subscriptions::default());
        let context = Context {
            organisation: ORGANISATION,
            actor: Actor::System { task: "test" },
            now: Noon.now(),
            seed: [0; 32],
            locale: Locale::ZhCn,
            source: Source::default(),
            confirmed_at: None,
        };
        let mut house = House { app, context, customer: CustomerId::NIL, folder };
        house
            .write(Work(|tx: &mut Tx<'_>| {
                let mut new = NewOrganisation::usual(ORGANISATION, "远航科技", "CN", Currency::CNY);
                new.chart = Chart::SmallEnterprise.name().to_owned();
                create_organisation(tx, &new)?;
                ledger::open_books(tx, Chart::SmallEnterprise)
            }))
            .unwrap();
        for (code, rate) in [("VAT13", "13"), ("VAT9", "9")] {
            let rate = Some(RateInput { rate: rate.into(), valid_from: None });
            let input =
                TaxCodeInput { code: code.into(), names: kernel::Localized::same(code).0, inclusive: false, rate };
            let (data, rate) = tax_code::check(&input).unwrap();
            house.write(CreateTaxCode { data, rate: rate.unwrap() }).unwrap();
        }
        house.customer = house.customer("上海远航贸易有限公司", "CNY");
        house
    }

    pub fn customer(&mut self, name: &str, currency: &str) -> CustomerId {
        let input = CustomerInput {
            name: name.into(),
            kind: "company".into(),
            country: "CN".into(),
            currency: currency.into(),
            email: Some("ap@example.com".into()),
            ..CustomerInput::default()
        };
        self.write(CreateCustomer { data: customers::rules::customer::check(&input).unwrap(), address: None }).unwrap()
    }

    /// Runs a command with ids of its own, a moment after the one before, so that ids are in the order of writing.
    pub fn write<C: Command>(&mut self, command: C) -> Result<C::Output, Error> {
        self.context.now += jiff::SignedDuration::from_millis(1);
        self.context.seed[0] = self.context.seed[0].checked_add(1).unwrap();
        self.app.write_now(&self.context, command)
    }

    pub fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.app.db().read_now(query)
    }

    pub fn sql(&self, sql: &'static str) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(self.app.maintain(move |conn: &mut Conn| Ok(conn.batch_execute(sql)?))).unwrap();
    }

    /// Three sensors and freight: net 649.70, tax 82.46, total 732.16.
    pub fn input(&self) -> InvoiceInput {
        InvoiceInput {
            customer: self.customer.to_string(),
            lines: vec![line("Sensor", "3", "CNY", "199.90", "VAT13"), line("Freight", "1", "CNY", "50.00", "VAT9")],
            ..InvoiceInput::default()
        }
    }

    pub fn issued(&mut self) -> InvoiceId {
        let input = self.input();
        self.write(CreateInvoice { input, issue: true }).unwrap()
    }

    pub fn view(&self, id: InvoiceId) -> InvoiceView {
        let vault = self.app.vault().clone();
        self.read(move |conn| queries::view(conn, &vault, &ALL, id)).unwrap()
    }

    /// A payment arrives and settles a part of an invoice.
    pub fn pay(&mut self, invoice: InvoiceId, minor: i64) {
        let customer = self.customer;
        self.write(Work(move |tx: &mut Tx<'_>| {
            let id: PaymentId = tx.new_id();
            let (on, amount) = (tx.today()?, Money::new(minor, Currency::CNY));
            let item = NewItem {
                id: id.retyped(),
                kind: ItemKind::Payment,
                customer,
                amount,
                functional_minor: minor,
                date: on,
                due_on: None,
                final_due_on: None,
            };
            receivables::open(tx, item)?;
            receivables::allocate(tx, id.retyped(), &[Want::new(invoice.retyped(), amount)], on)
        }))
        .unwrap();
    }

    /// What is open of a credit note or payment.
    pub fn open_of(&self, id: OpenItemId) -> i64 {
        self.read(move |conn| receivables::item(conn, &ALL, id)).unwrap().unwrap().open.minor()
    }
}

pub fn line(description: &str, quantity: &str, currency: &str, price: &str, tax: &str) -> LineInput {
    LineInput {
        kind: LineKind::Item,
        item: None,
        description: Some(description.into()),
        unit: None,
        quantity: quantity.into(),
        unit_price: Some((currency.into(), price.into())),
        tax_code: Some(tax.into()),
        discount: None,
    }
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.unwrap_err().refusal().to_string()
}
