//! New and changed drafts.

use super::{hold, refused, status_of};
use crate::draft::{Draft, OrderInput, prepare};
use crate::queries;
use crate::rules::status::Refused;
use crate::store::{self, LineRow, Row};
use ::store::{Command, Error, Tx};
use catalog::{LineKind, Priced, TaxRounding};
use kernel::id::{OrderId, OrganisationId};
use kernel::{Date, Decimal, Permission, Refusal};
use schema::types::{At, Day, Exact, JsonText};

/// Writes a draft.
#[derive(Debug, Clone)]
pub struct CreateOrder(pub OrderInput);

impl Command for CreateOrder {
    const NAME: &'static str = "order.create";
    const PERMISSION: Permission = Permission::OrderCreate;
    type Output = OrderId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<OrderId, Error> {
        let (vault, scope, today) = (tx.vault().clone(), tx.context().scope(), tx.today()?);
        let draft = prepare(tx.conn, &vault, &scope, today, &self.0)?;
        let id: OrderId = tx.new_id();
        let mut row = Row {
            organisation_id: tx.organisation(),
            order_id: id,
            number: None,
            customer_id: draft.customer.id,
            status: "draft".to_owned(),
            currency: draft.priced.currency,
            net_minor: 0,
            tax_minor: 0,
            total_minor: 0,
            tax_rounding: String::new(),
            ordered_on: Day(today),
            deliver_on: None,
            instalments: JsonText("[]".to_owned()),
            deposit: None,
            reference: None,
            note: None,
            invoice_id: None,
            deposit_invoice_id: None,
            exceeded_minor: None,
            created_by: tx.context().actor.name(),
            submitted_by: None,
            created_at: At(tx.now()),
            version: 1,
        };
        fill(&mut row, &draft, &self.0, today)?;
        store::insert(tx.conn, &row, &line_rows(row.organisation_id, id, &draft.priced))?;
        tx.audit(id, &serde_json::json!({ "customer": row.customer_id, "total": draft.priced.total.to_string() }))?;
        tx.emit("order.created", id, &serde_json::json!({}))?;
        Ok(id)
    }
}

/// Replaces what is written on a draft.
#[derive(Debug, Clone)]
pub struct UpdateOrder {
    pub id: OrderId,
    /// The version that the change was made on; `None` takes whatever is there.
    pub version: Option<i64>,
    pub input: OrderInput,
}

impl Command for UpdateOrder {
    const NAME: &'static str = "order.update";
    const PERMISSION: Permission = Permission::OrderCreate;
    type Output = OrderId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<OrderId, Error> {
        let (mut row, _) = hold(tx, self.id)?;
        let status = status_of(&row)?;
        if !status.is_editable() {
            return Err(refused(&Refused::WrongState { from: status }, "change"));
        }
        if self.version.is_some_and(|version| version != row.version) {
            return Err(Refusal::conflict("stale_form").into());
        }
        let (vault, scope, today) = (tx.vault().clone(), tx.context().scope(), tx.today()?);
        if scope.customer().is_some() && queries::get(tx.conn, &scope, self.id)?.has_own_terms() {
            return Err(Refusal::conflict("order_has_own_terms").into());
        }
        let draft = prepare(tx.conn, &vault, &scope, today, &self.input)?;
        row.customer_id = draft.customer.id;
        fill(&mut row, &draft, &self.input, today)?;
        store::replace_lines(
            tx.conn,
            row.organisation_id,
            self.id,
            &line_rows(row.organisation_id, self.id, &draft.priced),
        )?;
        store::save(tx.conn, &row)?;
        tx.audit(self.id, &serde_json::json!({ "version": row.version + 1, "total": draft.priced.total.to_string() }))?;
        tx.emit("order.updated", self.id, &serde_json::json!({}))?;
        Ok(self.id)
    }
}

/// Writes a checked draft into a row.
fn fill(row: &mut Row, draft: &Draft, input: &OrderInput, today: Date) -> Result<(), Error> {
    put_totals(row, &draft.priced);
    row.ordered_on = Day(today);
    row.deliver_on = draft.deliver_on.map(Day);
    row.instalments = JsonText(serde_json::to_string(&queries::kept(&input.instalments))?);
    row.deposit = input.deposit.as_ref().map(queries::kept_deposit).transpose()?;
    row.reference.clone_from(&draft.reference);
    row.note.clone_from(&draft.note);
    Ok(())
}

/// Writes what a document comes to into a row.
pub(super) fn put_totals(row: &mut Row, priced: &Priced) {
    row.currency = priced.currency;
    row.net_minor = priced.net.minor();
    row.tax_minor = priced.tax.minor();
    row.total_minor = priced.total.minor();
    row.tax_rounding = match priced.rounding {
        TaxRounding::PerLine => "per_line",
        TaxRounding::PerDocument => "per_document",
    }
    .to_owned();
}

pub(super) fn line_rows(organisation_id: OrganisationId, order_id: OrderId, priced: &Priced) -> Vec<LineRow> {
    (1..)
        .zip(&priced.lines)
        .map(|(line, priced)| LineRow {
            organisation_id,
            order_id,
            line,
            kind: match priced.kind {
                LineKind::Item => "item",
                LineKind::Fee => "fee",
            }
            .to_owned(),
            item_id: priced.item,
            description: priced.description.clone(),
            unit: priced.unit.clone(),
            quantity: Exact(priced.quantity.value()),
            unit_price: Exact(priced.unit_price.amount()),
            discount_percent: priced.discount_percent.map(|percent| Exact(percent.value())),
            discount_minor: priced.discount.minor(),
            tax_code: priced.tax.as_ref().map(|tax| tax.code.clone()),
            tax_rate: Exact(priced.tax.as_ref().map_or(Decimal::ZERO, |tax| tax.rate.value())),
            tax_inclusive: priced.tax.as_ref().is_some_and(|tax| tax.inclusive),
            net_minor: priced.net.minor(),
            tax_minor: priced.tax_amount.minor(),
            gross_minor: priced.gross.minor(),
        })
        .collect()
}
