//! What SQLite's, PostgreSQL's and MySQL's own statements say, clause by clause.

use dualfuel_schema::{
    Dialect,
    model::{
        Action, Collation, DataType, Deferral, Expr, Identity, Literal, Table, TriggerEvent,
        TriggerTime,
    },
    parse::{Parsed, ReadOptions, Unread, parse},
    statement::{AlterTable, Insert, OnConflict, Statement},
};

fn one(dialect: Dialect, sql: &str) -> Parsed {
    let mut read = parse(dialect, sql, ReadOptions::default());
    assert_eq!(read.len(), 1, "{sql}");
    read.remove(0)
        .unwrap_or_else(|unread| panic!("{sql}: {}", unread.refusal))
}

fn refused(dialect: Dialect, sql: &str) -> Unread {
    let mut read = parse(dialect, sql, ReadOptions::default());
    assert_eq!(read.len(), 1, "{sql}");
    match read.remove(0) {
        Ok(parsed) => panic!("{sql} is read: {:?}", parsed.statement),
        Err(unread) => unread,
    }
}

fn table(dialect: Dialect, sql: &str) -> (Table, Vec<String>) {
    let parsed = one(dialect, sql);
    match parsed.statement {
        Statement::CreateTable { table, .. } => (table, parsed.notes),
        other => panic!("{other:?}"),
    }
}

fn changes(dialect: Dialect, sql: &str) -> Vec<AlterTable> {
    match one(dialect, sql).statement {
        Statement::AlterTable { changes, .. } => changes,
        other => panic!("{other:?}"),
    }
}

fn types(table: &Table) -> Vec<String> {
    table
        .columns
        .iter()
        .map(|column| column.data_type.to_string())
        .collect()
}

// SQLite.

#[test]
fn sqlite_columns_may_be_without_a_type_or_have_a_long_one() {
    let (table, _) = table(
        Dialect::Sqlite,
        "CREATE TABLE t (a, b VARYING CHARACTER(10), c UNSIGNED BIG INT, 'd' text, [e f] DOUBLE PRECISION, `g` TINYINT(1))",
    );
    assert_eq!(
        types(&table),
        ["TEXT", "VARCHAR(10)", "BIGINT", "TEXT", "DOUBLE", "BOOLEAN"]
    );
    let names: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(names, ["a", "b", "c", "d", "e f", "g"]);
    assert_eq!(table.columns[0].declared.as_deref(), Some(""));
    assert_eq!(
        table.columns[1].declared.as_deref(),
        Some("VARYING CHARACTER(10)")
    );
}

/// SQLite reads `BLOB AFTER title` as the name of a type, of BLOB affinity.
#[test]
fn sqlite_takes_mysqls_place_of_a_column_for_part_of_its_type() {
    let (table, notes) = table(
        Dialect::Sqlite,
        "CREATE TABLE t (a TEXT, b BLOB AFTER a, c JSON AFTER b NOT NULL, after TEXT)",
    );
    assert_eq!(types(&table), ["TEXT", "BLOB", "JSON", "TEXT"]);
    assert!(!table.columns[2].nullable);
    assert_eq!(
        notes,
        ["SQLite knows no `AFTER`: the column is the last"; 2]
    );
}

/// Only `INTEGER PRIMARY KEY` numbers rows, and not behind DESC ("ROWIDs and
/// the INTEGER PRIMARY KEY").
#[test]
fn sqlite_numbers_integer_primary_keys() {
    let identity = |sql: &str| table(Dialect::Sqlite, sql).0.columns[0].identity;
    assert_eq!(
        identity("CREATE TABLE t (a INTEGER PRIMARY KEY)"),
        Some(Identity::Rowid)
    );
    assert_eq!(
        identity("CREATE TABLE t (a INTEGER, b TEXT, PRIMARY KEY (a))"),
        Some(Identity::Rowid)
    );
    assert_eq!(
        identity("CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)"),
        Some(Identity::Sequence)
    );
    assert_eq!(
        identity(r#"CREATE TABLE t ("a" INTEGER NOT NULL UNIQUE, PRIMARY KEY("a" AUTOINCREMENT))"#),
        Some(Identity::Sequence)
    );
    assert_eq!(identity("CREATE TABLE t (a INT PRIMARY KEY)"), None);
    assert_eq!(
        identity("CREATE TABLE t (a INTEGER PRIMARY KEY DESC)"),
        None
    );
    assert_eq!(
        identity("CREATE TABLE t (a INTEGER PRIMARY KEY) WITHOUT ROWID"),
        None
    );
    assert_eq!(
        identity("CREATE TABLE t (a INTEGER, b TEXT, PRIMARY KEY (a, b))"),
        None
    );
}

#[test]
fn sqlite_conflict_clauses_are_noted_when_they_change_meaning() {
    let notes = |clause: &str| {
        let sql = format!(
            "CREATE TABLE t (a TEXT NOT NULL ON CONFLICT {clause}, UNIQUE (a) ON CONFLICT {clause})"
        );
        table(Dialect::Sqlite, &sql).1.len()
    };
    assert_eq!(
        [notes("ABORT"), notes("FAIL"), notes("ROLLBACK")],
        [0, 0, 0]
    );
    assert_eq!([notes("REPLACE"), notes("IGNORE")], [2, 2]);
}

#[test]
fn sqlite_foreign_keys() {
    let (table, _) = table(
        Dialect::Sqlite,
        "CREATE TABLE t (a INTEGER REFERENCES u MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED)",
    );
    let key = &table.foreign_keys[0];
    assert_eq!(key.on_delete, Action::SetNull);
    assert_eq!(key.on_update, Action::Cascade);
    assert_eq!(key.deferral, Deferral::InitiallyDeferred);
    assert!(key.parent_columns.is_empty());
}

#[test]
fn sqlite_generated_columns_and_options() {
    let (table, _) = table(
        Dialect::Sqlite,
        "CREATE TABLE t (a TEXT COLLATE NOCASE, b TEXT GENERATED ALWAYS AS (lower(a)), c AS (a) STORED) STRICT, WITHOUT ROWID",
    );
    assert_eq!(table.columns[0].collation, Collation::NoCase);
    let stored = |at: usize| {
        table.columns[at]
            .generated
            .as_ref()
            .map(|generated| generated.stored)
    };
    assert_eq!(
        [stored(0), stored(1), stored(2)],
        [None, Some(false), Some(true)]
    );
    assert!(table.options.strict && table.options.without_rowid);
}

/// "The DEFAULT clause": a constant in double quotes, or a bare word, is text.
#[test]
fn sqlite_names_in_double_quotes_are_text_where_no_column_can_be_meant() {
    let (table, _) = table(
        Dialect::Sqlite,
        r#"CREATE TABLE t (a TEXT DEFAULT "x", b TEXT DEFAULT y, c TEXT CHECK (c IN ("a", "z")))"#,
    );
    let default = |at: usize| table.columns[at].default.clone();
    assert_eq!(default(0), Some(Expr::text("x")));
    assert_eq!(default(1), Some(Expr::text("y")));
    let Expr::InList { list, .. } = &table.checks[0].expr else {
        panic!("{:?}", table.checks);
    };
    assert_eq!(list[..], [Expr::column("a"), Expr::text("z")]);
}

#[test]
fn sqlite_times_with_an_epoch_for_default_are_numbers() {
    let (table, _) = table(
        Dialect::Sqlite,
        "CREATE TABLE t (a DATETIME DEFAULT (strftime('%s','now')), b TIMESTAMP DEFAULT 0, c DATETIME DEFAULT CURRENT_TIMESTAMP, d TIMESTAMPTZ)",
    );
    assert_eq!(
        types(&table),
        ["BIGINT", "BIGINT", "TIMESTAMP", "TIMESTAMPTZ"]
    );
}

#[test]
fn sqlite_alter_table_may_leave_out_the_word_column() {
    let changes = |sql| changes(Dialect::Sqlite, sql);
    assert!(matches!(
        &changes("ALTER TABLE t RENAME a TO b")[..],
        [AlterTable::RenameColumn { .. }]
    ));
    assert!(matches!(
        &changes("ALTER TABLE t RENAME TO u")[..],
        [AlterTable::RenameTable { .. }]
    ));
    assert!(matches!(
        &changes("ALTER TABLE t ADD a TEXT")[..],
        [AlterTable::AddColumn { .. }]
    ));
    assert!(matches!(
        &changes("ALTER TABLE t DROP a")[..],
        [AlterTable::DropColumn { .. }]
    ));
}

#[test]
fn sqlite_inserts() {
    let insert = |sql: &str| match one(Dialect::Sqlite, sql).statement {
        Statement::Insert(insert) => insert,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        insert("INSERT OR REPLACE INTO t VALUES (1)").on_conflict,
        OnConflict::Replace
    );
    assert_eq!(
        insert("REPLACE INTO t VALUES (1)").on_conflict,
        OnConflict::Replace
    );
    assert!(matches!(
        insert("INSERT OR IGNORE INTO t DEFAULT VALUES"),
        Insert {
            source: None,
            on_conflict: OnConflict::Nothing { .. },
            ..
        }
    ));
    assert!(matches!(
        insert(
            "INSERT INTO t SELECT * FROM u WHERE true ON CONFLICT (a) DO UPDATE SET b = excluded.b"
        )
        .on_conflict,
        OnConflict::Update { .. }
    ));
    let with = insert("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x");
    assert_eq!(with.source.unwrap().ctes.len(), 1);
}

#[test]
fn the_key_of_a_partial_index_is_refused() {
    let sql = "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) WHERE b = 'p' DO NOTHING";
    let reason = refused(Dialect::Sqlite, sql).refusal.reason;
    assert!(reason.contains("partial index"), "{reason}");
}

#[test]
fn sqlite_sets_several_columns_from_one_query() {
    let sql = "UPDATE t SET (a, b) = (SELECT x, y FROM u WHERE u.id = t.id), (c, d) = (1, 2)";
    let Statement::Update(update) = one(Dialect::Sqlite, sql).statement else {
        panic!("no update");
    };
    let apart = "UPDATE t SET a = (SELECT x FROM u WHERE u.id = t.id), b = (SELECT y FROM u WHERE u.id = t.id), c = 1, d = 2";
    assert_eq!(
        one(Dialect::Sqlite, apart).statement,
        Statement::Update(update)
    );
    assert!(
        refused(Dialect::Sqlite, "UPDATE t SET (a, b) = (SELECT * FROM u)")
            .refusal
            .reason
            .contains("one query")
    );
}

/// Words that name a type, a function or a clause elsewhere.
#[test]
fn a_column_may_be_called_after_what_is_no_keyword_of_its_engine() {
    for (dialect, words) in [
        (
            Dialect::Sqlite,
            &[
                "interval", "trim", "top", "position", "date", "text", "like", "exclude", "key",
                "user",
            ][..],
        ),
        (
            Dialect::Postgres,
            &[
                "interval", "trim", "position", "date", "text", "key", "level", "value",
            ],
        ),
        (
            Dialect::Mysql,
            &["trim", "position", "date", "text", "level", "value"],
        ),
    ] {
        for word in words {
            one(
                dialect,
                &format!("CREATE TABLE t (a INTEGER, {word} INTEGER NOT NULL)"),
            );
            if *word != "like" {
                one(
                    dialect,
                    &format!("UPDATE t SET {word} = {word} + 1 WHERE {word} > 2 OR t.{word} = 3"),
                );
            }
        }
    }
}

#[test]
fn sqlite_triggers_are_read_in_full() {
    let sql = "CREATE TEMP TRIGGER x INSTEAD OF UPDATE OF a, b ON v WHEN new.a > 1 BEGIN \
               UPDATE t SET a = NEW.a WHERE id = OLD.id; \
               SELECT RAISE(ABORT, 'no') WHERE NEW.a < 0; \
               SELECT CASE WHEN NEW.b IS NULL THEN RAISE(FAIL, 'null') END; END";
    let Statement::CreateTrigger { trigger, .. } = one(Dialect::Sqlite, sql).statement else {
        panic!("no trigger");
    };
    assert_eq!(trigger.time, TriggerTime::InsteadOf);
    assert_eq!(
        trigger.event,
        TriggerEvent::Update(vec!["a".into(), "b".into()])
    );
    assert!(trigger.when.is_some());
    let body = trigger.body.unwrap();
    assert!(matches!(
        &body[..],
        [
            Statement::Update(_),
            Statement::Raise { message: no, condition: Some(_) },
            Statement::Raise { message: null, condition: Some(_) },
        ] if no == "no" && null == "null"
    ));
    let ignore = "CREATE TRIGGER x BEFORE INSERT ON t BEGIN SELECT RAISE(IGNORE); END";
    assert!(
        refused(Dialect::Sqlite, ignore)
            .refusal
            .reason
            .contains("RAISE(IGNORE)")
    );
}

/// What calls it is looked at where it calls.
#[test]
fn a_function_of_postgres_changes_nothing_by_itself() {
    let read = |sql: &str| one(Dialect::Postgres, sql).statement;
    let body = "AS $$ BEGIN NEW.at = now(); RETURN NEW; END; $$ LANGUAGE plpgsql";
    for create in ["CREATE", "CREATE OR REPLACE"] {
        assert!(matches!(
            read(&format!("{create} FUNCTION touch() RETURNS trigger {body}")),
            Statement::CreateTriggerFunction { set: Some(set), when: None, .. } if set.len() == 1
        ));
        let sql =
            format!("{create} FUNCTION twice(n int) RETURNS int AS 'SELECT 2 * n' LANGUAGE sql");
        assert!(matches!(
            read(&sql),
            Statement::Housekeeping { kind } if kind == "CREATE FUNCTION"
        ));
    }
    for (sql, all) in [
        ("DROP FUNCTION IF EXISTS touch()", false),
        ("DROP FUNCTION touch(), twice(int) CASCADE", true),
    ] {
        assert!(matches!(
            read(sql),
            Statement::DropTriggerFunctions { cascade, .. } if cascade == all
        ));
    }
    let sql = "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION touch()";
    let Statement::CreateTrigger { trigger, .. } = read(sql) else {
        panic!("no trigger");
    };
    assert_eq!((trigger.body, trigger.calls), (None, Some("touch".into())));
}

#[test]
fn what_keeps_house_is_known_by_name() {
    let kind = |sql: &str| match one(Dialect::Sqlite, sql).statement {
        Statement::Housekeeping { kind } => kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(kind("PRAGMA foreign_keys = off"), "PRAGMA FOREIGN_KEYS=OFF");
    assert_eq!(
        kind("PRAGMA main.legacy_alter_table(ON)"),
        "PRAGMA LEGACY_ALTER_TABLE=ON"
    );
    assert_eq!(kind("BEGIN IMMEDIATE TRANSACTION"), "BEGIN");
    assert_eq!(kind("END"), "COMMIT");
    assert_eq!(
        kind("UPDATE sqlite_sequence SET seq = 1"),
        "SQLITE_SEQUENCE"
    );
    assert!(
        refused(Dialect::Sqlite, "PRAGMA writable_schema = ON")
            .refusal
            .reason
            .contains("writable_schema")
    );
    assert!(
        refused(Dialect::Sqlite, "ROLLBACK")
            .refusal
            .reason
            .contains("ROLLBACK")
    );
}

#[test]
fn a_refusal_says_what_and_where() {
    let sql = "-- first\nCREATE TABLE a (b TEXT);\nCREATE MATERIALIZED VIEW c AS SELECT 1;\nINSERT INTO a VALUES (nosuch(1));";
    let read = parse(Dialect::Sqlite, sql, ReadOptions::default());
    let unread: Vec<(String, String, &str)> = read
        .into_iter()
        .filter_map(Result::err)
        .map(|unread| {
            let at = unread.refusal.offset.unwrap();
            (unread.kind, unread.refusal.reason, &sql[at..at + 6])
        })
        .collect();
    assert_eq!(
        unread,
        [
            (
                "CREATE MATERIALIZED VIEW".to_owned(),
                "a materialized view has no equal on the other engines".to_owned(),
                "MATERI"
            ),
            (
                "INSERT".to_owned(),
                "the function `nosuch` has no equal on the other engines".to_owned(),
                "nosuch"
            ),
        ]
    );
}

#[test]
fn integers_may_be_read_as_diesel_reads_them() {
    let sql = "CREATE TABLE t (a INTEGER, b BIGINT)";
    let narrow = ReadOptions {
        narrow_integers: true,
    };
    let read = parse(Dialect::Sqlite, sql, narrow);
    assert!(
        matches!(&read[..], [Ok(Parsed { statement: Statement::CreateTable { table, .. }, .. })]
        if types(table) == ["INTEGER", "BIGINT"])
    );
}

// PostgreSQL.

#[test]
fn postgres_names_fold_and_lose_their_schema() {
    let (table, _) = table(
        Dialect::Postgres,
        r#"CREATE TABLE public.Users (Id serial, "Name" text)"#,
    );
    assert_eq!(table.name.as_str(), "users");
    let names: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(names, ["id", "Name"]);
    assert!(
        refused(Dialect::Postgres, "CREATE TABLE other.t (a int)")
            .refusal
            .reason
            .contains("other.t")
    );
}

#[test]
fn postgres_types() {
    let (table, _) = table(
        Dialect::Postgres,
        "CREATE TABLE t (a bigserial, b varchar(10), c citext, d jsonb, e timestamptz DEFAULT now() NOT NULL, \
         f double precision, g numeric(10,2), h char(2), i timestamp(3) without time zone, j uuid DEFAULT gen_random_uuid(), \
         k bigint GENERATED BY DEFAULT AS IDENTITY (START 5), l int DEFAULT nextval('s'::regclass), m mood NOT NULL, \
         n varchar DEFAULT 'a'::character varying)",
    );
    assert_eq!(
        types(&table),
        [
            "BIGINT",
            "VARCHAR(10)",
            "TEXT",
            "JSON",
            "TIMESTAMPTZ",
            "DOUBLE",
            "NUMERIC(10,2)",
            "CHAR(2)",
            "TIMESTAMP",
            "UUID",
            "BIGINT",
            "INTEGER",
            "TEXT",
            "TEXT"
        ]
    );
    let identities: Vec<usize> = (0..14)
        .filter(|at| table.columns[*at].identity.is_some())
        .collect();
    assert_eq!(identities, [0, 10, 11]);
    assert_eq!(table.columns[2].collation, Collation::NoCase);
    assert!(!table.columns[4].nullable);
    assert_eq!(table.columns[12].enum_type, Some("mood".into()));
    assert_eq!(table.columns[13].default, Some(Expr::text("a")));
    // Its own: known, and refused where another engine has to have the column.
    for (spelled, named) in [
        ("text[]", "text[]"),
        ("character varying[]", "text[]"),
        ("int[][]", "integer[]"),
        ("mood[]", "mood[]"),
        ("inet", "inet"),
        ("interval", "interval"),
        ("vector(3)", "vector(3)"),
    ] {
        let (table, _) = self::table(Dialect::Postgres, &format!("CREATE TABLE t (a {spelled})"));
        assert_eq!(types(&table), [named]);
    }
}

/// How the planner guesses is no part of a schema.
#[test]
fn what_postgresql_keeps_for_its_planner_is_left_out() {
    for sql in [
        "ALTER TABLE t ALTER COLUMN a SET (n_distinct = -0.01)",
        "ALTER TABLE t ALTER a SET STATISTICS 500, ALTER b RESET (n_distinct)",
        "ALTER TABLE t SET UNLOGGED",
    ] {
        assert!(matches!(
            one(Dialect::Postgres, sql).statement,
            Statement::Housekeeping { .. }
        ));
    }
}

#[test]
fn postgres_alters() {
    let changes = changes(
        Dialect::Postgres,
        "ALTER TABLE ONLY t ALTER COLUMN a TYPE bigint USING a::bigint, ALTER b SET NOT NULL, ALTER c SET DEFAULT 1, \
         ADD CONSTRAINT f FOREIGN KEY (d) REFERENCES u (id) ON DELETE SET NULL (d) NOT VALID, DROP CONSTRAINT IF EXISTS g CASCADE",
    );
    assert!(matches!(
        &changes[..],
        [
            AlterTable::SetType { data_type: DataType::BigInt, using: Some(_), .. },
            AlterTable::SetNotNull { .. },
            AlterTable::SetDefault { default: Expr::Literal(Literal::Integer(1)), .. },
            AlterTable::AddForeignKey(key),
            AlterTable::DropConstraint { if_exists: true, .. },
        ] if key.on_delete_columns.len() == 1
    ));
}

// MySQL.

#[test]
fn mysql_tables() {
    let (table, notes) = table(
        Dialect::Mysql,
        "CREATE TABLE `t` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT, `on` tinyint(1) DEFAULT 0, `k` enum('a','b') NOT NULL, \
         `at` datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, `n` bigint unsigned, PRIMARY KEY (`id`), \
         UNIQUE KEY `u` (`k`), KEY (`at`), CONSTRAINT `c` FOREIGN KEY (`n`) REFERENCES `o` (`id`)) ENGINE=InnoDB \
         AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='x'",
    );
    assert_eq!(
        types(&table),
        ["BIGINT", "BOOLEAN", "TEXT", "TIMESTAMP", "NUMERIC(20,0)"]
    );
    assert_eq!(table.columns[0].identity, Some(Identity::Sequence));
    assert_eq!(table.checks.len(), 1);
    assert_eq!(table.indexes[0].name.as_str(), "at");
    assert_eq!(table.uniques[0].name, Some("u".into()));
    assert_eq!(notes.len(), 2, "{notes:?}");
}

#[test]
fn mysql_alters() {
    let changes = changes(
        Dialect::Mysql,
        "ALTER TABLE `t` MODIFY COLUMN `a` varchar(10) NOT NULL AFTER `b`, CHANGE `c` `d` text, DROP FOREIGN KEY `f`, \
         DROP INDEX `i`, ADD UNIQUE KEY `u` (`a`), ADD COLUMN `e` int FIRST",
    );
    assert!(matches!(
        &changes[..],
        [
            AlterTable::Redefine { .. },
            AlterTable::Redefine { from, column },
            AlterTable::DropConstraint { .. },
            AlterTable::DropIndex { .. },
            AlterTable::AddUnique(_),
            AlterTable::AddColumn { .. },
        ] if *from == "c" && column.name == "d"
    ));
}
