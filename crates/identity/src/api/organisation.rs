//! `GET /organisation`, `PATCH /organisation`

use super::wire::{OrganisationChanges, OrganisationView};
use crate::commands::UpdateSettings;
use crate::queries::settings_and_profile;
use crate::rules::settings::check;
use axum::Json;
use axum::extract::State;
use kernel::Permission;
use web::view::BrandColour;
use web::{Api, Fail, Kept, Keyed, Problem, Web, json_body};

/// The organisation that the key belongs to.
#[utoipa::path(
    get, path = "/api/v1/organisation", tag = "organisation",
    responses((status = 200, body = OrganisationView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn show(State(web): State<Web>, Api(context): Api) -> Result<Json<OrganisationView>, Fail> {
    let id = context.organisation;
    let (settings, profile) =
        web.app.read(&context, Permission::SettingsRead, move |conn, _| settings_and_profile(conn, id)).await?;
    Ok(Json(OrganisationView::of(id, settings, profile)))
}

/// Change the organisation's settings.
#[utoipa::path(
    patch, path = "/api/v1/organisation", tag = "organisation", request_body = OrganisationChanges,
    responses((status = 200, body = OrganisationView), (status = "4XX", body = Problem, content_type = "application/problem+json")),
)]
pub async fn update(State(web): State<Web>, request: Keyed<UpdateSettings, OrganisationChanges>) -> Result<Kept, Fail> {
    let id = request.context.organisation;
    let (settings, profile) =
        web.app.read(&request.context, Permission::SettingsRead, move |conn, _| settings_and_profile(conn, id)).await?;
    let version = Some(settings.version);
    let colours = BrandColour::ALL.map(BrandColour::name);
    let command = UpdateSettings { version, data: check(&request.value.onto(settings, profile), &colours)? };
    let answer = web
        .app
        .write_once(&request.context, request.once, command, move |tx, ()| {
            let (settings, profile) = settings_and_profile(tx.conn, id)?;
            json_body(200, &OrganisationView::of(id, settings, profile))
        })
        .await?;
    Ok(Kept(answer))
}
