//! The servers that tests run on.

use dualfuel_cli::database::Place;
use dualfuel_schema::Engine;

/// Where scratch databases of an engine are made. A missing server fails a
/// test: nothing is skipped.
pub(crate) fn admin(engine: Engine) -> Place {
    let variable = match engine {
        Engine::Sqlite => return "sqlite::memory:".parse().unwrap(),
        Engine::Postgres => "DUALFUEL_TEST_POSTGRES_URL",
        Engine::Mariadb => "DUALFUEL_TEST_MARIADB_URL",
    };
    let url = std::env::var(variable)
        .unwrap_or_else(|_| panic!("these tests need {engine}: run `cargo xtask test`"));
    url.parse().unwrap()
}
