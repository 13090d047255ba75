//! Why an attempt failed, and what follows.
//!
//! Codes are those of SMTP (RFC 5321, 4.2): 4xx may pass, 5xx is for good. What a server says beside its code is not kept, since it
//! names addresses. Where no answer came, the mail may have arrived: it is sent again under the same message id.

/// What went wrong, in a word that tells nothing of anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// The server refuses the mail or its recipient.
    Refused,
    /// The server does not take it now.
    Deferred,
    /// The server does not accept our name and password.
    NotSignedIn,
    /// No protected connection, or a certificate that is not believed.
    NotProtected,
    /// No connection, or it ended without an answer.
    NoAnswer,
    /// The server cannot do what the mail needs.
    Unsupported,
    /// There is no address any more, or none that a mail can be sent to.
    NoAddress,
    /// What the mail was to say could not be written.
    NotWritten,
}

impl FailureClass {
    pub const ALL: [FailureClass; 8] = [
        FailureClass::Refused,
        FailureClass::Deferred,
        FailureClass::NotSignedIn,
        FailureClass::NotProtected,
        FailureClass::NoAnswer,
        FailureClass::Unsupported,
        FailureClass::NoAddress,
        FailureClass::NotWritten,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            FailureClass::Refused => "refused",
            FailureClass::Deferred => "deferred",
            FailureClass::NotSignedIn => "not_signed_in",
            FailureClass::NotProtected => "not_protected",
            FailureClass::NoAnswer => "no_answer",
            FailureClass::Unsupported => "unsupported",
            FailureClass::NoAddress => "no_address",
            FailureClass::NotWritten => "not_written",
        }
    }

    pub fn by_name(name: &str) -> Option<FailureClass> {
        FailureClass::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// A failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    pub class: FailureClass,
    /// The server's, where it answered.
    pub code: Option<u16>,
    /// Nothing is gained by trying again.
    pub is_final: bool,
}

impl Failure {
    /// One that may pass.
    pub const fn passing(class: FailureClass) -> Failure {
        Failure { class, code: None, is_final: false }
    }

    /// One that stays.
    pub const fn lasting(class: FailureClass) -> Failure {
        Failure { class, code: None, is_final: true }
    }

    /// What a server's code says. 530, 534, 535 and 538 speak of our signing in (RFC 4954), which an administrator can mend.
    pub const fn answered(code: u16) -> Failure {
        let (class, is_final) = match code {
            530 | 534 | 535 | 538 => (FailureClass::NotSignedIn, false),
            500..=599 => (FailureClass::Refused, true),
            _ => (FailureClass::Deferred, false),
        };
        Failure { class, code: Some(code), is_final }
    }
}

/// Seconds from a failed attempt to the next; after the last of them a mail has failed. About two days in all.
const WAITS_S: [i64; 9] = [5, 30, 120, 600, 3_600, 14_400, 43_200, 43_200, 86_400];

/// Seconds until the next attempt after so many that failed; none where that was the last.
pub fn next_after(attempts: i32, failure: Failure) -> Option<i64> {
    let done = usize::try_from(attempts).unwrap_or(0);
    if failure.is_final {
        return None;
    }
    WAITS_S.get(done.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_whether_trying_again_helps() {
        for (code, class, is_final) in [
            (421, FailureClass::Deferred, false),
            (451, FailureClass::Deferred, false),
            (550, FailureClass::Refused, true),
            (554, FailureClass::Refused, true),
            (535, FailureClass::NotSignedIn, false),
        ] {
            assert_eq!(Failure::answered(code), Failure { class, code: Some(code), is_final }, "{code}");
        }
        for class in FailureClass::ALL {
            assert_eq!(FailureClass::by_name(class.name()), Some(class));
        }
    }

    #[test]
    fn attempts_come_later_and_later_and_end() {
        let passing = Failure::passing(FailureClass::NoAnswer);
        let waits: Vec<i64> = (1..).map_while(|attempts| next_after(attempts, passing)).collect();
        assert!(waits.is_sorted() && waits.len() == WAITS_S.len(), "{waits:?}");
        assert_eq!(next_after(1, Failure::answered(550)), None);
    }
}
