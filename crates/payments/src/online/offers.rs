//! Which ways to pay online are offered for an amount.

use super::Online;
use crate::rules::offer::{Fee, Terms, place};
use crate::rules::payment::Method;
use crate::store::{self, ConnectionRow, OfferRow};
use ::store::{Conn, Error};
use kernel::id::{GatewayConnectionId, OrganisationId};
use kernel::{Currency, Money, Percent};

/// The means that a provider carries, in the order in which they are shown.
const METHODS: [Method; 2] = [Method::Card, Method::EWallet];

/// A company's connections, oldest first, and what it says of its offers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    pub connections: Vec<ConnectionRow>,
    pub offers: Vec<OfferRow>,
}

/// Reads what an organisation says of its ways to pay.
pub(crate) fn said(conn: &mut Conn, organisation: OrganisationId) -> Result<Said, Error> {
    Ok(Said { connections: store::connections_of(conn, organisation)?, offers: store::offers_of(conn, organisation)? })
}

impl Said {
    /// The terms of a method and currency at a connection; `None` where nothing is said of them.
    pub(crate) fn terms(
        &self,
        connection: GatewayConnectionId,
        method: Method,
        currency: Currency,
    ) -> Result<Option<Terms>, Error> {
        let of = |row: &&OfferRow| {
            (row.connection_id, row.method.as_str(), row.currency) == (connection, method.name(), currency)
        };
        self.offers.iter().find(of).map(terms).transpose()
    }
}

/// A row as the rules read it.
fn terms(row: &OfferRow) -> Result<Terms, Error> {
    let money = |minor: i64| Money::new(minor, row.currency);
    let percent = Percent::new(row.fee_percent.0);
    Ok(Terms {
        offered: row.offered,
        least: row.least_minor.map(money),
        most: row.most_minor.map(money),
        fee: Fee {
            percent: percent.map_err(|_| Error::Broken(format!("fee of {}", row.connection_id)))?,
            fixed: money(row.fee_fixed_minor),
        },
        priority: row.priority,
    })
}

/// A way to pay that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    pub connection: GatewayConnectionId,
    pub provider: String,
    pub method: Method,
}

impl Online {
    /// What fits an amount, by the company's word and by what its providers can do: the lowest place first, of equals the oldest
    /// connection.
    pub(crate) fn offers(&self, said: &Said, amount: Money) -> Result<Vec<Offer>, Error> {
        let mut found = Vec::new();
        for row in said.connections.iter().filter(|row| row.active) {
            let Some(gateway) = self.registry.get(row.connection_id) else { continue };
            for method in METHODS {
                let fits = gateway.capabilities().check(provider_method(method), amount).is_ok();
                let place = place(said.terms(row.connection_id, method, amount.currency())?, amount).filter(|_| fits);
                let offer = Offer { connection: row.connection_id, provider: row.provider.clone(), method };
                found.extend(place.map(|place| (place, offer)));
            }
        }
        found.sort_by_key(|(place, _)| *place);
        Ok(found.into_iter().map(|(_, offer)| offer).collect())
    }

    /// The methods that a connection carries.
    pub(crate) fn methods(&self, connection: GatewayConnectionId) -> Vec<Method> {
        let Some(gateway) = self.registry.get(connection) else { return Vec::new() };
        let can = |method: &Method| gateway.capabilities().methods.contains(&provider_method(*method));
        METHODS.into_iter().filter(can).collect()
    }

    /// Whether a connection takes a currency at all.
    pub(crate) fn takes(&self, connection: GatewayConnectionId, currency: Currency) -> bool {
        self.registry.get(connection).is_some_and(|gateway| gateway.capabilities().currencies.take(currency))
    }
}

/// A means as providers know it.
pub(super) fn provider_method(method: Method) -> gateways::Method {
    match method {
        Method::EWallet => gateways::Method::EWallet,
        _ => gateways::Method::Card,
    }
}
