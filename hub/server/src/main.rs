//! The command `hub`: the server and what an operator needs beside it.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match hub_server::cli::main(&NoDatabase).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", hub_server::cli::report(&error));
            ExitCode::from(2)
        }
    }
}

struct NoDatabase;

#[async_trait::async_trait]
impl hub_server::backend::OpenBackend for NoDatabase {
    async fn open(
        &self,
        _: hub_server::backend::DatabaseOptions,
    ) -> anyhow::Result<std::sync::Arc<dyn hub_server::backend::Backend>> {
        anyhow::bail!("no database is linked in yet")
    }
}
