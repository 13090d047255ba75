//! Callers of the house, over HTTP as everybody else: programs with a key, people with a session, and nobody.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// How a caller shows who it is.
#[derive(Debug, Clone)]
enum Proof {
    Nothing,
    Key(String),
    Session(String),
}

/// Somebody or something that calls.
#[derive(Debug, Clone)]
pub struct Caller {
    http: reqwest::Client,
    base: String,
    /// Stands before paths that begin with a slash: `/api/v1` for programs.
    prefix: &'static str,
    proof: Proof,
    language: &'static str,
}

impl Caller {
    pub fn nobody(base: &str) -> Caller {
        let http = gateways::http::builder().build().unwrap();
        Caller { http, base: base.to_owned(), prefix: "", proof: Proof::Nothing, language: "en" }
    }

    pub fn with_key(&self, key: &str) -> Caller {
        Caller { prefix: "/api/v1", proof: Proof::Key(key.to_owned()), ..self.clone() }
    }

    pub fn speaking(&self, language: &'static str) -> Caller {
        Caller { language, ..self.clone() }
    }

    /// Signs in as a browser does, and stays signed in.
    pub async fn signed_in(&self, email: &str, password: &str) -> Caller {
        let reply = self.submit("/sign-in", &[("/email", email), ("/password", password)]).await;
        reply.expect(303);
        self.with_session_of(&reply)
    }

    /// Whoever was signed in by this answer.
    pub fn with_session_of(&self, reply: &Reply) -> Caller {
        let cookies = reply.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let session = cookies.filter(|value| value.starts_with("shunfu_session=")).find_map(|v| v.split(';').next());
        self.with_session(session.expect("a session"))
    }

    /// Whoever sends this cookie, `shunfu_session=…`.
    pub fn with_session(&self, cookie: &str) -> Caller {
        Caller { proof: Proof::Session(cookie.to_owned()), ..self.clone() }
    }

    /// A request of which more can be said before it goes.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let elsewhere = path.starts_with("http");
        let path = if elsewhere { path.to_owned() } else { format!("{}{}{path}", self.base, self.prefix) };
        let request = self.http.request(method, path).header("accept-language", self.language);
        match &self.proof {
            Proof::Nothing => request,
            Proof::Key(key) => request.header(AUTHORIZATION, format!("Bearer {key}")),
            Proof::Session(cookie) => request.header(COOKIE, cookie).header("sec-fetch-site", "same-origin"),
        }
    }

    pub async fn get(&self, path: &str) -> Reply {
        Reply::of(Method::GET, path, self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, body).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PATCH, path, body).await
    }

    pub async fn send(&self, method: Method, path: &str, body: &Value) -> Reply {
        let request = self.request(method.clone(), path);
        Reply::of(method, path, request.header(CONTENT_TYPE, "application/json").body(body.to_string())).await
    }

    /// POST with an idempotency key.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Reply {
        let request = self.request(Method::POST, path).header("idempotency-key", key);
        Reply::of(Method::POST, path, request.header(CONTENT_TYPE, "application/json").body(body.to_string())).await
    }

    /// POST of a form.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let form = serde_urlencoded::to_string(fields).unwrap();
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        Reply::of(Method::POST, path, request.body(form)).await
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    asked: String,
}

impl Reply {
    pub async fn of(method: Method, path: &str, request: RequestBuilder) -> Reply {
        let asked = format!("{method} {path}");
        let response = request.send().await.unwrap_or_else(|e| panic!("{asked}: {e}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap_or_else(|e| panic!("{asked}: {e}")).to_vec();
        Reply { status, headers, body, asked }
    }

    /// Status and headers of an answer whose end is not waited for.
    pub async fn beginning_of(path: &str, request: RequestBuilder) -> Reply {
        let response = request.send().await.unwrap_or_else(|e| panic!("{path}: {e}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, body: Vec::new(), asked: format!("GET {path}") }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{}: {e} in {}", self.asked, self.text()))
    }

    /// The hidden fields of a page's forms, with their values.
    pub fn hidden_fields(&self) -> Vec<(String, String)> {
        let page = self.text().replace("&#38;", "&").replace("&amp;", "&");
        let part =
            |text: &str, name: &str| Some(text.split_once(&format!("{name}=\""))?.1.split_once('"')?.0.to_owned());
        page.split("<input type=\"hidden\"")
            .skip(1)
            .filter_map(|rest| Some((part(rest, "name")?, part(rest, "value")?)))
            .collect()
    }

    /// What the page's forms would send as they stand: inputs, what is checked and chosen, and texts.
    pub fn fields(&self) -> Vec<(String, String)> {
        let page = self.text().replace("&#38;", "&").replace("&amp;", "&");
        let part =
            |tag: &str, name: &str| Some(tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.to_owned());
        let (mut fields, mut select) = (Vec::new(), None);
        let shown = page.split("<template>").map(|part| part.split_once("</template>").map_or(part, |(_, rest)| rest));
        for element in shown.flat_map(|part| part.split('<')) {
            let (tag, content) = element.split_once('>').unwrap_or((element, ""));
            let value = part(tag, "value");
            match (tag.split(' ').next().unwrap_or(""), part(tag, "name")) {
                ("input", Some(name)) if !tag.contains("type=\"radio\"") || tag.contains(" checked") => {
                    fields.push((name, value.unwrap_or_default()));
                }
                ("textarea", Some(name)) => fields.push((name, content.trim_start_matches('\n').to_owned())),
                ("select", name) => select = name,
                ("option", _) if tag.contains(" selected") => {
                    fields.extend(select.clone().map(|name| (name, value.unwrap_or_else(|| content.to_owned()))));
                }
                _ => {}
            }
        }
        fields
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// The JSON of an answer that must have this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The problem with this status and code.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.asked);
        assert_eq!(problem["code"], code, "{}: {problem}", self.asked);
        assert_eq!(problem["status"], status, "{}", self.asked);
        let detail = problem["detail"].as_str().unwrap_or("");
        assert!(detail.len() > 10 && !detail.contains("error-"), "{}: {problem} says nothing", self.asked);
        problem
    }

    /// The problem 422 that names this field.
    #[track_caller]
    pub fn wrong_field(&self, pointer: &str) {
        let problem = self.expect(422);
        let named = problem["errors"].as_array().is_some_and(|all| all.iter().any(|e| e["pointer"] == pointer));
        assert!(named, "{}: {pointer} is not named in {problem}", self.asked);
        let said = problem["errors"].as_array().unwrap().iter().all(|e| {
            let detail = e["detail"].as_str().unwrap_or("");
            detail.len() > 2 && !detail.starts_with("field-")
        });
        assert!(said, "{}: a field without a sentence in {problem}", self.asked);
    }
}
