//! What the books decide without a database: the charts, what an entry must satisfy, which lines each business
//! event posts, periods, exchange rates, revaluation, and statements.

pub mod cash_flow;
pub mod chart;
pub mod entry;
pub mod manual;
pub mod period;
pub mod postings;
pub mod rate;
pub mod rate_file;
pub mod revaluation;
pub mod statements;
