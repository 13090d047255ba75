//! What people may do with jobs that gave up.

use kernel::id::JobId;
use kernel::{Permission, Refusal};
use store::jobs::{self, JobView};
use store::{Command, Error, Tx};

/// Gives a job that gave up another round of tries, beginning now.
#[derive(Debug, Clone, Copy)]
pub struct RetryJob(pub JobId);

impl Command for RetryJob {
    const NAME: &'static str = "job.retry";
    const PERMISSION: Permission = Permission::SettingsWrite;
    type Output = JobView;

    fn run(&self, tx: &mut Tx<'_>) -> Result<JobView, Error> {
        let (job, organisation, now) = (dead(tx, self.0)?, tx.organisation(), tx.now());
        jobs::retry(tx.conn, organisation, self.0, now)?;
        tx.audit(self.0, &told(&job))?;
        Ok(JobView { attempts: 0, run_at: now, ..job })
    }
}

/// Throws a job that gave up away: what it was to do is not done.
#[derive(Debug, Clone, Copy)]
pub struct DiscardJob(pub JobId);

impl Command for DiscardJob {
    const NAME: &'static str = "job.discard";
    const PERMISSION: Permission = Permission::SettingsWrite;
    type Output = JobView;

    fn run(&self, tx: &mut Tx<'_>) -> Result<JobView, Error> {
        let (job, organisation) = (dead(tx, self.0)?, tx.organisation());
        jobs::discard(tx.conn, organisation, self.0)?;
        tx.audit(self.0, &told(&job))?;
        Ok(job)
    }
}

fn dead(tx: &mut Tx<'_>, id: JobId) -> Result<JobView, Error> {
    let organisation = tx.organisation();
    jobs::find_dead(tx.conn, organisation, id)?.ok_or_else(|| Refusal::not_found("job_not_found").into())
}

/// The kind is enough: what a job carries may name people.
fn told(job: &JobView) -> serde_json::Value {
    serde_json::json!({ "kind": job.kind, "attempts": job.attempts })
}
