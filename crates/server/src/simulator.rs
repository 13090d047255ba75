//! `shunfu simulator`: the payment provider of the demonstration and the tests, as a program of its own.

use crate::failure::Failure;
use crate::{demo, serve};
use clap::Args;
use gateways::simulator::SimulatorConfig;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// What `shunfu simulator` is told.
#[derive(Debug, Args)]
pub struct Simulator {
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8455")]
    listen: SocketAddr,
    /// File that keeps its payments over a restart; without it they are in memory alone.
    #[arg(long, value_name = "FILE")]
    book: Option<PathBuf>,
    /// Makes ids and chance the same at every start.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// End when standard input does: with the program that holds its other end.
    #[arg(long)]
    until_input_ends: bool,
}

/// Serves until it is told to stop.
pub async fn run(simulator: Simulator) -> Result<(), Failure> {
    let told = serve::told_to_stop()?;
    let listener = TcpListener::from_std(serve::bind(simulator.listen)?)?;
    let config = SimulatorConfig {
        book: simulator.book,
        seed: simulator.seed.map_or_else(seed, Ok)?,
        ..demo::simulator_config()
    };
    let ended = input_ended(simulator.until_input_ends);
    let stop = async move {
        tokio::select! { () = told => {}, () = ended => {} }
    };
    println!("The payment simulator serves http://{}", listener.local_addr()?);
    gateways::simulator::serve(listener, config, stop).await?;
    Ok(())
}

fn seed() -> Result<u64, Failure> {
    Ok(store::seed()?.iter().take(8).fold(0, |seed, byte| (seed << 8) | u64::from(*byte)))
}

/// Completes when standard input ends; never, when nobody wants to know.
fn input_ended(wanted: bool) -> impl Future<Output = ()> + Send + 'static {
    let (ending, ended) = oneshot::channel::<()>();
    if wanted {
        std::thread::spawn(move || {
            // What comes in means nothing, and an error is an end too.
            drop(std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink()));
            drop(ending);
        });
    }
    async move {
        if wanted {
            // The other end goes without a word.
            drop(ended.await);
        } else {
            std::future::pending::<()>().await;
        }
    }
}
