//! The work-bench: one line of a statement with what it may be, and the lines that are left beside it.

use super::asked::Asked;
use super::chosen::{Chosen, marked};
use super::offer::{self, Offer};
use crate::accept::acceptable;
use crate::commands::Settle;
use crate::desk::{self, Entry};
use crate::queries::{self, Filter, Line, Match, Standing, Statement};
use ::store::{Conn, Error, Vault};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use kernel::id::{CustomerId, InvoiceId, StatementId, StatementLineId, UserId};
use kernel::{Actor, Arg, Locale, Money, Permission, Scope};
use matching::Tier;
use std::collections::HashMap;
use web::session::{Desk, Visit};
use web::view::{Pager, Picker, part};
use web::wire::path_id;
use web::{Fail, Page, View, Web};

#[derive(Template)]
#[template(path = "reconciliation/bench.html")]
pub(super) struct Bench {
    pub v: View,
    statement: Statement,
    account: String,
    /// Accounts that the other side may be posted to: code and name.
    accounts: Vec<(String, String)>,
    standings: Vec<Standing>,
    /// How many lines are in each state of those that are looked for.
    found: HashMap<String, i64>,
    /// Lines that somebody is asked about, with whom.
    waiting: Vec<(StatementLineId, UserId)>,
    /// Tiers with lines that can be accepted at once.
    acceptable: Vec<String>,
    lines: Vec<Line>,
    asked: Asked,
    chosen: Option<Chosen>,
    offers: Vec<Offer>,
    customer: Picker,
    /// Who may match: whom one can ask.
    colleagues: Vec<(UserId, String)>,
    /// Names of people by the trail's name for them.
    people: HashMap<String, String>,
    /// What was typed into the form that came back.
    typed: Vec<(String, String)>,
    pager: Pager,
}

/// The days of a statement.
pub(super) fn days(v: &View, statement: &Statement) -> String {
    match (statement.from, statement.until) {
        (Some(from), Some(until)) if from != until => format!("{} – {}", v.date(&from), v.date(&until)),
        (_, Some(day)) | (Some(day), None) => v.date(&day),
        (None, None) => String::new(),
    }
}

/// Whose a line is: the other side, what is written where nobody is named, or else that nobody is.
pub(super) fn name(v: &View, line: &Line) -> String {
    let named = line.payer.as_deref().map(str::trim).filter(|payer| !payer.is_empty());
    let said = named.or(Some(line.text.trim()).filter(|text| !text.is_empty()));
    said.map_or_else(|| v.t("line-nobody"), ToOwned::to_owned)
}

impl Bench {
    fn days(&self) -> String {
        days(&self.v, &self.statement)
    }

    fn count(&self, state: &str) -> i64 {
        self.standings.iter().filter(|one| state == "all" || one.state == state).map(|one| one.lines).sum()
    }

    /// Whether somebody works through the lines, who has read what was doubtful.
    fn is_under_way(&self) -> bool {
        !self.asked.line.is_empty()
    }

    fn warnings(&self) -> i64 {
        i64::try_from(self.statement.warnings.len()).unwrap_or(i64::MAX)
    }

    /// What the list can be narrowed to.
    fn states(&self) -> Vec<&'static str> {
        let all = ["open", "asked", "matched", "ignored", "all"].into_iter();
        all.filter(|state| *state != "asked" || self.asked.state == "asked" || !self.waiting.is_empty()).collect()
    }

    /// How many lines of a state are among those that are looked for.
    fn found(&self, state: &str) -> i64 {
        match state {
            "all" => self.found.iter().filter(|(own, _)| *own != "asked").map(|(_, lines)| lines).sum(),
            state => self.found.get(state).copied().unwrap_or_default(),
        }
    }

    /// How many lines are looked for that are in another state than those shown.
    fn found_elsewhere(&self) -> i64 {
        if self.asked.q.is_empty() || self.asked.state == "all" {
            0
        } else {
            self.found("all") - self.found(&self.asked.state)
        }
    }

    /// Who is asked about a line.
    fn waits_for(&self, line: &Line) -> Option<String> {
        let (_, who) = self.waiting.iter().find(|(id, _)| *id == line.id)?;
        Some(self.colleague(who))
    }

    fn done(&self) -> i64 {
        self.count("matched") + self.count("ignored")
    }

    /// What is left, tier by tier, surest first; what nothing was proposed for is last.
    fn left(&self) -> Vec<&Standing> {
        let mut left: Vec<&Standing> = self.standings.iter().filter(|one| one.state == "open").collect();
        left.sort_by_key(|one| one.tier.as_deref().and_then(Tier::by_name).map_or((1, None), |tier| (0, Some(tier))));
        left
    }

    fn posted(&self) -> Vec<&Standing> {
        self.standings.iter().filter(|one| one.state == "matched").collect()
    }

    fn tier(&self, tier: Option<&str>) -> String {
        self.v.t(&format!("tier-{}", tier.unwrap_or("none")))
    }

    fn tier_of<'a>(&self, line: &'a Line) -> Option<&'a str> {
        match &line.matched {
            Some(found) => Some(found.tier.as_str()),
            None => line.proposed.candidates.first().map(|best| best.tier.as_ref()),
        }
    }

    /// The tier that the key accepts: the chosen line's, else the surest of those that can be accepted.
    fn accepted_first(&self) -> Option<&str> {
        let own = self.chosen.as_ref().and_then(|chosen| self.tier_of(&chosen.line));
        let left = self.left();
        let all = left.iter().filter_map(|one| one.tier.as_deref());
        own.into_iter().chain(all).find(|tier| self.may() && self.acceptable.iter().any(|one| one == tier))
    }

    fn accept_link(&self, tier: &str) -> String {
        format!("/statements/{}/accept?tier={tier}", self.statement.id)
    }

    fn sums(&self, standing: &Standing) -> String {
        let text = |money: &Money, sign: &str| {
            if money.is_zero() { None } else { Some(format!("{sign}{}", self.v.money_text(money))) }
        };
        let sums = [text(&standing.incoming, "+"), text(&standing.outgoing, "−")];
        sums.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// A line's stamp: the look, and the message of it.
    fn stamp(&self, line: &Line) -> (&'static str, String) {
        match line.state.as_str() {
            "matched" => ("paid", self.v.t("line-matched")),
            "ignored" => ("void", self.v.t("line-ignored")),
            _ if line.proposed.again.is_some() => ("doubt", self.v.t("line-again")),
            _ if line.proposed.tied => ("doubt", self.v.t("line-tied")),
            _ => ("open", self.tier(self.tier_of(line))),
        }
    }

    fn is_chosen(&self, line: &Line) -> bool {
        self.chosen.as_ref().is_some_and(|chosen| chosen.line.id == line.id)
    }

    fn is_marked(&self, line: &Line) -> bool {
        self.asked.is_marked(&line.id.to_string())
    }

    /// Lines that are marked and not on this page of the list.
    fn marked_elsewhere(&self) -> Vec<&String> {
        let is_here = |id: &&String| self.lines.iter().any(|line| line.id.to_string() == **id);
        self.asked.with.iter().filter(|id| !is_here(id)).collect()
    }

    /// Marks the line that is shown, or takes its mark away, and goes to the next.
    fn mark_link(&self, chosen: &Chosen) -> String {
        let next = chosen.next.unwrap_or(chosen.line.id);
        self.asked.marked(&chosen.line.id.to_string()).link(self.statement.id, &next.to_string())
    }

    /// The marked lines, to be taken together.
    fn together_link(&self) -> String {
        format!("{}&hand=together", self.asked.link(self.statement.id, &self.asked.line))
    }

    /// The line alone, with nothing marked.
    fn alone_link(&self, line: &StatementLineId) -> String {
        Asked { with: Vec::new(), ..self.asked.clone() }.link(self.statement.id, &line.to_string())
    }

    fn name(&self, line: &Line) -> String {
        name(&self.v, line)
    }

    /// A line whatever is looked for.
    fn any_link(&self, line: &StatementLineId) -> String {
        let all = Asked { state: "all".to_owned(), ..Asked::default() };
        all.link(self.statement.id, &line.to_string())
    }

    /// Where what was done last is undone.
    fn undo_link(&self) -> String {
        let all = Asked { state: "all".to_owned(), hand: String::new(), ..Asked::default() };
        format!("{}&hand=undo", all.link(self.statement.id, &self.asked.was))
    }

    /// The keys of the bench with what they do.
    fn keys(&self) -> Vec<(&'static str, String)> {
        let keys = [
            ("j", "bench-key-next"),
            ("k", "bench-key-previous"),
            ("1–9", "bench-key-choose"),
            ("Enter", "bench-key-accept"),
            ("a", "bench-key-tier"),
            ("p", "bench-key-pay"),
            ("l", "bench-key-link"),
            ("b", "bench-key-post"),
            ("s", "bench-key-aside"),
            ("n", "bench-key-note"),
            ("r", "bench-key-row"),
            ("x", "bench-key-mark"),
            ("t", "bench-key-together"),
            ("u", "bench-key-undo"),
            ("/", "bench-key-find"),
            ("Esc", "bench-key-leave"),
            ("?", "bench-key-help"),
        ];
        keys.into_iter().map(|(key, message)| (key, self.v.t(message))).collect()
    }

    fn line_link(&self, id: &StatementLineId) -> String {
        self.asked.link(self.statement.id, &id.to_string())
    }

    fn state_link(&self, state: &str) -> String {
        Asked { state: state.to_owned(), ..self.asked.clone() }.link(self.statement.id, "")
    }

    fn tier_link(&self, tier: Option<&str>) -> String {
        let tier = tier.unwrap_or_default().to_owned();
        Asked { tier, state: "open".to_owned(), ..self.asked.clone() }.link(self.statement.id, "")
    }

    /// What a form sends along, so that the same lines are shown afterwards.
    fn at(&self) -> String {
        self.asked.query("")
    }

    fn may(&self) -> bool {
        self.v.may(Permission::StatementMatch) && self.statement.status == "open"
    }

    fn warning(&self, code: &str) -> String {
        let id = format!("statement-warning-{}", code.replace('_', "-"));
        self.v.l.find(&id, &[]).unwrap_or_else(|| self.v.t("statement-warning-other"))
    }

    fn who(&self, name: &str) -> String {
        self.people.get(name).cloned().unwrap_or_else(|| self.v.t("actor-house"))
    }

    fn colleague(&self, id: &UserId) -> String {
        self.who(&id.to_string())
    }

    /// What was typed under a name; else this.
    fn typed(&self, name: &str, usual: &str) -> String {
        let found = self.typed.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        found.unwrap_or_else(|| usual.to_owned())
    }

    fn is_ticked(&self, entry: &Entry) -> bool {
        let id = entry.id.to_string();
        self.typed.iter().any(|(name, value)| name == "/entries" && *value == id)
    }

    /// Whether one of the ways by hand lies open: it was asked for, came back, or nothing was proposed.
    fn is_open(&self, way: &str) -> bool {
        let is_asked = !["", "together"].contains(&self.asked.hand.as_str());
        self.asked.hand == way || (way == "pay" && !is_asked && self.offers.is_empty())
    }

    /// What has the focus when the page comes: the way that was asked for, else the first proposal unless another is as good, else
    /// the line itself. What was wrong with a form comes before all of these.
    fn focus(&self) -> &'static str {
        let Some(chosen) = self.chosen.as_ref().filter(|_| self.v.faults.sentence.is_empty()) else { return "" };
        match self.asked.hand.as_str() {
            "pay" if !chosen.rows.is_empty() => "amount",
            "link" if !chosen.free.is_empty() => "entry",
            "undo" if chosen.line.matched.is_some() => "reason",
            "" if !self.offers.is_empty() && !chosen.line.proposed.tied => "offer",
            _ => "line",
        }
    }

    /// Whether something was said of what entries and line differ by.
    fn is_beside(&self) -> bool {
        ["/fee", "/rest/account"].iter().any(|name| !self.typed(name, "").is_empty())
    }

    fn entry_words(&self, entry: &Entry) -> String {
        offer::entry_words(&self.v, entry)
    }

    fn reasons(&self, found: &Match) -> String {
        offer::reasons(&self.v, &found.reasons).join(" · ")
    }

    /// What was settled beside what came, in words.
    fn settled(&self, found: &Match) -> Vec<String> {
        let Some(chosen) = &self.chosen else { return Vec::new() };
        let number = |id: &InvoiceId| {
            let paid = chosen.paid.iter().find(|(own, ..)| own == id).map(|(_, number, _)| number.clone());
            paid.unwrap_or_else(|| chosen.names.invoice(*id))
        };
        let told = |(id, settle, amount): &(InvoiceId, Settle, Money)| {
            let args = [("invoice", Arg::from(number(id))), ("amount", Arg::Money(*amount))];
            self.v.ta(&format!("line-settled-{}", settle.name().replace('_', "-")), &args)
        };
        found.settled.iter().map(told).collect()
    }

    /// The rule that set the chosen line aside, in words.
    fn rule_said(&self) -> Option<String> {
        let best = self.chosen.as_ref()?.line.proposed.candidates.first().filter(|best| best.sets_aside())?;
        Some(offer::reasons(&self.v, &best.reasons).join(" · "))
    }

    fn pointer(&self, index: &usize, name: &str) -> String {
        format!("/invoices/{index}/{name}")
    }

    fn settles(&self) -> Vec<(&'static str, String)> {
        Settle::ALL.into_iter().map(|one| (one.name(), self.v.t(&settle_message(one)))).collect()
    }
}

fn settle_message(settle: Settle) -> String {
    format!("settle-{}", settle.name().replace('_', "-"))
}

pub async fn show(
    State(web): State<Web>,
    Desk(visit): Desk,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Fail> {
    web.app.authorise(&visit.context.actor, Permission::StatementRead)?;
    let asked = Asked::read(&visit.view.query);
    page(&web, visit, path_id(&id)?, asked, Vec::new()).await
}

/// The page, with what was typed into a form that was refused.
pub(super) async fn page(
    web: &Web,
    visit: Visit,
    id: StatementId,
    asked: Asked,
    typed: Vec<(String, String)>,
) -> Result<Page<Bench>, Fail> {
    let mut v = visit.view;
    let mut part = part(&v.query, &[])?;
    part.rising = true;
    let locale = v.l.locale();
    let (reads, words, typed_too) = (part.clone(), asked.clone(), typed.clone());
    let vault = web.app.vault().clone();
    let mut read = web
        .app
        .read(&visit.context, Permission::StatementRead, move |conn, scope| {
            Read::all((conn, &vault), scope, id, (&words, &reads), (locale, &typed_too))
        })
        .await?;
    let may_match = |roles: Vec<kernel::Role>| {
        let colleague = Actor::User { id: UserId::NIL, roles, customer: None };
        web.app.permits(&colleague, Permission::StatementMatch)
    };
    let me = v.who.as_ref().map(|who| who.id);
    let others = read.colleagues.into_iter().filter(|one| Some(one.id) != me && may_match(one.roles.clone()));
    let colleagues = others.map(|one| (one.id, one.name)).collect();
    let pager = Pager::by_id(&v, &read.part, &mut read.lines, |line| line.id);
    let offers = match &read.chosen {
        Some(chosen) if chosen.line.state == "open" && chosen.together.is_empty() => {
            let known = (&chosen.names, &chosen.linked[..], &read.accounts[..]);
            let candidates = chosen.line.proposed.candidates.iter().enumerate();
            let proposed = &chosen.line.proposed;
            candidates.map(|(nth, one)| Offer::of(&v, (nth, one, proposed), read.statement.currency, known)).collect()
        }
        _ => Vec::new(),
    };
    v.faults.rows = read.chosen.iter().flat_map(|chosen| chosen.named(&typed)).collect();
    let account = read.accounts.iter().find(|(code, _)| *code == read.statement.account);
    let account = account.map(|(code, name)| format!("{code} {name}")).unwrap_or_default();
    read.accounts.retain(|(code, _)| *code != read.statement.account);
    Ok(Page::new(Bench {
        customer: read.customers.picker("/customer", &v),
        v,
        account,
        accounts: read.accounts,
        standings: read.standings,
        found: read.found,
        waiting: read.waiting,
        acceptable: read.acceptable,
        lines: read.lines,
        asked,
        chosen: read.chosen,
        offers,
        colleagues,
        people: read.people,
        typed,
        pager,
        statement: read.statement,
    }))
}

/// What the page is made of.
struct Read {
    statement: Statement,
    standings: Vec<Standing>,
    found: HashMap<String, i64>,
    waiting: Vec<(StatementLineId, UserId)>,
    acceptable: Vec<String>,
    lines: Vec<Line>,
    /// Where the list begins, and so on; it begins on the chosen line's page where the address does not say it.
    part: ::store::Part,
    chosen: Option<Chosen>,
    customers: identity::choices::Customers,
    accounts: Vec<(String, String)>,
    colleagues: Vec<identity::queries::Colleague>,
    people: HashMap<String, String>,
}

impl Read {
    fn all(
        (conn, vault): (&mut Conn, &Vault),
        scope: &Scope,
        id: StatementId,
        (asked, part): (&Asked, &::store::Part),
        (locale, typed): (Locale, &[(String, String)]),
    ) -> Result<Read, Error> {
        let statement = queries::statement(conn, scope, id)?;
        let standings = queries::progress(conn, scope, &statement)?;
        let left = standings.iter().filter(|one| one.state == "open");
        let left = left.filter_map(|one| Tier::by_name(one.tier.as_deref()?));
        let acceptable = acceptable(conn, scope, &statement, left)?;
        let waiting = desk::asked_lines(conn, scope, id)?;
        let ids: Vec<StatementLineId> = waiting.iter().map(|(line, _)| *line).collect();
        let filter = asked.filter(statement.currency, &ids);
        let found = found(conn, scope, (id, &filter), &standings, &ids)?;
        let line = match asked.shown().parse() {
            Ok(line) => Some(queries::line(conn, scope, line)?).filter(|line| line.statement == id),
            Err(_) => None,
        };
        let mut part = part.clone();
        if let (Some(line), None) = (&line, &part.from) {
            part.from = desk::page_of(conn, scope, (id, &filter), (line.id, part.limit - 1))?;
        }
        let lines = queries::lines(conn, scope, &statement, &filter, &part)?;
        let line = line.or_else(|| lines.first().cloned());
        let marked = match &line {
            Some(line) if line.state == "open" => marked(conn, scope, line.statement, asked)?,
            _ => Vec::new(),
        };
        let best = line.as_ref().and_then(|line| line.proposed.candidates.first()?.customer);
        let customer = match (asked.customer.parse::<CustomerId>(), asked.find.is_empty()) {
            (Ok(customer), _) => Some(customer),
            (Err(_), true) => best,
            (Err(_), false) => None,
        };
        let own = customer.map(|customer| customer.to_string()).unwrap_or_default();
        let customers = identity::choices::customers(conn, scope, &asked.find, &own)?;
        let chosen = match line {
            None => None,
            Some(line) => {
                Some(Chosen::read((conn, vault), scope, &statement, (line, marked), (asked, &filter, customer, typed))?)
            }
        };
        let all = ledger::queries::accounts(conn, scope)?.into_iter().filter(|account| account.postable);
        let accounts = all.map(|account| (account.code.clone(), account.names.get(locale).to_owned())).collect();
        let colleagues = identity::queries::colleagues(conn, scope.organisation())?;
        let people = people(&statement, &waiting, chosen.as_ref());
        let people = identity::queries::actor_names(conn, scope.organisation(), people.iter().map(String::as_str))?;
        Ok(Read {
            statement,
            standings,
            found,
            waiting,
            acceptable,
            lines,
            part,
            chosen,
            customers,
            accounts,
            colleagues,
            people,
        })
    }
}

/// Whoever the page speaks of, by the trail's names for them.
fn people(statement: &Statement, waiting: &[(StatementLineId, UserId)], chosen: Option<&Chosen>) -> Vec<String> {
    let mut people: Vec<String> = vec![statement.imported_by.clone()];
    people.extend(waiting.iter().map(|(_, asked)| asked.to_string()));
    for note in chosen.iter().flat_map(|chosen| &chosen.notes) {
        people.push(note.by.clone());
        people.extend(note.asked.map(|id| id.to_string()));
    }
    people.extend(chosen.iter().filter_map(|chosen| chosen.line.matched.as_ref()).map(|found| found.by.clone()));
    people
}

/// How many lines are in each state, and how many are asked about, of those that a filter lets through whatever their state.
fn found(
    conn: &mut Conn,
    scope: &Scope,
    (statement, filter): (StatementId, &Filter),
    standings: &[Standing],
    waiting: &[StatementLineId],
) -> Result<HashMap<String, i64>, Error> {
    let any = Filter { state: None, lines: None, ..filter.clone() };
    let mut found = if any == Filter::default() {
        standings.iter().fold(HashMap::new(), |mut found, one| {
            *found.entry(one.state.clone()).or_default() += one.lines;
            found
        })
    } else {
        desk::found(conn, scope, statement, &any)?
    };
    if !waiting.is_empty() {
        let asked = Filter { lines: Some(waiting.to_vec()), ..any };
        found.insert("asked".to_owned(), desk::found(conn, scope, statement, &asked)?.values().sum());
    }
    Ok(found)
}
