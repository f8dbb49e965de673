use super::*;

fn source(up: &str) -> Source {
    Source {
        directory: "0001_a".to_owned(),
        file: "m/0001_a/up.sql".to_owned(),
        origin: "0001_a/up.sql".to_owned(),
        override_file: "m/0001_a/up.{engine}.sql".to_owned(),
        up: up.to_owned(),
        ..Source::default()
    }
}

fn one(dialect: Dialect, source: Source) -> Rendered {
    let options = RenderOptions {
        dialect,
        read: ReadOptions::default(),
    };
    render(&[source], options).remove(0)
}

/// The files of its own engine pass byte for byte, whatever is in them.
#[test]
fn own_files_pass_as_they_are() {
    let up = "\u{feff}-- caf\u{e9}\r\nCREATE VIRTUAL TABLE f USING fts5(a);\r\n\r\n";
    let own = Source {
        down: Some("DROP TABLE f".to_owned()),
        metadata: Some("run_in_transaction = true\n".to_owned()),
        ..source(up)
    };
    let rendered = one(Dialect::Sqlite, own);
    assert_eq!(
        rendered.files_for(Engine::Sqlite),
        Some(&Files {
            up: up.to_owned(),
            down: Some("DROP TABLE f".to_owned()),
            metadata: Some("run_in_transaction = true\n".to_owned()),
        })
    );
}

/// A history of SQLite's, each file's place in the list its version.
fn history(files: &[&str]) -> Vec<Rendered> {
    let sources: Vec<Source> = files
        .iter()
        .enumerate()
        .map(|(place, up)| Source {
            directory: format!("{place:04}_a"),
            ..source(up)
        })
        .collect();
    let options = RenderOptions {
        dialect: Dialect::Sqlite,
        read: ReadOptions::default(),
    };
    render(&sources, options)
}

fn refusals(rendered: &[Rendered]) -> Vec<&str> {
    let found = rendered.iter().flat_map(|one| &one.unsupported);
    found.map(|found| found.reason.as_str()).collect()
}

const NOTES: &str = "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT, seen INTEGER)";

/// It holds nothing that its table does not; a trigger that also does
/// something else keeps that.
#[test]
fn a_full_text_index_is_left_to_sqlite_with_all_that_keeps_it_up() {
    let rendered = history(&[
        NOTES,
        "CREATE VIRTUAL TABLE words USING fts5 (body, tokenize = 'porter (x', content = 'notes', content_rowid = 'id');
         INSERT INTO words (words) VALUES ('rebuild');
         CREATE TRIGGER a AFTER INSERT ON notes BEGIN
             INSERT INTO words (rowid, body) VALUES (new.id, new.body);
         END;
         CREATE TABLE log (id INTEGER PRIMARY KEY, note INTEGER);
         CREATE TRIGGER b AFTER DELETE ON notes BEGIN
             INSERT INTO words (words, rowid, body) VALUES ('delete', old.id, old.body);
             INSERT INTO log (note) VALUES (old.id);
         END;",
        "ALTER TABLE words RENAME TO terms; DELETE FROM terms WHERE rowid = 3",
        "DROP TABLE terms; DROP TRIGGER a; DROP TRIGGER b",
    ]);
    assert_eq!(refusals(&rendered), [""; 0]);
    let up = |migration: usize, engine| &rendered[migration].files_for(engine).unwrap().up;
    for engine in [Engine::Postgres, Engine::Mariadb] {
        assert!(!up(1, engine).contains("words"), "{}", up(1, engine));
        assert!(up(1, engine).contains("log"), "{}", up(1, engine));
        assert!(!up(2, engine).contains("terms"), "{}", up(2, engine));
        assert!(up(3, engine).contains("DROP TRIGGER"), "{}", up(3, engine));
        let weaker = rendered[1].weakenings.iter();
        let mut weaker = weaker.filter(|weak| weak.engine == engine);
        assert!(weaker.any(|weak| weak.table == "words"), "{engine} says it");
    }
}

/// One with rows of its own is no index; a trigger tells where they come from.
#[test]
fn a_virtual_table_with_rows_of_its_own_is_refused() {
    let bare = "CREATE VIRTUAL TABLE words USING fts5 (body);";
    let filled = "CREATE TRIGGER a AFTER INSERT ON notes BEGIN
                      INSERT INTO words (rowid, body) VALUES (new.id, new.body);
                  END;";
    assert_eq!(
        refusals(&history(&[NOTES, bare])),
        [
            "`fts5` is a module that only SQLite has, and `words` may hold rows that no other table has"
        ]
    );
    assert_eq!(
        refusals(&history(&[NOTES, &format!("{bare}{filled}")])),
        [""; 0]
    );
    // Its rows are not to be had elsewhere.
    let read = "INSERT INTO notes (body) SELECT body FROM words";
    assert_eq!(
        refusals(&history(&[NOTES, &format!("{bare}{filled}"), read])),
        ["`words` is a virtual table, which only SQLite has"]
    );
}

/// A tool has no ledger on an engine where it has not been.
#[test]
fn a_statement_on_a_tools_ledger_is_left_to_the_tool() {
    let mend = "DELETE FROM _sqlx_migrations WHERE version = 3; UPDATE notes SET body = 'x'";
    let rendered = history(&[NOTES, mend]);
    assert_eq!(refusals(&rendered), [""; 0]);
    for engine in [Engine::Postgres, Engine::Mariadb] {
        let up = &rendered[1].files_for(engine).unwrap().up;
        assert!(!up.contains("_sqlx") && up.contains("UPDATE"), "{up}");
        let mut weaker = rendered[1].weakenings.iter();
        assert!(weaker.any(|weak| weak.engine == engine && weak.table == "_sqlx_migrations"));
    }
    let made = "CREATE TABLE _sqlx_migrations (version INTEGER)";
    let rendered = history(&[NOTES, made, mend]);
    let up = &rendered[2].files_for(Engine::Postgres).unwrap().up;
    assert!(up.contains("_sqlx"), "a migration's own table: {up}");
}

/// An index that is not unique decides nothing but how fast rows are found.
#[test]
fn an_index_that_an_engine_can_not_hold_is_left_out_unless_it_is_unique() {
    let rendered = history(&[
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, at TEXT, body TEXT)",
        "CREATE INDEX by_day ON notes (date(at)); CREATE INDEX by_body ON notes (body)",
        "DROP INDEX by_day",
    ]);
    assert_eq!(refusals(&rendered), [""; 0]);
    for engine in [Engine::Postgres, Engine::Mariadb] {
        let up = &rendered[1].files_for(engine).unwrap().up;
        assert!(up.contains("by_body") && !up.contains("by_day"), "{up}");
        let mut weaker = rendered[1].weakenings.iter();
        let said = weaker.find(|weak| weak.engine == engine && weak.object == "by_day");
        let why = "no computed column over a time that is read from text";
        assert!(
            said.is_some_and(|weak| weak.what.ends_with(why)),
            "{said:?}"
        );
        let up = &rendered[2].files_for(engine).unwrap().up;
        assert!(!up.contains("DROP"), "{up}");
    }
    let unique = history(&[
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, at TEXT)",
        "CREATE UNIQUE INDEX by_day ON notes (date(at))",
    ]);
    assert_eq!(refusals(&unique).len(), 2);
}

/// SQLite looks at a trigger's tables when it fires.
#[test]
fn a_table_may_go_and_come_back_under_a_trigger() {
    let rendered = history(&[
        "CREATE TABLE notes (id INTEGER PRIMARY KEY);
         CREATE TABLE files (note INTEGER);
         CREATE VIEW filed AS SELECT note FROM files;
         CREATE TRIGGER a AFTER DELETE ON notes BEGIN DELETE FROM files WHERE note = old.id; END;",
        "DROP TABLE files; CREATE TABLE files (note INTEGER, name TEXT)",
    ]);
    assert_eq!(refusals(&rendered), [""; 0]);
    for engine in [Engine::Postgres, Engine::Mariadb] {
        let up = &rendered[1].files_for(engine).unwrap().up;
        let place = |words: &str| up.find(words).unwrap_or_else(|| panic!("{words}: {up}"));
        assert!(place("DROP TRIGGER") < place("DROP TABLE"), "{up}");
        assert!(place("CREATE TABLE") < place("CREATE TRIGGER"), "{up}");
        assert!(place("CREATE TABLE") < place("CREATE VIEW"), "{up}");
    }
    // At the end of a file nothing may dangle.
    let gone = history(&[
        "CREATE TABLE notes (id INTEGER PRIMARY KEY);
         CREATE TABLE files (note INTEGER);
         CREATE TRIGGER a AFTER DELETE ON notes BEGIN DELETE FROM files WHERE note = old.id; END;",
        "DROP TABLE files",
    ]);
    assert_eq!(
        refusals(&gone),
        ["the trigger `a`: there is no table `files`"]
    );
}

/// A comment with a typing error would leave a table without its wall.
#[test]
fn a_comment_that_says_nothing_known_is_refused() {
    let rendered = one(Dialect::Portable, source("\n  -- dualfuel: tennant\n"));
    let [found] = rendered.unsupported.as_slice() else {
        panic!("{:?}", rendered.unsupported);
    };
    assert_eq!((found.line, found.column), (2, 3));
    assert_eq!(
        found.reason,
        "`-- dualfuel: tennant` says nothing known; known are `tenant`, `tenant, weak identity`, \
         `every org`, `only <engine>, ..`, `compatible-with <release>` and `irreversible`"
    );
    assert!(rendered.files.is_empty());
}

/// Diesel refuses to run a file without a statement on PostgreSQL, and MariaDB
/// calls one an error.
#[test]
fn nothing_to_do_is_still_a_statement() {
    let rendered = one(Dialect::Portable, source("-- Later.\n"));
    let up = |engine| rendered.files_for(engine).map(|files| files.up.as_str());
    assert_eq!(
        up(Engine::Postgres),
        Some(
            "-- Rendered by dualfuel from 0001_a/up.sql; do not edit.\n\n\
             -- Nothing to do on PostgreSQL.\nSELECT 1;\n"
        )
    );
    assert_eq!(
        up(Engine::Mariadb),
        Some(
            "-- Rendered by dualfuel from 0001_a/up.sql; do not edit.\n\n\
             -- Nothing to do on MariaDB.\nDO 0;\n"
        )
    );
}

/// `dualfuel-migrate` reads the oldest program from the rendered file.
#[test]
fn compatible_with_reaches_every_engine() {
    let rendered = one(
        Dialect::Portable,
        source("-- dualfuel: compatible-with 1.4.0\n"),
    );
    assert!(
        rendered.unsupported.is_empty(),
        "{:?}",
        rendered.unsupported
    );
    for engine in Engine::ALL {
        let up = &rendered.files_for(engine).unwrap().up;
        assert!(
            up.contains("\n-- dualfuel: compatible-with 1.4.0\n"),
            "{up}"
        );
    }
}

#[test]
fn an_override_replaces_the_engines_file() {
    let text = "PRAGMA foreign_keys = OFF;\nBEGIN;\nSELECT 2;\nCOMMIT;\n";
    let rendered = one(
        Dialect::Portable,
        Source {
            up_overrides: vec![(Engine::Sqlite, text.to_owned())],
            ..source("-- Elsewhere nothing.\n")
        },
    );
    let files = rendered.files_for(Engine::Sqlite).unwrap();
    assert_eq!(files.up, text);
    assert_eq!(
        files.metadata.as_deref(),
        Some("run_in_transaction = false\n")
    );
}

#[test]
fn a_file_that_no_transaction_can_hold_is_known_from_one_with_a_trigger() {
    for (text, alone) in [
        ("BEGIN;", true),
        ("-- why\nbegin immediate transaction;\n", true),
        ("PRAGMA foreign_keys=OFF; BEGIN TRANSACTION; COMMIT", true),
        ("START TRANSACTION; COMMIT", true),
        (
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END;",
            false,
        ),
        ("SELECT 1", false),
        (
            "-- sqlx has begun\nCOMMIT;\nPRAGMA foreign_keys = OFF;\nBEGIN;\nSELECT 1;\nCOMMIT;\nBEGIN;",
            false,
        ),
        ("END TRANSACTION; SELECT 1; BEGIN TRANSACTION;", false),
        ("PRAGMA journal_mode=WAL;\nSELECT 1", true),
        ("SELECT 1; PRAGMA main.synchronous = NORMAL;", true),
        ("SELECT 1; VACUUM", true),
        ("SELECT ' '; PRAGMA foreign_keys = ON", false),
        (
            "-- CreateIndex\nCREATE UNIQUE INDEX CONCURRENTLY i ON a (b)",
            true,
        ),
        ("DROP INDEX concurrently IF EXISTS i;", true),
        ("CREATE INDEX i ON a (concurrently)", false),
        ("/* why */ BEGIN TRANSACTION; COMMIT;", true),
        ("INSERT INTO a VALUES ('first; VACUUM the carpets')", false),
        ("SELECT 1 /* ; BEGIN; */", false),
    ] {
        assert_eq!(files::runs_alone(Engine::Sqlite, text), alone, "{text}");
    }
}

/// A rebuild of `a`, to which `b` refers with ON DELETE CASCADE.
fn warned(before: &str, after: &str) -> bool {
    let up = format!(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT);
         CREATE TABLE b (a INTEGER REFERENCES a (id) ON DELETE CASCADE);
         {before}
         CREATE TABLE a_new (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
         INSERT INTO a_new SELECT id, n FROM a;
         DROP TABLE a;
         ALTER TABLE a_new RENAME TO a;
         {after}"
    );
    let rendered = one(Dialect::Sqlite, source(&up));
    assert!(
        rendered.unsupported.is_empty(),
        "{:?}",
        rendered.unsupported
    );
    let mut warnings = rendered.warnings.iter();
    warnings.any(|warning| warning.text.starts_with("with foreign keys on"))
}

#[test]
fn a_rebuild_that_takes_rows_along_is_told_of() {
    assert!(warned("", ""));
    // Inside a transaction the pragma does nothing.
    assert!(warned(
        "PRAGMA foreign_keys = OFF;",
        "PRAGMA foreign_keys = ON;"
    ));
    assert!(warned("BEGIN; PRAGMA foreign_keys = OFF;", "COMMIT;"));
    assert!(!warned(
        "PRAGMA foreign_keys = OFF; BEGIN;",
        "COMMIT; PRAGMA foreign_keys = ON;"
    ));
    assert!(!warned(
        "COMMIT; PRAGMA foreign_keys = OFF; BEGIN;",
        "COMMIT; PRAGMA foreign_keys = ON; BEGIN;"
    ));
}

/// What can't be brought back is said once, and first what the author says.
#[test]
fn a_way_back_says_once_what_it_loses() {
    let said = |up: &str, down: Option<&str>| -> Vec<String> {
        let source = Source {
            down: down.map(str::to_owned),
            ..source(up)
        };
        let rendered = one(Dialect::Sqlite, source);
        let files = rendered.files_for(Engine::Postgres).unwrap();
        let down = files.down.clone().unwrap();
        down.lines()
            .filter_map(|line| line.strip_prefix("-- dualfuel: "))
            .map(str::to_owned)
            .collect()
    };
    let rows = "irreversible: rows that the migration changes stay changed";
    let table = "CREATE TABLE a (b TEXT);\n";
    let two = format!("{table}UPDATE a SET b = '1';\nUPDATE a SET b = '2';");
    assert_eq!(said(&two, None), [rows]);
    let mails = "-- dualfuel: irreversible: mails were sent\n";
    assert_eq!(
        said(&format!("{mails}{two}"), None),
        ["irreversible: mails were sent", rows]
    );
    assert_eq!(
        said(table, Some(&format!("{mails}DROP TABLE a;"))),
        ["irreversible: mails were sent"]
    );
    assert_eq!(
        said(&format!("-- dualfuel: irreversible\n{table}"), None),
        ["irreversible: the migration says so"]
    );
}

/// A tenant table's statement that says nothing of orgs is one fault.
#[test]
fn an_undeclared_statement_is_refused_once() {
    let rendered = one(
        Dialect::Portable,
        source(
            "-- dualfuel: tenant\nCREATE TABLE a (id UUID PRIMARY KEY, b TEXT);\n\
             UPDATE a SET b = 'x';",
        ),
    );
    let [found] = rendered.unsupported.as_slice() else {
        panic!("{:?}", rendered.unsupported);
    };
    assert!(found.reason.contains("-- dualfuel: every org"), "{found}");
    assert_eq!(found.engines, Engine::ALL);
}

/// One cause is one error, however many statements need what it would make.
#[test]
fn what_follows_from_a_refusal_says_so() {
    let sources = [
        source(
            "CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT DEFAULT (soundex('x')));\n\
             CREATE INDEX a_t ON a (t);\nCREATE VIEW v AS SELECT * FROM a;",
        ),
        Source {
            directory: "0002_b".to_owned(),
            file: "m/0002_b/up.sql".to_owned(),
            ..source(
                "CREATE VIEW w AS SELECT * FROM v;\nALTER TABLE a RENAME TO b;\n\
                 INSERT INTO b VALUES (1);\nDROP TABLE nowhere;",
            )
        },
    ];
    let options = RenderOptions {
        dialect: Dialect::Sqlite,
        read: ReadOptions::default(),
    };
    let rendered = render(&sources, options);
    let found: Vec<(usize, Option<&str>)> = rendered
        .iter()
        .flat_map(|rendered| &rendered.unsupported)
        .map(|found| (found.line, found.follows_from.as_deref()))
        .collect();
    let cause = Some("m/0001_a/up.sql:1");
    assert_eq!(
        found,
        [
            (1, None),
            (2, cause),
            (3, cause),
            (1, cause),
            (2, cause),
            (3, cause),
            (4, None)
        ]
    );
}

/// Its down.sql would be run in a transaction, where foreign keys can't go off,
/// and on they would delete the children's rows.
#[test]
fn a_way_back_that_is_left_out_is_told_of() {
    let first = source(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT);
         CREATE TABLE b (a INTEGER REFERENCES a (id) ON DELETE CASCADE);",
    );
    let second = |up: &str| Source {
        directory: "0002_b".to_owned(),
        ..source(up)
    };
    let options = RenderOptions {
        dialect: Dialect::Sqlite,
        read: ReadOptions::default(),
    };
    let rebuild = "CREATE TABLE a_new (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
         INSERT INTO a_new SELECT id, n FROM a;
         DROP TABLE a;
         ALTER TABLE a_new RENAME TO a;";
    let rendered = render(&[first.clone(), second(rebuild)], options).remove(1);
    assert_eq!(rendered.files_for(Engine::Sqlite).unwrap().down, None);
    let told = |rendered: &Rendered| {
        let mut warnings = rendered.warnings.iter();
        warnings.any(|warning| warning.text == files::NO_WAY_BACK)
    };
    assert!(told(&rendered));
    assert!(rendered.files_for(Engine::Postgres).unwrap().down.is_some());

    let written = Source {
        down: Some("SELECT 1;".to_owned()),
        ..second(rebuild)
    };
    assert!(!told(&render(&[first, written], options)[1]));
}
