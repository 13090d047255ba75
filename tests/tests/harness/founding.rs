//! A company to begin with.

use identity::{NewApiKey, NewOrganisation, NewUser, UserData};
use kernel::id::OrganisationId;
use kernel::{Currency, Locale, Role};
use server::house::House;
use server::setup::{SetUp, founding_context};

/// Makes a company with an owner; gives its id and the token of the owner's program.
pub async fn found(house: &House, name: &str, country: &str, currency: &str) -> (OrganisationId, String) {
    let context = founding_context(&house.app).unwrap();
    let currency = Currency::parse(currency).unwrap();
    let owner = UserData {
        name: "Owner".into(),
        email: format!("founder@{}.example", country.to_lowercase()),
        locale: Locale::En,
        roles: vec![Role::Owner],
        customer: None,
    };
    let set_up = SetUp {
        organisation: NewOrganisation::usual(context.organisation, name, country, currency),
        owner: NewUser { data: owner, password_hash: None },
        key: NewApiKey {
            name: "test".into(),
            roles: vec![Role::Owner],
            scopes: None,
            requests_per_minute: None,
            expires_in: None,
        },
    };
    let made = house.app.write(&context, set_up).await.unwrap();
    (made.organisation, made.api_key)
}
