//! A provider tells us something.

use super::{Online, house};
use crate::commands::{ConcludeRefund, FollowDispute, Notice, RefundOutcome, SettleCheckout, TakePayout, Word};
use crate::store;
use ::store::{App, Error};
use axum::http::HeaderMap;
use gateways::{Event, Notification, NotificationAnswer, NotificationParts, NotificationVerdict, RefundState};
use kernel::Refusal;
use kernel::id::{GatewayConnectionId, OrganisationId};

impl Online {
    /// Verifies a notification before anything in it is believed, and has its effect once. The answer is the one the
    /// provider understands: good when the effect is on disk, else it shall send again.
    pub(crate) async fn take_notification(
        &self,
        app: &App,
        connection: GatewayConnectionId,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<NotificationAnswer, Error> {
        let missing = || Refusal::not_found("connection_not_found");
        let gateway = self.registry.get(connection).ok_or_else(missing)?;
        let row = app.db().read(move |conn| store::connection(conn, connection)).await?.ok_or_else(missing)?;
        let parts = NotificationParts { headers, body, received_at: app.now() };
        let notification = match gateway.verify(parts).await {
            Ok(notification) => notification,
            Err(gateways::NotificationError::Unavailable) => return Ok(gateway.answer(NotificationVerdict::Retry)),
            Err(error) => {
                tracing::warn!(%connection, %error, "a notification was not believed");
                return Err(Refusal::new(kernel::RefusalKind::Forbidden, "notification_not_believed").into());
            }
        };
        let verdict = match self.effect(app, row.organisation_id, connection, notification, body).await {
            Ok(()) => NotificationVerdict::Ok,
            // Not ours, although the provider sent it: there is nothing that sending again would help.
            Err(Error::Refused(refusal)) if refusal.status() == 404 => NotificationVerdict::Ok,
            Err(error) => {
                tracing::error!(%connection, %error, "a notification could not be taken up");
                NotificationVerdict::Retry
            }
        };
        Ok(gateway.answer(verdict))
    }

    async fn effect(
        &self,
        app: &App,
        organisation: OrganisationId,
        connection: GatewayConnectionId,
        notification: Notification,
        body: &[u8],
    ) -> Result<(), Error> {
        let context = house(app, organisation)?;
        let notice = Notice { connection, event_id: notification.event_id, body: body.to_vec() };
        let (merchant, said_at) = (notification.merchant, notification.occurred_at);
        match notification.event {
            Event::Payment { reference, provider_id, state, amount, fee } => {
                let word = Word::Payment { provider_id, state, amount, fee, merchant };
                let command = SettleCheckout { checkout: reference, word, notice: Some(notice), polled: false };
                app.write(&context, command).await?;
            }
            Event::Refund { reference, provider_id, state, amount, .. } => {
                let outcome = match state {
                    RefundState::Succeeded => RefundOutcome::Succeeded { provider_id, amount },
                    RefundState::Processing => RefundOutcome::Processing { provider_id },
                    RefundState::Failed { .. } => RefundOutcome::Failed,
                };
                let command = ConcludeRefund { refund: reference, outcome, notice: Some(notice), asked: None };
                app.write(&context, command).await?;
            }
            Event::Dispute(word) => {
                app.write(&context, FollowDispute { word, said_at, merchant, notice }).await?;
            }
            Event::Payout { provider_id, state, net, at } => {
                let command = TakePayout { connection, provider_id, state, net, fee: None, at, notice: Some(notice) };
                app.write(&context, command).await?;
            }
            Event::Other { name } => tracing::info!(%connection, name, "a notification of no concern"),
        }
        Ok(())
    }
}
