//! Hashing of passwords, off the runtime's threads and never on the writer.
//!
//! Argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet): about 30 ms of a core each, so that few
//! run at once and a flood of sign-ins waits in line instead of taking all memory.

use crate::rules::password::{LENGTH_MAX, LENGTH_MIN, Weakness, check};
use ::store::Error;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use kernel::{Arg, Fields};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// How many are hashed at once.
const AT_ONCE: usize = 2;

/// The hash to keep of a password, in PHC form. Slow by intent: only where nobody waits in line (the command line), else
/// [`Passwords::hashed`].
pub fn hash(password: &str, salt: [u8; 16]) -> Result<String, Error> {
    let hash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|e| Error::Broken(format!("hashing a password: {e}")))?;
    Ok(hash.to_string())
}

/// Hashes and compares within the house's bounds.
#[derive(Debug, Clone)]
pub struct Passwords {
    line: Arc<Semaphore>,
    /// What a sign-in without a user is compared with, so that it takes as long as one with.
    nobody: Arc<OnceLock<String>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Passwords { line: Arc::new(Semaphore::new(AT_ONCE)), nobody: Arc::default() }
    }
}

impl Passwords {
    /// [`hash`] on a blocking thread.
    pub async fn hashed(&self, password: String, salt: [u8; 16]) -> Result<String, Error> {
        self.in_line(move || hash(&password, salt)).await?
    }

    /// Whether this is the password of a kept hash. Without a hash it takes as long and is false.
    pub async fn matches(&self, password: String, kept: Option<String>) -> Result<bool, Error> {
        let nobody = Arc::clone(&self.nobody);
        self.in_line(move || {
            let known = kept.is_some();
            let kept = kept.unwrap_or_else(|| nobody.get_or_init(|| hash("", [0; 16]).unwrap_or_default()).clone());
            let Ok(kept) = PasswordHash::new(&kept) else { return false };
            Argon2::default().verify_password(password.as_bytes(), &kept).is_ok() && known
        })
        .await
    }

    /// Refuses a weak password, naming the field `pointer`; `known` is what stands about its owner.
    pub async fn acceptable(&self, password: String, known: Vec<String>, pointer: &str) -> Result<(), Error> {
        let checked = self.in_line(move || {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            check(&password, &known)
        });
        let Err(weakness) = checked.await? else { return Ok(()) };
        let mut fields = Fields::new();
        let bound = |n: usize| Arg::Number(i64::try_from(n).unwrap_or(i64::MAX));
        match weakness {
            Weakness::TooShort => fields.note_with(pointer, "too_short", vec![("min", bound(LENGTH_MIN))]),
            Weakness::TooLong => fields.note_with(pointer, "too_long", vec![("max", bound(LENGTH_MAX))]),
            Weakness::Personal => fields.note(pointer, "password_personal"),
            Weakness::Guessable => fields.note(pointer, "too_weak"),
        }
        Ok(fields.finish()?)
    }

    async fn in_line<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let line = Arc::clone(&self.line).acquire_owned().await.map_err(|_| Error::Unavailable("closing"))?;
        let work = move || {
            // The place in line is held until the work is done, also when the caller went away.
            let _place = line;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::Unavailable("internal"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hashes_fit_their_password_alone() {
        let passwords = Passwords::default();
        let kept = passwords.hashed("kupfer-tinte-91".into(), [4; 16]).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(passwords.matches("kupfer-tinte-91".into(), Some(kept.clone())).await.unwrap());
        assert!(!passwords.matches("kupfer-tinte-92".into(), Some(kept)).await.unwrap());
        assert!(!passwords.matches("".into(), None).await.unwrap());
        assert!(!passwords.matches("x".into(), Some("not a hash".into())).await.unwrap());
    }
}
