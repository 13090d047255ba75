//! What must be true after each step, and once the storm is over.

use crate::disputes::Dispute;
use crate::errands::Errand;
use crate::people::Story;
use crate::stage::Stage;
use ::payments::rules::dispute::DisputeStatus;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use gateways::{PaymentState, RefundState};
use kernel::id::{AllocationId, CheckoutId, InvoiceId, OpenItemId, PaymentId, RefundId};
use ledger::rules::chart::{AccountRole, Chart};
use schema::types::At;
use schema::{
    allocations, checkout_invoices, checkouts, disputes, gateway_events, invoices, jobs, open_items, payments, refunds,
};
use std::collections::BTreeMap;
use std::rc::Rc;

type Checkout = (CheckoutId, String, i64, Option<PaymentId>, Option<String>);

fn known(stage: &Stage) -> Vec<Checkout> {
    stage.read(|conn| {
        Ok(checkouts::table
            .select((
                checkouts::checkout_id,
                checkouts::status,
                checkouts::amount_minor,
                checkouts::payment_id,
                checkouts::url,
            ))
            .load(conn)?)
    })
}

/// After every step.
pub fn always(story: &Story) -> Vec<String> {
    let stage = &story.stage;
    let mut wrong = std::mem::take(&mut *stage.wrong.borrow_mut());
    let rows = known(stage);
    let book = stage.provider.book();
    for (id, status, _, payment, url) in &rows {
        let theirs: Vec<_> = book.payments.iter().filter(|payment| payment.reference == *id).collect();
        if theirs.len() > 1 {
            wrong.push(format!("{id} was asked for {} times", theirs.len()));
        }
        let Some(theirs) = theirs.first() else { continue };
        let is_over = matches!(status.as_str(), "failed" | "expired");
        // Where a provider cannot be asked by our number, one whose answer was lost is left alone: nobody was sent to it.
        let is_left_alone = theirs.state == PaymentState::Open && url.is_none();
        if is_over && !theirs.was_refused && !is_left_alone {
            wrong.push(format!("{id} is {status}, while the provider says {:?}", theirs.state));
        }
        if status == "succeeded" && (theirs.state != PaymentState::Succeeded || payment.is_none()) {
            wrong.push(format!("{id} succeeded, while the provider says {:?}", theirs.state));
        }
    }
    for (at, payment) in book.payments.iter().enumerate() {
        if book.back(at) > payment.amount.minor() {
            wrong.push(format!("more of {} went back than came", payment.reference));
        }
    }
    drop(book);
    wrong.extend(attempts(stage));
    wrong
}

/// What undecided attempts ask for of an invoice is never more than it is over.
fn attempts(stage: &Stage) -> Vec<String> {
    type Amounts = Vec<(InvoiceId, i64)>;
    let (parts, totals): (Amounts, Amounts) = stage.read(|conn| {
        let undecided = checkouts::table
            .filter(checkouts::status.eq_any(["open", "processing", "in_doubt"]))
            .select(checkouts::checkout_id);
        let parts = checkout_invoices::table
            .filter(checkout_invoices::checkout_id.eq_any(undecided))
            .select((checkout_invoices::invoice_id, checkout_invoices::amount_minor))
            .load(conn)?;
        let totals = invoices::table.select((invoices::invoice_id, invoices::total_minor)).load(conn)?;
        Ok((parts, totals))
    });
    let mut asked: BTreeMap<InvoiceId, i64> = BTreeMap::new();
    parts.into_iter().for_each(|(invoice, minor)| *asked.entry(invoice).or_default() += minor);
    let beyond = totals.into_iter().filter(|(id, total)| asked.get(id).is_some_and(|asked| asked > total));
    beyond.map(|(id, total)| format!("attempts ask for more of {id} than its {total}")).collect()
}

/// When nothing is under way any more.
pub fn settled(stage: &Rc<Stage>) -> Vec<String> {
    let mut wrong = Vec::new();
    let (mut money, mut disputed) = (0, 0);
    let rows = known(stage);
    let paid: Vec<(PaymentId, Option<CheckoutId>, i64, i64)> = stage.read(|conn| {
        Ok(payments::table
            .select((payments::payment_id, payments::checkout_id, payments::amount_minor, payments::refunded_minor))
            .load(conn)?)
    });
    let book = stage.provider.book();
    for (at, theirs) in book.payments.iter().enumerate() {
        let id = theirs.reference;
        let status = rows.iter().find(|(ours, ..)| *ours == id).map(|(_, status, ..)| status.as_str());
        let ours: Vec<_> = paid.iter().filter(|(_, checkout, ..)| *checkout == Some(id)).collect();
        let succeeded = theirs.state == PaymentState::Succeeded;
        if succeeded != (status == Some("succeeded")) || ours.len() != usize::from(succeeded) {
            wrong.push(format!("{id}: {:?} there, {status:?} and {} payments here", theirs.state, ours.len()));
        }
        let Some((payment, _, minor, refunded)) = ours.first() else { continue };
        if *minor != theirs.amount.minor() || *refunded != book.back(at) {
            wrong.push(format!(
                "{payment}: {minor} less {refunded} here, {} less {} there",
                theirs.amount.minor(),
                book.back(at)
            ));
        }
        money += theirs.amount.minor() - book.back(at) - theirs.fee.minor() - book.away(at);
        disputed += book.away(at) - book.lost(at);
        // What stands against invoices and what is credit still.
        let left = theirs.amount.minor() - book.back(at) - book.lost(at);
        let stands = standing(stage, *payment);
        if stands != left {
            wrong.push(format!("{payment}: {stands} of it stands here, {left} there"));
        }
    }
    money -= book.disputes.iter().map(Dispute::fees).sum::<i64>();
    let online = paid.iter().filter(|(_, checkout, ..)| checkout.is_some()).count();
    let succeeded = book.payments.iter().filter(|payment| payment.state == PaymentState::Succeeded).count();
    if online != succeeded {
        wrong.push(format!("{online} payments here, {succeeded} there"));
    }
    let theirs: Vec<(RefundId, bool)> = book
        .refunds
        .iter()
        .map(|refund| (refund.reference, !matches!(refund.state, RefundState::Failed { .. })))
        .collect();
    drop(book);
    wrong.extend(still_open(stage, &rows));
    wrong.extend(refunds_agree(stage, &theirs));
    wrong.extend(disputes_agree(stage));
    wrong.extend(answers_kept(stage));
    wrong.extend(letters_kept(stage));
    let dead: i64 = stage.read(|conn| Ok(jobs::table.filter(jobs::dead.eq(true)).count().get_result(conn)?));
    if dead > 0 {
        wrong.push(format!("{dead} jobs were given up"));
    }
    wrong.extend(books(stage, money, disputed));
    wrong
}

/// Attempts that nobody decided.
fn still_open(stage: &Stage, rows: &[Checkout]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (id, status, ..) in rows {
        if matches!(status.as_str(), "open" | "processing" | "in_doubt") {
            let row: (Option<String>, Option<At>, i32, Option<String>) = {
                let id = *id;
                stage.read(move |conn| {
                    Ok(checkouts::table
                        .filter(checkouts::checkout_id.eq(id))
                        .select((checkouts::provider_id, checkouts::next_poll_at, checkouts::polls, checkouts::failure))
                        .first(conn)?)
                })
            };
            let theirs = stage.provider.book().payments.iter().find(|payment| payment.reference == *id).cloned();
            wrong.push(format!("{id} is still {status}: {row:?}; there it is {theirs:?}"));
        }
    }
    wrong
}

/// What of a payment is set against invoices or is credit of its customer.
fn standing(stage: &Stage, payment: PaymentId) -> i64 {
    let credit: OpenItemId = payment.retyped();
    stage.read(move |conn| {
        let open: i64 =
            open_items::table.filter(open_items::item_id.eq(credit)).select(open_items::open_minor).first(conn)?;
        let parts: Vec<(AllocationId, i64, Option<AllocationId>)> = allocations::table
            .filter(allocations::credit_id.eq(credit))
            .filter(allocations::debit_id.is_not_null())
            .select((allocations::allocation_id, allocations::amount_minor, allocations::reverses))
            .load(conn)?;
        let taken_back: Vec<AllocationId> = parts.iter().filter_map(|(.., reverses)| *reverses).collect();
        let stand = parts.iter().filter(|(id, _, reverses)| reverses.is_none() && !taken_back.contains(id));
        Ok(open + stand.map(|(_, minor, _)| minor).sum::<i64>())
    })
}

/// Each dispute stands here as it does there, with all the money that moved.
fn disputes_agree(stage: &Stage) -> Vec<String> {
    type Row = (String, String, i64, i64, i64, Option<String>);
    let ours: Vec<Row> = stage.read(|conn| {
        Ok(disputes::table
            .select((
                disputes::provider_id,
                disputes::status,
                disputes::withdrawn_minor,
                disputes::reinstated_minor,
                disputes::fee_minor,
                disputes::failure,
            ))
            .load(conn)?)
    });
    let book = stage.provider.book();
    let mut wrong = Vec::new();
    for theirs in &book.disputes {
        let row = ours.iter().find(|(id, ..)| *id == theirs.provider_id);
        let stands = row.map(|(_, status, withdrawn, reinstated, fee, _)| (&**status, withdrawn - reinstated, *fee));
        let wanted = (DisputeStatus::from(theirs.state).name(), theirs.away(), theirs.fees());
        if stands != Some(wanted) {
            wrong.push(format!("{}: {stands:?} here, {wanted:?} there", theirs.provider_id));
        }
    }
    if ours.len() != book.disputes.len() {
        wrong.push(format!("{} disputes here, {} there", ours.len(), book.disputes.len()));
    }
    wrong
}

fn refunds_agree(stage: &Stage, theirs: &[(RefundId, bool)]) -> Vec<String> {
    let ours: Vec<(RefundId, String, Option<PaymentId>)> = stage.read(|conn| {
        Ok(refunds::table.select((refunds::refund_id, refunds::status, refunds::payment_id)).load(conn)?)
    });
    let mut wrong = Vec::new();
    for (id, status, payment) in &ours {
        let is_there = theirs.iter().any(|(theirs, stands)| theirs == id && *stands);
        let is_online = payment.is_some();
        if !matches!(status.as_str(), "succeeded" | "failed") || (is_online && (status == "succeeded") != is_there) {
            wrong.push(format!("{id} is {status} here, and stands there: {is_there}"));
        }
    }
    let strangers = theirs.iter().filter(|(id, stands)| *stands && !ours.iter().any(|(ours, ..)| ours == id));
    wrong.extend(strangers.map(|(id, _)| format!("{id} went back without a refund here")));
    wrong
}

/// What was granted is there, once for each key.
fn answers_kept(stage: &Stage) -> Vec<String> {
    let wishes = stage.wishes.borrow();
    let granted = |what: &str| wishes.iter().filter(|wish| wish.what == what && wish.is_granted()).count();
    let (by_hand, issued): (i64, i64) = stage.read(|conn| {
        let by_hand = payments::table.filter(payments::checkout_id.is_null()).count().get_result(conn)?;
        Ok((by_hand, invoices::table.count().get_result(conn)?))
    });
    let mut wrong = Vec::new();
    for (what, here) in [("payment", by_hand), ("submit", issued)] {
        if granted(what) != usize::try_from(here).unwrap() {
            wrong.push(format!("{} of the kind {what} were granted, {here} are there", granted(what)));
        }
    }
    wrong.extend(wishes.iter().filter(|wish| wish.answer.is_none()).map(|wish| format!("{wish:?} has no answer")));
    wrong
}

/// Every honest letter that was taken is kept, once.
fn letters_kept(stage: &Stage) -> Vec<String> {
    let kept: Vec<String> =
        stage.read(|conn| Ok(gateway_events::table.select(gateway_events::provider_event_id).load(conn)?));
    let letters = stage.letters.borrow();
    let taken = letters.iter().filter(|carried| carried.letter.is_honest && carried.is_taken);
    let lost = taken.filter(|carried| kept.iter().filter(|id| **id == carried.letter.id).count() != 1);
    lost.map(|carried| format!("{} was taken, but is not kept once", carried.letter.id)).collect()
}

/// The books add up, from the lines and from the roll-ups, and hold what the provider owes us.
fn books(stage: &Rc<Stage>, money: i64, disputed: i64) -> Vec<String> {
    let verify = || server::verify::organisation_of(&stage.premises(), stage.organisation, Vec::new());
    let mut wrong = verify().unwrap().findings;
    let here = Rc::clone(stage);
    let roll = async move {
        while here.house().app.maintain(|conn| ledger::roll_tail(conn, 256)).await.unwrap() > 0 {}
        let report = here.get(&format!("/reports/trial-balance?as_of={}", here.today())).await;
        let clearing = ::payments::rules::payment::clearing("simulator");
        for (what, role, there) in
            [("the provider owes us", clearing, money), ("there is in dispute", AccountRole::Disputed, disputed)]
        {
            let account = Chart::SmallEnterprise.code(role);
            let row = report["rows"].as_array().unwrap().iter().find(|row| row["account"] == account).cloned();
            let standing = row.map_or(0, |row| minor(row["balance"]["amount"].as_str().unwrap()));
            if standing != there {
                here.wrong.borrow_mut().push(format!("{what} {there} by its own book, {standing} by ours"));
            }
        }
        if report["total_debit"] != report["total_credit"] {
            here.wrong.borrow_mut().push("the trial balance does not balance".to_owned());
        }
    };
    Errand::new("roll up".to_owned(), roll).finish();
    wrong.extend(std::mem::take(&mut *stage.wrong.borrow_mut()));
    wrong.extend(verify().unwrap().findings.into_iter().map(|found| format!("after rolling up: {found}")));
    wrong
}

fn minor(amount: &str) -> i64 {
    amount.replace('.', "").parse().unwrap()
}
