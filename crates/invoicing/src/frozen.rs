//! What a document says about its parties, kept as it was on the day of issue.
//!
//! Personal data of the buyer is sealed under the customer's key before it goes into the row.

use ::store::{Conn, Error, Sealed, Tx, Vault};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use customers::Buyer;
use kernel::Locale;
use kernel::id::{CustomerId, FileId, OrganisationId};
use schema::types::JsonText;
use serde::{Deserialize, Serialize};

/// The field's name under which the buyer is sealed.
const PURPOSE: &str = "document_buyer";
/// Which drawing of the document was in use; a later one does not change old documents.
const TEMPLATE: u32 = 1;

/// The issuing company.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seller {
    pub name: String,
    pub country: String,
    pub address: Vec<String>,
    pub tax_number: Option<String>,
    pub bank: Vec<String>,
    pub colour: String,
    pub logo: Option<FileId>,
}

/// The parties of a document as they were at issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    pub template: u32,
    pub locale: Locale,
    pub seller: Seller,
    pub buyer: Buyer,
}

/// The form in the row.
#[derive(Serialize, Deserialize)]
struct Kept {
    template: u32,
    locale: Locale,
    seller: Seller,
    buyer_name: String,
    buyer_country: String,
    /// The whole buyer as JSON, sealed, in base 64.
    buyer: String,
}

/// The parties as they are now.
pub(crate) fn now(
    conn: &mut Conn,
    vault: &Vault,
    organisation: OrganisationId,
    customer: CustomerId,
    locale: Locale,
) -> Result<Parties, Error> {
    let (settings, profile) = identity::queries::settings_and_profile(conn, organisation)?;
    let seller = Seller {
        name: settings.name,
        country: settings.country,
        address: profile.address,
        tax_number: profile.tax_number,
        bank: profile.bank_account,
        colour: profile.colour,
        logo: profile.logo,
    };
    let buyer = customers::queries::buyer(conn, vault, organisation, customer)?;
    Ok(Parties { template: TEMPLATE, locale, seller, buyer })
}

/// Freezes the parties of a document of this customer.
pub(crate) fn freeze(tx: &mut Tx<'_>, customer: CustomerId, locale: Locale) -> Result<JsonText, Error> {
    let (organisation, vault) = (tx.organisation(), tx.vault().clone());
    let parties = now(tx.conn, &vault, organisation, customer, locale)?;
    let sealed = tx.seal(customer, PURPOSE, &serde_json::to_string(&parties.buyer)?)?;
    let kept = Kept {
        template: parties.template,
        locale,
        seller: parties.seller,
        buyer_name: parties.buyer.name,
        buyer_country: parties.buyer.country,
        buyer: STANDARD_NO_PAD.encode(sealed),
    };
    Ok(JsonText(serde_json::to_string(&kept)?))
}

/// The sealed part, to be tried; `of` is how people name the document. `None` where it is not what [`freeze`] writes.
pub(crate) fn sealed(frozen: &JsonText, customer: CustomerId, of: &str) -> Option<Sealed> {
    let kept: Kept = serde_json::from_str(&frozen.0).ok()?;
    let value = STANDARD_NO_PAD.decode(&kept.buyer).ok()?;
    Some(Sealed { owner: customer.retyped(), of: of.to_owned(), field: PURPOSE, value })
}

/// Reads them back. After the customer's key was destroyed, what was not personal is left.
pub(crate) fn thaw(
    conn: &mut Conn,
    vault: &Vault,
    organisation: OrganisationId,
    customer: CustomerId,
    frozen: &JsonText,
) -> Result<Parties, Error> {
    let kept: Kept = serde_json::from_str(&frozen.0)?;
    let sealed = STANDARD_NO_PAD.decode(&kept.buyer).map_err(|e| Error::Broken(e.to_string()))?;
    let buyer = match vault.open(conn, organisation, customer, PURPOSE, &sealed)? {
        Some(json) => serde_json::from_str(&json)?,
        None => Buyer {
            name: kept.buyer_name,
            country: kept.buyer_country,
            tax_number: None,
            email: None,
            address: Vec::new(),
        },
    };
    Ok(Parties { template: kept.template, locale: kept.locale, seller: kept.seller, buyer })
}
