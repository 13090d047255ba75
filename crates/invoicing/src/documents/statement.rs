//! Statements of account as files. They tell of a day and are not kept.

use super::{File, Format, bill, render};
use crate::frozen;
use crate::queries::{self, AccountView};
use ::documents::Document;
use ::documents::model::{Statement, StatementRow};
use ::store::Error;
use kernel::id::CustomerId;
use kernel::{Context, Currency, Date, Permission};
use web::Web;
use web::i18n::L;

/// A customer's statement of account as a file, in the customer's language.
pub async fn statement_document(
    web: &Web,
    context: &Context,
    customer: CustomerId,
    days: (Date, Date),
    currency: Option<Currency>,
    format: Format,
) -> Result<File, Error> {
    let vault = web.app.vault().clone();
    let (account, parties) = web
        .app
        .read(context, Permission::InvoiceRead, move |conn, scope| {
            let account = queries::account(conn, &vault, scope, customer, days, currency)?;
            let known = customers::queries::get(conn, &vault, scope, customer)?;
            let parties = frozen::now(conn, &vault, scope.organisation(), customer, known.locale)?;
            Ok((account, parties))
        })
        .await?;
    let l = web.i18n.for_locale(parties.locale);
    let name = format!("{}-{}", account.currency, account.to);
    let mut paper = paper(&account, &parties, &l);
    paper.seller.logo = super::logo(web, context.organisation, parties.seller.logo).await;
    let document = Document::Statement(paper);
    let rendered = tokio::task::spawn_blocking(move || render(&document, format)).await;
    let bytes = rendered.map_err(|e| Error::Broken(format!("rendering ended badly: {e}")))??;
    Ok(File { format, name, bytes })
}

fn paper(account: &AccountView, parties: &frozen::Parties, l: &L) -> Statement {
    Statement {
        number: account.to.to_string(),
        from: account.from,
        to: account.to,
        currency: account.currency,
        locale: parties.locale,
        seller: bill::seller(&parties.seller),
        customer: bill::buyer(&parties.buyer),
        opening: account.opening,
        rows: account
            .lines
            .iter()
            .map(|line| StatementRow {
                date: line.date,
                description: l.t(line.message()),
                reference: line.label.clone(),
                debit: line.debit,
                credit: line.credit,
                balance: line.balance,
            })
            .collect(),
        closing: account.closing,
        ageing: None,
        pay_url: None,
        notes: Vec::new(),
    }
}
