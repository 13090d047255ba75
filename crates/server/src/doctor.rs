//! `shunfu doctor`: whether this installation can do its work, with what to do where it cannot.

use crate::config::Config;
use crate::failure::Failure;
use crate::{data_dir, house, rooms};
use documents::Typesetter;
use notifications::{FailureClass, Mailer};
use payments::Tested;
use std::os::unix::fs::PermissionsExt;
use store::Db;

/// What a check found.
enum Finding {
    Good(String),
    /// Works, but somebody should know.
    Warning(String),
    Bad(String),
}

/// Runs every check and says what it found; fails when one is bad.
pub fn run(config: &Config) -> Result<(), Failure> {
    let mut checks =
        vec![folder(config), room(config), key(config), schema(config), fonts(), clock(config), mail(config)];
    checks.extend(gateways(config));
    checks.push(address(config));
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

/// Below this nothing may be sure to be written; below that somebody should look.
const ROOM_MIN: u64 = 256 << 20;
const ROOM_ENOUGH: u64 = 2 << 30;

/// Free space for the data.
fn room(config: &Config) -> Finding {
    let dir = &config.data_dir;
    let found = match rustix::fs::statvfs(dir) {
        Ok(found) => found,
        Err(e) => return Finding::Bad(format!("free space of {} is not known: {e}", dir.display())),
    };
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let text = format!("{} MB are free in {}", free >> 20, dir.display());
    match free {
        ..ROOM_MIN => Finding::Bad(format!("{text}: free some, or what is written will be refused")),
        ROOM_MIN..ROOM_ENOUGH => Finding::Warning(format!("{text}: see to it that there are more")),
        _ => Finding::Good(text),
    }
}

fn key(config: &Config) -> Finding {
    let read = if is_up_to_date(config) { house::own_key(config) } else { data_dir::master_key(config) };
    if let Err(failure) = read {
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
    if let Err(failure) = data_dir::expect_database(config) {
        return Finding::Bad(failure.sentence);
    }
    match config.database.damage() {
        Ok(damage) if damage.is_empty() => {}
        Ok(damage) => return Finding::Bad(format!("database is damaged ({}): restore a backup", damage.join("; "))),
        Err(error) => return Finding::Bad(format!("database cannot be read ({error}): restore a backup")),
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

/// Whether there is a database that can be asked.
fn is_up_to_date(config: &Config) -> bool {
    data_dir::expect_database(config).is_ok()
        && store::migrate::pending(&config.database, &rooms::migrations()).is_ok_and(|pending| pending.is_empty())
}

fn fonts() -> Finding {
    let found = match Typesetter::new(&[]) {
        Ok(typesetter) => typesetter.fonts_found().iter().find(|font| font.chinese).cloned(),
        Err(error) => return Finding::Bad(format!("fonts: {error}")),
    };
    match found {
        Some(font) => Finding::Good(format!("fonts for Chinese and Latin documents, such as {}", font.family)),
        None => Finding::Bad(
            "no font has Chinese characters: install the Debian package fonts-noto-cjk or fonts-wqy-microhei".into(),
        ),
    }
}

/// How far another machine's clock may have been ahead of ours.
const AHEAD_MAX: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

fn clock(config: &Config) -> Finding {
    let now = jiff::Timestamp::now();
    // Nothing of this house is older than its first release.
    if now.as_second() < 1_780_000_000 {
        return Finding::Bad(format!("the clock says {now}: set it"));
    }
    let newest = match is_up_to_date(config) {
        true => Db::open(&config.database).and_then(|db| db.read_now(store::audit::newest)),
        false => Ok(None),
    };
    match newest {
        Ok(Some(newest)) if newest > now + AHEAD_MAX => {
            Finding::Bad(format!("the clock says {now}, but something was done at {newest} already: set it"))
        }
        _ => Finding::Good(format!("the clock says {now}")),
    }
}

/// Asks every provider that is connected.
fn gateways(config: &Config) -> Vec<Finding> {
    let tested = ask_gateways(config);
    match tested {
        Err(failure) => vec![Finding::Bad(format!("gateways cannot be asked: {}", failure.sentence))],
        Ok(None) => Vec::new(),
        Ok(Some(tested)) if tested.is_empty() => {
            vec![Finding::Warning("no gateway is connected: customers cannot pay online".into())]
        }
        Ok(Some(tested)) => tested
            .into_iter()
            .map(|(name, found)| match found {
                Tested::Good => Finding::Good(format!("gateway {name} answers")),
                Tested::Refused => {
                    Finding::Bad(format!("gateway {name} does not know us: look at its keys in the settings"))
                }
                Tested::Unreachable => {
                    Finding::Warning(format!("gateway {name} cannot be reached: look at its address and the network"))
                }
            })
            .collect(),
    }
}

/// What each connection answered; none where there is no database to ask.
fn ask_gateways(config: &Config) -> Result<Option<Vec<(String, Tested)>>, Failure> {
    if !is_up_to_date(config) {
        return Ok(None);
    }
    let house = house::open(config, house::own_key(config)?, String::new())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(Some(runtime.block_on(payments::test_all(&house.app))?))
}

/// Connects to the mail server, signs in and says NOOP.
fn mail(config: &Config) -> Finding {
    let Some(mail) = &config.mail else {
        return Finding::Warning(
            "mail is not configured: nothing is sent; set SHUNFU_MAIL_URL and SHUNFU_MAIL_FROM".into(),
        );
    };
    let server = mail.server();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let mailer = Mailer::new(mail).and_then(|mailer| Ok((mailer, runtime.map_err(|e| e.to_string())?)));
    let (mailer, runtime) = match mailer {
        Ok(ready) => ready,
        Err(why) => return Finding::Bad(format!("mail server {server}: {why}")),
    };
    let Err(failure) = runtime.block_on(mailer.greet()) else {
        return Finding::Good(format!("mail server {server} answers; mail is sent as {}", mail.from()));
    };
    let code = failure.code.map_or_else(String::new, |code| format!(" ({code})"));
    match failure.class {
        FailureClass::NotSignedIn => Finding::Bad(format!(
            "mail server {server} does not accept our name and password{code}: look at SHUNFU_MAIL_URL"
        )),
        FailureClass::NotProtected => Finding::Bad(format!(
            "mail server {server} shows no certificate that is believed: look at its name and its certificate"
        )),
        FailureClass::Unsupported => Finding::Bad(format!(
            "mail server {server} offers neither STARTTLS nor a way to sign in that we know: use smtps:// or another server"
        )),
        FailureClass::Refused => Finding::Bad(format!("mail server {server} refuses us{code}: ask whoever runs it")),
        _ => Finding::Warning(format!(
            "mail server {server} does not answer{code}: look at its address and the network; what is to be sent waits"
        )),
    }
}

fn address(config: &Config) -> Finding {
    match &config.public_url {
        Some(url) if url.starts_with("https://") => Finding::Good(format!("customers reach {url}")),
        Some(url) => Finding::Warning(format!("customers reach {url} without TLS: use https")),
        None => Finding::Warning("SHUNFU_PUBLIC_URL is not set: pay links name the address that is listened on".into()),
    }
}
