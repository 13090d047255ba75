//! The payment provider beside a house under test, and the payer in front of it.

use super::TestApp;
use super::client::{Caller, Reply};
use super::trade::text;
use gateways::Secret;
use gateways::simulator::SimulatorConfig;
use kernel::id::GatewayConnectionId;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

const MERCHANT: &str = "test-merchant";
const SECRET: &str = "test-simulator-secret";

/// A running simulator, connected to an organisation; ends when dropped.
pub struct Simulator {
    pub address: String,
    pub connection: GatewayConnectionId,
    pub provider: String,
    payer: Caller,
    _stop: oneshot::Sender<()>,
}

impl Simulator {
    /// Starts one and makes it the organisation's provider.
    pub async fn connected_to(app: &TestApp) -> Simulator {
        Simulator::speaking(app, "simulator").await
    }

    /// The same in the language of a real provider.
    pub async fn speaking(app: &TestApp, provider: &str) -> Simulator {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let mut config = SimulatorConfig::new(MERCHANT, "Test", Secret::new(SECRET), Secret::new(SECRET));
        config.retries = vec![Duration::from_millis(100); 20];
        config.hang = Duration::from_secs(20);
        config.late_after = Duration::from_millis(700);
        config.settle_after = Duration::from_millis(700);
        config.clock = Arc::new(app.clock.clone());
        let (settings, secrets) = config.connection(gateways::provider(provider).unwrap(), &address);
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(gateways::simulator::serve(listener, config, async move {
            drop(stopped.await);
        }));
        let connect = payments::ConnectGateway {
            id: None,
            version: None,
            provider: provider.to_owned(),
            name: "Test".to_owned(),
            settings,
            secrets: Some(secrets),
            active: true,
        };
        let connection = app.house.app.write(&app.system_context(), connect).await.unwrap();
        payments::connect_all(&app.house.app, &app.house.registry).await.unwrap();
        let url = format!("{}/api/v1/gateways/{connection}/notifications", app.base);
        say_where_to_notify(provider, &address, &url).await;
        Simulator { payer: Caller::nobody(&address), address, connection, provider: provider.to_owned(), _stop: stop }
    }

    /// What goes wrong with the next so many calls: words such as `hang_after` or `copies=3,reorder`.
    pub async fn shall(&self, scenario: &str, times: u32) {
        let body = json!({ "scenario": scenario, "times": times });
        self.payer.post("/admin/scenario", &body).await.expect(204);
    }

    /// The payer disputes a payment, with more said than that; gives the provider's id of the dispute.
    pub async fn disputed(&self, payment: &Value, said: Value) -> String {
        let mut body = said;
        body["payment"] = payment["reference"].clone();
        text(&self.payer.post("/admin/disputes", &body).await.expect(200), "/id")
    }

    /// What becomes of a dispute: `answer`, `win`, `lose`, `close`.
    pub async fn acts(&self, dispute: &str, act: &str) {
        self.payer.post(&format!("/admin/disputes/{dispute}/{act}"), &json!({})).await.expect(200);
    }

    /// The provider finds what was wrong in its bills.
    pub async fn mends_its_bills(&self) {
        self.payer.post("/admin/bills/mend", &json!({})).await.expect(204);
    }

    /// What was collected goes to the bank; gives the provider's numbers of it.
    pub async fn pays_out(&self, provider: &str, silently: bool) -> Vec<String> {
        let order = json!({ "provider": provider, "silently": silently });
        let paid = self.payer.post("/admin/payouts", &order).await.expect(200);
        paid["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The bank sends a pay-out back.
    pub async fn bank_refuses(&self, provider: &str, payout: &str, silently: bool) {
        let order = json!({ "provider": provider, "fails": payout, "silently": silently });
        self.payer.post("/admin/payouts", &order).await.expect(200);
    }

    /// What the payer chooses on the hosted page.
    pub async fn payer_chooses(&self, url: &str, choice: &str) -> Reply {
        assert!(url.starts_with(&self.address), "{url} is not the simulator's page");
        let shown = self.payer.get(url).await;
        // Some addresses only lead to the page.
        let page = if shown.header("location").is_empty() { url } else { shown.header("location") };
        let url = page.split('?').next().unwrap();
        self.payer.get(url).await.expect(200);
        let reply = self.payer.submit(url, &[("choice", choice)]).await;
        reply.expect(303);
        reply
    }
}

/// As a merchant does at the desk of providers whose calls do not say it.
async fn say_where_to_notify(provider: &str, address: &str, url: &str) {
    let desk = gateways::http::builder().build().unwrap();
    let said = match provider {
        "stripe" => {
            let form = [("url", url), ("enabled_events[0]", "*")];
            desk.post(format!("{address}/v1/webhook_endpoints")).bearer_auth(SECRET).form(&form)
        }
        "paypal" => {
            let asked =
                desk.post(format!("{address}/v1/oauth2/token")).basic_auth("demonstration-client", Some(SECRET));
            let granted = asked.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
            let granted: serde_json::Value = granted.json().await.unwrap();
            let webhook = json!({ "url": url, "event_types": [{ "name": "*" }] });
            let token = granted["access_token"].as_str().unwrap();
            desk.post(format!("{address}/v1/notifications/webhooks")).bearer_auth(token).json(&webhook)
        }
        _ => return,
    };
    assert!(said.send().await.unwrap().status().is_success());
}
