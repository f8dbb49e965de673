//! The command `dualfuel`: parse, call, print.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    dualfuel_cli::main().await
}
