//! The house put together: database, door, shell, gateways, jobs.

use crate::config::Config;
use crate::failure::Failure;
use crate::room::Room;
use crate::{data_dir, openapi, rooms};
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::{Extension, Router, middleware};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use gateways::Registry;
use kernel::id::OrganisationId;
use kernel::{Actor, Clock, Locale, Permission, SystemClock};
use notifications::Mailer;
use policy::{Policies, PolicyError};
use reconciliation::Inbox;
use schema::organisations;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, OnceLock};
use store::events::Subscriptions;
use store::{App, Archive, Authorizer, Blobs, DatabaseUrl, Db, MasterKey, Seeds, SystemSeeds, Vault};
use tower::ServiceBuilder;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config as SwaggerConfig, SwaggerUi};
use web::i18n::{I18n, IncompleteMessages, L};
use web::live::Live;
use web::parameters::Parameters;
use web::session::Authenticate;
use web::{Site, Web};

/// The largest body that is taken, in bytes; uploads set their own.
const BODY_MAX: usize = 1 << 20;

/// Everything that serves; cheap to clone.
#[derive(Clone)]
pub struct House {
    pub app: App,
    pub web: Web,
    pub directory: Arc<identity::Directory>,
    pub registry: Arc<Registry>,
    pub mailer: Mailer,
    /// Where files stand while they are read.
    pub inbox: Inbox,
}

/// What the program was built with is read once, however many houses it opens.
static LANGUAGES: LazyLock<Result<Arc<I18n>, IncompleteMessages>> = LazyLock::new(|| I18n::new(&rooms::messages()));
static POLICIES: LazyLock<Result<Policies, PolicyError>> = LazyLock::new(Policies::load);
static DOCUMENT: OnceLock<Value> = OnceLock::new();

struct Matrix(&'static Policies);

impl Authorizer for Matrix {
    fn permits(&self, actor: &Actor, permission: Permission) -> bool {
        self.0.permits(actor, permission)
    }
}

/// The languages of the house.
pub fn languages() -> Result<Arc<I18n>, Failure> {
    let all = LANGUAGES.as_ref().map(Arc::clone);
    all.map_err(|missing| Failure::refused(format!("The messages are not complete: {missing}")))
}

/// What the command line speaks.
pub fn english() -> Result<L, Failure> {
    Ok(languages()?.for_locale(Locale::En))
}

/// Which jobs want to know of which events, and who may object to what. A payment makes no job for a mail where there is no mail server.
fn subscriptions(mailer: &Mailer) -> Subscriptions {
    let mut subscriptions = Subscriptions::default();
    for event in [
        "customer.created",
        "customer.updated",
        "order.confirmed",
        "order.on_hold",
        "invoice.issued",
        "invoice.brought_forward",
        "credit_note.issued",
        "user.created",
        "user.updated",
    ] {
        subscriptions.add(event, "search.index");
    }
    if mailer.is_on() {
        subscriptions.add("checkout.succeeded", payments::MAIL_RECEIPT);
    }
    subscriptions.object(ledger::TAKE_BACK, reconciliation::commands::not_matched);
    subscriptions
}

/// Opens the database and puts the house together, on the machine's clock. The schema must be up to date.
pub fn open(config: &Config, key: MasterKey, public_url: String) -> Result<House, Failure> {
    open_in(config, key, public_url, Surroundings::of(Arc::new(SystemClock)))
}

/// What the house hears from outside itself: the time, and randomness.
#[derive(Clone)]
pub struct Surroundings {
    pub clock: Arc<dyn Clock>,
    pub seeds: Arc<dyn Seeds>,
}

impl Surroundings {
    /// A clock, and the operating system's randomness.
    pub fn of(clock: Arc<dyn Clock>) -> Surroundings {
        Surroundings { clock, seeds: Arc::new(SystemSeeds) }
    }
}

/// [`open`] in surroundings of the caller's.
pub fn open_in(config: &Config, key: MasterKey, public_url: String, around: Surroundings) -> Result<House, Failure> {
    let room = Room::free(&config.database);
    let pending = store::migrate::pending(&config.database, &rooms::migrations())?;
    if !pending.is_empty() {
        return Err(Failure::refused(
            "The database has an older schema. Run `shunfu migrate`, which makes a backup first.",
        ));
    }
    refuse_foreign_key(config, &key)?;
    let db = Db::open(&config.database)?;
    room.keep();
    let policies = POLICIES.as_ref().map_err(|e| Failure::refused(format!("The policies are wrong: {e}")))?;
    let mailer = config.mail.as_ref().map_or(Ok(Mailer::default()), Mailer::new).map_err(Failure::usage)?;
    let app = App::new(db, Arc::new(Matrix(policies)), around.clock, Vault::new(key), subscriptions(&mailer));
    let app = app.with_seeds(around.seeds);
    let blobs = Blobs::in_folder(&config.data_dir.join("blobs"))?;
    let archive = Archive::new(app.clone(), blobs);
    let directory = Arc::new(identity::Directory::new(app.clone()));
    let web = Web {
        app: app.clone(),
        i18n: languages()?,
        auth: Arc::clone(&directory) as Arc<dyn Authenticate>,
        site: Arc::new(Site { public_url, trusted_proxies: config.trusted_proxies.clone() }),
        live: Live::default(),
        archive,
    };
    let inbox = Inbox::below(&config.data_dir);
    Ok(House { app, web, directory, registry: Arc::new(Registry::default()), mailer, inbox })
}

/// Reads the master key, and sees to it that it is the one that the database was sealed with.
pub fn own_key(config: &Config) -> Result<MasterKey, Failure> {
    data_dir::expect_database(config)?;
    let key = data_dir::master_key(config)?;
    refuse_foreign_key(config, &key)?;
    Ok(key)
}

fn refuse_foreign_key(config: &Config, key: &MasterKey) -> Result<(), Failure> {
    if Vault::new(key.clone()).fits(&config.database)? {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "The master key {} is not the one that this database was sealed with. Put the right file back, or name it with \
         SHUNFU_MASTER_KEY_FILE.",
        config.master_key_file.display()
    )))
}

impl House {
    /// All routes, and what every request passes on its way to one and back, from the street inwards. It is one layer: each
    /// that is put on by itself wraps every route anew, and costs every request a box.
    pub fn router(&self) -> Router {
        let (api, description) = rooms::api().split_for_parts();
        let parameters = Parameters::of(&description);
        let passage = ServiceBuilder::new()
            .layer(middleware::from_fn_with_state(self.web.clone(), web::proxies::find_caller))
            .layer(middleware::from_fn(web::leftover::take))
            .layer(CompressionLayer::new())
            .layer(CsrfLayer::new())
            .layer(SetResponseHeaderLayer::if_not_present(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
            .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))
            .layer(middleware::from_fn_with_state(self.web.clone(), web::problem::speak))
            .layer(middleware::from_fn(web::session::remember_look))
            .layer(middleware::from_fn(web::nul::refuse))
            .layer(middleware::from_fn_with_state(self.web.clone(), web::keyed::first_answer))
            .layer(DefaultBodyLimit::max(BODY_MAX))
            .layer(Extension(self.inbox.clone()))
            .layer(Extension(self.mailer.clone()))
            .layer(Extension(Arc::clone(&self.directory)))
            .layer(Extension(Arc::clone(&self.registry)));
        Router::new()
            .merge(api.layer(middleware::from_fn_with_state(parameters, web::parameters::check)))
            .merge(rooms::pages(Arc::clone(&self.web.i18n)))
            .merge(docs(&description))
            .layer(passage)
            .with_state(self.web.clone())
    }
}

/// The API's reference page, which loads nothing from elsewhere and asks nobody elsewhere whether the description is valid.
fn docs(description: &OpenApi) -> Router<Web> {
    let document = DOCUMENT.get_or_init(|| openapi::finished(description).unwrap_or_default());
    let page = SwaggerUi::new("/api/docs")
        .external_url_unchecked("/api/openapi.json", document.clone())
        .config(SwaggerConfig::default().validator_url("none"));
    let policy = HeaderValue::from_static(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    );
    Router::from(page).layer(SetResponseHeaderLayer::if_not_present(CONTENT_SECURITY_POLICY, policy))
}

/// Prepares a folder and database for a house: makes them with their key and schema where there is no data yet. Data that is
/// there keeps its key, without which it cannot be read, and its schema: `shunfu migrate` makes a backup first.
pub fn prepare(config: &Config) -> Result<MasterKey, Failure> {
    data_dir::make(&config.data_dir)?;
    if let DatabaseUrl::Sqlite(path) = &config.database
        && let Some(folder) = PathBuf::from(path).parent()
    {
        data_dir::make(folder)?;
    }
    if store::backup::has_data(&config.database)? {
        return data_dir::master_key(config);
    }
    let key = data_dir::master_key_or_new(config)?;
    store::migrate::migrate(&config.database, &rooms::migrations(), jiff::Timestamp::now())?;
    Ok(key)
}

/// Every organisation with its name.
pub fn organisations(conn: &mut store::Conn) -> Result<Vec<(OrganisationId, String)>, store::Error> {
    Ok(organisations::table
        .select((organisations::organisation_id, organisations::name))
        .order(organisations::organisation_id.asc())
        .load(conn)?)
}
