//! The catalog on a real database, through the door.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]

use catalog::rules::item::{self, ItemInput, PriceInput};
use catalog::rules::tax_code::{self, RateInput, TaxCodeInput};
use catalog::{
    CreateItem, CreateTaxCode, DiscountInput, LineInput, LineKind, Priced, Pricing, SetPrice, SetTaxRate, TaxRounding,
    UpdateItem, price, queries,
};
use diesel::connection::SimpleConnection;
use kernel::id::{ItemId, OrganisationId};
use kernel::{Actor, Clock, Context, Currency, Date, Locale, Permission, Source, Timestamp};
use std::sync::Arc;
use store::events::Subscriptions;
use store::{App, Authorizer, Conn, DatabaseUrl, Db, Error, MasterKey, Vault, migrate};

struct Everything;
impl Authorizer for Everything {
    fn permits(&self, _: &Actor, _: Permission) -> bool {
        true
    }
}

struct Noon;
impl Clock for Noon {
    fn now(&self) -> Timestamp {
        "2026-11-23T04:00:00Z".parse().unwrap()
    }
}

struct House {
    app: App,
    context: Context,
    _folder: tempfile::TempDir,
}

const ORGANISATION: OrganisationId = OrganisationId::from_bytes([7; 16]);

fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("t.db").display().to_string());
    // The organisation's table belongs to another crate; this is what the books are read from.
    const BOOKS: store::Migration = store::Migration {
        version: 2026_1123_0100,
        name: "books",
        sql: "CREATE TABLE organisations (organisation_id {id} NOT NULL PRIMARY KEY, country {text} NOT NULL, \
              currency {text} NOT NULL, time_zone {text} NOT NULL, chart {text} NOT NULL) {table};",
    };
    let steps: Vec<store::Migration> = [migrate::MIGRATIONS, &[BOOKS], catalog::MIGRATIONS].concat();
    migrate::migrate(&url, &steps, Noon.now()).unwrap();
    let vault = Vault::new(MasterKey::new([1; 32]));
    let app = App::new(Db::open(&url).unwrap(), Arc::new(Everything), Arc::new(Noon), vault, Subscriptions::default());
    let context = Context {
        organisation: ORGANISATION,
        actor: Actor::System { task: "test" },
        now: Noon.now(),
        seed: [0; 32],
        locale: Locale::ZhCn,
        source: Source::default(),
        confirmed_at: None,
    };
    let house = House { app, context, _folder: folder };
    let insert = "INSERT INTO organisations VALUES (X'07070707070707070707070707070707', 'CN', 'CNY', 'Asia/Shanghai', 'cn_small')";
    tokio_block(house.app.maintain(move |conn: &mut Conn| Ok(conn.batch_execute(insert)?))).unwrap();
    house
}

fn tokio_block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

impl House {
    /// Runs a command with ids of its own.
    fn write<C: store::Command>(&mut self, command: C) -> Result<C::Output, Error> {
        self.context.seed[0] += 1;
        self.app.write_now(&self.context, command)
    }

    fn tax(&mut self, code: &str, rate: &str, inclusive: bool) {
        let rate = Some(RateInput { rate: rate.into(), valid_from: None });
        let input = TaxCodeInput { code: code.into(), names: kernel::Localized::same(code).0, inclusive, rate };
        let (data, rate) = tax_code::check(&input).unwrap();
        self.write(CreateTaxCode { data, rate: rate.unwrap() }).unwrap();
    }

    fn item(&mut self, code: &str, prices: &[(&str, &str)], tax_code: Option<&str>) -> Result<ItemId, Error> {
        let (data, prices) = item::check(&item_input(code, prices, tax_code))?;
        self.write(CreateItem { data, prices })
    }

    fn price(&self, currency: Currency, on: &str, lines: Vec<LineInput>) -> Result<Priced, Error> {
        let on: Date = on.parse().unwrap();
        let read = move |conn: &mut Conn| {
            let rounding = TaxRounding::PerLine;
            let by = Pricing { organisation: ORGANISATION, locale: Locale::En, currency, on, rounding, agreed: false };
            price(conn, by, &lines, &[])
        };
        self.app.db().read_now(read)
    }
}

fn item_input(code: &str, prices: &[(&str, &str)], tax_code: Option<&str>) -> ItemInput {
    ItemInput {
        code: code.into(),
        names: [("zh-CN", "传感器"), ("en", "Sensor")].map(|(tag, name)| (tag.to_owned(), name.to_owned())).into(),
        unit: Some("pcs".into()),
        tax_code: tax_code.map(ToOwned::to_owned),
        prices: prices
            .iter()
            .map(|(currency, amount)| PriceInput {
                pointer: "/price".into(),
                currency: (*currency).into(),
                amount: (*amount).into(),
                valid_from: None,
            })
            .collect(),
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

fn faults(error: Error) -> Vec<String> {
    let fields = error.refusal().fields;
    fields.into_iter().map(|field| format!("{} {}", field.pointer, field.code)).collect()
}

fn newest(limit: i64) -> store::Part {
    store::Part::newest::<()>(None, limit)
}

#[test]
fn the_example_of_the_contract() {
    let mut house = house();
    house.tax("VAT13", "13", false);
    house.tax("VAT9", "9", false);
    let item = house.item("A-100", &[("CNY", "199.90")], Some("VAT13")).unwrap();
    let freight = LineInput {
        description: Some("Freight".into()),
        item: None,
        unit_price: Some(("CNY".into(), "50.00".into())),
        tax_code: Some("VAT9".into()),
        ..line("", "1")
    };
    let priced = house.price(Currency::CNY, "2026-11-23", vec![line(&item.to_string(), "3"), freight]).unwrap();
    assert_eq!(
        (priced.net.amount(), priced.tax.amount(), priced.total.amount()),
        ("649.70".into(), "82.46".into(), "732.16".into())
    );
    let first = &priced.lines[0];
    assert_eq!((first.description.as_str(), first.unit.as_str(), first.item), ("Sensor", "pcs", Some(item)));
    assert_eq!(priced.lines[1].tax.as_ref().map(|tax| tax.rate.to_string()).as_deref(), Some("9"));
}

#[test]
fn prices_and_rates_are_those_of_the_day() {
    let mut house = house();
    house.tax("VAT", "13", false);
    let item = house.item("A", &[("CNY", "100")], Some("VAT")).unwrap();
    let later = PriceInput {
        pointer: "/price".into(),
        currency: "CNY".into(),
        amount: "120.5".into(),
        valid_from: Some("2026-12-01".into()),
    };
    house.write(SetPrice { item, price: item::check_price(&later).unwrap() }).unwrap();
    let rate = tax_code::check_rate(&RateInput { rate: "9".into(), valid_from: Some("2027-01-01".into()) }).unwrap();
    house.write(SetTaxRate { code: "VAT".into(), rate }).unwrap();
    for (day, total) in
        [("2020-01-01", "113.00"), ("2026-11-30", "113.00"), ("2026-12-01", "136.17"), ("2027-01-01", "131.35")]
    {
        let priced = house.price(Currency::CNY, day, vec![line("A", "1")]).unwrap();
        assert_eq!(priced.total.amount(), total, "{day}");
    }
}

#[test]
fn every_fault_is_named_by_its_pointer() {
    let mut house = house();
    house.tax("VAT", "13", false);
    let item = house.item("A", &[("CNY", "100")], Some("VAT")).unwrap();
    house.item("B", &[], None).unwrap();
    let with = |change: fn(&mut LineInput)| {
        let mut line = line("A", "1");
        change(&mut line);
        line
    };
    let stranger = ItemId::from_bytes([9; 16]).to_string();
    for (line, expected) in [
        (line("nothing", "1"), "/lines/0/item not_found"),
        (line(&stranger, "1"), "/lines/0/item not_found"),
        (line("A", "0"), "/lines/0/quantity not_positive"),
        (line("A", "1.0000001"), "/lines/0/quantity too_many_digits"),
        (line("B", "1"), "/lines/0/unit_price item_not_priced"),
        (with(|l| l.unit_price = Some(("EUR".into(), "1".into()))), "/lines/0/unit_price/currency currency_mismatch"),
        (with(|l| l.unit_price = Some(("CNY".into(), "NaN".into()))), "/lines/0/unit_price/amount not_a_number"),
        (with(|l| l.unit_price = Some(("CNY".into(), "-1".into()))), "/lines total_negative"),
        (with(|l| l.tax_code = Some("X".into())), "/lines/0/tax_code not_found"),
        (with(|l| l.discount = Some(DiscountInput::default())), "/lines/0/discount percent_or_amount"),
        (with(|l| l.discount = Some(DiscountInput::percent("101"))), "/lines/0/discount discount_too_large"),
        (
            with(|l| l.discount = Some(DiscountInput::amount("CNY", "0.001"))),
            "/lines/0/discount/amount/amount too_many_digits",
        ),
        (with(|l| l.description = Some("x".repeat(501))), "/lines/0/description too_long"),
    ] {
        assert_eq!(faults(house.price(Currency::CNY, "2026-11-23", vec![line]).unwrap_err()), [expected]);
    }
    let empty = LineInput { item: None, ..line("", "1") };
    let named = faults(house.price(Currency::CNY, "2026-11-23", vec![empty]).unwrap_err());
    assert_eq!(named, ["/lines/0/description required", "/lines/0/unit_price required"]);
    assert_eq!(faults(house.price(Currency::CNY, "2026-11-23", vec![]).unwrap_err()), ["/lines required"]);
    let (data, _) = item::check(&item_input("A", &[], Some("VAT"))).unwrap();
    house.write(UpdateItem { id: item, version: None, change: move |_| Ok((data.clone(), vec![], true)) }).unwrap();
    let archived = house.price(Currency::CNY, "2026-11-23", vec![line("A", "1")]).unwrap_err();
    assert_eq!(faults(archived), ["/lines/0/item item_archived"]);
}

#[test]
fn codes_are_unique_and_changes_are_not_lost() {
    let mut house = house();
    let item = house.item("A", &[], None).unwrap();
    assert_eq!(faults(house.item("A", &[], None).unwrap_err()), ["/code already_exists"]);
    assert_eq!(faults(house.item("B", &[], Some("NONE")).unwrap_err()), ["/tax_code not_found"]);
    let (data, prices) = item::check(&item_input("A2", &[("USD", "0.0000000000001")], None)).unwrap();
    let change = UpdateItem { id: item, version: Some(1), change: move |_| Ok((data.clone(), prices.clone(), false)) };
    house.write(change.clone()).unwrap();
    assert_eq!(house.write(change).unwrap_err().refusal().code, "stale_form");
    let kept = house.app.db().read_now(move |conn| queries::item(conn, ORGANISATION, item)).unwrap();
    assert_eq!((kept.code.as_str(), kept.version), ("A2", 2));
    let today: Date = "2026-11-23".parse().unwrap();
    assert_eq!((kept.prices[0].value.text().as_str(), kept.prices[0].from), ("0.0000000000001", today));
}

#[test]
fn lists_are_searched_and_other_organisations_stay_apart() {
    let mut house = house();
    house.tax("VAT13", "13", false);
    for code in ["A-100", "B_200", "C%300"] {
        let data = item::check(&item_input("X", &[], None)).unwrap().0;
        house
            .write(CreateItem { data: catalog::rules::item::ItemData { code: code.into(), ..data }, prices: vec![] })
            .unwrap();
    }
    for (search, codes) in [
        ("", &["A-100", "B_200", "C%300"][..]),
        ("a-1", &["A-100"]),
        ("_2", &["B_200"]),
        ("%", &["C%300"]),
        ("感器", &["A-100", "B_200", "C%300"]),
        ("zh-CN", &[]),
    ] {
        let filter = queries::Filter { search: Some(search.into()), archived: Some(false) };
        let found =
            house.app.db().read_now(move |conn| queries::items(conn, ORGANISATION, &filter, &newest(10))).unwrap();
        let mut found: Vec<&str> = found.iter().map(|item| item.code.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, codes, "{search}");
    }
    let other = OrganisationId::from_bytes([8; 16]);
    let read = move |conn: &mut Conn| {
        let items = queries::items(conn, other, &queries::Filter::default(), &newest(10))?;
        Ok((items, queries::tax_codes(conn, other, &queries::Filter::default(), 10)?))
    };
    assert_eq!(house.app.db().read_now(read).unwrap(), (vec![], vec![]));
}

#[test]
fn every_sentence_is_there_in_every_language() {
    assert_eq!(web::i18n::I18n::check(&[catalog::MESSAGES]), Vec::<String>::new());
}
