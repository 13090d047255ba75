//! A blocking caller of the product, for preparing and for measuring one request at a time.

use crate::Outcome;
use crate::wire::{Ask, Wire};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Instant;
use tokio::runtime::{Builder, Runtime};

/// One connection with its credentials.
pub struct Client {
    address: SocketAddr,
    runtime: Runtime,
    wire: Wire,
    /// Header lines sent with every request.
    headers: String,
}

/// What came back, and how long it took.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    pub took_us: u64,
    /// Of `Set-Cookie`, its name and value.
    pub cookie: Option<String>,
}

impl Client {
    /// A program with an API key.
    pub fn with_key(address: SocketAddr, key: &str) -> Outcome<Client> {
        Client::new(address, format!("authorization: Bearer {key}\r\n"))
    }

    pub fn new(address: SocketAddr, headers: String) -> Outcome<Client> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|e| format!("No runtime: {e}."))?;
        let wire = connect(&runtime, address)?;
        Ok(Client { address, runtime, wire, headers })
    }

    /// Connects anew: the server closes a connection on which nothing is asked for a while.
    pub fn reconnect(&mut self) -> Outcome {
        self.wire = connect(&self.runtime, self.address)?;
        Ok(())
    }

    pub fn ask(&mut self, method: &str, path: &str, more_headers: &str, body: &[u8]) -> Outcome<Answer> {
        let headers = format!("{}{more_headers}", self.headers);
        let start = Instant::now();
        let reply = self.runtime.block_on(self.wire.ask(Ask { method, path, headers: &headers }, body));
        let took_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        let reply = reply.map_err(|e| format!("{method} {path}: {e}."))?;
        let cookie = reply.field("set-cookie").and_then(|c| c.split(';').next()).map(str::to_owned);
        Ok(Answer { status: reply.status, body: reply.body, took_us, cookie })
    }

    /// GET; anything but 200 is an error.
    pub fn get(&mut self, path: &str) -> Outcome<Answer> {
        let answer = self.ask("GET", path, "", b"")?;
        if answer.status == 200 { Ok(answer) } else { Err(told("GET", path, &answer)) }
    }

    /// POST of JSON; anything but success is an error.
    pub fn post(&mut self, path: &str, key: &str, body: &Value) -> Outcome<Value> {
        let headers = format!("content-type: application/json\r\nidempotency-key: {key}\r\n");
        let answer = self.ask("POST", path, &headers, body.to_string().as_bytes())?;
        if !(200..300).contains(&answer.status) {
            return Err(told("POST", path, &answer));
        }
        serde_json::from_slice(&answer.body).map_err(|e| format!("POST {path} answered no JSON: {e}."))
    }
}

fn connect(runtime: &Runtime, address: SocketAddr) -> Outcome<Wire> {
    runtime.block_on(Wire::connect(address)).map_err(|e| format!("{address} cannot be reached: {e}."))
}

fn told(method: &str, path: &str, answer: &Answer) -> String {
    format!("{method} {path} answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body))
}

/// A text in JSON by its pointer.
pub fn text(json: &Value, pointer: &str) -> Outcome<String> {
    let found = json.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).ok_or_else(|| format!("The answer has no text at {pointer}: {json}"))
}
