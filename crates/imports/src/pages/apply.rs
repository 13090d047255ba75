//! Taking in what was looked at.

use super::preview::{form, shown};
use crate::faults;
use crate::run::{File, Report, TOO_LARGE};
use ::store::Error;
use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Response};
use kernel::Permission;
use web::keyed::{form_key, route};
use web::session::Desk;
use web::{Fail, Web, Went, upload};

pub async fn apply(State(web): State<Web>, request: Request) -> Result<Response, Fail> {
    let (mut parts, body) = request.into_parts();
    let Desk(visit) = Desk::from_request_parts(&mut parts, &web).await?;
    web.app.authorise(&visit.context.actor, Permission::ImportRun)?;
    let route = route(&parts);
    let upload = upload::read(Request::from_parts(parts, body), TOO_LARGE).await?;
    let (form, text) = form(&upload);
    let file = match text.and_then(|text| File::read(&web, &visit.context, form.kind, text.as_bytes(), &form.on)) {
        Ok(file) => file,
        Err(refusal) => return shown(visit, form, Err(refusal.into())),
    };
    let key = form_key(upload.field("idempotency_key"))?;
    let to = format!("/settings/imports?done=import-{}", file.kind.name());
    let answer =
        file.take_in(&web, &visit.context, file.once(route, key), move |_| Ok((303, to.clone().into_bytes()))).await;
    match answer {
        Ok(answer) => Ok(Went(answer).into_response()),
        Err(Error::Refused(refusal)) if refusal.code == faults::CODE => {
            shown(visit, form, Ok((file, Report::faulty(*refusal))))
        }
        Err(error) => shown(visit, form, Err(error)),
    }
}
