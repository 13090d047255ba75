//! The house as one program: configuration, commands, jobs, composition, demonstration.

pub mod admin;
mod api;
mod checkpoints;
pub mod cli;
pub mod config;
pub mod data_dir;
pub mod demo;
pub mod doctor;
pub mod failure;
pub mod house;
mod index;
mod jobs;
pub mod mails;
mod openapi;
pub mod pages;
mod reconcile;
mod room;
pub mod rooms;
pub mod serve;
pub mod setup;
pub mod simulator;
mod statement;
pub mod verify;
pub mod worker;

/// Sentences of the home page and the search.
pub const MESSAGES: web::i18n::Messages = &[
    (kernel::Locale::En, include_str!("../locale/en.ftl")),
    (kernel::Locale::ZhCn, include_str!("../locale/zh-CN.ftl")),
];
