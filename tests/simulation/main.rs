//! A thousand stories, each from one seed: customers, clerks and payers meet a provider that times out, answers late and contradicts
//! itself, its notifications come twice, late, in any order and forged, and the house is killed in between. After every step and
//! at the end the books must agree with the provider's. Then twenty bugs are planted, one at a time: each must be found.
//!
//! `SHUNFU_SEED=7` tells one story and what happened in it; `SHUNFU_LONG=1` goes on through new seeds and adds up how many were told.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod chance;
mod checks;
mod disputes;
mod errands;
#[path = "../tests/harness/founding.rs"]
mod founding;
mod people;
mod provider;
mod stage;

use kernel::Bug;
use people::Story;
use stage::{Stage, Template};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Stories at each run.
const STORIES: u64 = 1_000;
/// A bug that so many stories do not find is not found.
const STORIES_OF_A_BUG: u64 = 400;
/// How long the long run goes on.
const LONG: Duration = Duration::from_secs(3_600);

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let template = runtime.block_on(Template::make());
    // Handlers may ask for timers; nothing here waits for one.
    let _entered = runtime.enter();
    if let Some(seed) = number("SHUNFU_SEED") {
        return one(&template, seed);
    }
    std::panic::set_hook(Box::new(|_| {}));
    let (mut passed, mut failed) = (0, 0);
    let mut count = |good: bool| if good { passed += 1 } else { failed += 1 };
    if is_wanted("stories") {
        let begun = Instant::now();
        let told = stories(&template, 1..=STORIES, &runtime);
        let seconds = begun.elapsed().as_secs();
        match &told.wrong {
            None => println!("good   {STORIES} stories ({seconds} s, {} kills)", told.kills),
            Some((seed, wrong)) => tell_wrong(&format!("story {seed} of {STORIES}"), *seed, wrong),
        }
        count(told.wrong.is_none());
    }
    for bug in Bug::ALL.into_iter().filter(|_| is_wanted("bugs")) {
        kernel::planted::plant(Some(bug));
        let found = stories(&template, 1..=STORIES_OF_A_BUG, &runtime);
        match &found.wrong {
            Some((seed, wrong)) => println!("good   {bug:?} is found by story {seed}: {}", first_line(wrong)),
            None => println!("wrong  {bug:?} is not found by {STORIES_OF_A_BUG} stories"),
        }
        count(found.wrong.is_some());
    }
    kernel::planted::plant(None);
    if number("SHUNFU_LONG").is_some_and(|long| long > 0) {
        count(go_on(&template, &runtime));
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Everything, or what the command line names: `stories`, `bugs`.
fn is_wanted(part: &str) -> bool {
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    named.is_empty() || named.iter().any(|word| word == part)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn tell_wrong(what: &str, seed: u64, wrong: &str) {
    println!("wrong  {what}");
    wrong.lines().for_each(|line| println!("       {line}"));
    println!("       again: SHUNFU_SEED={seed} cargo test --workspace --test simulation");
}

struct Told {
    wrong: Option<(u64, String)>,
    kills: u64,
}

/// Tells stories on all cores until one goes wrong; of several the first by its seed.
fn stories(template: &Template, seeds: std::ops::RangeInclusive<u64>, runtime: &tokio::runtime::Runtime) -> Told {
    let (next, kills, stop) = (AtomicU64::new(*seeds.start()), AtomicU64::new(0), AtomicBool::new(false));
    let wrong: Mutex<Option<(u64, String)>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                let _entered = runtime.enter();
                while !stop.load(Ordering::SeqCst) {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed > *seeds.end() {
                        return;
                    }
                    let ended = story(template, seed);
                    kills.fetch_add(ended.kills, Ordering::SeqCst);
                    if ended.wrong.is_empty() {
                        continue;
                    }
                    stop.store(true, Ordering::SeqCst);
                    let mut first = wrong.lock().unwrap();
                    if first.as_ref().is_none_or(|(other, _)| seed < *other) {
                        *first = Some((seed, ended.wrong.join("\n")));
                    }
                }
            });
        }
    });
    Told { wrong: wrong.into_inner().unwrap(), kills: kills.into_inner() }
}

struct Ended {
    wrong: Vec<String>,
    kills: u64,
    log: Vec<String>,
}

fn story(template: &Template, seed: u64) -> Ended {
    let stage = Stage::new(template, seed);
    let told = catch_unwind(AssertUnwindSafe(|| {
        let mut story = Story::new(stage.clone(), seed);
        let mut wrong = story.tell(checks::always);
        if wrong.is_empty() {
            wrong = checks::settled(&stage);
        }
        wrong
    }));
    let wrong = told.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        vec![format!("it broke: {}", said.unwrap_or_else(|| panic.downcast_ref::<&str>().unwrap_or(&"?").to_string()))]
    });
    Ended { wrong, kills: u64::from(stage.kills.get()), log: stage.log.take() }
}

/// One story with all that happened in it.
fn one(template: &Template, seed: u64) -> ExitCode {
    let bug = number("SHUNFU_BUG").and_then(|bug| Bug::ALL.into_iter().find(|known| *known as u64 == bug));
    kernel::planted::plant(bug);
    let ended = story(template, seed);
    ended.log.iter().for_each(|line| println!("{line}"));
    ended.wrong.iter().for_each(|line| println!("wrong  {line}"));
    if ended.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// New seeds for an hour, and how many were told in all such runs.
fn go_on(template: &Template, runtime: &tokio::runtime::Runtime) -> bool {
    let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("stories");
    let before = std::fs::read_to_string(&kept).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(STORIES);
    let (begun, mut at) = (Instant::now(), before);
    while begun.elapsed() < LONG {
        let told = stories(template, at + 1..=at + 200, runtime);
        if let Some((seed, wrong)) = told.wrong {
            tell_wrong(&format!("story {seed}"), seed, &wrong);
            return false;
        }
        at += 200;
        std::fs::write(&kept, at.to_string()).unwrap();
    }
    println!("good   {} new stories, {at} in all", at - before);
    true
}
