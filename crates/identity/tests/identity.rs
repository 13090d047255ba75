//! People and programs through the door, on a real SQLite file: signing in and out, rights, keys.
#![allow(clippy::unwrap_used)]

use identity::commands::{EndEverySession, OWN_ACCOUNT};
use identity::rules::user::{UserInput, check};
use identity::{
    CreateUser, Directory, NewApiKey, NewOrganisation, NewUser, RevokeApiKey, SetSecondPerson, SignIn, UpdateUser,
    create_api_key, create_organisation, create_user, password, settings,
};
use kernel::id::{ApiKeyId, OrganisationId, UserId};
use kernel::{Actor, Context, Currency, Locale, Money, Permission, Role, Source, SystemClock};
use std::sync::Arc;
use store::events::Subscriptions;
use store::{App, Authorizer, Command, DatabaseUrl, Db, Error, MasterKey, Tx, Vault};
use web::session::Authenticate;

struct Matrix(policy::Policies);

impl Authorizer for Matrix {
    fn permits(&self, actor: &Actor, permission: Permission) -> bool {
        self.0.permits(actor, permission)
    }
}

/// A company with one owner and one key.
struct Founding {
    organisation: NewOrganisation,
    owner: NewUser,
}

impl Command for Founding {
    const NAME: &'static str = "test.found";
    const PERMISSION: Permission = Permission::SystemWork;
    type Output = (UserId, ApiKeyId, String);

    fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, Error> {
        create_organisation(tx, &self.organisation)?;
        let owner = create_user(tx, &self.owner)?;
        let key = NewApiKey {
            name: "ERP".into(),
            roles: vec![Role::Owner],
            scopes: None,
            requests_per_minute: None,
            expires_in: None,
        };
        let (id, token) = create_api_key(tx, &key)?;
        Ok((owner, id, token))
    }
}

struct House {
    app: App,
    directory: Directory,
    organisation: OrganisationId,
    owner: UserId,
    key: (ApiKeyId, String),
    _folder: tempfile::TempDir,
}

const PASSWORD: &str = "kupfer-tinte-91-laterne";

async fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("test.db").to_string_lossy().into_owned());
    let steps = [store::migrate::MIGRATIONS, identity::MIGRATIONS].concat();
    store::migrate::migrate(&url, &steps, jiff::Timestamp::now()).unwrap();
    let matrix = Matrix(policy::Policies::load().unwrap());
    let vault = Vault::new(MasterKey::new([5; 32]));
    let app =
        App::new(Db::open(&url).unwrap(), Arc::new(matrix), Arc::new(SystemClock), vault, Subscriptions::default());
    let organisation = OrganisationId::from_bytes([8; 16]);
    let founding = Founding {
        organisation: NewOrganisation::usual(organisation, "远航", "CN", Currency::CNY),
        owner: NewUser { data: person("wei@example.com", &["owner"]), password_hash: kept() },
    };
    let (owner, id, token) = app.write(&context(&app, organisation, system()), founding).await.unwrap();
    let directory = Directory::new(app.clone());
    House { app, directory, organisation, owner, key: (id, token), _folder: folder }
}

fn kept() -> Option<String> {
    Some(password::hash(PASSWORD, [1; 16]).unwrap())
}

fn person(email: &str, roles: &[&str]) -> identity::UserData {
    let roles = roles.iter().map(ToString::to_string).collect();
    let input = UserInput { name: "A".into(), email: email.into(), locale: "zh-CN".into(), roles, customer: None };
    check(&input).unwrap()
}

fn system() -> Actor {
    Actor::System { task: "test" }
}

fn alone() -> SetSecondPerson {
    SetSecondPerson { single_person: true, alone_up_to: Money::new(50_000, Currency::CNY) }
}

fn context(app: &App, organisation: OrganisationId, actor: Actor) -> Context {
    let seed = store::seed().unwrap();
    let source = Source { address: "10.0.0.1".into(), agent: "test".into() };
    Context { organisation, actor, now: app.now(), seed, locale: Locale::ZhCn, source, confirmed_at: None }
}

impl House {
    fn by(&self, actor: Actor) -> Context {
        context(&self.app, self.organisation, actor)
    }

    fn as_owner(&self) -> Context {
        self.by(Actor::User { id: self.owner, roles: vec![Role::Owner], customer: None })
    }

    async fn sign_in(&self, mail: &str, password: &str) -> Result<String, &'static str> {
        let outcome = self.directory.sign_in(mail, password, Locale::En, self.by(system()).source).await;
        match outcome.map_err(|error| error.refusal().code)? {
            SignIn::Arrived(arrival) => Ok(arrival.token),
            SignIn::CodeDue { .. } => Err("code_due"),
        }
    }

    async fn knows(&self, token: &str) -> bool {
        self.directory.session(token).await.unwrap().is_some()
    }
}

#[tokio::test]
async fn people_sign_in_and_out() {
    let house = house().await;
    assert_eq!(house.sign_in("wei@example.com", "wrong").await, Err("sign_in_failed"));
    assert_eq!(house.sign_in("nobody@example.com", PASSWORD).await, Err("sign_in_failed"));
    let first = house.sign_in(" Wei@Example.com ", PASSWORD).await.unwrap();
    let second = house.sign_in("wei@example.com", PASSWORD).await.unwrap();
    assert_ne!(first, second);
    let session = house.directory.session(&first).await.unwrap().unwrap();
    assert_eq!(session.actor.roles(), [Role::Owner]);
    assert_eq!((session.brand.name.as_str(), session.zone.iana_name()), ("远航", Some("Asia/Shanghai")));
    house.app.write(&house.as_owner(), EndEverySession).await.unwrap();
    assert!(!house.knows(&first).await && !house.knows(&second).await);
    for _ in 0..7 {
        assert_eq!(house.sign_in("wei@example.com", "wrong").await, Err("sign_in_failed"));
    }
    assert_eq!(house.sign_in("wei@example.com", "wrong").await, Err("sign_in_failed"));
    assert_eq!(house.sign_in("wei@example.com", PASSWORD).await, Err("too_many"));
}

#[tokio::test]
async fn rights_end_at_once_and_an_owner_remains() {
    let house = house().await;
    let new = NewUser { data: person("li@example.com", &["cashier"]), password_hash: kept() };
    let li = house.app.write(&house.as_owner(), CreateUser(new.clone())).await.unwrap();
    let twice = house.app.write(&house.as_owner(), CreateUser(new)).await.unwrap_err().refusal();
    assert_eq!((twice.fields[0].pointer.as_str(), twice.fields[0].code), ("/email", "already_exists"));

    let token = house.sign_in("li@example.com", PASSWORD).await.unwrap();
    let update =
        |id, mail: &str, roles: &[&str], active| UpdateUser { id, version: None, data: person(mail, roles), active };
    house.app.write(&house.as_owner(), update(li, "li@example.com", &["cashier"], true)).await.unwrap();
    assert!(house.knows(&token).await, "nothing changed");
    house.app.write(&house.as_owner(), update(li, "li@example.com", &["sales"], true)).await.unwrap();
    assert!(!house.knows(&token).await, "other roles");
    let token = house.sign_in("li@example.com", PASSWORD).await.unwrap();
    house.app.write(&house.as_owner(), update(li, "li@example.com", &["sales"], false)).await.unwrap();
    assert!(!house.knows(&token).await, "deactivated");
    assert_eq!(house.sign_in("li@example.com", PASSWORD).await, Err("sign_in_failed"));

    for (roles, active) in [(&["auditor"][..], true), (&["owner"], false)] {
        let leave = update(house.owner, "wei@example.com", roles, active);
        let refusal = house.app.write(&house.as_owner(), leave).await.unwrap_err().refusal();
        assert_eq!(refusal.code, "last_owner");
    }
}

#[tokio::test]
async fn keys_open_and_close() {
    let house = house().await;
    let (id, token) = &house.key;
    let caller = house.directory.api_key(token).await.unwrap().unwrap();
    assert_eq!(caller.actor.roles(), [Role::Owner]);
    let scoped = Actor::ApiKey { id: *id, roles: vec![Role::Owner], scopes: Some(vec![Permission::UserManage]) };
    let new = NewUser { data: person("b@example.com", &["owner"]), password_hash: None };
    let refusal = house.app.write(&house.by(scoped), CreateUser(new)).await.unwrap_err().refusal();
    assert_eq!(refusal.code, "beyond_own_rights");
    let refusal = house.app.write(&house.by(caller.actor), alone()).await.unwrap_err().refusal();
    assert_eq!(refusal.code, "owner_only");
    house.app.write(&house.as_owner(), RevokeApiKey(*id)).await.unwrap();
    house.directory.forget_keys();
    assert!(house.directory.api_key(token).await.unwrap().is_none());
    assert!(house.directory.api_key("sk_nonsense").await.unwrap().is_none());
}

#[tokio::test]
async fn the_owner_may_decide_alone() {
    let house = house().await;
    house.app.write(&house.as_owner(), alone()).await.unwrap();
    let organisation = house.organisation;
    let settings = house.app.db().read(move |conn| settings(conn, organisation)).await.unwrap();
    assert!(settings.single_person);
    assert_eq!(settings.decides_alone_up_to, Money::new(50_000, Currency::CNY));
    for (currency, code) in [(Currency::EUR, "currency_mismatch"), (Currency::CNY, "negative")] {
        let wrong = SetSecondPerson { single_person: false, alone_up_to: Money::new(-1, currency) };
        let refusal = house.app.write(&house.as_owner(), wrong).await.unwrap_err().refusal();
        assert_eq!(refusal.fields[0].code, code);
    }
    assert_eq!((settings.chart.as_str(), settings.tax_rounding), ("cn_small", identity::TaxRounding::Line));
}

#[test]
fn everybody_may_look_after_their_own_account() {
    let policies = policy::Policies::load().unwrap();
    for role in Role::ALL {
        let customer = (role == Role::Customer).then_some(kernel::id::CustomerId::NIL);
        let actor = Actor::User { id: UserId::NIL, roles: vec![role], customer };
        assert!(policies.permits(&actor, OWN_ACCOUNT), "{role}");
    }
}
