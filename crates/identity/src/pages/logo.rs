//! The company's picture: uploaded in the settings, and served to pages.

use super::settings;
use crate::commands::SetLogo;
use crate::rules::logo::{BYTES_MAX, check};
use ::store::Error;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::{FileId, OrganisationId};
use kernel::{Ids, Permission, Refusal};
use web::session::Desk;
use web::wire::path_id;
use web::{Fail, Visit, Web};

/// Takes the picture of the form, or takes the present one away where `remove` was pressed.
pub async fn change(State(web): State<Web>, Desk(mut visit): Desk, request: Request) -> Result<Response, Fail> {
    // Who may not change it is told so before the form is read.
    web.app.authorise(&visit.context.actor, Permission::SettingsWrite)?;
    let form = Multipart::from_request(request, &web).await.map_err(|_| Refusal::invalid("form_malformed"))?;
    match chosen(&web, &visit, form).await {
        Ok(logo) => {
            web.app.write(&visit.context, SetLogo(logo)).await?;
            Ok(Redirect::to("/settings?done=settings-saved").into_response())
        }
        Err(error) => {
            let refusal = error.for_form()?;
            visit.view.refused(&refusal);
            settings::page(&web, visit, None, refusal.status()).await
        }
    }
}

/// The picture's id once it is kept.
async fn chosen(web: &Web, visit: &Visit, mut form: Multipart) -> Result<Option<FileId>, Error> {
    let torn = |_| Error::from(Refusal::invalid("form_malformed"));
    let mut bytes = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(torn)? {
        match field.name() {
            Some("remove") => return Ok(None),
            Some("/logo") => {
                while let Some(part) = field.chunk().await.map_err(torn)? {
                    if bytes.len() + part.len() > BYTES_MAX {
                        return Err(Refusal::field("/logo", "logo_too_heavy").into());
                    }
                    bytes.extend_from_slice(&part);
                }
            }
            _ => {}
        }
    }
    check(&bytes)?;
    let id = Ids::new(visit.context.now, ::store::seed()?).draw();
    crate::logo::keep(&web.archive, visit.context.organisation, id, bytes).await?;
    Ok(Some(id))
}

/// The picture in use. It is on every pay page, so nobody has to sign in for it; a picture of before is not found.
pub async fn show(
    State(web): State<Web>,
    Path((organisation, logo)): Path<(String, String)>,
) -> Result<impl IntoResponse, Fail> {
    let (organisation, logo): (OrganisationId, FileId) = (path_id(&organisation)?, path_id(&logo)?);
    let in_use = web.app.db().read(move |conn| crate::queries::logo(conn, organisation)).await?;
    if in_use != Some(logo) {
        return Err(Refusal::not_found("not_found").into());
    }
    let (picture, bytes) = crate::logo::load(&web.archive, organisation, logo).await?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(picture.media_type())),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        // A drawing that is opened by itself is still nothing but a drawing.
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((headers, bytes))
}
