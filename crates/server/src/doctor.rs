//! `shunfu doctor`: whether this installation can do its work, with what to do where it cannot.

use crate::config::Config;
use crate::failure::Failure;
use crate::{data_dir, rooms};
use documents::Typesetter;
use std::os::unix::fs::PermissionsExt;
use store::{DatabaseUrl, Db};

/// What a check found.
enum Finding {
    Good(String),
    /// Works, but somebody should know.
    Warning(String),
    Bad(String),
}

/// Runs every check and says what it found; fails when one is bad.
pub fn run(config: &Config) -> Result<(), Failure> {
    let checks = [folder(config), key(config), schema(config), fonts(), clock(), mail(), address(config)];
    let mut bad = 0;
    for finding in checks {
        match finding {
            Finding::Good(text) => println!("good     {text}"),
            Finding::Warning(text) => println!("warning  {text}"),
            Finding::Bad(text) => {
                bad += 1;
                println!("bad      {text}");
            }
        }
    }
    if bad == 0 {
        Ok(())
    } else {
        Err(Failure::refused(format!("{bad} checks failed; each line above says what to do.")))
    }
}

fn folder(config: &Config) -> Finding {
    let dir = &config.data_dir;
    if !dir.exists() {
        return Finding::Bad(format!(
            "data folder {} is missing: run `shunfu init` or name it with --data-dir",
            dir.display()
        ));
    }
    let probe = dir.join("doctor-probe");
    match std::fs::write(&probe, [0_u8; 65_536]).and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => Finding::Good(format!("data folder {} can be written", dir.display())),
        Err(e) => {
            Finding::Bad(format!("data folder {} cannot be written: {e}; free space or mend its rights", dir.display()))
        }
    }
}

fn key(config: &Config) -> Finding {
    if let Err(failure) = data_dir::master_key(config) {
        return Finding::Bad(failure.sentence);
    }
    let path = &config.master_key_file;
    let open_to_others = std::fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o077 != 0);
    if open_to_others {
        return Finding::Bad(format!("master key {} can be read by others: run `chmod 600` on it", path.display()));
    }
    if config.key_is_beside_data() {
        return Finding::Warning(format!(
            "master key {} lies beside the data; keep a copy elsewhere and set SHUNFU_MASTER_KEY_FILE",
            path.display()
        ));
    }
    Finding::Good(format!("master key {}", path.display()))
}

fn schema(config: &Config) -> Finding {
    if let DatabaseUrl::Sqlite(path) = &config.database
        && !std::path::Path::new(path).exists()
    {
        return Finding::Bad(format!("database {path} is missing: run `shunfu init`"));
    }
    match store::migrate::pending(&config.database, &rooms::migrations()) {
        Err(error) => Finding::Bad(format!("database: {error}")),
        Ok(pending) if !pending.is_empty() => {
            Finding::Bad(format!("database: {} steps of the schema are missing: run `shunfu migrate`", pending.len()))
        }
        Ok(_) => match Db::open(&config.database) {
            Ok(_) => Finding::Good("database is up to date".into()),
            Err(error) => Finding::Bad(format!("database: {error}")),
        },
    }
}

fn fonts() -> Finding {
    match Typesetter::new(&[]) {
        Ok(_) => Finding::Good("fonts for Chinese and Latin documents".into()),
        Err(error) => Finding::Bad(format!("fonts: {error}")),
    }
}

fn clock() -> Finding {
    let now = jiff::Timestamp::now();
    // Nothing of this house is older than its first release.
    if now.as_second() < 1_780_000_000 {
        return Finding::Bad(format!("the clock says {now}: set it"));
    }
    Finding::Good(format!("the clock says {now}"))
}

fn mail() -> Finding {
    Finding::Warning("mail is not configured: invoices are not sent by themselves".into())
}

fn address(config: &Config) -> Finding {
    match &config.public_url {
        Some(url) if url.starts_with("https://") => Finding::Good(format!("customers reach {url}")),
        Some(url) => Finding::Warning(format!("customers reach {url} without TLS: use https")),
        None => Finding::Warning("SHUNFU_PUBLIC_URL is not set: pay links name the address that is listened on".into()),
    }
}
