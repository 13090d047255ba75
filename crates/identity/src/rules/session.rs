//! How long a session lives, when it must be confirmed, and where it leads.

use jiff::{SignedDuration, Timestamp};

/// No session outlives this.
pub const LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// At the desk a session ends after this much silence; in the portal it may be silent all its life.
const SILENCE_AT_DESK: SignedDuration = SignedDuration::from_hours(12);
/// How exactly it is known when somebody was last seen.
const SEEN_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// How long a password counts as just given.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// Whether a session still counts.
pub fn is_alive(seen_at: Timestamp, expires_at: Timestamp, in_portal: bool, now: Timestamp) -> bool {
    now < expires_at && (in_portal || now.duration_since(seen_at) <= SILENCE_AT_DESK)
}

/// Whether it is time to note that somebody was seen.
pub fn is_to_be_noted(seen_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(seen_at) >= SEEN_EVERY
}

/// Whether the person proved who they are recently enough for what must not happen by a forgotten open screen.
pub fn is_fresh(confirmed_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(confirmed_at) <= FRESH
}

/// An address of this house to go on to, or nothing where it could lead elsewhere.
pub fn safe_next(next: &str) -> Option<&str> {
    let rest = next.strip_prefix('/')?;
    let leaves = rest.starts_with(['/', '\\']);
    let odd = next.len() > 1000 || next.contains('\\') || next.chars().any(|c| c.is_control() || c.is_whitespace());
    let loops = ["/sign-in", "/sign-out", "/confirm"]
        .iter()
        .any(|page| next.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '/', '#'])));
    (!leaves && !odd && !loops).then_some(next)
}

/// Where somebody goes after signing in.
pub fn landing(next: &str, in_portal: bool) -> &str {
    match (in_portal, safe_next(next)) {
        (false, Some(next)) => next,
        (true, Some(next)) if next.starts_with("/portal/") || next.starts_with("/portal?") => next,
        (false, None) => "/",
        (true, _) => "/portal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64, seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + hours * 3600 + seconds).unwrap()
    }

    #[test]
    fn sessions_end_by_silence_and_by_age() {
        for (seen, expires, portal, now, alive) in [
            (at(0, 0), at(720, 0), false, at(12, 0), true),
            (at(0, 0), at(720, 0), false, at(12, 1), false),
            (at(0, 0), at(720, 0), true, at(12, 1), true),
            (at(0, 0), at(720, 0), true, at(719, 3599), true),
            (at(719, 0), at(720, 0), true, at(720, 0), false),
            (at(719, 0), at(720, 0), false, at(720, 0), false),
        ] {
            assert_eq!(is_alive(seen, expires, portal, now), alive, "{seen} {expires} {portal} {now}");
        }
    }

    #[test]
    fn seen_once_a_minute_and_fresh_for_ten() {
        assert!(!is_to_be_noted(at(0, 0), at(0, 59)) && is_to_be_noted(at(0, 0), at(0, 60)));
        assert!(is_fresh(at(0, 0), at(0, 600)) && !is_fresh(at(0, 0), at(0, 601)));
    }

    #[test]
    fn nobody_is_led_elsewhere() {
        for (next, desk, portal) in [
            ("/invoices?status=open", "/invoices?status=open", "/portal"),
            ("/portal/history", "/portal/history", "/portal/history"),
            ("", "/", "/portal"),
            ("//evil.example", "/", "/portal"),
            ("/\\evil.example", "/", "/portal"),
            ("https://evil.example", "/", "/portal"),
            ("javascript:alert(1)", "/", "/portal"),
            ("/x\r\nSet-Cookie: a=b", "/", "/portal"),
            ("/sign-in?next=/sign-in", "/", "/portal"),
            ("/sign-out", "/", "/portal"),
            ("/sign-in-methods", "/sign-in-methods", "/portal"),
            ("/portalx", "/portalx", "/portal"),
        ] {
            assert_eq!((landing(next, false), landing(next, true)), (desk, portal), "{next:?}");
        }
    }
}
