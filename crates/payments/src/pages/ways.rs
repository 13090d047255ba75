//! The online ways to pay, as a payer chooses among them.

use crate::online::Offer;
use crate::rules::payment::Method;
use kernel::id::GatewayConnectionId;
use web::View;

/// One choice of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    pub value: String,
    pub name: String,
    pub note: String,
}

/// What is offered, best first: one card, since payers do not mind who takes it, and each wallet by its name.
pub(super) fn ways(v: &View, offers: &[Offer]) -> Vec<Way> {
    let card = offers.iter().find(|offer| offer.method == Method::Card);
    let mut wallets: Vec<&Offer> = Vec::new();
    for offer in offers.iter().filter(|offer| offer.method == Method::EWallet) {
        if !wallets.iter().any(|known| known.provider == offer.provider) {
            wallets.push(offer);
        }
    }
    let is_one = wallets.len() < 2;
    let wallet = |offer: &Offer| Way {
        value: if is_one {
            offer.method.name().to_owned()
        } else {
            format!("{}:{}", offer.method.name(), offer.connection)
        },
        name: v.t(&format!("wallet-{}", offer.provider)),
        note: v.t("pay-e-wallet-note"),
    };
    let card = card.map(|offer| Way {
        value: offer.method.name().to_owned(),
        name: v.t("payment-method-card"),
        note: v.t("pay-card-note"),
    });
    card.into_iter().chain(wallets.into_iter().map(wallet)).collect()
}

/// What a form's choice asks for: a method, and the connection where the choice names one.
pub(super) fn chosen(value: &str) -> Option<(Method, Option<GatewayConnectionId>)> {
    let (name, connection) = value.split_once(':').map_or((value, None), |(name, id)| (name, Some(id)));
    let method = Method::by_name(name).filter(|method| matches!(method, Method::Card | Method::EWallet))?;
    Some((method, connection.map(str::parse).transpose().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_or_is_none() {
        let id = GatewayConnectionId::from_bytes([7; 16]);
        for (value, wanted) in [
            ("card".to_owned(), Some((Method::Card, None))),
            ("e_wallet".to_owned(), Some((Method::EWallet, None))),
            (format!("e_wallet:{id}"), Some((Method::EWallet, Some(id)))),
            ("e_wallet:x".to_owned(), None),
            ("cash".to_owned(), None),
            (format!("cash:{id}"), None),
            (String::new(), None),
        ] {
            assert_eq!(chosen(&value), wanted, "{value}");
        }
    }
}
