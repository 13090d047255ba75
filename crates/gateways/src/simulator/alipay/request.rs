//! A merchant's call: fields in the address and in the form, one of which holds the content as JSON.

use crate::providers::alipay::FEN_MAX;
use crate::providers::alipay::signed::{Fields, instant, of_request, value};
use crate::simulator::House;
use crate::simulator::api::Change;
use crate::simulator::face::Face;
use crate::simulator::refused::Refused;
use crate::simulator::wire::{PaymentRequest, RefundRequest};
use http::Uri;
use kernel::{Currency, Money, Timestamp};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// How long a trade waits that names no end, in seconds: one with a code, and one on the page [K].
const WAIT_S: [i64; 2] = [2 * 3600, 15 * 24 * 3600];

pub(super) struct Request {
    fields: Fields,
    content: Value,
}

impl Request {
    pub fn read(uri: &Uri, body: &[u8]) -> Result<Request, Refused> {
        let form = |text: &[u8]| serde_urlencoded::from_bytes::<Fields>(text).map_err(|_| Refused::NotForm);
        let mut fields = form(uri.query().unwrap_or("").as_bytes())?;
        fields.extend(form(body)?);
        let content = match value(&fields, "biz_content") {
            "" => Value::Null,
            text => serde_json::from_str(text).map_err(|_| Refused::NotJson)?,
        };
        Ok(Request { fields, content })
    }

    /// The app, then its signature over all fields.
    pub fn authenticate(&self, house: &House) -> Result<(), Refused> {
        if self.field("app_id") != house.config.merchant {
            return Err(Refused::UnknownMerchant);
        }
        let is_signed = house.keys.merchant.verify(of_request(&self.fields).as_bytes(), self.field("sign"));
        if is_signed && self.field("sign_type") == "RSA2" { Ok(()) } else { Err(Refused::BadSignature) }
    }

    pub fn field(&self, name: &str) -> &str {
        value(&self.fields, name)
    }

    pub fn method(&self) -> &str {
        self.field("method")
    }

    /// A text of the content; empty where it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.content[name].as_str().unwrap_or("")
    }

    fn amount(&self, name: &'static str) -> Result<Money, Refused> {
        let number = &self.content[name];
        // Libraries write it as a text, people as a number too.
        let text = number.as_str().map_or_else(|| number.to_string(), str::to_owned);
        let amount = Money::parse(&text, Currency::CNY).ok();
        amount.filter(|amount| (1..=FEN_MAX).contains(&amount.minor())).ok_or(Refused::Field(name))
    }

    /// The name under which the answer is kept, and what must be the same to get it again: Alipay knows a call by the number of what
    /// it is about.
    pub fn change(&self, number: &str, text: &str) -> Change {
        let digest = Sha256::digest(self.content.to_string().as_bytes()).into();
        Change { key: format!("alipay {} {number}", self.method()), digest, text: text.to_owned() }
    }

    /// A payment, which begins when the payer comes: at once on the page, later where there is only a code.
    pub fn payment(&self, now: Timestamp, awaited: bool) -> Result<PaymentRequest, Refused> {
        let [reference, subject] = ["out_trade_no", "subject"].map(|name| self.text(name).to_owned());
        if reference.is_empty() || reference.len() > 64 {
            return Err(Refused::Field("out_trade_no"));
        }
        if !(1..=256).contains(&subject.chars().count()) || subject.contains(['/', '=', '&']) {
            return Err(Refused::Field("subject"));
        }
        let until = match (self.text("time_expire"), self.text("timeout_express")) {
            ("", "") => after(now, WAIT_S[usize::from(!awaited)]),
            ("", minutes) => {
                minutes.strip_suffix('m').and_then(|n| n.parse().ok()).and_then(|n: i64| after(now, n * 60))
            }
            (at, _) => instant(at),
        };
        let amount = self.amount("total_amount")?;
        Ok(PaymentRequest {
            face: Face::Alipay,
            awaited,
            reference,
            amount: amount.minor(),
            currency: amount.currency().code().to_owned(),
            method: "e_wallet".to_owned(),
            description: subject,
            return_url: self.field("return_url").to_owned(),
            notify_url: self.field("notify_url").to_owned(),
            expires_at: until.ok_or(Refused::Field("time_expire"))?.to_string(),
            locale: Some("zh-CN".to_owned()),
        })
    }

    /// A refund of a trade; one without a number of its own is the whole trade's.
    pub fn refund(&self, payment: &crate::simulator::payment::Payment) -> Result<RefundRequest, Refused> {
        let amount = self.amount("refund_amount")?;
        let number = Some(self.text("out_request_no")).filter(|number| !number.is_empty());
        Ok(RefundRequest {
            payment: payment.id.clone(),
            reference: number.unwrap_or(&payment.reference).to_owned(),
            amount: amount.minor(),
            currency: amount.currency().code().to_owned(),
            reason: self.text("refund_reason").to_owned(),
            // It is told where the payment is.
            notify_url: payment.notify_url.clone(),
        })
    }
}

fn after(now: Timestamp, seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(now.as_second().checked_add(seconds)?).ok()
}
