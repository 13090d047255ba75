//! The sealed stream: a header that tells what it is, then chunks of AES-256-GCM-SIV.
//!
//! ```text
//! header: "SHUNFUBK" ‖ version (1) ‖ engine (1) ‖ salt (32) ‖ check (32)
//! chunks: 64 KiB of plain bytes each, the last one shorter or empty, with its tag (16)
//! ```
//! The key is an HMAC of the salt under the master key, so no two files share one. A chunk's nonce is its number and whether it is
//! the last, and the header is authenticated with each: a chunk that is changed, moved, left out or cut off does not open.
//! The check is an HMAC over the rest of the header; it tells another master key from damage.

use super::files;
use crate::error::Error;
use crate::vault::{MasterKey, Vault};
use aes_gcm_siv::aead::{Aead, Payload};
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};
use kernel::Refusal;
use std::io::{BufRead, Read, Write};

/// What every file begins with.
pub(super) const MAGIC: &[u8; 8] = b"SHUNFUBK";
const VERSION: u8 = 1;
const CHECKED: usize = MAGIC.len() + 2 + 32;
const HEADER: usize = CHECKED + 32;
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

/// Which engine's data is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    const fn byte(self) -> u8 {
        match self {
            Engine::Sqlite => 1,
            Engine::Postgres => 2,
        }
    }
}

struct Sealer {
    cipher: Aes256GcmSiv,
    header: [u8; HEADER],
    chunk: u64,
}

impl Sealer {
    fn new(vault: &Vault, header: [u8; HEADER]) -> Sealer {
        let salt = &header[CHECKED - 32..CHECKED];
        let key = zeroize::Zeroizing::new(vault.keyed_hash("backup", salt));
        Sealer { cipher: Aes256GcmSiv::new(&(*key).into()), header, chunk: 0 }
    }

    fn next_nonce(&mut self, last: bool) -> Nonce {
        let mut nonce = [0_u8; 12];
        nonce[..8].copy_from_slice(&self.chunk.to_be_bytes());
        nonce[8] = u8::from(last);
        self.chunk += 1;
        nonce.into()
    }
}

/// Seals what is written to it.
pub(super) struct SealedWriter<W: Write> {
    out: W,
    sealer: Sealer,
    plain: Vec<u8>,
}

impl<W: Write> SealedWriter<W> {
    /// Writes the header.
    pub(super) fn new(mut out: W, master: &MasterKey, engine: Engine) -> Result<SealedWriter<W>, Error> {
        let vault = Vault::new(master.clone());
        let mut header = [0_u8; HEADER];
        header[..8].copy_from_slice(MAGIC);
        header[8] = VERSION;
        header[9] = engine.byte();
        header[CHECKED - 32..CHECKED].copy_from_slice(&crate::seed()?);
        let check = vault.keyed_hash("backup header", &header[..CHECKED]);
        header[CHECKED..].copy_from_slice(&check);
        out.write_all(&header).map_err(|e| files::failed("write", &e))?;
        Ok(SealedWriter { out, sealer: Sealer::new(&vault, header), plain: Vec::with_capacity(CHUNK) })
    }

    fn seal(&mut self, last: bool) -> std::io::Result<()> {
        let nonce = self.sealer.next_nonce(last);
        let payload = Payload { msg: &self.plain, aad: &self.sealer.header };
        let sealed =
            self.sealer.cipher.encrypt(&nonce, payload).map_err(|_| std::io::Error::other("sealing failed"))?;
        self.out.write_all(&sealed)?;
        self.plain.clear();
        Ok(())
    }

    /// Seals the last chunk; without it the file does not open.
    pub(super) fn finish(mut self) -> std::io::Result<W> {
        self.seal(true)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // A full chunk waits until more comes, since only then it is known not to be the last.
        if self.plain.len() == CHUNK && !bytes.is_empty() {
            self.seal(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.plain.len());
        self.plain.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Gives back what was sealed; an error of kind `InvalidData` where the file is not what was written.
pub(super) struct SealedReader<R: BufRead> {
    from: R,
    sealer: Sealer,
    plain: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: BufRead> SealedReader<R> {
    /// Reads and judges the header.
    pub(super) fn new(mut from: R, master: &MasterKey) -> Result<(SealedReader<R>, Engine), Error> {
        let mut header = [0_u8; HEADER];
        from.read_exact(&mut header).map_err(|e| match e.kind() {
            std::io::ErrorKind::UnexpectedEof => Refusal::invalid("backup_unknown_file").into(),
            _ => files::failed("read", &e),
        })?;
        if !header.starts_with(MAGIC) {
            return Err(Refusal::invalid("backup_unknown_file").into());
        }
        if header[8] != VERSION {
            return Err(Refusal::invalid("backup_newer_version").into());
        }
        let vault = Vault::new(master.clone());
        // Whoever holds the file gains nothing from the time this takes: there is no oracle to ask twice.
        if vault.keyed_hash("backup header", &header[..CHECKED])[..] != header[CHECKED..] {
            return Err(Refusal::invalid("backup_other_master_key").into());
        }
        let engine = [Engine::Sqlite, Engine::Postgres].into_iter().find(|e| e.byte() == header[9]);
        let engine = engine.ok_or_else(|| Refusal::invalid("backup_newer_version"))?;
        let sealer = Sealer::new(&vault, header);
        Ok((SealedReader { from, sealer, plain: Vec::new(), given: 0, ended: false }, engine))
    }

    fn open_next(&mut self) -> std::io::Result<()> {
        let mut sealed = Vec::with_capacity(CHUNK + TAG);
        let limit = u64::try_from(CHUNK + TAG).unwrap_or(u64::MAX);
        (&mut self.from).take(limit).read_to_end(&mut sealed)?;
        let last = self.from.fill_buf()?.is_empty();
        let nonce = self.sealer.next_nonce(last);
        let payload = Payload { msg: &sealed, aad: &self.sealer.header };
        let damaged = |_| std::io::Error::new(std::io::ErrorKind::InvalidData, "a chunk does not open");
        self.plain = self.sealer.cipher.decrypt(&nonce, payload).map_err(damaged)?;
        self.given = 0;
        self.ended = last;
        Ok(())
    }
}

impl<R: BufRead> Read for SealedReader<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.given == self.plain.len() {
            if self.ended {
                return Ok(0);
            }
            self.open_next()?;
        }
        let waiting = &self.plain[self.given..];
        let taken = waiting.len().min(into.len());
        into[..taken].copy_from_slice(&waiting[..taken]);
        self.given += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut writer = SealedWriter::new(Vec::new(), &MasterKey::new([1; 32]), Engine::Sqlite).unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    }

    fn opened(file: &[u8]) -> Result<Vec<u8>, String> {
        let (mut reader, _) =
            SealedReader::new(file, &MasterKey::new([1; 32])).map_err(|e| e.refusal().code.to_owned())?;
        let mut plain = Vec::new();
        reader.read_to_end(&mut plain).map_err(|e| format!("{:?}", e.kind()))?;
        Ok(plain)
    }

    fn pattern(length: usize) -> Vec<u8> {
        (0..=255).cycle().take(length).collect()
    }

    #[test]
    fn every_length_comes_back() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7] {
            assert_eq!(opened(&sealed(&pattern(length))), Ok(pattern(length)), "{length}");
        }
    }

    #[test]
    fn whatever_is_done_to_a_file_is_noticed() {
        let damaged = Err("InvalidData".to_owned());
        let file = sealed(&pattern(3 * CHUNK));
        let chunk = CHUNK + TAG;
        for place in [HEADER, HEADER + chunk, file.len() - 1] {
            let mut changed = file.clone();
            changed[place] ^= 1;
            assert_eq!(opened(&changed), damaged, "changed at {place}");
        }
        for length in [HEADER, HEADER + 1, HEADER + chunk, HEADER + 2 * chunk, file.len() - 1] {
            assert_eq!(opened(&file[..length]), damaged, "cut at {length}");
        }
        let mut longer = file.clone();
        longer.push(0);
        assert_eq!(opened(&longer), damaged, "something behind");
        let mut moved = file.clone();
        moved[HEADER..HEADER + 2 * chunk].rotate_left(chunk);
        assert_eq!(opened(&moved), damaged, "chunks exchanged");
        let mut shorter = file[..HEADER].to_vec();
        shorter.extend_from_slice(&file[HEADER + chunk..]);
        assert_eq!(opened(&shorter), damaged, "a chunk left out");
        let other = sealed(&pattern(3 * CHUNK));
        let mut mixed = file[..HEADER + chunk].to_vec();
        mixed.extend_from_slice(&other[HEADER + chunk..]);
        assert_eq!(opened(&mixed), damaged, "chunks of another file");
    }

    #[test]
    fn headers_are_judged() {
        let file = sealed(b"x");
        for (place, code) in [
            (0, "backup_unknown_file"),
            (8, "backup_newer_version"),
            (9, "backup_other_master_key"),
            (10, "backup_other_master_key"),
            (HEADER - 1, "backup_other_master_key"),
        ] {
            let mut changed = file.clone();
            changed[place] ^= 1;
            assert_eq!(opened(&changed), Err(code.to_owned()), "{place}");
        }
        assert_eq!(opened(&file[..HEADER - 1]), Err("backup_unknown_file".to_owned()));
        let other = SealedReader::new(&file[..], &MasterKey::new([2; 32])).map(|_| ());
        assert_eq!(other.unwrap_err().refusal().code, "backup_other_master_key");
    }
}
