//! Functions of the connection, the clock and chance.

use crate::lower::expr::{sql::Sql, writer::Writer};
use crate::{
    Engine, Refusal,
    model::{Call, DataType, Family, Function},
};

use super::{Typed, number::integer};

impl Writer {
    pub(super) fn session(&self, call: &Call, wanted: Option<&DataType>) -> Result<Typed, Refusal> {
        let engine = self.engine;
        Ok(match call.function {
            Function::Random => {
                let sql = match engine {
                    Engine::Sqlite => Sql::atom("random()"),
                    Engine::Postgres => {
                        Sql::atom("CAST(floor((random() * 2 - 1) * 9223372036854774784) AS bigint)")
                    }
                    Engine::Mariadb => {
                        Sql::atom("CAST(conv(hex(random_bytes(8)), 16, -10) AS signed)")
                    }
                };
                (sql, Some(DataType::BigInt))
            }
            Function::Randomblob => (self.random_bytes(call)?, Some(DataType::Blob)),
            Function::RandomUuid => match engine {
                Engine::Postgres => (Sql::atom("gen_random_uuid()"), Some(DataType::Uuid)),
                Engine::Sqlite => (Sql::operation(SQLITE_UUID), Some(DataType::Text)),
                Engine::Mariadb => {
                    let kind = wanted.filter(|wanted| wanted.family() == Family::Uuid);
                    (
                        Sql::atom(MARIADB_UUID),
                        Some(kind.cloned().unwrap_or(DataType::Text)),
                    )
                }
            },
            Function::LastInsertRowid => {
                let function = match engine {
                    Engine::Sqlite => "last_insert_rowid()",
                    Engine::Postgres => "lastval()",
                    Engine::Mariadb => "last_insert_id()",
                };
                (Sql::atom(function), Some(DataType::BigInt))
            }
            Function::CurrentOrg => match engine {
                Engine::Postgres => (
                    Sql::atom("NULLIF(current_setting('dualfuel.org_id', true), '')::uuid"),
                    Some(DataType::Uuid),
                ),
                Engine::Sqlite => (
                    self.spelling.text(crate::portable::tenant::FILE_ORG)?,
                    Some(DataType::Uuid),
                ),
                Engine::Mariadb => {
                    return Err(self.no_function(call.function, "it has no row level security"));
                }
            },
            function => return Err(self.no_function(function, "it is not known")),
        })
    }

    pub(super) fn random_bytes(&self, call: &Call) -> Result<Sql, Refusal> {
        let count = call.args.first().and_then(integer);
        let count = count
            .filter(|count| (1..=1024).contains(count))
            .ok_or_else(|| {
                self.no_function(
                    Function::Randomblob,
                    "its length is no constant from 1 to 1024",
                )
            })?;
        Ok(match self.engine {
            Engine::Sqlite => Sql::atom(format!("randomblob({count})")),
            Engine::Mariadb => Sql::atom(format!("random_bytes({count})")),
            // Without pgcrypto: six bits of each UUID are fixed, and a hash
            // over two leaves 32 bytes without a pattern.
            Engine::Postgres => {
                let pieces: Vec<String> = (0..count)
                    .step_by(32)
                    .map(|start| {
                        let bytes =
                            "sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))";
                        format!("substring({bytes} from 1 for {})", (count - start).min(32))
                    })
                    .collect();
                match pieces.as_slice() {
                    [_] => Sql::atom(pieces.concat()),
                    _ => Sql::operation(pieces.join(" || ")),
                }
            }
        })
    }
}

/// A version 4 UUID as SQLite programs write it.
pub(super) const SQLITE_UUID: &str = "lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || substr(lower(hex(randomblob(2))), 2) || '-' || substr('89ab', abs(random()) % 4 + 1, 1) || substr(lower(hex(randomblob(2))), 2) || '-' || lower(hex(randomblob(6)))";

/// `uuid()` there is of version 1: time and network address, no chance.
pub(super) const MARIADB_UUID: &str = "lower(concat(hex(random_bytes(4)), '-', hex(random_bytes(2)), '-4', substr(hex(random_bytes(2)), 2), '-', substr('89ab', 1 + floor(rand() * 4), 1), substr(hex(random_bytes(2)), 2), '-', hex(random_bytes(6))))";
