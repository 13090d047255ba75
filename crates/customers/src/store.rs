//! All SQL of customers.

pub(crate) mod addresses;
pub(crate) mod contacts;

use crate::rules::customer::Kind;
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use kernel::id::{CustomerId, OrganisationId};
use kernel::{Currency, Scope};
use schema::customers;
use schema::types::At;
use store::{Conn, Error, Part, Total, by_id, by_key, each, for_update, in_parts, search};

/// A row of `customers`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = customers, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub organisation_id: OrganisationId,
    pub customer_id: CustomerId,
    pub kind: String,
    pub name: String,
    pub country: String,
    pub currency: Currency,
    pub locale: String,
    pub tax_number: Option<String>,
    pub tax_number_sealed: Option<Vec<u8>>,
    pub email_sealed: Option<Vec<u8>>,
    pub phone_sealed: Option<Vec<u8>>,
    pub payment_terms_days: i32,
    pub credit_limit_minor: Option<i64>,
    pub archived: bool,
    pub created_at: At,
    pub version: i64,
}

/// Which customers are wanted; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the name or of a company's tax number; what is sealed cannot be looked for.
    pub search: Option<String>,
    /// Archived ones only, or none of them; both have no index in the order of names.
    pub archived: Option<bool>,
    pub kind: Option<Kind>,
    /// ISO 3166-1 code.
    pub country: Option<String>,
    pub currency: Option<Currency>,
    /// Nothing but these.
    pub ids: Option<Vec<CustomerId>>,
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<(), Error> {
    diesel::insert_into(customers::table).values(row).execute(conn)?;
    Ok(())
}

pub(crate) fn find(conn: &mut Conn, scope: &Scope, id: CustomerId) -> Result<Option<Row>, Error> {
    if !scope.admits(id) {
        return Ok(None);
    }
    Ok(each!(conn, |c| customers::table
        .filter(customers::organisation_id.eq(scope.organisation()))
        .filter(customers::customer_id.eq(id))
        .select(Row::as_select())
        .get_result(c)
        .optional())?)
}

/// Finds a customer and holds its row until the transaction ends: first in the order of locks.
pub(crate) fn lock(conn: &mut Conn, organisation: OrganisationId, id: CustomerId) -> Result<Option<Row>, Error> {
    let rows: Vec<Row> = for_update!(
        conn,
        customers::table
            .filter(customers::organisation_id.eq(organisation))
            .filter(customers::customer_id.eq(id))
            .select(Row::as_select())
    )?;
    Ok(rows.into_iter().next())
}

/// Saves a changed row if nobody changed it since version `row.version`; false when somebody did.
pub(crate) fn update(conn: &mut Conn, row: &Row) -> Result<bool, Error> {
    let rows = diesel::update(customers::table)
        .filter(customers::organisation_id.eq(row.organisation_id))
        .filter(customers::customer_id.eq(row.customer_id))
        .filter(customers::version.eq(row.version))
        .set((
            customers::kind.eq(&row.kind),
            customers::name.eq(&row.name),
            customers::country.eq(&row.country),
            customers::currency.eq(row.currency),
            customers::locale.eq(&row.locale),
            customers::tax_number.eq(&row.tax_number),
            customers::tax_number_sealed.eq(&row.tax_number_sealed),
            customers::email_sealed.eq(&row.email_sealed),
            customers::phone_sealed.eq(&row.phone_sealed),
            customers::payment_terms_days.eq(row.payment_terms_days),
            customers::credit_limit_minor.eq(row.credit_limit_minor),
            customers::archived.eq(row.archived),
            customers::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// A part of the customers: in the order of time, or by `name`.
pub(crate) fn list(conn: &mut Conn, scope: &Scope, filter: &Filter, part: &Part) -> Result<Vec<Row>, Error> {
    let mut query = customers::table
        .filter(customers::organisation_id.eq(scope.organisation()))
        .select(Row::as_select())
        .limit(part.limit)
        .into_boxed();
    query = match part.by {
        Some("name") => {
            let place = part.key().map(ToOwned::to_owned).zip(part.id());
            by_key!(query, part, customers::name, customers::customer_id, place)
        }
        _ => by_id!(query, part, customers::customer_id),
    };
    if let Some(archived) = filter.archived {
        query = query.filter(customers::archived.eq(archived));
    }
    if let Some(ids) = &filter.ids {
        query = query.filter(customers::customer_id.eq_any(ids.clone()));
    }
    if let Some(own) = scope.customer() {
        query = query.filter(customers::customer_id.eq(own));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(customers::kind.eq(kind.name()));
    }
    if let Some(country) = &filter.country {
        query = query.filter(customers::country.eq(country.clone()));
    }
    if let Some(currency) = filter.currency {
        query = query.filter(customers::currency.eq(currency));
    }
    if let Some(pattern) = filter.search.as_deref().and_then(search::pattern) {
        query = query.filter(
            sql::<Bool>("LOWER(name || ' ' || COALESCE(tax_number, '')) LIKE ")
                .bind::<Text, _>(pattern)
                .sql(" ESCAPE '\\'"),
        );
    }
    Ok(part.in_order(query.load(conn)?))
}

/// How many customers are archived, or are not.
pub(crate) fn total(conn: &mut Conn, organisation: OrganisationId, archived: bool) -> Result<Total, Error> {
    let ids: Vec<CustomerId> = customers::table
        .filter(customers::organisation_id.eq(organisation))
        .filter(customers::archived.eq(archived))
        .select(customers::customer_id)
        .limit(Total::COUNTED_MAX + 1)
        .load(conn)?;
    Ok(Total::counted(ids.len()))
}

/// The customers that one of these texts names or numbers.
pub(crate) fn matching(conn: &mut Conn, organisation: OrganisationId, texts: &[String]) -> Result<Vec<Row>, Error> {
    Ok(in_parts(texts, |some| {
        customers::table
            .filter(customers::organisation_id.eq(organisation))
            .filter(customers::name.eq_any(some).or(customers::tax_number.eq_any(some)))
            .select(Row::as_select())
            .order(customers::customer_id.asc())
            .load(conn)
    })?)
}

/// Whether any order or open item names the customer.
pub(crate) fn has_documents(conn: &mut Conn, organisation: OrganisationId, id: CustomerId) -> Result<bool, Error> {
    use diesel::dsl::exists;
    use schema::{open_items, orders};
    let ordered: bool = diesel::select(exists(
        orders::table.filter(orders::organisation_id.eq(organisation)).filter(orders::customer_id.eq(id)),
    ))
    .get_result(conn)?;
    let owed: bool = diesel::select(exists(
        open_items::table.filter(open_items::organisation_id.eq(organisation)).filter(open_items::customer_id.eq(id)),
    ))
    .get_result(conn)?;
    Ok(ordered || owed)
}

/// Id, name, and sealed tax number, mail and phone of a customer.
pub(crate) type SealedFields = (CustomerId, String, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);

/// What is sealed of the next thousand customers after an id.
pub(crate) fn sealed_after(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: CustomerId,
) -> Result<Vec<SealedFields>, Error> {
    Ok(customers::table
        .filter(customers::organisation_id.eq(organisation))
        .filter(customers::customer_id.gt(after))
        .order(customers::customer_id.asc())
        .select((
            customers::customer_id,
            customers::name,
            customers::tax_number_sealed,
            customers::email_sealed,
            customers::phone_sealed,
        ))
        .limit(1000)
        .load(conn)?)
}
