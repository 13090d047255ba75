//! `demo.json`: whose company the folder has, and what a second start needs to tell the same.

use crate::data_dir;
use crate::failure::Failure;
use kernel::id::{GatewayConnectionId, OrganisationId};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Login {
    pub email: String,
    pub password: String,
}

/// A company whose story was told to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Company {
    pub organisation: OrganisationId,
    pub api_key: String,
    pub staff: Login,
    pub customer: Login,
    /// The connection to the simulator, once there is one.
    pub gateway: Option<GatewayConnectionId>,
    /// Where the simulator was last.
    pub simulator: Option<SocketAddr>,
}

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Kept {
    Made(Company),
    /// Its story was begun, and perhaps never ended.
    Begun {
        begun: OrganisationId,
    },
}

impl Kept {
    fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("demo.json")
    }

    /// `None` where no demonstration was begun.
    pub(super) fn read(data_dir: &Path) -> Result<Option<Kept>, Failure> {
        let path = Kept::path(data_dir);
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        serde_json::from_str(&text).map(Some).map_err(|_| {
            Failure::refused(format!("{} is damaged. Delete the data folder to begin again.", path.display()))
        })
    }

    pub(super) fn write(&self, data_dir: &Path) -> Result<(), Failure> {
        data_dir::write_secret(&Kept::path(data_dir), &serde_json::to_string_pretty(self).unwrap_or_default())
    }
}

/// What a start does with a folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    GoOn(Company),
    Make,
    /// The demonstration's own company, half made: away with it, and make it anew.
    MakeAnew,
    /// Somebody else's company, or ours without its secrets.
    Refuse,
}

/// Nobody's company is ever touched but the one that a demonstration began here; `there` are those in the database.
pub(super) fn decide(kept: Option<Kept>, there: &[OrganisationId]) -> Decision {
    match kept {
        _ if there.is_empty() => Decision::Make,
        Some(Kept::Made(company)) if there == [company.organisation] => Decision::GoOn(company),
        Some(Kept::Begun { begun }) if there == [begun] => Decision::MakeAnew,
        _ => Decision::Refuse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Ids, Timestamp};

    #[test]
    fn only_a_company_of_its_own_is_made_anew() {
        let mut ids = Ids::new(Timestamp::UNIX_EPOCH, [1; 32]);
        let (ours, other): (OrganisationId, OrganisationId) = (ids.draw(), ids.draw());
        let login = || Login { email: "a@example.com".into(), password: "secret".into() };
        let company = Company {
            organisation: ours,
            api_key: "sk_1".into(),
            staff: login(),
            customer: login(),
            gateway: None,
            simulator: Some(SocketAddr::from(([127, 0, 0, 1], 8455))),
        };
        let (made, begun) = (Kept::Made(company.clone()), Kept::Begun { begun: ours });
        for (kept, there, wanted) in [
            (None, vec![], Decision::Make),
            (None, vec![other], Decision::Refuse),
            (Some(&made), vec![ours], Decision::GoOn(company.clone())),
            (Some(&made), vec![], Decision::Make),
            (Some(&made), vec![other], Decision::Refuse),
            (Some(&begun), vec![], Decision::Make),
            (Some(&begun), vec![ours], Decision::MakeAnew),
            (Some(&begun), vec![other], Decision::Refuse),
            (Some(&begun), vec![ours, other], Decision::Refuse),
        ] {
            assert_eq!(decide(kept.cloned(), &there), wanted, "{kept:?} {there:?}");
        }
        for kept in [made, begun] {
            let folder = std::env::temp_dir().join(format!("shunfu-kept-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            kept.write(&folder).unwrap();
            assert_eq!(Kept::read(&folder).unwrap(), Some(kept));
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }
}
