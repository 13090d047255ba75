//! `GET /settlements`, `GET /settlements/{id}`

use crate::rules::settlement::{Component, Difference, State, Sums};
use crate::settlements::{self, Bank, Item, Settlement};
use crate::sheets;
use ::store::{Conn, Error};
use axum::Json;
use axum::extract::{Path, Query, State as Of};
use axum::response::{IntoResponse, Response};
use kernel::{Date, Fields, Permission, Refusal, Scope};
use reports::{Asked, Form, list_file, send};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::file::Format;
use web::wire::{List, Money, path_id};
use web::{Api, Fail, Problem, Web};

/// So many days back where none is named.
const DAYS: i64 = 31;
/// So many days at most.
const DAYS_MAX: i64 = 200;

/// Which pay-outs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    from: Option<String>,
    to: Option<String>,
    state: Option<String>,
}

impl Filters {
    /// Days and state; the last month where no days are named. Refuses more than [`DAYS_MAX`] days at `/from`.
    pub(crate) fn read(self, today: Date) -> Result<((Date, Date), Option<State>), Refusal> {
        let mut fields = Fields::new();
        let mut day = |pointer, text: Option<String>| {
            text.filter(|text| !text.is_empty()).and_then(|text| fields.date(pointer, &text))
        };
        let (from, to) = (day("/from", self.from), day("/to", self.to));
        let state = self.state.filter(|state| !state.is_empty());
        let known = state.as_deref().and_then(State::by_name);
        if state.is_some() && known.is_none() {
            fields.note("/state", "not_a_choice");
        }
        let to = to.unwrap_or(today);
        let earlier = |days| to.checked_sub(jiff::Span::new().days(days)).unwrap_or(to);
        let from = from.unwrap_or_else(|| earlier(DAYS));
        if from > to || from < earlier(DAYS_MAX) {
            fields.note("/from", "too_many_days");
        }
        fields.finish()?;
        Ok(((from, to), known))
    }
}

/// What a pay-out is made of: money that came above zero, what was taken of it below.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettlementSums {
    pub payments: Money,
    pub refunds: Money,
    pub fees: Money,
    pub disputes: Money,
    /// What there is no word for.
    pub other: Money,
    /// What these do not explain: what stood there before less what stays.
    pub carried: Money,
    /// What went to the bank.
    pub net: Money,
}

impl SettlementSums {
    fn of(sums: &Sums) -> Result<SettlementSums, Error> {
        let part = |component| Money::from(sums.of(component));
        Ok(SettlementSums {
            payments: part(Component::Payments),
            refunds: part(Component::Refunds),
            fees: part(Component::Fees),
            disputes: part(Component::Disputes),
            other: part(Component::Other),
            carried: sums.carried()?.into(),
            net: sums.net.into(),
        })
    }
}

/// What the bank says of a pay-out.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettlementBank {
    pub amount: Money,
    #[schema(example = "2026-11-25")]
    pub on: String,
    #[schema(example = "stm_01h455vb4pex5vsknk084sn02q")]
    pub statement: String,
    #[schema(example = "stl_01h455vb4pex5vsknk084sn02q")]
    pub line: String,
    /// Whether the line is matched with the pay-out; else it says the pay-out's number, and another amount.
    #[schema(example = true)]
    pub matched: bool,
}

impl From<&Bank> for SettlementBank {
    fn from(bank: &Bank) -> Self {
        SettlementBank {
            amount: bank.amount.into(),
            on: bank.on.to_string(),
            statement: bank.statement.to_string(),
            line: bank.line.to_string(),
            matched: bank.is_matched,
        }
    }
}

/// What differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettlementDifference {
    /// `payments`, `refunds`, `fees`, `disputes`, `other`, `carried`, `net` or `bank`.
    #[schema(example = "fees")]
    pub about: String,
    /// What the report says, or the bank; it may be in another currency.
    pub theirs: Money,
    /// What the books say.
    pub ours: Money,
}

impl From<&Difference> for SettlementDifference {
    fn from(one: &Difference) -> Self {
        SettlementDifference { about: one.about.to_owned(), theirs: one.theirs.into(), ours: one.ours.into() }
    }
}

/// A pay-out as report, books and bank tell it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettlementView {
    #[schema(example = "pyo_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    #[schema(example = "gwc_01h455vb4pex5vsknk084sn02q")]
    pub connection: String,
    /// The provider's number of it.
    #[schema(example = "po_1Example")]
    pub number: String,
    /// Code of the account that mirrors the balance at the provider.
    #[schema(example = "101204")]
    pub account: String,
    /// Code of the account at the bank.
    #[schema(example = "1002")]
    pub bank_account: String,
    #[schema(example = "2026-11-25")]
    pub arrived_on: String,
    pub net: Money,
    /// `agrees`, `bank_missing`, `report_missing` or `differs`.
    #[schema(example = "agrees")]
    pub state: String,
    /// Null where no report was brought in that has it.
    pub report: Option<SettlementSums>,
    pub books: SettlementSums,
    /// Null where no line of the bank is matched with it.
    pub bank: Option<SettlementBank>,
    pub differences: Vec<SettlementDifference>,
}

impl SettlementView {
    fn of(settlement: &Settlement) -> Result<SettlementView, Error> {
        let report = settlement.report.as_ref().map(|report| SettlementSums::of(&report.sums)).transpose()?;
        Ok(SettlementView {
            id: settlement.id.to_string(),
            connection: settlement.connection.to_string(),
            number: settlement.number.clone(),
            account: settlement.account.clone(),
            bank_account: settlement.bank_account.clone(),
            arrived_on: settlement.arrived_on.to_string(),
            net: settlement.books.net.into(),
            state: settlement.state.name().to_owned(),
            report,
            books: SettlementSums::of(&settlement.books)?,
            bank: settlement.bank.as_ref().map(SettlementBank::from),
            differences: settlement.differences.iter().map(SettlementDifference::from).collect(),
        })
    }
}

/// A movement: a line of the report, an entry of the books, or both.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettlementItem {
    /// `payments`, `refunds`, `fees`, `disputes` or `other`.
    #[schema(example = "payments")]
    pub component: String,
    #[schema(example = "2026-11-23")]
    pub on: String,
    #[schema(example = "Invoice INV-2026-00071")]
    pub text: String,
    /// The customer's name, where it is a customer's payment, refund or dispute.
    #[schema(example = "Nordlicht Handels GmbH")]
    pub customer: Option<String>,
    #[schema(example = "stl_01h455vb4pex5vsknk084sn02q")]
    pub line: Option<String>,
    #[schema(example = "ent_01h455vb4pex5vsknk084sn02q")]
    pub entry: Option<String>,
    #[schema(example = "pay_01h455vb4pex5vsknk084sn02q")]
    pub document: Option<String>,
    /// What the report says.
    pub report: Option<Money>,
    /// What the books say.
    pub books: Option<Money>,
}

impl From<Item> for SettlementItem {
    fn from(item: Item) -> Self {
        SettlementItem {
            component: item.component.name().to_owned(),
            on: item.on.to_string(),
            text: item.text,
            customer: item.whose,
            line: item.line.map(|(_, line)| line.to_string()),
            entry: item.entry.map(|entry| entry.to_string()),
            document: item.document.map(|document| document.to_string()),
            report: item.report.map(Money::from),
            books: item.books.map(Money::from),
        }
    }
}

/// A pay-out with all that it is made of.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettlementDetail {
    #[serde(flatten)]
    pub settlement: SettlementView,
    pub items: Vec<SettlementItem>,
}

/// Pay-outs of providers as report, books and bank tell them, the newest first: of the last 31 days where none are named, at most 200
/// days. The workbook is for people, in the caller's language.
#[utoipa::path(
    get, path = "/api/v1/settlements", tag = "statements",
    params(
        ("from" = Option<String>, Query, description = "The first day of arrival"),
        ("to" = Option<String>, Query, description = "The last day of arrival"),
        ("state" = Option<String>, Query, description = "`agrees`, `bank_missing`, `report_missing` or `differs`"),
        ("format" = Option<String>, Query, description = "json, csv, xlsx"),
    ),
    responses((status = 200, body = List<SettlementView>), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn list(
    Of(web): Of<Web>,
    Api(context): Api,
    Query(filters): Query<Filters>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    web.app.authorise(&context.actor, Permission::StatementRead)?;
    let form = asked.form()?;
    if form == Form::File(Format::Pdf) {
        return Err(Refusal::invalid("format_not_available").with("format", "pdf").into());
    }
    let now = web.app.now();
    let read = move |conn: &mut Conn, scope: &Scope| {
        let today = ::store::books::load(conn, scope.organisation())?.date_of(now);
        let (days, state) = filters.read(today)?;
        Ok((settlements::list(conn, scope, days, state)?, today))
    };
    let (rows, today) = web.app.read(&context, Permission::StatementRead, read).await?;
    let l = web.i18n.for_locale(context.locale);
    if form == Form::File(Format::Xlsx) {
        let table = sheets::settlements(&rows, today, Some(&l))?.listed(&l);
        return Ok(list_file(table, Format::Xlsx, "settlements")?.into_response());
    }
    let data = rows.iter().map(SettlementView::of).collect::<Result<Vec<_>, _>>()?;
    let sheet = sheets::settlements(&rows, today, None)?;
    Ok(send(&web, &context, form, List { data, next_cursor: None }, || sheet).await?)
}

/// One pay-out with all that it is made of.
#[utoipa::path(
    get, path = "/api/v1/settlements/{id}", tag = "statements",
    params(("id" = String, Path, description = "`pyo_…`")),
    responses((status = 200, body = SettlementDetail), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(Of(web): Of<Web>, Api(context): Api, Path(id): Path<String>) -> Result<Json<SettlementDetail>, Fail> {
    web.app.authorise(&context.actor, Permission::StatementRead)?;
    let id = path_id(&id)?;
    let read = move |conn: &mut Conn, scope: &Scope| {
        let found = settlements::one(conn, scope, id)?;
        let settlement = SettlementView::of(&found)?;
        Ok(SettlementDetail { settlement, items: found.items.into_iter().map(SettlementItem::from).collect() })
    };
    Ok(Json(web.app.read(&context, Permission::StatementRead, read).await?))
}
