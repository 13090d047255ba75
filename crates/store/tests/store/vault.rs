//! Sealed values and what opens them.

use crate::bench::{Bench, Everybody, at_once, on_both};
use kernel::Permission;
use kernel::id::{CustomerId, OrganisationId};
use store::events::Subscriptions;
use store::{App, Command, DatabaseUrl, Error, MasterKey, Tx};

on_both! {
    a_sealed_value_opens_for_its_own_field_alone
    a_wrapped_key_cannot_be_moved
    a_destroyed_key_ends_its_values
    many_may_seal_for_a_new_subject_at_once
}

const PHONE: &str = "+86 138 0013 8000";

/// Seals a telephone number for a customer.
struct Seal(CustomerId);

impl Command for Seal {
    const NAME: &'static str = "test.seal";
    const PERMISSION: Permission = Permission::CustomerWrite;
    type Output = Vec<u8>;

    fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<u8>, Error> {
        tx.seal(self.0, "phone", PHONE)
    }
}

fn open(
    app: &App,
    organisation: OrganisationId,
    customer: CustomerId,
    purpose: &'static str,
    sealed: &[u8],
) -> Option<String> {
    let (vault, sealed) = (app.vault().clone(), sealed.to_vec());
    app.db().read_now(move |conn| vault.open(conn, organisation, customer, purpose, &sealed)).unwrap()
}

fn a_sealed_value_opens_for_its_own_field_alone(bench: &Bench) {
    let app = bench.app();
    let (ours, other) = (bench.customer(), bench.customer());
    let sealed = app.write_now(&bench.context(), Seal(ours)).unwrap();
    app.write_now(&bench.context(), Seal(other)).unwrap();
    assert!(!sealed.windows(4).any(|w| w == b"8000"));
    let here = Bench::organisation();
    assert_eq!(open(&app, here, ours, "phone", &sealed).as_deref(), Some(PHONE));
    assert_eq!(open(&app, here, other, "phone", &sealed), None);
    assert_eq!(open(&app, here, ours, "email", &sealed), None);
    assert_eq!(open(&app, OrganisationId::from_bytes([8; 16]), ours, "phone", &sealed), None);
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert_eq!(open(&app, here, ours, "phone", &changed), None, "byte {place}");
        assert_eq!(open(&app, here, ours, "phone", &sealed[..place]), None, "cut at {place}");
    }
    let again = app.write_now(&bench.context(), Seal(ours)).unwrap();
    assert_ne!(sealed, again, "a nonce is used once");
    drop(app);
    let other_master = bench.app_with(Everybody, MasterKey::new([9; 32]), Subscriptions::default());
    assert_eq!(open(&other_master, here, ours, "phone", &sealed), None);
}

fn a_wrapped_key_cannot_be_moved(bench: &Bench) {
    let app = bench.app();
    let customer = bench.customer();
    let sealed = app.write_now(&bench.context(), Seal(customer)).unwrap();
    let elsewhere = OrganisationId::from_bytes([8; 16]);
    let literal = match bench.url {
        DatabaseUrl::Sqlite(_) => format!("x'{}'", "08".repeat(16)),
        DatabaseUrl::Postgres(_) => format!("'{}'", elsewhere.uuid()),
    };
    bench.tamper(&format!("INSERT INTO data_keys SELECT {literal}, subject_id, wrapped, created_at FROM data_keys"));
    assert_eq!(open(&app, elsewhere, customer, "phone", &sealed), None);
    bench.tamper(&format!(
        "INSERT INTO data_keys SELECT organisation_id, {literal}, wrapped, created_at FROM data_keys"
    ));
    assert_eq!(open(&app, Bench::organisation(), CustomerId::from_bytes([8; 16]), "phone", &sealed), None);
    assert_eq!(open(&app, Bench::organisation(), customer, "phone", &sealed).as_deref(), Some(PHONE));
}

fn a_destroyed_key_ends_its_values(bench: &Bench) {
    let app = bench.app();
    let customer = bench.customer();
    let sealed = app.write_now(&bench.context(), Seal(customer)).unwrap();
    bench.tamper("DELETE FROM data_keys");
    assert_eq!(open(&app, Bench::organisation(), customer, "phone", &sealed), None);
}

fn many_may_seal_for_a_new_subject_at_once(bench: &Bench) {
    let app = bench.app();
    for _ in 0..5 {
        let customer = bench.customer();
        for sealed in at_once(16, |_| app.write_now(&bench.context(), Seal(customer)).unwrap()) {
            assert_eq!(open(&app, Bench::organisation(), customer, "phone", &sealed).as_deref(), Some(PHONE));
        }
    }
    assert_eq!(bench.rows("data_keys"), 5);
}
