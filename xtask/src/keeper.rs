//! Keeps a server for the length of a test, and ends it whatever happens to us.
//!
//! A second process, the warden, waits at a pipe from here. Should this process vanish (Ctrl-C, a panic that aborts,
//! `kill -9`), the pipe closes and the warden ends the server by its id and removes its folder. Both stand in process
//! groups of their own, so that a Ctrl-C at the terminal reaches neither half-way.

use crate::run::{Outcome, shown, tail};
use crate::scratch::Scratch;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Arguments: signal, process id, folder. The word `done` means that the server has been waited for.
const WARDEN: &str = r#"
read -r word
[ "$word" = done ] && exit 0
kill "-$1" "$2"
tries=0
while kill -0 "$2" && [ "$tries" -lt 100 ]; do sleep 0.2; tries=$((tries + 1)); done
kill -KILL "$2"
rm -rf -- "$3"
"#;

/// The signal that asks a server to end.
#[derive(Debug, Clone, Copy)]
pub enum Ask {
    /// SIGTERM: the product answers requests in flight and ends.
    Term,
    /// SIGINT: PostgreSQL's fast shutdown, which does not wait for its clients.
    Int,
}

impl Ask {
    const fn name(self) -> &'static str {
        match self {
            Ask::Term => "TERM",
            Ask::Int => "INT",
        }
    }
}

/// A running server and the folder it works in.
#[derive(Debug)]
pub struct Keeper {
    name: &'static str,
    ask: Ask,
    server: Child,
    warden: Child,
    stopped: bool,
    log: PathBuf,
    /// Removed after the server's end: fields drop after `Keeper::drop`.
    pub folder: Scratch,
}

/// How long a server may take to end, after which it is killed.
const END_MAX: Duration = Duration::from_secs(20);

impl Keeper {
    /// Starts the command with its output going to `log` in the folder.
    pub fn start(name: &'static str, ask: Ask, command: &mut Command, folder: Scratch) -> Outcome<Keeper> {
        let wrong = |e: std::io::Error| format!("{name} could not be started: {e}.");
        let log = folder.path().join("log");
        let out = File::create(&log).map_err(wrong)?;
        let err = out.try_clone().map_err(wrong)?;
        let server = command
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .process_group(0)
            .spawn()
            .map_err(|e| format!("`{}` could not be started: {e}.", shown(command)))?;
        let warden = Command::new("sh")
            .args(["-c", WARDEN, "warden", ask.name(), &server.id().to_string()])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        match warden {
            Ok(warden) => Ok(Keeper { name, ask, server, warden, stopped: false, log, folder }),
            Err(e) => {
                let mut server = server;
                server.kill().and_then(|()| server.wait()).map_err(wrong)?;
                Err(wrong(e))
            }
        }
    }

    /// The server's end, if it has come.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.server.try_wait().ok().flatten()
    }

    /// Waits until `ready` says so; fails when the server ends first or the time is over.
    pub fn wait_until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Outcome {
        let start = Instant::now();
        while !ready() {
            if let Some(status) = self.ended() {
                return Err(format!("{} ended before it was ready ({status}).\n{}", self.name, self.log_tail()));
            }
            if start.elapsed() > limit {
                return Err(format!("{} was not ready after {} s.\n{}", self.name, limit.as_secs(), self.log_tail()));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// The end of what the server wrote.
    pub fn log_tail(&self) -> String {
        tail(&fs::read_to_string(&self.log).unwrap_or_default(), 40)
    }

    /// Asks the server to end and waits. An end that is late, or not with status 0, is an error.
    pub fn stop(&mut self) -> Outcome {
        self.stopped = true;
        let asked_at = Instant::now();
        let mut killed = false;
        if self.ended().is_none() {
            self.signal(self.ask.name())?;
        }
        let status = loop {
            if let Some(status) = self.ended() {
                break status;
            }
            if asked_at.elapsed() > END_MAX && !killed {
                killed = true;
                self.signal("KILL")?;
            }
            sleep(Duration::from_millis(20));
        };
        self.dismiss_warden()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{} did not end cleanly ({status}).\n{}", self.name, self.log_tail()))
        }
    }

    /// The standard library sends no signal but KILL; the shell sends them all.
    fn signal(&self, name: &str) -> Outcome {
        let id = self.server.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill \"-$1\" \"$2\"", "signal", name, &id]).status();
        sent.map(|_| ()).map_err(|e| format!("{} could not be stopped: {e}.", self.name))
    }

    fn dismiss_warden(&mut self) -> Outcome {
        let word = self.warden.stdin.take().map_or(Ok(()), |mut pipe| pipe.write_all(b"done\n"));
        word.and_then(|()| self.warden.wait()).map(|_| ()).map_err(|e| format!("The warden of {}: {e}.", self.name))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if !self.stopped
            && let Err(sentence) = self.stop()
        {
            eprintln!("{sentence}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Keeper {
        let folder = Scratch::new("keeper").unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Keeper::start("The sample", Ask::Term, &mut command, folder).unwrap()
    }

    fn runs(id: u32) -> bool {
        fs::metadata(format!("/proc/{id}")).is_ok()
    }

    #[test]
    fn a_server_is_asked_to_end_and_its_folder_goes() {
        let mut keeper = shell("trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done");
        let folder = keeper.folder.path().to_path_buf();
        let log = folder.join("log");
        keeper.wait_until(Duration::from_secs(5), || fs::read_to_string(&log).is_ok_and(|t| t.contains("up"))).unwrap();
        let id = keeper.server.id();
        assert_eq!(keeper.stop(), Ok(()));
        drop(keeper);
        assert!(!runs(id));
        assert!(!folder.exists());
    }

    #[test]
    fn a_server_that_ends_by_itself_is_told_with_its_words() {
        let mut keeper = shell("echo no disk; exit 4");
        let sentence = keeper.wait_until(Duration::from_secs(5), || false).unwrap_err();
        assert!(sentence.contains("no disk") && sentence.contains('4'), "{sentence}");
        assert!(keeper.stop().is_err());
    }

    #[test]
    fn the_warden_ends_the_server_when_the_pipe_closes() {
        let mut keeper = shell("while :; do sleep 0.05; done");
        let folder = keeper.folder.path().to_path_buf();
        // What happens when this process dies: the pipe closes without a word.
        drop(keeper.warden.stdin.take());
        keeper.stopped = true;
        let limit = Instant::now() + Duration::from_secs(5);
        while keeper.ended().is_none() || keeper.warden.try_wait().unwrap().is_none() {
            assert!(Instant::now() < limit, "the warden did nothing");
            sleep(Duration::from_millis(20));
        }
        assert!(!folder.exists());
    }
}
