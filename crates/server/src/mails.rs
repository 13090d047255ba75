//! Mails find the room that writes them: what they are about is told by their purpose.

use crate::house::House;
use futures_util::future::BoxFuture;
use notifications::{Due, Letter, Purpose};
use store::Error;

/// Sends the mails whose turn it is; true where there may be more.
pub async fn send_due(house: &House, at_once: usize) -> Result<bool, Error> {
    let web = house.web.clone();
    let compose = move |mail: Due| {
        let web = web.clone();
        let letter: BoxFuture<'static, Result<Letter, Error>> = Box::pin(async move {
            match mail.purpose {
                Purpose::Receipt => payments::receipt_letter(&web, mail).await,
                Purpose::Test => notifications::test_letter(&web, mail).await,
            }
        });
        letter
    };
    notifications::send_due(&house.app, &house.mailer, at_once, compose).await
}
