//! Serving: the listener, the background work, and a clean end.

use crate::config::{Config, Tls};
use crate::failure::Failure;
use crate::house::House;
use crate::worker;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::STRICT_TRANSPORT_SECURITY;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// How long requests in flight may take to end.
const GRACE: Duration = Duration::from_secs(15);
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

/// Serves until SIGTERM or SIGINT: requests in flight are answered, streams closed, accepted writes committed.
pub async fn run(
    house: House,
    listener: TcpListener,
    config: &Config,
    ready: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let handle = Handle::new();
    let secured = match &config.tls {
        None => None,
        Some(tls) => Some(load(tls).await?),
    };
    let app = match secured {
        None => house.router(),
        Some(_) => house.router().layer(middleware::from_fn(tls_alone)),
    };
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let background = worker::start(&house);
    let stop = handle.clone();
    let told = told_to_stop()?;
    tokio::spawn(async move {
        told.await;
        stop.graceful_shutdown(Some(GRACE));
    });
    let serving = async {
        match secured {
            None => axum_server::from_tcp(listener)?.handle(handle).serve(service).await,
            Some(tls) => axum_server::from_tcp_rustls(listener, tls)?.handle(handle).serve(service).await,
        }
    };
    ready()?;
    let ended = serving.await;
    background.stop().await;
    ended?;
    Ok(())
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

/// Completes at SIGTERM or SIGINT.
pub fn told_to_stop() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}
