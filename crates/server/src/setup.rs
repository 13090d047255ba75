//! A new company: organisation, books, first administrator, first API key, in one command.

use crate::config::Config;
use crate::failure::Failure;
use crate::{data_dir, house};
use clap::Args;
use identity::rules::{password, token};
use identity::{NewApiKey, NewOrganisation, NewUser, UserData};
use kernel::id::{CustomerId, OrganisationId, UserId};
use kernel::{Actor, Context, Currency, Fields, Ids, Locale, Permission, Role, Source};
use std::path::PathBuf;
use store::{App, Command, Error, Tx};

/// What `shunfu init` is told.
#[derive(Debug, Args)]
pub struct Init {
    /// Name of the company.
    #[arg(long, value_name = "NAME")]
    organisation: String,
    /// ISO 4217 code that the books are kept in.
    #[arg(long, value_name = "CODE")]
    currency: String,
    /// ISO 3166-1 code of its seat.
    #[arg(long, value_name = "CODE")]
    country: String,
    /// The month a fiscal year begins with.
    #[arg(long, value_name = "MONTH", default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..=12))]
    fiscal_year_start: i32,
    #[arg(long, value_name = "MAIL")]
    admin_email: String,
    /// File whose first line is the password; without it one is made up and printed.
    #[arg(long, value_name = "FILE")]
    admin_password_file: Option<PathBuf>,
}

/// Sets up a company.
#[derive(Debug, Clone)]
pub struct SetUp {
    pub organisation: NewOrganisation,
    pub owner: NewUser,
    pub key: NewApiKey,
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Made {
    pub organisation: OrganisationId,
    pub owner: UserId,
    /// Shown once.
    pub api_key: String,
}

impl Command for SetUp {
    const NAME: &'static str = "organisation.set_up";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = Made;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Made, Error> {
        let organisation = identity::create_organisation(tx, &self.organisation)?;
        store::audit::begin(tx)?;
        let chart = ledger::chart(tx)?;
        ledger::open_books(tx, chart)?;
        let owner = identity::create_user(tx, &self.owner)?;
        let (_, api_key) = identity::create_api_key(tx, &self.key)?;
        Ok(Made { organisation, owner, api_key })
    }
}

/// The context of the person who owns the machine, for an organisation that does not exist yet.
pub fn founding_context(app: &App) -> Result<Context, Error> {
    let (now, seed) = (app.now(), store::seed()?);
    Ok(Context {
        organisation: Ids::new(now, store::seed()?).draw(),
        actor: Actor::System { task: "cli" },
        now,
        seed,
        locale: Locale::default(),
        source: Source { address: "cli".into(), agent: String::new() },
        confirmed_at: None,
    })
}

/// Somebody to be taken up, with the password hashed.
pub fn user(
    name: &str,
    email: &str,
    password: &str,
    role: Role,
    customer: Option<CustomerId>,
    locale: Locale,
) -> Result<NewUser, Error> {
    let [salt, _] = halves(store::seed()?);
    Ok(NewUser {
        data: UserData { name: name.to_owned(), email: email.to_owned(), locale, roles: vec![role], customer },
        password_hash: Some(identity::password::hash(password, salt)?),
    })
}

fn halves(bytes: [u8; 32]) -> [[u8; 16]; 2] {
    let mut halves = [[0; 16]; 2];
    for (half, chunk) in halves.iter_mut().zip(bytes.chunks_exact(16)) {
        half.copy_from_slice(chunk);
    }
    halves
}

/// `shunfu init`.
pub fn init(config: &Config, init: &Init) -> Result<(), Failure> {
    let i18n = house::languages()?;
    let in_words = |error: Error| Failure::of(&error, &i18n);
    data_dir::make(&config.data_dir)?;
    let _lock = data_dir::lock(&config.data_dir)?;
    let password = match &init.admin_password_file {
        None => None,
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|e| Failure::usage(format!("The password file {} cannot be read: {e}", path.display())))?;
            Some(text.lines().next().unwrap_or("").to_owned())
        }
    };
    let made_up = password.is_none();
    let password = match password {
        Some(password) => password,
        None => token::temporary_password(store::seed()?),
    };
    let mut fields = Fields::new();
    let name = fields.text("--organisation", &init.organisation, 1, 200);
    let country = fields.country("--country", &init.country);
    let email = fields.email("--admin-email", &init.admin_email);
    let currency: Option<Currency> = fields.currency("--currency", &init.currency);
    fields.finish().map_err(|refusal| Failure::of_words(&refusal, &i18n))?;
    let currency = currency.ok_or_else(|| Failure::usage("--currency is no ISO 4217 code"))?;
    if let Err(weakness) = password::check(&password, &[&email, &name]) {
        return Err(Failure::usage(format!("The password will not do ({weakness}). Choose a longer, less usual one.")));
    }
    let key = house::prepare(config)?;
    let house = house::open(config, key, String::new())?;
    if !house.app.db().read_now(house::organisations)?.is_empty() {
        return Err(Failure::refused(
            "There is a company in this data folder already. Choose another with --data-dir.",
        ));
    }
    let context = founding_context(&house.app)?;
    let locale = if country == "CN" { Locale::ZhCn } else { Locale::En };
    let set_up = SetUp {
        organisation: NewOrganisation {
            fiscal_year_month: init.fiscal_year_start,
            ..NewOrganisation::usual(context.organisation, &name, &country, currency)
        },
        owner: user(email.split('@').next().unwrap_or(&email), &email, &password, Role::Owner, None, locale)?,
        key: NewApiKey {
            name: "init".into(),
            roles: vec![Role::Owner],
            scopes: None,
            requests_per_minute: None,
            expires_in: None,
        },
    };
    let made = house.app.write_now(&context, set_up).map_err(in_words)?;
    println!("Company  {name} ({})", made.organisation);
    println!("Sign in  {email}");
    if made_up {
        println!("Password {password}");
    }
    println!("API key  {}", made.api_key);
    println!(
        "The key{} shown this once. Now run `shunfu serve`.",
        if made_up { " and the password are" } else { " is" }
    );
    Ok(())
}
