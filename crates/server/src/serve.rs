//! Serving: the listener, the background work, and a clean end.

use crate::config::{Config, Tls};
use crate::failure::Failure;
use crate::house::House;
use crate::worker;
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, STRICT_TRANSPORT_SECURITY};
use axum::http::{HeaderValue, Version};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum_server::tls_rustls::RustlsConfig;
use axum_server::{Handle, Server};
use futures_util::future::BoxFuture;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How long requests in flight may take to end.
const GRACE: Duration = Duration::from_secs(15);
/// How long, before that, requests are taken on and every answer says that it is the connection's last. A connection that is
/// closed under a request that is on its way is reset, and its sender cannot know whether the request was read.
const LAST_CALL: Duration = Duration::from_millis(300);
/// How long a request's head may take, the wait for it on a connection that is kept alive included.
const HEAD_MAX: Duration = Duration::from_secs(10);
/// A year of TLS alone, for this host and not for its neighbours, which may not be ours.
const TLS_ALONE: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Binds the address, so that a taken one is told before anything starts.
pub fn bind(listen: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(listen)
        .map_err(|e| Failure::refused(format!("{listen} cannot be used: {e}. Choose another with --listen.")))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The address people type when none is configured.
pub fn public_url(config: &Config, listener: &TcpListener) -> Result<String, Failure> {
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    Ok(config.public_url.clone().unwrap_or(format!("{scheme}://{}", listener.local_addr()?)))
}

/// Serves until `told`: then requests in flight are answered, streams closed, accepted writes committed.
pub async fn run(
    house: House,
    listener: TcpListener,
    config: &Config,
    told: BoxFuture<'static, ()>,
    ready: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    house.inbox.clear()?;
    let handle = Handle::new();
    let secured = match &config.tls {
        None => None,
        Some(tls) => Some(load(tls).await?),
    };
    let app = match secured {
        None => house.router(),
        Some(_) => house.router().layer(middleware::from_fn(tls_alone)),
    };
    let (ending, ends) = watch::channel(false);
    let app = app.layer(middleware::from_fn_with_state(ends, last_answer));
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let background = worker::start(&house);
    let (stop, live) = (handle.clone(), house.web.live.clone());
    tokio::spawn(async move {
        told.await;
        live.end();
        ending.send_replace(true);
        tokio::time::sleep(LAST_CALL).await;
        stop.graceful_shutdown(Some(GRACE));
    });
    let serving = async {
        match secured {
            None => patient(axum_server::from_tcp(listener)?).handle(handle).serve(service).await,
            Some(tls) => patient(axum_server::from_tcp_rustls(listener, tls)?).handle(handle).serve(service).await,
        }
    };
    ready()?;
    let ended = serving.await;
    background.stop().await;
    ended?;
    Ok(())
}

/// Closes the connections of those who do not send the head of a request in time.
fn patient<A>(server: Server<SocketAddr, A>) -> Server<SocketAddr, A> {
    let mut server = server.first_request_timeout(HEAD_MAX);
    server.http_builder().http1().header_read_timeout(HEAD_MAX);
    server
}

/// While the house ends, each answer closes its connection (HTTP/2 has frames for that, and no such header).
async fn last_answer(State(ends): State<watch::Receiver<bool>>, request: Request, next: Next) -> Response {
    let plain = request.version() < Version::HTTP_2;
    let mut response = next.run(request).await;
    if plain && *ends.borrow() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Tells browsers to come back over TLS alone (RFC 6797). Only where we serve TLS ourselves: over plain HTTP the header means
/// nothing, and behind a proxy it is the proxy's to give.
async fn tls_alone(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, TLS_ALONE);
    response
}

/// Certificate and key, read before anybody is told that we serve.
async fn load(tls: &Tls) -> Result<RustlsConfig, Failure> {
    RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await.map_err(|e| {
        Failure::refused(format!(
            "The certificate {} and its key {} cannot be used: {e}. Both must be PEM files that this user may read.",
            tls.certificate.display(),
            tls.key.display()
        ))
    })
}

/// Writes a file wholly or not at all.
pub fn write_atomically(path: &Path, text: &str) -> Result<(), Failure> {
    crate::data_dir::write_secret(path, text)
}

/// Completes at SIGTERM or SIGINT, which end nothing by themselves from here on.
pub fn told_to_stop() -> Result<BoxFuture<'static, ()>, Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(Box::pin(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    }))
}
