//! Whether the trail is still what the house wrote: each row by its MAC, their order by the seals, their end by the head.

use super::AuditRow;
use super::chain::{Head, mac, seal_hash, sealed};
use crate::conn::{Conn, in_parts};
use crate::error::Error;
use crate::finding::Finding;
use crate::vault::Vault;
use diesel::sql_types::Text;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName, RunQueryDsl, SelectableHelper};
use kernel::Timestamp;
use kernel::id::{AuditRowId, OrganisationId};
use schema::types::{At, IdSql, InstantSql};
use schema::{audit_rows, audit_seals};
use std::collections::HashMap;
use std::fmt;

/// What was done to the trail at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The row is gone; its seal stands.
    Removed,
    /// The row stands; its seal is gone.
    SealRemoved,
    /// Row and seal are gone.
    BothRemoved,
    /// The row is not what was written.
    Changed,
    /// The row is what was written, but stands at another place.
    Reordered,
    /// The row is what was written, its seal is not.
    SealChanged,
    /// The row was never written by the house, or its salt was changed.
    Forged,
    /// Nothing says where the chain ends.
    HeadRemoved,
    /// What says where the chain ends was not written by the house.
    HeadChanged,
    /// There are seals behind the end.
    BehindHead,
}

/// Something that was done to the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub wrong: Wrong,
    /// First and last number in the chain, from 1; none for rows that have no seal.
    pub places: Option<(i64, i64)>,
    /// The row, where it is known.
    pub row: Option<AuditRowId>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.places {
            Some((first, last)) if first != last => write!(f, "links {first} to {last}: ")?,
            Some((place, _)) => write!(f, "link {place}: ")?,
            None => {}
        }
        if let Some(row) = self.row {
            write!(f, "row {row}: ")?;
        }
        f.write_str(match self.wrong {
            Wrong::Removed => "the row was removed",
            Wrong::SealRemoved => "its seal was removed",
            Wrong::BothRemoved => "rows and seals were removed",
            Wrong::Changed => "the row was changed",
            Wrong::Reordered => "the row was reordered",
            Wrong::SealChanged => "its seal was changed",
            Wrong::Forged => "the row was forged, or its salt was changed",
            Wrong::HeadRemoved => "the record of where the trail ends was removed",
            Wrong::HeadChanged => "the record of where the trail ends was changed",
            Wrong::BehindHead => "seals stand behind the end of the trail",
        })
    }
}

/// What walking the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainReport {
    /// Number of the newest seal, and its hash: kept elsewhere, it shows later whether the trail was cut.
    pub sealed: i64,
    pub hash: Vec<u8>,
    pub unsealed: i64,
    /// When the oldest row without a seal was written.
    pub unsealed_since: Option<Timestamp>,
    /// In the order of the chain; at most 200.
    pub faults: Vec<Fault>,
}

const FAULTS_MAX: usize = 200;
const PAGE: i64 = 1000;
/// Hashes that may precede the next row while faults follow each other.
const BEFORE_MAX: usize = 8;

/// Walks the trail of an organisation from its beginning: two statements for a thousand rows.
pub fn verify(conn: &mut Conn, vault: &Vault, organisation: OrganisationId) -> Result<ChainReport, Error> {
    let mut walk = Walk { conn, vault, organisation, at: Place::default(), faults: Vec::new() };
    let end = walk.sealed_rows()?;
    walk.end(end)?;
    let (unsealed, unsealed_since) = walk.unsealed_rows()?;
    let Walk { at, mut faults, .. } = walk;
    faults.truncate(FAULTS_MAX);
    let hash = at.before.first().cloned().unwrap_or_default();
    Ok(ChainReport { sealed: at.sequence, hash, unsealed, unsealed_since, faults })
}

struct Walk<'a> {
    conn: &'a mut Conn,
    vault: &'a Vault,
    organisation: OrganisationId,
    at: Place,
    faults: Vec<Fault>,
}

/// How far the walk has come.
#[derive(Debug)]
struct Place {
    sequence: i64,
    row: AuditRowId,
    /// What may be the hash before the next row: one, unless the last rows were tampered with.
    before: Vec<Vec<u8>>,
}

impl Default for Place {
    fn default() -> Self {
        Place { sequence: 0, row: AuditRowId::NIL, before: vec![Vec::new()] }
    }
}

/// A row of `audit_seals`.
type Seal = (i64, AuditRowId, Vec<u8>);

impl Walk<'_> {
    fn note(&mut self, wrong: Wrong, places: Option<(i64, i64)>, row: Option<AuditRowId>) {
        self.faults.push(Fault { wrong, places, row });
    }

    /// Walks every seal; gives the head.
    fn sealed_rows(&mut self) -> Result<Option<Head>, Error> {
        let head = Head::find(self.conn, self.organisation)?;
        loop {
            let seals: Vec<Seal> = audit_seals::table
                .filter(audit_seals::organisation_id.eq(self.organisation))
                .filter(audit_seals::sequence.gt(self.at.sequence))
                .order(audit_seals::sequence.asc())
                .select((audit_seals::sequence, audit_seals::audit_id, audit_seals::hash))
                .limit(PAGE)
                .load(self.conn)?;
            if seals.is_empty() {
                return Ok(head);
            }
            let ids: Vec<AuditRowId> = seals.iter().map(|(_, id, _)| *id).collect();
            let mut rows: HashMap<AuditRowId, AuditRow> = in_parts(&ids, |some| {
                audit_rows::table
                    .filter(audit_rows::organisation_id.eq(self.organisation))
                    .filter(audit_rows::audit_id.eq_any(some))
                    .select(AuditRow::as_select())
                    .load::<AuditRow>(self.conn)
            })?
            .into_iter()
            .map(|row| (row.audit_id, row))
            .collect();
            for (index, seal) in seals.iter().enumerate() {
                let next = seals.get(index + 1).map(|(_, id, _)| *id);
                self.step(seal, rows.remove(&seal.1), next)?;
            }
        }
    }

    /// Judges one seal and its row.
    fn step(&mut self, seal: &Seal, row: Option<AuditRow>, next: Option<AuditRowId>) -> Result<(), Error> {
        let (sequence, id, stated) = seal;
        if *sequence > self.at.sequence + 1 {
            let fits = |hash: &[u8]| row.as_ref().is_some_and(|row| seal_hash(hash, *sequence, row) == *stated);
            self.gap(*sequence - 1, Some(*id), fits)?;
        }
        let place = Some((*sequence, *sequence));
        let Some(row) = row else {
            self.note(Wrong::Removed, place, Some(*id));
            self.pass(*sequence, *id, vec![stated.clone()]);
            return Ok(());
        };
        let fits =
            self.at.before.is_empty() || self.at.before.iter().any(|hash| seal_hash(hash, *sequence, &row) == *stated);
        let is_ours = row.mac == mac(self.vault, &row);
        if fits && is_ours {
            self.pass(*sequence, *id, vec![stated.clone()]);
            return Ok(());
        }
        let is_out_of_order = self.at.row > *id || next.is_some_and(|next| next < *id);
        let wrong = match (fits, is_ours) {
            (true, _) => Wrong::Forged,
            (false, false) => Wrong::Changed,
            (false, true) if is_out_of_order => Wrong::Reordered,
            (false, true) => Wrong::SealChanged,
        };
        self.note(wrong, place, Some(*id));
        // Either this row or its seal is not what it was: the next may follow upon both.
        let mut before = vec![stated.clone()];
        before.extend(self.at.before.iter().map(|hash| seal_hash(hash, *sequence, &row)));
        before.append(&mut self.at.before);
        before.truncate(BEFORE_MAX);
        self.pass(*sequence, *id, before);
        Ok(())
    }

    fn pass(&mut self, sequence: i64, row: AuditRowId, before: Vec<Vec<u8>>) {
        self.at = Place { sequence, row, before };
    }

    /// Names what stood between the last seal and place `last`. Where the rows are there and `fits` the hash they come to,
    /// only their seals were removed.
    fn gap(&mut self, last: i64, until: Option<AuditRowId>, fits: impl Fn(&[u8]) -> bool) -> Result<(), Error> {
        let first = self.at.sequence + 1;
        let mut query = audit_rows::table
            .filter(audit_rows::organisation_id.eq(self.organisation))
            .filter(audit_rows::audit_id.gt(self.at.row))
            .filter(diesel::dsl::not(sealed()))
            .order(audit_rows::audit_id.asc())
            .select(AuditRow::as_select())
            .limit(last - first + 1)
            .into_boxed();
        if let Some(until) = until {
            query = query.filter(audit_rows::audit_id.lt(until));
        }
        let rows: Vec<AuditRow> = query.load(self.conn)?;
        let mut hash = self.at.before.first().cloned().unwrap_or_default();
        for (sequence, row) in (first..).zip(&rows) {
            hash = seal_hash(&hash, sequence, row);
        }
        let is_whole = i64::try_from(rows.len()).is_ok_and(|count| count == last - first + 1) && fits(&hash);
        if is_whole {
            for (sequence, row) in (first..).zip(&rows).take(FAULTS_MAX) {
                self.note(Wrong::SealRemoved, Some((sequence, sequence)), Some(row.audit_id));
            }
            self.at.before = vec![hash];
        } else {
            self.note(Wrong::BothRemoved, Some((first, last)), None);
            // What stood before the next row is gone.
            self.at.before.clear();
        }
        self.at.sequence = last;
        Ok(())
    }

    /// Compares where the chain ends with what the head says.
    fn end(&mut self, head: Option<Head>) -> Result<(), Error> {
        let Some(head) = head else {
            self.note(Wrong::HeadRemoved, None, None);
            return Ok(());
        };
        if !head.is_ours(self.vault) {
            self.note(Wrong::HeadChanged, None, None);
        } else if head.sequence > self.at.sequence {
            self.gap(head.sequence, None, |hash| hash == head.hash)?;
        } else if head.sequence < self.at.sequence {
            self.note(Wrong::BehindHead, Some((head.sequence + 1, self.at.sequence)), None);
        } else if self.faults.is_empty() && !self.at.before.contains(&head.hash) {
            self.note(Wrong::HeadChanged, None, None);
        }
        Ok(())
    }

    /// Looks at every row that has no seal; gives their number and the time of the oldest.
    fn unsealed_rows(&mut self) -> Result<(i64, Option<Timestamp>), Error> {
        let (mut count, mut since, mut after) = (0, None, AuditRowId::NIL);
        loop {
            let rows: Vec<AuditRow> = audit_rows::table
                .filter(audit_rows::organisation_id.eq(self.organisation))
                .filter(audit_rows::audit_id.gt(after))
                .filter(diesel::dsl::not(sealed()))
                .order(audit_rows::audit_id.asc())
                .select(AuditRow::as_select())
                .limit(PAGE)
                .load(self.conn)?;
            let Some(last) = rows.last() else { return Ok((count, since)) };
            after = last.audit_id;
            for row in rows {
                count += 1;
                since = since.or(Some(row.created_at.0));
                if row.mac != mac(self.vault, &row) {
                    self.note(Wrong::Forged, None, Some(row.audit_id));
                }
            }
        }
    }
}

/// The hash that the trail has at a place; what was reported of its end once must still be there.
pub fn hash_at(conn: &mut Conn, organisation: OrganisationId, sequence: i64) -> Result<Option<Vec<u8>>, Error> {
    Ok(audit_seals::table
        .filter(audit_seals::organisation_id.eq(organisation))
        .filter(audit_seals::sequence.eq(sequence))
        .select(audit_seals::hash)
        .get_result(conn)
        .optional()?)
}

/// When the newest row of any trail was written.
pub fn newest(conn: &mut Conn) -> Result<Option<Timestamp>, Error> {
    let newest: Option<At> = audit_rows::table
        .select(audit_rows::created_at)
        .order(audit_rows::created_at.desc())
        .limit(1)
        .get_result(conn)
        .optional()?;
    Ok(newest.map(|at| at.0))
}

/// An answer that was kept although its command left nothing in the trail.
#[derive(Debug, QueryableByName)]
struct Unaudited {
    #[diesel(sql_type = Text)]
    route: String,
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = InstantSql)]
    created_at: At,
}

/// Answers kept for idempotency keys whose commands have no row in the trail: the row was removed with all that showed it. At
/// most 200.
pub fn unaudited(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<Finding>, Error> {
    const SQL: &str = "SELECT k.route, k.key, k.created_at FROM idempotency_keys k LEFT JOIN \
            (SELECT DISTINCT created_at FROM audit_rows WHERE organisation_id = $1) a ON a.created_at = k.created_at \
        WHERE k.organisation_id = $1 AND a.created_at IS NULL ORDER BY k.created_at, k.key LIMIT 200";
    let rows: Vec<Unaudited> = diesel::sql_query(SQL).bind::<IdSql, _>(organisation).load(conn)?;
    let told = |row: Unaudited| {
        let detail = format!("answered at {}, but the trail has no row of it", row.created_at.0);
        Finding::new("trail_row_missing", format!("{} {}", row.route, row.key), detail)
    };
    Ok(rows.into_iter().map(told).collect())
}
