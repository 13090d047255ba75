//! Conversations with the simulator over real HTTP on loopback: what a seller's program sees on good and bad days.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod alipay;
mod book;
mod disputes;
mod faults;
mod house;
mod notifications;
mod pages;
mod payments;
mod paypal;
mod refunds;
mod stripe;
mod wechat_pay;
