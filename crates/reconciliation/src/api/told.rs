//! What takes more than one transaction: it is answered once all of it is done, and the answer is kept with the key.

use crate::commands::TellLines;
use ::store::{Error, Once};
use axum::Json;
use axum::response::{IntoResponse, Response};
use kernel::Context;
use serde::Serialize;
use web::{Fail, Kept, Web, json_body};

/// Does what `work` does, unless it was done under the same key before. What is done must be harmless twice: where it ends half way, whoever
/// asks again with the key does all of it again.
pub(super) async fn once_done<T: Serialize + Send + 'static>(
    web: &Web,
    context: &Context,
    once: Once,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<Response, Fail> {
    if let Some(answer) = web.app.kept(context, once.clone()).await? {
        return Ok(Kept(answer).into_response());
    }
    let held = web.app.hold(context, &once)?;
    let view = work.await?;
    if once.key.is_none() {
        return Ok(Json(view).into_response());
    }
    drop(held);
    let told = web.app.write_once(context, once, TellLines, move |_, ()| json_body(200, &view));
    Ok(Kept(told.await?).into_response())
}
