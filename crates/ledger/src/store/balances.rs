//! Balances: roll-ups by account, party, currency and day, and the tail of what is not rolled up yet.
