//! Where the installation keeps its data and how it is reached: file, environment, flags, in that order of weight.

use crate::failure::Failure;
use notifications::MailerConfig;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use store::DatabaseUrl;
use web::proxies::Network;

/// Where data goes unless told otherwise.
pub const DATA_DIR: &str = "./shunfu-data";
const LISTEN: &str = "127.0.0.1:8080";

/// The file that `--config` names; every key may be left out.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    database_url: Option<String>,
    listen: Option<String>,
    data_dir: Option<PathBuf>,
    master_key_file: Option<PathBuf>,
    public_url: Option<String>,
    tls_certificate: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    trusted_proxies: Vec<String>,
    mail: MailTable,
}

/// `[mail]`: the mail server, in whose name, and who gets replies.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MailTable {
    url: Option<String>,
    from: Option<String>,
    reply_to: Option<String>,
}

/// Certificate and key, PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// The settings of a process.
#[derive(Debug, Clone)]
pub struct Config {
    pub database: DatabaseUrl,
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub master_key_file: PathBuf,
    /// How customers reach the house; `None` = by the address it listens on.
    pub public_url: Option<String>,
    pub tls: Option<Tls>,
    /// Proxies before the house, whose word about who called is taken; none unless named.
    pub trusted_proxies: Vec<Network>,
    /// The mail server; without one nothing is sent.
    pub mail: Option<MailerConfig>,
}

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub data_dir: Option<PathBuf>,
    pub listen: Option<String>,
}

impl Config {
    /// Puts the settings together. `env` looks up `SHUNFU_…` variables.
    pub fn read(flags: &Flags, env: impl Fn(&str) -> Option<String>) -> Result<Config, Failure> {
        let file = match &flags.config {
            None => File::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|e| Failure::usage(format!("The configuration {} cannot be read: {e}", path.display())))?;
                toml::from_str(&text).map_err(|error| wrong(path, &text, &error))?
            }
        };
        let variable = |name: &str| env(name).filter(|value| !value.is_empty());
        let data_dir = flags
            .data_dir
            .clone()
            .or_else(|| variable("SHUNFU_DATA_DIR").map(PathBuf::from))
            .or(file.data_dir)
            .unwrap_or_else(|| PathBuf::from(DATA_DIR));
        let listen = flags.listen.clone().or_else(|| variable("SHUNFU_LISTEN")).or(file.listen);
        let listen = listen.unwrap_or_else(|| LISTEN.to_owned());
        let listen = listen.parse().map_err(|_| Failure::usage(format!("{listen} is not an address like {LISTEN}")))?;
        let database = match variable("SHUNFU_DATABASE_URL").or(file.database_url) {
            None => DatabaseUrl::Sqlite(data_dir.join("shunfu.db").display().to_string()),
            Some(url) => DatabaseUrl::parse(&url).ok_or_else(|| {
                Failure::usage("The database address must begin with sqlite:// or postgres://".to_owned())
            })?,
        };
        let master_key_file = variable("SHUNFU_MASTER_KEY_FILE").map(PathBuf::from).or(file.master_key_file);
        let tls = match (file.tls_certificate, file.tls_key) {
            (Some(certificate), Some(key)) => Some(Tls { certificate, key }),
            (None, None) => None,
            _ => return Err(Failure::usage("tls_certificate and tls_key belong together".to_owned())),
        };
        // In the variable they are separated by commas.
        let proxies = variable("SHUNFU_TRUSTED_PROXIES").map(|text| text.split(',').map(str::to_owned).collect());
        let trusted_proxies = networks(&proxies.unwrap_or(file.trusted_proxies))?;
        let mail = mail(MailTable {
            url: variable("SHUNFU_MAIL_URL").or(file.mail.url),
            from: variable("SHUNFU_MAIL_FROM").or(file.mail.from),
            reply_to: variable("SHUNFU_MAIL_REPLY_TO").or(file.mail.reply_to),
        })?;
        Ok(Config {
            database,
            listen,
            master_key_file: master_key_file.unwrap_or_else(|| data_dir.join("master.key")),
            public_url: variable("SHUNFU_PUBLIC_URL").or(file.public_url).map(|u| u.trim_end_matches('/').to_owned()),
            tls,
            trusted_proxies,
            mail,
            data_dir,
        })
    }

    /// Whether the master key lies beside the data it protects.
    pub fn key_is_beside_data(&self) -> bool {
        self.master_key_file.parent() == Some(Path::new(&self.data_dir))
    }
}

/// One sentence with the line; the parser's own text draws the place over several.
fn wrong(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or_else(String::new, |before| format!(" in line {}", before.matches('\n').count() + 1));
    let what = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    Failure::usage(format!("The configuration {} is wrong{line}: {what}.", path.display()))
}

fn networks(named: &[String]) -> Result<Vec<Network>, Failure> {
    let wrong = |text: &str| Failure::usage(format!("{text} is neither an address nor a network like 10.0.0.0/8"));
    named.iter().map(|text| text.trim().parse().map_err(|_| wrong(text))).collect()
}

/// The mail server, where one is named.
fn mail(table: MailTable) -> Result<Option<MailerConfig>, Failure> {
    match (table.url, table.from) {
        (None, None) => Ok(None),
        (Some(url), Some(from)) => {
            MailerConfig::read(&url, &from, table.reply_to.as_deref()).map(Some).map_err(Failure::usage)
        }
        (Some(_), None) => {
            Err(Failure::usage("A mail server is named, and no sender: set SHUNFU_MAIL_FROM.".to_owned()))
        }
        (None, Some(_)) => {
            Err(Failure::usage("A sender of mails is named, and no mail server: set SHUNFU_MAIL_URL.".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_outweigh_environment_and_defaults() {
        let env = |name: &str| match name {
            "SHUNFU_LISTEN" => Some("127.0.0.1:1".to_owned()),
            "SHUNFU_DATA_DIR" => Some("/a".to_owned()),
            "SHUNFU_TRUSTED_PROXIES" => Some("127.0.0.1, 10.0.0.0/8".to_owned()),
            "SHUNFU_PUBLIC_URL" => Some("https://pay.example.com/".to_owned()),
            _ => None,
        };
        let flags = Flags { data_dir: Some("/b".into()), ..Flags::default() };
        let config = Config::read(&flags, env).unwrap();
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.database, DatabaseUrl::Sqlite("/b/shunfu.db".into()));
        assert_eq!(config.public_url.as_deref(), Some("https://pay.example.com"));
        assert!(config.key_is_beside_data());
        assert_eq!(config.trusted_proxies, ["127.0.0.1", "10.0.0.0/8"].map(|text| text.parse().unwrap()));
    }

    #[test]
    fn wrong_settings_are_named() {
        for (name, value) in [
            ("SHUNFU_LISTEN", "here"),
            ("SHUNFU_DATABASE_URL", "mysql://x"),
            ("SHUNFU_TRUSTED_PROXIES", "proxy.example"),
            ("SHUNFU_MAIL_URL", "smtp://localhost"),
            ("SHUNFU_MAIL_FROM", "a@b.cn"),
        ] {
            let env = |asked: &str| (asked == name).then(|| value.to_owned());
            assert!(Config::read(&Flags::default(), env).is_err(), "{name}");
        }
    }

    #[test]
    fn the_mail_server_of_the_environment_outweighs_the_files_and_shows_no_password() {
        let path = std::env::temp_dir().join(format!("shunfu-config-mail-{}.toml", std::process::id()));
        std::fs::write(&path, "[mail]\nurl = \"smtp://old.example.com\"\nfrom = \"a@b.cn\"\n").unwrap();
        let flags = Flags { config: Some(path.clone()), ..Flags::default() };
        let env = |name: &str| (name == "SHUNFU_MAIL_URL").then(|| "smtps://n:tangerine@new.example.com".to_owned());
        let config = Config::read(&flags, env).unwrap();
        let mail = config.mail.as_ref().unwrap();
        assert_eq!((mail.server(), mail.from()), ("new.example.com:465".to_owned(), "a@b.cn".to_owned()));
        assert!(!format!("{config:?}").contains("tangerine"));
        assert!(Config::read(&Flags::default(), |_| None).unwrap().mail.is_none());
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_wrong_file_is_told_in_one_sentence_with_its_line() {
        let path = std::env::temp_dir().join(format!("shunfu-config-{}.toml", std::process::id()));
        for (text, line, word) in
            [("listen = 1\n", 1, "string"), ("\nlisten = \"a\"\nport = 1\n", 3, "port"), ("= 1", 1, "")]
        {
            std::fs::write(&path, text).unwrap();
            let flags = Flags { config: Some(path.clone()), ..Flags::default() };
            let failure = Config::read(&flags, |_| None).unwrap_err();
            assert_eq!((failure.status, failure.sentence.lines().count()), (2, 1), "{failure}");
            assert!(
                failure.sentence.contains(&format!("in line {line}:")) && failure.sentence.contains(word),
                "{failure}"
            );
        }
        std::fs::remove_file(&path).unwrap();
    }
}
