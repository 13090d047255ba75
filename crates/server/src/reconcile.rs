//! `shunfu reconcile FILE --account CODE`: a bank's file comes in and is matched.

use crate::config::Config;
use crate::failure::Failure;
use crate::{admin, data_dir, house};
use clap::Args;
use kernel::id::OrganisationId;
use kernel::{Actor, Context, FieldError, Locale, Scope, Source};
use reconciliation::queries::{self, Names};
use reconciliation::{Asked, Imported, StatementFile, Told};
use serde_json::{Value, json};
use statements::{ColumnMap, Format};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use store::{App, Db};
use web::i18n::L;

/// Bring a bank's statement in and match it.
#[derive(Debug, Args)]
pub struct Reconcile {
    file: PathBuf,
    /// Code of the account in the books.
    #[arg(long, value_name = "CODE")]
    account: String,
    /// camt, mt940, ofx, …; found by the file itself when not given.
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Which column of a table is what: a file of JSON; kept for files of the account with the same header.
    #[arg(long, value_name = "MAP.json")]
    columns: Option<PathBuf>,
    /// Say what would come of it; nothing is kept or posted.
    #[arg(long)]
    dry_run: bool,
    /// All of it for programs, line by line.
    #[arg(long)]
    json: bool,
    /// Post what is surer than so many thousandths, other than the company chose; 1001 posts nothing.
    #[arg(long, value_name = "SCORE")]
    post_from: Option<u16>,
}

/// Lines that are told together: their names are looked up at once.
const TOLD_TOGETHER: usize = 500;

/// Reads a file into the books of the one organisation that is there.
pub fn run(config: &Config, asked: &Reconcile) -> Result<(), Failure> {
    let format = asked.format.as_deref().map(format_of).transpose()?;
    let columns = asked.columns.as_deref().map(columns_of).transpose()?;
    data_dir::expect_database(config)?;
    let _lock = data_dir::lock(&config.data_dir)?;
    let key = house::own_key(config)?;
    let all = admin::organisations(&admin::open(config)?)?;
    let [(organisation, _)] = all.as_slice() else {
        return Err(Failure::refused("There must be exactly one organisation to reconcile for."));
    };
    let house = house::open(config, key, String::new())?;
    let context = context(&house.app, *organisation)?;
    let name = asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let wanted = Asked {
        file: StatementFile::Path(asked.file.clone()),
        name,
        account: asked.account.clone(),
        format,
        columns,
        dry_run: asked.dry_run,
        post_from: asked.post_from,
    };
    let mut teller = Teller {
        db: house.app.db().clone(),
        scope: context.scope(),
        json: asked.json,
        waiting: Vec::new(),
        count: 0,
        out: BufWriter::new(io::stdout().lock()),
        failed: None,
    };
    if asked.json {
        teller.write(b"{\"lines\":[");
    }
    let imported = reconciliation::import(&house.app, &context, &wanted, &mut |told| teller.tell(told));
    teller.flush();
    let l = house::english()?;
    let text = match (&imported, asked.json) {
        (Ok(imported), true) => format!("],\"summary\":{}}}\n", summary(imported, asked.dry_run, &l)),
        (Ok(imported), false) => in_short(imported, asked.dry_run, &l),
        // Lines may have been told by then: what a program reads of it is whole, and says why there is no answer.
        (Err(error), true) => format!("],\"error\":{}}}\n", refused(error, &l)),
        (Err(_), false) => String::new(),
    };
    teller.write(text.as_bytes());
    let written = teller.failed.take().map_or_else(|| teller.out.flush(), Err);
    imported?;
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::refused(format!("The answer could not be written: {error}.")))
        }
        _ => Ok(()),
    }
}

fn columns_of(path: &Path) -> Result<ColumnMap, Failure> {
    let wrong =
        |error: String| Failure::usage(format!("The map of columns {} cannot be read: {error}.", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
}

fn format_of(name: &str) -> Result<Format, Failure> {
    Format::by_name(name).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.into_iter().map(Format::name).collect();
        Failure::usage(format!("There is no format {name}; there are {}.", known.join(", ")))
    })
}

/// The context of the person who owns the machine.
fn context(app: &App, organisation: OrganisationId) -> Result<Context, Failure> {
    Ok(Context {
        organisation,
        actor: Actor::System { task: "cli" },
        now: app.now(),
        seed: app.seed()?,
        locale: Locale::En,
        source: Source { address: "cli".into(), agent: String::new() },
        confirmed_at: None,
    })
}

/// Tells lines as they are done with.
struct Teller<'a> {
    db: Db,
    scope: Scope,
    json: bool,
    waiting: Vec<Told>,
    count: u64,
    out: BufWriter<io::StdoutLock<'a>>,
    failed: Option<io::Error>,
}

impl Teller<'_> {
    fn tell(&mut self, told: Told) {
        if !self.json {
            return;
        }
        self.waiting.push(told);
        if self.waiting.len() >= TOLD_TOGETHER {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let told = std::mem::take(&mut self.waiting);
        if told.is_empty() {
            return;
        }
        let proposals: Vec<_> = told.iter().map(|one| one.proposal.clone()).collect();
        let scope = self.scope;
        let names = self.db.read_now(move |conn| queries::names(conn, &scope, &proposals, []));
        let names: Names = names.unwrap_or_default();
        for one in told {
            let separator = if self.count > 0 { ",\n" } else { "\n" };
            self.count += 1;
            let line = line(&one, &names).to_string();
            self.write(separator.as_bytes());
            self.write(line.as_bytes());
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.out.write_all(bytes).err();
        }
    }
}

fn line(told: &Told, names: &Names) -> Value {
    let currency = told.amount.currency();
    let money = |minor| kernel::Money::new(minor, currency).amount();
    let best = told.proposal.candidates.first();
    let state = match (told.is_known, best, told.is_sure) {
        (true, ..) => "known",
        (_, Some(_), true) => "posted",
        (_, Some(_), false) => "proposed",
        (_, None, _) => "open",
    };
    let invoices = best.iter().flat_map(|best| &best.invoices);
    let invoices: Vec<Value> =
        invoices.map(|(id, minor)| json!({ "number": names.invoice(*id), "amount": money(*minor) })).collect();
    json!({
        "ordinal": told.ordinal,
        "line": told.reference,
        "date": told.on.to_string(),
        "amount": told.amount.amount(),
        "currency": currency.code(),
        "state": state,
        "tier": best.map(|best| &best.tier),
        "score": best.map(|_| told.proposal.confidence(0)),
        "tied": told.proposal.tied,
        "maybe_known_as": told.proposal.again.map(|line| line.to_string()),
        "customer": best.and_then(|best| best.customer).map(|id| names.customer(id)),
        "invoices": invoices,
        "entries": best.map_or(0, |best| best.entries.len()),
        "difference": best.and_then(|best| best.difference.as_ref())
            .map(|(kind, minor)| json!({ "kind": kind, "amount": money(*minor) })),
        "reasons": best.map(|best| best.reasons.iter().map(|one| &one.code).collect::<Vec<_>>()),
        "candidates": told.proposal.candidates.len(),
        "refused": told.refused,
    })
}

fn summary(imported: &Imported, dry_run: bool, l: &L) -> Value {
    let warnings: Vec<Value> =
        imported.warnings.iter().map(|one| json!({ "code": one.code, "detail": one.detail(l) })).collect();
    json!({
        "dry_run": dry_run,
        "statements": imported.statements,
        "lines": imported.lines,
        "known": imported.known,
        "posted": imported.posted,
        "waiting": imported.waiting,
        "open": imported.open,
        "warnings": warnings,
    })
}

fn refused(error: &store::Error, l: &L) -> Value {
    let refusal = error.refusal();
    let field = |one: &FieldError| json!({ "pointer": one.pointer, "detail": l.field(one) });
    let fields: Vec<Value> = refusal.fields.iter().map(field).collect();
    json!({ "code": refusal.code, "detail": l.refusal(&refusal), "errors": fields })
}

fn in_short(imported: &Imported, dry_run: bool, l: &L) -> String {
    let sum = |tiers: &std::collections::BTreeMap<&str, u64>| tiers.values().sum::<u64>();
    let told = |tiers: &std::collections::BTreeMap<&str, u64>| {
        let each: Vec<String> = tiers.iter().map(|(tier, count)| format!("{tier} {count}")).collect();
        if each.is_empty() { String::new() } else { format!(" ({})", each.join(", ")) }
    };
    let posted = if dry_run { "would be posted" } else { "posted" };
    let mut text = format!(
        "{} lines, {} known before\n{} {posted}{}\n{} wait for a person{}\n{} open\n",
        imported.lines,
        imported.known,
        sum(&imported.posted),
        told(&imported.posted),
        sum(&imported.waiting),
        told(&imported.waiting),
        imported.open,
    );
    for warning in &imported.warnings {
        text.push_str(&format!("note: {}\n", warning.detail(l)));
    }
    text
}
