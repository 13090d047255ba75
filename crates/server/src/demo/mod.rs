//! `shunfu demo`: the whole product with an invented company, ready in seconds.
//!
//! The company is made through the API by [`story`]. Its secrets stay in `demo.json` in the data folder, so that a second
//! start goes on with the same company and logins.

mod bank;
mod client;
mod clock;
mod company;
mod kept;
mod provider;
mod story;

use crate::config::Config;
use crate::failure::Failure;
use crate::house::{self, House, Surroundings};
use crate::setup::{SetUp, founding_context, user};
use crate::{data_dir, serve};
use clock::StoryClock;
use gateways::simulator::SimulatorConfig;
use gateways::{Secret, Secrets};
use identity::rules::token;
use identity::{NewApiKey, NewOrganisation, NewUser};
use kept::{Company, Decision, Kept, Login, decide};
use kernel::id::{CustomerId, GatewayConnectionId, OrganisationId, UserId};
use kernel::{Actor, Context, Currency, Locale, Permission, Role, Source};
use provider::Provider;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use store::{Command, DatabaseUrl, Error, Tx};

/// The simulator's merchant and secret of the demonstration; no secret of anybody.
pub const SIMULATOR_MERCHANT: &str = "demo-merchant";
pub const SIMULATOR_SECRET: &str = "demo-simulator-secret";

const STAFF: &str = "owner@example.com";
const CUSTOMER: &str = "buyer@example.com";

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
    let mut told = serve::told_to_stop()?;
    data_dir::make(&config.data_dir)?;
    let _lock = data_dir::lock(&config.data_dir)?;
    let listener = serve::bind(config.listen)?;
    let (url, listens) = (serve::public_url(config, &listener)?, listener.local_addr()?);
    let clock = StoryClock::default();
    let mut house = open(config, &url, &clock)?;
    let there = house.app.db().read(house::organisations).await?;
    let there: Vec<OrganisationId> = there.into_iter().map(|(organisation, _)| organisation).collect();
    let decision = decide(Kept::read(&config.data_dir)?, &there);
    if decision == Decision::MakeAnew {
        drop(house);
        clear(config)?;
        house = open(config, &url, &clock)?;
    }
    let mut company = match decision {
        Decision::GoOn(company) => company,
        Decision::Make | Decision::MakeAnew => tokio::select! {
            made = make(config, &house, &clock) => made?,
            () = &mut told => {
                println!("Ended before the demonstration was made; the next start makes it anew.");
                return Ok(());
            }
        },
        Decision::Refuse => {
            return Err(Failure::refused(format!(
                "The data folder {} has a company that no demonstration can go on with. Serve it with `shunfu serve`, or choose \
                 another folder with --data-dir.",
                config.data_dir.display()
            )));
        }
    };
    let provider = Provider::start(&config.data_dir, company.simulator)?;
    if company.gateway.is_none() || company.simulator != Some(provider.address) {
        company.gateway = Some(connect_simulator(&house, &company, &provider.url()).await?);
        company.simulator = Some(provider.address);
        Kept::Made(company.clone()).write(&config.data_dir)?;
    }
    payments::connect_all(&house.app, &house.registry).await?;
    serve::run(house, listener, config, told, || ready(&url, listens, &provider, &company, ready_file)).await
}

fn open(config: &Config, url: &str, clock: &StoryClock) -> Result<House, Failure> {
    let key = house::prepare(config)?;
    house::open_in(config, key, url.to_owned(), Surroundings::of(Arc::new(clock.clone())))
}

/// Takes a half-made company away, with all that was kept for it.
fn clear(config: &Config) -> Result<(), Failure> {
    let DatabaseUrl::Sqlite(path) = &config.database else {
        return Err(Failure::refused(
            "The demonstration in this database was never made to its end. Name an empty one.",
        ));
    };
    let gone = |removed: std::io::Result<()>| match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    for file in ["", "-wal", "-shm"].map(|ending| format!("{path}{ending}")) {
        gone(std::fs::remove_file(file))?;
    }
    gone(std::fs::remove_dir_all(config.data_dir.join("blobs")))?;
    Ok(())
}

/// Founds the company and tells its story. Before anything of it is in the database, `demo.json` says whose it will be.
async fn make(config: &Config, house: &House, clock: &StoryClock) -> Result<Company, Failure> {
    let words = |error: Error| Failure::of(&error, &house.web.i18n);
    let staff = Login { email: STAFF.into(), password: token::temporary_password(store::seed()?) };
    let customer = Login { email: CUSTOMER.into(), password: token::temporary_password(store::seed()?) };
    let context = founding_context(&house.app).map_err(words)?;
    Kept::Begun { begun: context.organisation }.write(&config.data_dir)?;
    let mut organisation = NewOrganisation::usual(context.organisation, company::NAME, "CN", Currency::CNY);
    organisation.profile.address = vec!["上海市浦东新区示例路 100 号".into()];
    organisation.profile.bank_account = vec!["示例银行上海分行".into(), "0000 0000 0000 0000 000".into()];
    let set_up = SetUp {
        organisation,
        owner: user("林会计", &staff.email, &staff.password, Role::Owner, None, Locale::ZhCn).map_err(words)?,
        key: NewApiKey {
            name: "demo".into(),
            roles: vec![Role::Owner],
            scopes: None,
            requests_per_minute: None,
            expires_in: None,
        },
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
    Ok(Company {
        organisation: made.organisation,
        api_key: made.api_key,
        staff,
        customer,
        gateway: None,
        simulator: None,
    })
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
        confirmed_at: None,
    })
}

/// How the demonstration's simulator is set up.
pub fn simulator_config() -> SimulatorConfig {
    let secret = || Secret::new(SIMULATOR_SECRET);
    SimulatorConfig::new(SIMULATOR_MERCHANT, company::NAME, secret(), secret())
}

/// Names the simulator as the company's payment provider, or tells its new address.
async fn connect_simulator(house: &House, company: &Company, address: &str) -> Result<GatewayConnectionId, Failure> {
    let words = |error: Error| Failure::of(&error, &house.web.i18n);
    let pairs = |all: [(&str, &str); 2]| all.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let connect = payments::ConnectGateway {
        id: company.gateway,
        version: None,
        provider: "simulator".into(),
        name: "模拟支付".into(),
        settings: pairs([("base_url", address), ("merchant", SIMULATOR_MERCHANT)]),
        secrets: Some(Secrets(pairs(["api_secret", "notification_secret"].map(|name| (name, SIMULATOR_SECRET))))),
        active: true,
    };
    house.app.write(&context_of(house, company.organisation)?, connect).await.map_err(words)
}

fn ready(
    url: &str,
    listens: SocketAddr,
    provider: &Provider,
    company: &Company,
    ready_file: Option<&Path>,
) -> Result<(), Failure> {
    println!("Shunfu's demonstration is at {url}");
    println!("  staff     {}  {}", company.staff.email, company.staff.password);
    println!("  customer  {}  {}", company.customer.email, company.customer.password);
    println!("  API key   {}", company.api_key);
    println!("  payment provider (simulated) at {}", provider.url());
    if let Some(path) = ready_file {
        let text = serde_json::json!({
            "url": url, "listens": listens, "api_key": company.api_key, "organisation": company.organisation,
            "staff": company.staff, "customer": company.customer,
        });
        serve::write_atomically(path, &text.to_string())?;
    }
    Ok(())
}
