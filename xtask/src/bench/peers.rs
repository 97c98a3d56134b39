//! The servers that are measured: ours, built for release, and moto's.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use wire::sigv4::Credentials;

use super::clock;
use super::load::Measured;
use super::requests::BUYERS;
use crate::Failure;
use crate::ci::venv;

/// Where benchmarks keep their files.
pub(super) const FOLDER: &str = "target/bench";

/// Our server, on a world of its own.
pub(super) struct Server {
    child: Child,
    /// `host:port`.
    pub(super) authority: String,
}

/// Moto's server.
pub(super) struct Moto {
    child: Child,
    /// `host:port`.
    pub(super) authority: String,
}

impl Server {
    /// Builds and starts the server with the benchmark's buyers and these variables.
    pub(super) fn start(variables: &[(&str, &str)]) -> Result<Self, Failure> {
        let folder = PathBuf::from(FOLDER);
        if folder.join("data").exists() {
            fs::remove_dir_all(folder.join("data"))?;
        }
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("seed.toml"), seed()?)?;
        let mut child = Command::new(binary()?)
            .args(["up", "--demo", "--listen", "127.0.0.1:0", "--log-level", "warn", "--data"])
            .arg(folder.join("data"))
            .env("OPENTRAIL_SEED", folder.join("seed.toml"))
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the server's output is piped")?;
        for line in BufReader::new(output).lines() {
            if let Some(authority) = line?.strip_prefix("listening on http://") {
                return Ok(Self { child, authority: authority.to_owned() });
            }
        }
        Err("the server ended before it listened".into())
    }

    /// Checks that every answered call is an event: the journal holds at least as many frames.
    pub(super) fn check(&self, calls: &[Measured]) -> Result<(), Failure> {
        let answers: usize = calls.iter().map(|measured| measured.answers).sum();
        let figures = get(&self.authority, "/_metrics")?;
        let line =
            figures.lines().find_map(|line| line.strip_prefix("opentrail_journal_sequence "));
        let frames: usize =
            line.ok_or("the metrics name the journal's sequence")?.trim().parse()?;
        println!("{answers} calls answered, {frames} durable frames");
        if frames < answers { Err("calls were answered and not recorded".into()) } else { Ok(()) }
    }

    /// Returns the processor time that the server has had, in seconds.
    pub(super) fn processor_seconds(&self) -> Result<f64, Failure> {
        processor_seconds(&self.child.id().to_string(), [11, 12])
    }

    /// Ends the server.
    pub(super) fn stop(mut self) -> Result<(), Failure> {
        done(Command::new("kill").arg(self.child.id().to_string()))?;
        self.child.wait()?;
        Ok(())
    }
}

/// A benchmark that fails leaves no server behind.
impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

impl Moto {
    /// Installs moto where it is missing, and starts it.
    pub(super) fn start() -> Result<Self, Failure> {
        let server = venv::prepare_moto()?;
        // a free port, found and freed: moto cannot be asked for one
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(server)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let authority = format!("127.0.0.1:{port}");
        let patience = clock::instant() + Duration::from_mins(1);
        while get(&authority, "/moto-api/").is_err() {
            if clock::instant() > patience {
                return Err("moto does not answer".into());
            }
            std::thread::yield_now();
        }
        Ok(Self { child, authority })
    }

    /// Ends it.
    pub(super) fn stop(mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

/// Ends a process, if it has not ended yet.
pub(super) fn end(child: &mut Child) {
    // an error says that it has ended: what is wanted
    child.kill().ok();
    child.wait().ok();
}

/// Returns the processor time that ended child processes have had, in seconds.
pub(super) fn children_seconds() -> Result<f64, Failure> {
    processor_seconds("self", [13, 14])
}

/// Adds two times of a process, which stand in hundredths of a second behind its name.
fn processor_seconds(process: &str, fields: [usize; 2]) -> Result<f64, Failure> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, rest) = text.rsplit_once(')').ok_or("a process has a name")?;
    let mut seconds = 0.0;
    for field in fields {
        let ticks = rest.split_whitespace().nth(field).ok_or("a process has times")?;
        seconds += ticks.parse::<f64>()? / 100.0;
    }
    Ok(seconds)
}

/// Returns the seller's key.
pub(super) fn credentials() -> Result<Credentials, Failure> {
    let output = Command::new(binary()?)
        .args(["env", "seller", "--data"])
        .arg(Path::new(FOLDER).join("data"))
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("export {name}=")));
        line.map(|value| value.trim_matches('\'').to_owned()).ok_or(format!("{name} is missing"))
    };
    Ok(Credentials {
        access_key_id: value("AWS_ACCESS_KEY_ID")?,
        secret_access_key: value("AWS_SECRET_ACCESS_KEY")?,
        session_token: None,
    })
}

/// Returns the program to measure: built for release now, or the one that `OPENTRAIL_BIN` names.
pub(super) fn binary() -> Result<PathBuf, Failure> {
    if let Some(path) = std::env::var_os("OPENTRAIL_BIN") {
        return Ok(path.into());
    }
    done(Command::new("cargo").args(["build", "-q", "--release", "-p", "opentrail"]))?;
    Ok("target/release/opentrail".into())
}

fn seed() -> Result<String, Failure> {
    let mut text = String::new();
    for round in 0..super::ROUNDS {
        write!(
            text,
            "[[products]]\nowner = \"111122223333\"\nentity_id = \"prod-bench{round}\"\n\
             product_code = \"bench-{round}\"\ntitle = \"bench\"\ndimensions = [\
             {{ key = \"requests\", name = \"Requests\", unit = \"Requests\" }}, \
             {{ key = \"gb\", name = \"Gigabytes\", unit = \"GB\" }}]\n"
        )?;
    }
    for round in 0..super::ROUNDS {
        for buyer in 0..BUYERS {
            write!(
                text,
                "[[buyers]]\naccount = \"{:012}\"\ncustomer_identifier = \"bench-{buyer}\"\n\
                 product_code = \"bench-{round}\"\nlicense_arn = \
                 \"arn:aws:license-manager::294406891311:license:l-{round:04}{buyer:06}\"\n\
                 agreement_id = \"agmt-{round:04}{buyer:06}\"\nstarts = \"2020-01-01T00:00:00Z\"\n",
                900_000_000_000_u64 + buyer as u64
            )?;
        }
    }
    Ok(text)
}

fn get(authority: &str, path: &str) -> Result<String, Failure> {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(authority)?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

/// Runs a command to its end.
pub(super) fn done(command: &mut Command) -> Result<(), Failure> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed").into()) }
}
