//! The Python environments of the end-to-end suite and of benchmarks: `target/venv`, moto's, and that of
//! other engines, made once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;

const FOLDER: &str = "target/venv";
const REQUIREMENTS: &str = "tests/requirements.txt";
const MOTO_FOLDER: &str = "target/venv-moto";
const MOTO: &str = "moto[server]==5.2.5";
const LAKE_FOLDER: &str = "target/venv-lake";
const LAKE_REQUIREMENTS: &str = "xtask/src/bench/lake/requirements.txt";
/// A copy of the requirements that were installed: the environment is good while it is equal.
const STAMP: &str = "target/venv/installed.txt";

/// Returns the interpreter, as an absolute path because tests run in their crates' folders.
pub(super) fn python() -> PathBuf {
    std::path::absolute(Path::new(FOLDER).join("bin/python"))
        .unwrap_or_else(|_| Path::new(FOLDER).join("bin/python"))
}

/// Makes the environment, or does nothing when it holds what the requirements ask for.
pub(crate) fn prepare() -> Result<(), Failure> {
    let wanted = fs::read_to_string(REQUIREMENTS)?;
    if works() && fs::read_to_string(STAMP).is_ok_and(|installed| installed == wanted) {
        println!("{FOLDER} holds {REQUIREMENTS}");
        return Ok(());
    }
    if Path::new(FOLDER).exists() {
        fs::remove_dir_all(FOLDER)?;
    }
    run(Command::new("python3").args(["-m", "venv", FOLDER])).map_err(|failure| {
        format!(
            "{failure}\nPython 3.11 or newer with its venv module is needed: on Debian and Ubuntu \
             `apt-get install python3 python3-venv`"
        )
    })?;
    run(Command::new(python())
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(REQUIREMENTS))?;
    fs::write(STAMP, wanted)?;
    Ok(())
}

/// Makes the environment of moto's server where it is missing, and returns its program: a peer of
/// benchmarks, and a second store of trails.
pub(crate) fn prepare_moto() -> Result<PathBuf, Failure> {
    let bin = Path::new(MOTO_FOLDER).join("bin");
    let server = bin.join("moto_server");
    if !server.exists() {
        run(Command::new("python3").args(["-m", "venv", MOTO_FOLDER]))?;
        let install = ["install", "--quiet", "--disable-pip-version-check", MOTO];
        run(Command::new(bin.join("pip")).args(install))?;
    }
    println!("{} is there", server.display());
    Ok(server)
}

/// Makes the environment of the engines that the lake is measured against, and returns its
/// interpreter.
pub(crate) fn prepare_lake() -> Result<PathBuf, Failure> {
    let python = Path::new(LAKE_FOLDER).join("bin/python");
    let stamp = Path::new(LAKE_FOLDER).join("installed.txt");
    let wanted = fs::read_to_string(LAKE_REQUIREMENTS)?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    if Path::new(LAKE_FOLDER).exists() {
        fs::remove_dir_all(LAKE_FOLDER)?;
    }
    run(Command::new("python3").args(["-m", "venv", LAKE_FOLDER]))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(Command::new(&python).args(install).arg(LAKE_REQUIREMENTS))?;
    fs::write(stamp, wanted)?;
    Ok(python)
}

fn works() -> bool {
    Command::new(python())
        .args(["-c", "import boto3, pytest"])
        .output()
        .is_ok_and(|done| done.status.success())
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|cause| format!("{name}: {cause}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name}: {status}").into()) }
}
