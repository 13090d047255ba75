//! Typed ids: UUIDv7 inside, TypeID outside (`cus_01h…`), one alphabetical list.
//!
//! Source of the text form: the TypeID specification 0.3 (prefix, underscore, 26 characters of Crockford base 32).

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use uuid::Uuid;

/// What an id names; gives its prefix.
pub trait Kind: 'static {
    const PREFIX: &'static str;
}

/// The id of one kind of thing.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

/// The text is not an id of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {0}_…")]
pub struct NotAnId(pub &'static str);

impl<K> Id<K> {
    pub const NIL: Id<K> = Id(Uuid::nil(), PhantomData);

    pub const fn from_uuid(uuid: Uuid) -> Self {
        Id(uuid, PhantomData)
    }

    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Id(Uuid::from_bytes(bytes), PhantomData)
    }

    pub const fn uuid(self) -> Uuid {
        self.0
    }

    pub fn bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The smallest id that may be drawn at an instant.
    pub fn first_at(instant: jiff::Timestamp) -> Self {
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&millis_of(instant).to_be_bytes()[2..]);
        Self::from_bytes(bytes)
    }

    /// When it was drawn, to the millisecond; `None` where the years of ids are beyond those of instants.
    pub fn drawn_at(self) -> Option<jiff::Timestamp> {
        jiff::Timestamp::from_millisecond(i64::try_from(self.millis()).ok()?).ok()
    }

    fn millis(self) -> u64 {
        let mut millis = [0; 8];
        millis[2..].copy_from_slice(&self.bytes()[..6]);
        u64::from_be_bytes(millis)
    }

    /// The smallest id that may have been drawn so long before this one.
    pub fn earlier(self, by: jiff::SignedDuration) -> Self {
        let before = u64::try_from(by.as_millis()).map_or(0, |by| self.millis().saturating_sub(by));
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&before.to_be_bytes()[2..]);
        Self::from_bytes(bytes)
    }

    /// The same id seen as another kind, where one thing is an aspect of another (an invoice is an open item).
    pub const fn retyped<L>(self) -> Id<L> {
        Id(self.0, PhantomData)
    }
}

impl<K: Kind> Id<K> {
    /// As it is printed and sent.
    fn text(&self) -> String {
        let mut text = String::with_capacity(K::PREFIX.len() + 27);
        text.push_str(K::PREFIX);
        text.push('_');
        push_base32(&mut text, self.0.as_bytes());
        text
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The 26 characters of a 128-bit value in Crockford base 32, lower case.
pub fn base32(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(26);
    push_base32(&mut text, bytes);
    text
}

fn push_base32(text: &mut String, bytes: &[u8; 16]) {
    let value = u128::from_be_bytes(*bytes);
    for place in (0..26_u32).rev() {
        let five = (value >> (5 * place)) & 31;
        text.push(char::from(ALPHABET[usize::try_from(five).unwrap_or(0)]));
    }
}

/// The inverse of [`base32`]; lower case only, no look-alikes.
pub fn from_base32(text: &str) -> Option<[u8; 16]> {
    if text.len() != 26 || text.as_bytes()[0] > b'7' {
        return None;
    }
    let mut value: u128 = 0;
    for b in text.bytes() {
        let five = ALPHABET.iter().position(|a| *a == b)?;
        value = (value << 5) | u128::try_from(five).ok()?;
    }
    Some(value.to_be_bytes())
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        text.strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .and_then(from_base32)
            .map(Id::from_bytes)
            .ok_or(NotAnId(K::PREFIX))
    }
}

impl<K: Kind> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.serialize_str(&self.text()) } else { self.0.as_bytes().serialize(s) }
    }
}

impl<'de, K: Kind> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if !d.is_human_readable() {
            return <[u8; 16]>::deserialize(d).map(Id::from_bytes);
        }
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $id:ident $prefix:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $kind;
            impl Kind for $kind { const PREFIX: &'static str = $prefix; }
            pub type $id = Id<$kind>;
        )*
        /// Every prefix in use.
        pub const PREFIXES: &[&str] = &[$($prefix),*];
    };
}

kinds! {
    Address AddressId "adr";
    Allocation AllocationId "alc";
    ApiKey ApiKeyId "key";
    AuditRow AuditRowId "aud";
    /// Something in which a provider's bill and the books do not agree.
    BillDifference BillDifferenceId "bdf";
    Checkout CheckoutId "ckt";
    Contact ContactId "con";
    CreditNote CreditNoteId "crn";
    Customer CustomerId "cus";
    DataKey DataKeyId "dky";
    /// What a document adds to the sum of a day.
    DayChange DayChangeId "dch";
    Dispute DisputeId "dsp";
    DisputeNote DisputeNoteId "dsn";
    Entry EntryId "ent";
    Event EventId "evt";
    File FileId "fil";
    GatewayCall GatewayCallId "gcl";
    GatewayConnection GatewayConnectionId "gwc";
    Invoice InvoiceId "inv";
    Item ItemId "itm";
    Job JobId "job";
    Mail MailId "mai";
    /// What lines of a bank's statement were taken for.
    Match MatchId "mat";
    /// A rule by which lines of statements are matched.
    MatchRule MatchRuleId "mrl";
    /// A document that is open on a customer's account: an invoice, or a credit (payment, credit note) against it.
    OpenItem OpenItemId "opn";
    Order OrderId "ord";
    Organisation OrganisationId "org";
    Payment PaymentId "pay";
    /// What a provider collected, sent to the bank.
    Payout PayoutId "pyo";
    Period PeriodId "prd";
    Price PriceId "prc";
    Refund RefundId "ref";
    Session SessionId "ses";
    /// What a bank says of one account over some days.
    Statement StatementId "stm";
    StatementLine StatementLineId "stl";
    /// What somebody wrote beside a line.
    StatementNote StatementNoteId "stn";
    TillCount TillCountId "tlc";
    /// Cash of a till that was taken to the bank.
    TillDeposit TillDepositId "tld";
    User UserId "usr";
}

fn millis_of(instant: jiff::Timestamp) -> u64 {
    u64::try_from(instant.as_millisecond()).unwrap_or(0)
}

/// A source of UUIDv7s that depends on nothing but its instant and seed: a command that runs again after a serialization
/// failure draws the same ids, and a seed replays a whole company's year.
#[derive(Debug, Clone)]
pub struct Ids {
    millis: u64,
    counter: u32,
    rng: ChaCha12Rng,
}

impl Ids {
    pub fn new(now: jiff::Timestamp, seed: [u8; 32]) -> Ids {
        Ids { millis: millis_of(now), counter: 0, rng: ChaCha12Rng::from_seed(seed) }
    }

    /// The next id. Ids of one source ascend: twelve bits of counter follow the millisecond.
    pub fn draw<K>(&mut self) -> Id<K> {
        let mut bytes = [0_u8; 16];
        self.rng.fill_bytes(&mut bytes);
        let millis = self.millis + u64::from(self.counter >> 12);
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        let [_, _, high, low] = (self.counter & 0xfff).to_be_bytes();
        bytes[6] = 0x70 | high;
        bytes[7] = low;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        self.counter += 1;
        Id::from_bytes(bytes)
    }

    /// Random bytes for tokens and salts.
    pub fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0_u8; N];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_form_of_the_specification() {
        // Vectors of the TypeID specification (valid.yml).
        for (uuid, text) in [
            ("00000000-0000-0000-0000-000000000000", "00000000000000000000000000"),
            ("00000000-0000-0000-0000-000000000001", "00000000000000000000000001"),
            ("ffffffff-ffff-ffff-ffff-ffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz"),
            ("01890a5d-ac96-774b-bcce-b302099a8057", "01h455vb4pex5vsknk084sn02q"),
        ] {
            let id = CustomerId::from_uuid(Uuid::parse_str(uuid).unwrap());
            assert_eq!(id.to_string(), format!("cus_{text}"));
            assert_eq!(format!("cus_{text}").parse(), Ok(id));
        }
    }

    #[test]
    fn bounds_of_an_instant() {
        let now: jiff::Timestamp = "2026-11-24T06:00:00.123Z".parse().unwrap();
        let id: CustomerId = Ids::new(now, [7; 32]).draw();
        let millisecond = jiff::SignedDuration::from_millis(1);
        assert!(CustomerId::first_at(now) <= id && id < CustomerId::first_at(now + millisecond));
        assert_eq!(id.earlier(millisecond), CustomerId::first_at(now - millisecond));
        assert_eq!(CustomerId::NIL.earlier(millisecond), CustomerId::NIL);
    }

    #[test]
    fn other_kinds_and_broken_texts_are_refused() {
        for text in [
            "",
            "cus_",
            "inv_01h455vb4pex5vsknk084sn02q",
            "cus_01H455VB4PEX5VSKNK084SN02Q",
            "cus_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "cus_01h455vb4pex5vsknk084sn02",
            "cus_01h455vb4pex5vsknk084sn02l",
            "cus-01h455vb4pex5vsknk084sn02q",
            "cus_éé455vb4pex5vsknk084sn02q",
        ] {
            assert!(text.parse::<CustomerId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_seed_replays_and_ids_ascend() {
        let now = jiff::Timestamp::from_second(1_790_000_000).unwrap();
        let mut a = Ids::new(now, [7; 32]);
        let mut b = Ids::new(now, [7; 32]);
        let first: Vec<InvoiceId> = (0..5000).map(|_| a.draw()).collect();
        let second: Vec<InvoiceId> = (0..5000).map(|_| b.draw()).collect();
        assert_eq!(first, second);
        assert!(first.is_sorted());
        assert_eq!(first[0].uuid().get_version_num(), 7);
    }

    #[test]
    fn prefixes_are_unique() {
        let mut sorted = PREFIXES.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), PREFIXES.len());
    }

    proptest! {
        #[test]
        fn every_value_round_trips(bytes: [u8; 16]) {
            prop_assert_eq!(from_base32(&base32(&bytes)), Some(bytes));
        }
    }
}
