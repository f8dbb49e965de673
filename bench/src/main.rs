//! The same work on Dualfuel and on its peers, side by side, in one run.
//!
//! Figures of different runs cannot be compared: the machine is another one, or
//! busy with something else. Ratios within a run can. So every contestant is
//! here (`contestants`), does the same work on the same rows and is checked to
//! give the same answers (`model`), and takes turns with the others (`measure`).
//!
//! `README.md` says how to run it and how to read the table.

mod contestants;
mod measure;
mod model;
mod postgres;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Parser;
use tokio::runtime::Runtime;

use crate::measure::{Row, Times};
use crate::model::Operation;
use crate::postgres::{Address, Server};
use crate::report::Report;

/// Measures Dualfuel, native Diesel, sqlx and hand-written driver code side by side.
///
/// Prints a table for each engine on stdout: microseconds per operation, and in
/// brackets how many times native Diesel's time that is, and how many times the
/// hand-written floor's.
#[derive(Debug, Parser)]
#[command(after_help = "\
Environment:
  DUALFUEL_BENCH_POSTGRES_URL        the PostgreSQL server, as superuser; else
  DUALFUEL_TEST_POSTGRES_SOCKET_URL  that of the tests, which `cargo xtask bench` starts")]
struct Cli {
    /// Measure on this engine only
    #[arg(long)]
    engine: Option<Engine>,

    /// How often everyone takes a turn
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// How long one turn takes native Diesel, in milliseconds
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..))]
    slice: u64,

    /// Measure this operation only; may be repeated
    #[arg(long)]
    operation: Vec<Operation>,

    /// Measure only contestants with this in their names; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,

    /// On PostgreSQL, keep this program on one core and the server's processes on another
    #[arg(long)]
    pin: bool,

    /// Write the figures to this file as well
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            for cause in error.chain().skip(1) {
                eprintln!("  caused by: {cause}");
            }
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    if cfg!(debug_assertions) {
        eprintln!("warning: this is a debug build, whose figures mean nothing; use --release");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut reports = Vec::new();
    if cli.engine != Some(Engine::Postgres) {
        reports.push(sqlite(cli, &runtime)?);
    }
    if cli.engine != Some(Engine::Sqlite) {
        match server_url() {
            Some(url) => reports.push(postgres(cli, &runtime, &url)?),
            None => {
                let advice = "no PostgreSQL server: run `cargo xtask bench`, which starts one, \
                              or set DUALFUEL_BENCH_POSTGRES_URL";
                anyhow::ensure!(cli.engine.is_none(), advice);
                eprintln!("{advice}");
            }
        }
    }
    if let Some(file) = &cli.json {
        let reports: Vec<_> = reports.iter().map(Report::json).collect();
        std::fs::write(file, format!("{:#}\n", serde_json::Value::from(reports)))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

fn server_url() -> Option<String> {
    [
        "DUALFUEL_BENCH_POSTGRES_URL",
        "DUALFUEL_TEST_POSTGRES_SOCKET_URL",
    ]
    .into_iter()
    .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

fn sqlite(cli: &Cli, runtime: &Runtime) -> Result<Report> {
    let rows = contestants::on_sqlite(runtime)?;
    let times = measure(cli, runtime, rows, "SQLite")?;
    report(
        cli,
        format!("SQLite {} in memory", rusqlite::version()),
        times,
    )
}

fn postgres(cli: &Cli, runtime: &Runtime, url: &str) -> Result<Report> {
    let server = runtime.block_on(Server::open(url))?;
    let title = match server.address() {
        Address::Socket(_) => format!("PostgreSQL {}, Unix socket", server.version()),
        Address::Tcp(_) => format!("PostgreSQL {}, TCP", server.version()),
    };
    let times = postgres_times(cli, runtime, &server);
    let cleaned = server
        .clean_up(runtime)
        .context("the bench's databases cannot be dropped");
    let times = times?;
    cleaned?;
    report(cli, title, times)
}

fn postgres_times(cli: &Cli, runtime: &Runtime, server: &Server) -> Result<Times> {
    let rows = contestants::on_postgres(runtime, server)?;
    if cli.pin {
        pin(&runtime.block_on(server.backends())?)?;
    }
    measure(cli, runtime, rows, "PostgreSQL")
}

fn measure(cli: &Cli, runtime: &Runtime, mut rows: Vec<Row>, engine: &str) -> Result<Times> {
    if !cli.only.is_empty() {
        rows.retain(|row| cli.only.iter().any(|name| row.name.contains(name.as_str())));
        anyhow::ensure!(!rows.is_empty(), "no contestant has such a name");
    }
    measure::prepare(&mut rows, runtime)?;
    let operations = if cli.operation.is_empty() {
        Operation::ALL.to_vec()
    } else {
        cli.operation.clone()
    };
    measure::rounds(
        &mut rows,
        runtime,
        &operations,
        cli.rounds as usize,
        Duration::from_millis(cli.slice),
        |round| {
            if round % 10 == 0 {
                eprintln!("{engine}: round {round} of {}", cli.rounds);
            }
        },
    )
}

fn report(cli: &Cli, title: String, times: Times) -> Result<Report> {
    let report = Report {
        title,
        rounds: cli.rounds as usize,
        times,
    };
    println!("{}", report.table());
    Ok(report)
}

/// This thread to the first core that it may use, `backends` to the second.
fn pin(backends: &[i32]) -> Result<()> {
    use rustix::process::Pid;
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let allowed = sched_getaffinity(None)?;
    let mut cores = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
    let (Some(own), Some(theirs)) = (cores.next(), cores.next()) else {
        anyhow::bail!("--pin needs two cores");
    };
    let only = |core| {
        let mut set = CpuSet::new();
        set.set(core);
        set
    };
    sched_setaffinity(None, &only(own))?;
    for backend in backends {
        sched_setaffinity(Pid::from_raw(*backend), &only(theirs))
            .context("--pin needs a server on this machine, run by the same user, or root")?;
    }
    Ok(())
}
