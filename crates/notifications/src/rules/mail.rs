//! What a mail is for, and where it stands.

use kernel::id::{EventId, PaymentId, UserId};

/// What a mail is for; says what it is about as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The receipt of a payment.
    Receipt,
    /// Somebody of the desk looks whether mail arrives.
    Test,
}

impl Purpose {
    pub const ALL: [Purpose; 2] = [Purpose::Receipt, Purpose::Test];

    pub const fn name(self) -> &'static str {
        match self {
            Purpose::Receipt => "receipt",
            Purpose::Test => "test",
        }
    }

    pub fn by_name(name: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    /// The id of what a mail is about, as it is told outside.
    pub fn about(self, id: EventId) -> String {
        match self {
            Purpose::Receipt => id.retyped::<kernel::id::Payment>().to_string(),
            Purpose::Test => id.retyped::<kernel::id::User>().to_string(),
        }
    }

    /// Reads the id of something that mails are about.
    pub fn read_about(text: &str) -> Option<EventId> {
        let payment = text.parse::<PaymentId>().map(PaymentId::retyped);
        let user = || text.parse::<UserId>().map(UserId::retyped);
        payment.or_else(|_| user()).ok()
    }
}

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// For its turn, or for the next attempt.
    Waiting,
    /// A mail server took it.
    Sent,
    /// It was refused for good, or tried often enough.
    Failed,
}

impl Status {
    pub const ALL: [Status; 3] = [Status::Waiting, Status::Sent, Status::Failed];

    pub const fn name(self) -> &'static str {
        match self {
            Status::Waiting => "waiting",
            Status::Sent => "sent",
            Status::Failed => "failed",
        }
    }

    pub fn by_name(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ids_read_back() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::by_name(purpose.name()), Some(purpose));
            let id = EventId::from_bytes([7; 16]);
            assert_eq!(Purpose::read_about(&purpose.about(id)), Some(id));
        }
        for status in Status::ALL {
            assert_eq!(Status::by_name(status.name()), Some(status));
        }
        assert_eq!(Purpose::read_about("cus_01h455vb4pex5vsknk084sn02q"), None);
    }
}
