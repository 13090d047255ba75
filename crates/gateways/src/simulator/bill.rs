//! What the book says of a day, for the bills in every language, and what is wrong in them where a scenario wants it so.

use super::Simulator;
use super::book::{Book, Entry};
use super::dispute::{Dispute, Moved};
use super::face::Face;
use super::payment::{Refund, State};
use super::refused::Refused;
use super::scenario::{BillFault, Fault};
use axum::extract::{ConnectInfo, Path, Request, State as From};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::{Date, Money, Timestamp};
use serde_json::json;
use std::net::SocketAddr;

/// A row of a bill.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub kind: LineKind,
    pub id: String,
    /// The merchant's number of it.
    pub reference: String,
    /// The payment it belongs to, and the merchant's number of that.
    pub payment: String,
    pub payment_reference: String,
    pub description: String,
    /// What it did to the balance before the fee.
    pub gross: Money,
    pub fee: Money,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    Payment,
    Refund,
    /// Money that a dispute took away or gave back; the reference is the dispute.
    Dispute,
    Payout,
}

/// What happened in a language between two instants, in the order of time.
pub(super) fn lines(book: &mut Book, face: Face, now: Timestamp, from: Timestamp, until: Timestamp) -> Vec<Line> {
    let within = |at: Option<Timestamp>| at.filter(|at| (from..until).contains(at));
    let mut lines = Vec::new();
    let payments: Vec<String> = book.payments_of(face).into_iter().map(|payment| payment.id).collect();
    for payment in payments.iter().filter_map(|id| book.payment(now, id).ok()) {
        let Some(at) = within(payment.paid_at).filter(|_| payment.state == State::Succeeded) else { continue };
        let line = Line {
            kind: LineKind::Payment,
            id: payment.id.clone(),
            reference: payment.reference.clone(),
            payment: payment.id,
            payment_reference: payment.reference,
            description: payment.description,
            gross: payment.amount,
            fee: payment.fee.unwrap_or_else(|| Money::zero(payment.amount.currency())),
            at,
        };
        lines.extend(spoilt(line, payment.scenario.bill));
    }
    for refund in book.refunds_of(now, face) {
        let Some(at) = within(refund.completed_at).filter(|_| refund.state == State::Succeeded) else { continue };
        let fee = fee_given_back(book, now, &refund);
        lines.push(Line {
            kind: LineKind::Refund,
            id: refund.id,
            reference: refund.reference,
            payment: refund.payment,
            payment_reference: refund.payment_reference,
            description: String::new(),
            gross: less(refund.amount),
            fee,
            at,
        });
    }
    lines.extend(book.disputes_of(face).iter().flat_map(|dispute| disputed(dispute, from, until)));
    for payout in book.payouts_of(face) {
        let moved = [(Some(payout.created_at), less(payout.amount)), (payout.failed_at, payout.amount)];
        for (at, gross) in moved {
            let Some(at) = within(at) else { continue };
            lines.push(Line {
                kind: LineKind::Payout,
                id: payout.id.clone(),
                reference: String::new(),
                payment: String::new(),
                payment_reference: String::new(),
                description: String::new(),
                gross,
                fee: Money::zero(gross.currency()),
                at,
            });
        }
    }
    lines.sort_by_key(|line| line.at);
    lines
}

fn disputed(dispute: &Dispute, from: Timestamp, until: Timestamp) -> Vec<Line> {
    let line = |moved: &Moved| Line {
        kind: LineKind::Dispute,
        id: moved.id.clone(),
        reference: dispute.id.clone(),
        payment: dispute.payment.clone(),
        payment_reference: dispute.payment_reference.clone(),
        description: String::new(),
        gross: if moved.withdrawn { less(moved.amount) } else { moved.amount },
        // PayPal takes it with another transaction, and tells none with a dispute.
        fee: Money::new(if dispute.face == Face::PayPal { 0 } else { moved.fee_minor }, moved.amount.currency()),
        at: moved.at,
    };
    dispute.moved.iter().filter(|moved| (from..until).contains(&moved.at)).map(line).collect()
}

/// What a refund has of the fee of its payment, where the provider gives that back.
fn fee_given_back(book: &mut Book, now: Timestamp, refund: &Refund) -> Money {
    let zero = Money::zero(refund.amount.currency());
    let Ok(payment) = book.payment(now, &refund.payment) else { return zero };
    let fee = payment.fee.filter(|_| payment.scenario.bill == Some(BillFault::FeeBack)).unwrap_or(zero);
    fee.share(refund.amount.minor(), payment.amount.minor()).map_or(zero, less)
}

fn less(amount: Money) -> Money {
    Money::new(-amount.minor(), amount.currency())
}

/// A number that no merchant of ours gave.
const SOMEBODYS: &str = "somebody-elses-number";

/// The line of a payment as the bill has it.
fn spoilt(line: Line, fault: Option<BillFault>) -> Vec<Line> {
    let more = |amount: Money| Money::new(amount.minor() + 1, amount.currency());
    match fault {
        None | Some(BillFault::FeeBack) => vec![line],
        Some(BillFault::Missing) => Vec::new(),
        Some(BillFault::Amount) => vec![Line { gross: more(line.gross), ..line }],
        Some(BillFault::Fee) => vec![Line { fee: more(line.fee), ..line }],
        Some(BillFault::Stranger) => {
            let stranger = Line {
                id: format!("{}x", line.id),
                reference: SOMEBODYS.to_owned(),
                payment: format!("{}x", line.payment),
                payment_reference: SOMEBODYS.to_owned(),
                ..line.clone()
            };
            vec![line, stranger]
        }
    }
}

/// GET /sim/v1/bills/{day}, days by UTC.
pub(super) async fn own(
    From(simulator): From<Simulator>,
    Path(day): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    super::api::authenticate(&simulator, request.method(), request.uri(), request.headers(), b"")?;
    let day: Date = day.parse().map_err(|_| Refused::Field("day"))?;
    let now = simulator.house.config.clock.now();
    let (from, until) = crate::bill::day_of(day, 0);
    let (fault, lines) = simulator.with_book(|book| (book.fault_of_query(), lines(book, Face::Own, now, from, until)));
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            json!({
                "kind": line.kind.name(), "id": line.id, "reference": Some(&line.reference).filter(|one| !one.is_empty()),
                "amount": line.gross.minor(), "fee": line.fee.minor(), "currency": line.gross.currency().code(),
                "at": line.at.to_string(),
            })
        })
        .collect();
    let ready = now >= until && !fault.is_some_and(Fault::is_stale);
    let rows = if ready { rows } else { Vec::new() };
    let body = json!({ "day": day.to_string(), "ready": ready, "rows": rows }).to_string();
    Ok(super::api::answer_query(&simulator, fault, body).await)
}

impl LineKind {
    const fn name(self) -> &'static str {
        match self {
            LineKind::Payment => "payment",
            LineKind::Refund => "refund",
            LineKind::Dispute => "dispute",
            LineKind::Payout => "payout",
        }
    }
}

/// POST /admin/bills/mend: the provider finds what was wrong in its bills.
pub(super) async fn mend(
    From(simulator): From<Simulator>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    super::api::from_here(peer, &headers)?;
    simulator.with_book(|book| {
        for face in Face::ALL {
            for mut payment in book.payments_of(face) {
                if payment.scenario.bill.take().is_some() {
                    book.enter_new(Entry::Payment(payment));
                }
            }
        }
    });
    Ok(StatusCode::NO_CONTENT)
}
