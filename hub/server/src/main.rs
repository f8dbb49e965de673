//! The command `hub`: the server and what an operator needs beside it.

use std::process::ExitCode;

use hub_server::cli;
use hub_server::persistence::Persistence;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::main(&Persistence).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", cli::report(&error));
            ExitCode::from(2)
        }
    }
}
