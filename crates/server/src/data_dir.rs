//! The folder with the data: made, locked against a second process, with its master key.

use crate::config::Config;
use crate::failure::Failure;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use store::{DatabaseUrl, MasterKey};

/// The lock on a data folder; ends with the process or when dropped.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock is the open file")] File);

/// Makes the folder (for its owner alone) where it is missing.
pub fn make(dir: &Path) -> Result<(), Failure> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|e| {
        Failure::refused(format!(
            "The data folder {} cannot be made: {e}. Choose another with --data-dir.",
            dir.display()
        ))
    })
}

/// Takes the folder for this process.
pub fn lock(dir: &Path) -> Result<Lock, Failure> {
    let path = dir.join("lock");
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let file = file.map_err(|error| match error.kind() {
        ErrorKind::NotFound => missing(dir),
        _ => Failure::refused(format!(
            "The data folder {} cannot be used: {error}. Mend its rights, or choose another with --data-dir.",
            dir.display()
        )),
    })?;
    file.try_lock().map_err(|_| {
        Failure::refused(format!(
            "Another process is using the data folder {}. End it first, or choose another folder with --data-dir.",
            dir.display()
        ))
    })?;
    Ok(Lock(file))
}

/// There is nothing to work on.
pub fn missing(dir: &Path) -> Failure {
    Failure::refused(format!(
        "There is no company in the data folder {}. Name another with --data-dir, or begin with `shunfu init`.",
        dir.display()
    ))
}

/// Refuses where there is no database yet: looking alone would make an empty file.
pub fn expect_database(config: &Config) -> Result<(), Failure> {
    match &config.database {
        DatabaseUrl::Sqlite(path) if !Path::new(path).exists() => Err(missing(&config.data_dir)),
        _ => Ok(()),
    }
}

/// Reads the master key.
pub fn master_key(config: &Config) -> Result<MasterKey, Failure> {
    let path = &config.master_key_file;
    let text = std::fs::read_to_string(path).map_err(|e| {
        Failure::refused(format!(
            "The master key {} cannot be read: {e}. Put the file back, or name it with SHUNFU_MASTER_KEY_FILE.",
            path.display()
        ))
    })?;
    let wrong = || Failure::refused(format!("The master key {} must be 64 hexadecimal digits.", path.display()));
    let text = text.trim();
    if text.len() != 64 || !text.is_ascii() {
        return Err(wrong());
    }
    let mut bytes = [0_u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(MasterKey::new(bytes))
}

/// Reads the master key, making one where there is none yet.
pub fn master_key_or_new(config: &Config) -> Result<MasterKey, Failure> {
    if !config.master_key_file.exists() {
        let bytes = store::seed()?;
        let text: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        write_secret(&config.master_key_file, &format!("{text}\n"))?;
    }
    master_key(config)
}

/// Writes a file that only its owner can read, wholly or not at all.
pub fn write_secret(path: &Path, text: &str) -> Result<(), Failure> {
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    Ok(())
}
