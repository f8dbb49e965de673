//! Sources that were written for PostgreSQL, on the other engines.

use super::steps;
use crate::{
    Dialect,
    Engine::{self, Mariadb, Sqlite},
    lower::lower,
};

fn up(engine: Engine, history: &str, change: &str) -> String {
    let steps = steps(Dialect::Postgres, history, change);
    super::lines(&lower(engine, &steps).expect("it can be said"))
}

fn refused(engine: Engine, history: &str, change: &str) -> String {
    let steps = steps(Dialect::Postgres, history, change);
    let unlowered = lower(engine, &steps).expect_err("it can't be said");
    let reasons = unlowered.into_iter().map(|one| one.refusal.reason);
    reasons.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_second_serial_is_refused_where_one_column_is_numbered() {
    let change = "CREATE TABLE visits (id bigserial PRIMARY KEY, guest_id bigserial NOT NULL)";
    assert_eq!(
        refused(Mariadb, "", change),
        "`visits.id` is numbered by the database: MariaDB does that for one column of a table only"
    );
    assert_eq!(
        refused(Sqlite, "", change),
        "`visits.guest_id` is numbered by the database: SQLite does that only for a column that \
         is the whole primary key"
    );
}

/// "8.1.4. Serial Types": a serial is an integer with a default.
#[test]
fn a_serial_without_its_default_is_a_number_like_any_other() {
    assert_eq!(
        up(
            Mariadb,
            "CREATE TABLE visits (id bigserial PRIMARY KEY)",
            "ALTER TABLE visits ALTER COLUMN id DROP DEFAULT"
        ),
        "ALTER TABLE `visits` MODIFY COLUMN `id` bigint NOT NULL"
    );
}

#[test]
fn a_key_over_json_is_refused_on_mariadb() {
    assert_eq!(
        refused(Mariadb, "", "CREATE TABLE t (j jsonb PRIMARY KEY)"),
        "`t.j` is JSON and part of the primary key: InnoDB has none over JSON"
    );
    assert_eq!(
        refused(
            Mariadb,
            "CREATE TABLE p (a int, j jsonb, UNIQUE (a, j))",
            "CREATE TABLE c (a int, j jsonb, FOREIGN KEY (a, j) REFERENCES p (a, j))"
        ),
        "the foreign key of `c` is over `j`, which is JSON: InnoDB keeps JSON outside the row, \
         where no key of that kind reaches"
    );
}

/// The other tables, and what happens to this one later, are rendered.
#[test]
fn a_type_of_postgresql_alone_is_refused_with_its_column_and_nothing_else() {
    let history = "CREATE TABLE posts (id bigint PRIMARY KEY, tags text[] NOT NULL DEFAULT ARRAY[]::text[], at inet)";
    assert_eq!(
        refused(Sqlite, "", history),
        "`tags` is of type text[], which has no equal on the other engines"
    );
    assert_eq!(
        up(Mariadb, history, "ALTER TABLE posts ADD COLUMN title text"),
        "ALTER TABLE `posts` ADD COLUMN `title` longtext"
    );
    assert_eq!(
        refused(Mariadb, history, "UPDATE posts SET tags = '{a}'::varchar[]"),
        "`posts.tags`: '{a}' is no value of type text[]"
    );
    assert_eq!(
        refused(Sqlite, history, "UPDATE posts SET tags = ARRAY['a']"),
        "`posts.tags`: `ARRAY['a']` is PostgreSQL's own and can't be said otherwise"
    );
}

/// Such an index finds rows faster and does nothing else.
#[test]
fn an_index_by_another_method_is_a_plain_one() {
    let history = "CREATE TABLE posts (id bigint PRIMARY KEY, body jsonb, title text)";
    assert_eq!(
        up(
            Sqlite,
            history,
            "CREATE INDEX by_body ON posts USING gin (body jsonb_path_ops);
             CREATE INDEX by_title ON posts USING gist (title gist_trgm_ops(siglen = 32))"
        ),
        "CREATE INDEX \"by_body\" ON \"posts\" (\"body\")\nCREATE INDEX \"by_title\" ON \"posts\" (\"title\")"
    );
}

const TOUCH: &str = "CREATE TABLE users (id bigint PRIMARY KEY, updated_at timestamp);
    CREATE TABLE posts (a int, b int, updated_at timestamp, PRIMARY KEY (a, b));
    CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        NEW.updated_at := now();
        RETURN NEW;
    END
    $body$;";

/// On PostgreSQL each table has triggers of its own; elsewhere a name is one
/// trigger's.
#[test]
fn a_trigger_that_assigns_to_the_row_does_so_everywhere() {
    let change =
        "CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE TRIGGER touch BEFORE UPDATE ON posts FOR EACH ROW
            WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE PROCEDURE touch();";
    assert_eq!(
        up(Mariadb, TOUCH, change),
        "CREATE TRIGGER `touch_users` BEFORE UPDATE ON `users` FOR EACH ROW SET NEW.`updated_at` = utc_timestamp(6)\n\
         CREATE TRIGGER `touch_posts` BEFORE UPDATE ON `posts` FOR EACH ROW SET NEW.`updated_at` = utc_timestamp(6)"
    );
    assert_eq!(
        up(Sqlite, TOUCH, change),
        "CREATE TRIGGER \"touch_users\" AFTER UPDATE ON \"users\" FOR EACH ROW BEGIN \
         UPDATE \"users\" SET \"updated_at\" = strftime('%Y-%m-%dT%H:%M:%f000', 'now') WHERE \"id\" = NEW.\"id\"; END\n\
         CREATE TRIGGER \"touch_posts\" AFTER UPDATE ON \"posts\" FOR EACH ROW BEGIN \
         UPDATE \"posts\" SET \"updated_at\" = strftime('%Y-%m-%dT%H:%M:%f000', 'now') \
         WHERE \"a\" = NEW.\"a\" AND \"b\" = NEW.\"b\"; END"
    );
}

/// As its initial migration has it.
#[test]
fn diesel_keeps_updated_at_everywhere() {
    let change = "SELECT diesel_manage_updated_at('users');";
    assert_eq!(
        up(Sqlite, TOUCH, change),
        "CREATE TRIGGER \"set_updated_at_users\" AFTER UPDATE ON \"users\" FOR EACH ROW \
         WHEN NEW.\"updated_at\" IS OLD.\"updated_at\" BEGIN \
         UPDATE \"users\" SET \"updated_at\" = strftime('%Y-%m-%dT%H:%M:%f000', 'now') WHERE \"id\" = NEW.\"id\"; END"
    );
}

#[test]
fn a_trigger_does_what_its_function_says_now() {
    let history = format!(
        "{TOUCH} CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();"
    );
    let other = "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.id = OLD.id; RETURN NEW; END $$;";
    assert_eq!(
        up(Mariadb, &history, other),
        "DROP TRIGGER `touch_users`\nCREATE TRIGGER `touch_users` BEFORE UPDATE ON `users` FOR EACH ROW SET NEW.`id` = OLD.`id`"
    );
    let unknown = "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_notify('users', NEW.id::text); RETURN NEW; END $$;";
    assert_eq!(
        refused(Mariadb, &history, unknown),
        "the trigger `touch`: what it does is written in another engine's own language"
    );
    assert_eq!(
        up(Mariadb, &history, "DROP FUNCTION touch() CASCADE"),
        "DROP TRIGGER `touch_users`"
    );
}

/// A body assigns one after the other, an UPDATE all at once.
#[test]
fn a_function_that_reads_what_it_assigned_is_refused() {
    let change = "CREATE FUNCTION step() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.a = OLD.b; NEW.b = NEW.a; RETURN NEW; END $$;
        CREATE TRIGGER step BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION step();";
    assert_eq!(
        refused(Mariadb, TOUCH, change),
        "the trigger `step`: what it does is written in another engine's own language"
    );
}

/// What a DO block asks is known from the migrations.
#[test]
fn a_guarded_block_runs_where_its_guard_holds() {
    let history = "DO $$ BEGIN
            CREATE TYPE role AS ENUM ('user', 'admin');
        EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        CREATE TABLE p (id bigint PRIMARY KEY);
        CREATE TABLE c (p_id bigint, role role);";
    let change = "DO $do$
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'c_p_id_fkey' AND conrelid = 'public.c'::regclass) THEN
                ALTER TABLE c ADD CONSTRAINT c_p_id_fkey FOREIGN KEY (p_id) REFERENCES p (id);
            END IF;
            IF NOT EXISTS (
                SELECT 1 FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = 'p' AND column_name = 'name'
            ) THEN
                ALTER TABLE p ADD COLUMN name text;
                UPDATE p SET name = 'none';
            END IF;
        END
        $do$;";
    let expected = "ALTER TABLE `c` ADD KEY `c_p_id_fkey` (`p_id`)\n\
        ALTER TABLE `c` ADD CONSTRAINT `c_p_id_fkey` FOREIGN KEY (`p_id`) REFERENCES `p` (`id`)\n\
        ALTER TABLE `p` ADD COLUMN `name` longtext\n\
        UPDATE `p` SET `name` = 'none'";
    assert_eq!(up(Mariadb, history, change), expected);
    assert_eq!(up(Mariadb, &format!("{history}{change}"), change), "");
    let again = "DO $$ BEGIN
            BEGIN
                ALTER TABLE p ADD COLUMN name text;
            EXCEPTION WHEN duplicate_column THEN RAISE NOTICE 'p has a name';
            END;
        END $$;";
    assert_eq!(up(Mariadb, &format!("{history}{change}"), again), "");
    assert_eq!(
        up(Mariadb, history, again),
        "ALTER TABLE `p` ADD COLUMN `name` longtext"
    );
}

#[test]
fn a_block_may_ask_for_a_relation_by_its_name() {
    let change = "DO $$ BEGIN
        IF to_regclass('public.\"Old\"') IS NOT NULL AND to_regclass('news') IS NULL THEN
            ALTER TABLE \"Old\" RENAME TO news;
        END IF;
        IF EXISTS (
            SELECT 1 FROM pg_attribute
            WHERE attrelid = to_regclass('news') AND attname = 'b' AND NOT attisdropped
        ) THEN
            ALTER TABLE news DROP COLUMN b;
        END IF;
    END $$;";
    let old = "CREATE TABLE \"Old\" (a int);";
    assert_eq!(up(Mariadb, old, change), "RENAME TABLE `Old` TO `news`");
    assert_eq!(up(Mariadb, "CREATE TABLE news (a int);", change), "");
}

#[test]
fn a_block_that_computes_is_refused() {
    for (block, reason) in [
        (
            "DO $$ DECLARE n int; BEGIN n := 1; END $$;",
            "a DO block with variables can't be read",
        ),
        (
            "DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$;",
            "EXECUTE in a DO block can't be read",
        ),
        (
            "DO $$ BEGIN IF (SELECT count(*) FROM t) > 0 THEN DROP TABLE t; END IF; END $$;",
            "only IF [NOT] EXISTS about the catalogue can be read",
        ),
        (
            "DO $$ BEGIN IF EXISTS (SELECT 1 FROM t WHERE a = 'x') THEN DROP TABLE t; END IF; END $$;",
            "what is asked of `t` can't be told from the migrations",
        ),
        (
            "DO $$ BEGIN DROP TABLE t; EXCEPTION WHEN OTHERS THEN NULL; END $$;",
            "what is passed over when `others` happens can't be told",
        ),
    ] {
        let read = crate::parse::parse(
            Dialect::Postgres,
            block,
            crate::parse::ReadOptions::default(),
        );
        let [Err(unread)] = read.as_slice() else {
            panic!("{block} is read");
        };
        assert_eq!(unread.refusal.reason, reason);
        assert_eq!(unread.kind, "DO");
    }
}

/// Whoever wrote it for that engine wrote it for the table as it is called.
#[test]
fn a_trigger_that_could_not_be_read_stands_while_its_table_is_altered() {
    let history = "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(10));
        CREATE TRIGGER notify AFTER INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION notify_users();";
    assert_eq!(
        up(
            Mariadb,
            history,
            "ALTER TABLE users ALTER COLUMN name TYPE varchar(20)"
        ),
        "ALTER TABLE `users` MODIFY COLUMN `name` varchar(20)"
    );
    for change in [
        "ALTER TABLE users RENAME COLUMN name TO called",
        "ALTER TABLE users DROP COLUMN name",
    ] {
        assert_eq!(
            refused(Mariadb, history, change),
            "the trigger `notify`: what it does is written in another engine's own language"
        );
    }
}

/// An override made the table, and what comes later is seen all the same.
#[test]
fn a_change_of_a_table_that_could_not_be_written_is_no_silence() {
    let history = "CREATE TABLE posts (id bigint PRIMARY KEY, tags text[], title text NOT NULL)";
    assert_eq!(
        up(
            Sqlite,
            history,
            "ALTER TABLE posts ADD COLUMN body text; CREATE INDEX by_title ON posts (title)"
        ),
        "ALTER TABLE \"posts\" ADD COLUMN \"body\" TEXT\nCREATE INDEX \"by_title\" ON \"posts\" (\"title\")"
    );
    for engine in [Sqlite, Mariadb] {
        assert_eq!(
            refused(engine, history, "ALTER TABLE posts ADD COLUMN words text[]"),
            "`words` is of type text[], which has no equal on the other engines"
        );
    }
    assert_eq!(
        refused(
            Sqlite,
            history,
            "ALTER TABLE posts ALTER COLUMN title DROP NOT NULL"
        ),
        "`tags` is of type text[], which has no equal on the other engines"
    );
}
