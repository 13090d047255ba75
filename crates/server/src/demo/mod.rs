//! `shunfu demo`: the whole product with an invented company, ready in seconds.
//!
//! The company is made through the API by [`story`]. Its secrets stay in `demo.json` in the data folder, so that a second
//! start goes on with the same company and logins.

mod client;
mod clock;
mod company;
mod story;

use crate::config::Config;
use crate::failure::Failure;
use crate::house::{self, House};
use crate::setup::{SetUp, founding_context, user};
use crate::{data_dir, serve};
use clock::StoryClock;
use gateways::Secret;
use gateways::simulator::SimulatorConfig;
use identity::rules::token;
use identity::{NewApiKey, NewOrganisation, NewUser};
use kernel::id::{CustomerId, GatewayConnectionId, OrganisationId, UserId};
use kernel::{Actor, Context, Currency, Locale, Permission, Role, Source};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use store::{Command, Error, Tx};

/// The simulator's merchant and secret of the demonstration; no secret of anybody.
pub const SIMULATOR_MERCHANT: &str = "demo-merchant";
pub const SIMULATOR_SECRET: &str = "demo-simulator-secret";

const STAFF: &str = "owner@example.com";
const CUSTOMER: &str = "buyer@example.com";

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Login {
    email: String,
    password: String,
}

/// `demo.json`: what a second start needs to tell the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    organisation: OrganisationId,
    api_key: String,
    /// The connection to the simulator, once there is one.
    gateway: Option<GatewayConnectionId>,
    staff: Login,
    customer: Login,
}

/// A person of a customer, for the portal.
struct InvitePortalUser(NewUser);

impl Command for InvitePortalUser {
    const NAME: &'static str = "user.create";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = UserId;

    fn run(&self, tx: &mut Tx<'_>) -> Result<UserId, Error> {
        identity::create_user(tx, &self.0)
    }
}

/// Serves the demonstration until it is ended.
pub async fn run(config: &Config, ready_file: Option<&Path>) -> Result<(), Failure> {
    data_dir::make(&config.data_dir)?;
    let _lock = data_dir::lock(&config.data_dir)?;
    let listener = serve::bind(config.listen)?;
    let url = serve::public_url(config, &listener)?;
    let key = house::prepare(config)?;
    let clock = StoryClock::default();
    let house = house::open_at(config, key, url.clone(), Arc::new(clock.clone()))?;
    let secrets = config.data_dir.join("demo.json");
    let mut kept = match std::fs::read_to_string(&secrets) {
        Ok(text) => serde_json::from_str(&text).map_err(|_| {
            Failure::refused(format!("{} is damaged. Delete the data folder to begin again.", secrets.display()))
        })?,
        Err(_) => make(&house, &clock).await?,
    };
    let simulator = start_simulator().await?;
    kept.gateway = Some(connect_simulator(&house, &kept, &simulator).await?);
    data_dir::write_secret(&secrets, &serde_json::to_string_pretty(&kept).unwrap_or_default())?;
    payments::connect_all(&house.app, &house.registry).await?;
    serve::run(house, listener, config, serve::told_to_stop()?, || ready(&url, &simulator, &kept, ready_file)).await
}

/// Founds the company and tells its story.
async fn make(house: &House, clock: &StoryClock) -> Result<Kept, Failure> {
    let words = |error: Error| Failure::of(&error, &house.web.i18n);
    let staff = Login { email: STAFF.into(), password: token::temporary_password(store::seed()?) };
    let customer = Login { email: CUSTOMER.into(), password: token::temporary_password(store::seed()?) };
    let context = founding_context(&house.app).map_err(words)?;
    let mut organisation = NewOrganisation::usual(context.organisation, company::NAME, "CN", Currency::CNY);
    organisation.profile.address = vec!["上海市浦东新区示例路 100 号".into()];
    organisation.profile.bank_account = vec!["示例银行上海分行".into(), "0000 0000 0000 0000 000".into()];
    let set_up = SetUp {
        organisation,
        owner: user("林会计", &staff.email, &staff.password, Role::Owner, None, Locale::ZhCn).map_err(words)?,
        key: NewApiKey { name: "demo".into(), roles: vec![Role::Owner], scopes: None, expires_in: None },
    };
    let made = house.app.write(&context, set_up).await.map_err(words)?;
    let today = house.app.now().to_zoned_datetime(zone()).date();
    let client = client::Client::new(house.router(), made.api_key.clone());
    let buyer = story::tell(&client, clock, today).await?;
    let buyer: CustomerId = buyer.parse().map_err(|_| Failure::refused("The demonstration has no customer."))?;
    let invite = user("采购 王女士", &customer.email, &customer.password, Role::Customer, Some(buyer), Locale::ZhCn)
        .map_err(words)?;
    let invite = InvitePortalUser(invite);
    house.app.write(&context_of(house, made.organisation)?, invite).await.map_err(words)?;
    Ok(Kept { organisation: made.organisation, api_key: made.api_key, gateway: None, staff, customer })
}

fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get("Asia/Shanghai").unwrap_or(jiff::tz::TimeZone::UTC)
}

fn context_of(house: &House, organisation: OrganisationId) -> Result<Context, Failure> {
    Ok(Context {
        organisation,
        actor: Actor::System { task: "demo" },
        now: house.app.now(),
        seed: store::seed()?,
        locale: Locale::ZhCn,
        source: Source { address: "cli".into(), agent: String::new() },
    })
}

/// Starts the payment provider on a free port of this machine; gives its address.
async fn start_simulator() -> Result<String, Failure> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let stop = serve::told_to_stop()?;
    tokio::spawn(async move {
        if let Err(error) = gateways::simulator::serve(listener, simulator_config(), stop).await {
            tracing::error!(%error, "the simulator ended");
        }
    });
    Ok(address)
}

/// How the demonstration's simulator is set up.
pub fn simulator_config() -> SimulatorConfig {
    let secret = || Secret::new(SIMULATOR_SECRET);
    SimulatorConfig::new(SIMULATOR_MERCHANT, company::NAME, secret(), secret())
}

/// Names the simulator as the company's payment provider; it has another port at each start.
async fn connect_simulator(house: &House, kept: &Kept, address: &str) -> Result<GatewayConnectionId, Failure> {
    let words = |error: Error| Failure::of(&error, &house.web.i18n);
    let secrets = payments::Secrets {
        api_secret: SIMULATOR_SECRET.to_owned(),
        notification_secrets: vec![SIMULATOR_SECRET.to_owned()],
    };
    let connect = payments::ConnectGateway {
        id: kept.gateway,
        version: None,
        provider: "simulator".into(),
        name: "模拟支付".into(),
        settings: payments::Settings { base_url: address.to_owned(), merchant: SIMULATOR_MERCHANT.to_owned() },
        secrets: Some(secrets),
        active: true,
    };
    house.app.write(&context_of(house, kept.organisation)?, connect).await.map_err(words)
}

fn ready(url: &str, simulator: &str, kept: &Kept, ready_file: Option<&Path>) -> Result<(), Failure> {
    println!("Shunfu's demonstration is at {url}");
    println!("  staff     {}  {}", kept.staff.email, kept.staff.password);
    println!("  customer  {}  {}", kept.customer.email, kept.customer.password);
    println!("  API key   {}", kept.api_key);
    println!("  payment provider (simulated) at {simulator}");
    if let Some(path) = ready_file {
        let text = serde_json::json!({
            "url": url, "api_key": kept.api_key, "organisation": kept.organisation,
            "staff": kept.staff, "customer": kept.customer,
        });
        serve::write_atomically(path, &text.to_string())?;
    }
    Ok(())
}
