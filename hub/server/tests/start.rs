//! The first start and those after it, over a database that is a few vectors.

#![expect(clippy::unwrap_used, reason = "a test that panics has done its job")]

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::bail;
use async_trait::async_trait;
use clap::CommandFactory;
use hub_domain::test_support::{MockDbService, MockGlobalService, OneOrg, frozen_now, org_id};
use hub_domain::{ApiToken, Name, Organisation, Page, Slug, TokenOwner, TokenScopes, TokenStatus};
use hub_server::backend::{Backend, DatabaseOptions, OpenBackend};
use hub_server::cli::{Cli, run};
use hub_server::config::Config;
use hub_server::start::{Started, start};
use hub_server::test_support::TestBackend;
use tempfile::TempDir;
use uuid::Uuid;

/// A database that outlives its openings.
#[derive(Default)]
struct Database {
    standalone: bool,
    /// How long it takes to list tokens.
    pause: Duration,
    opened: Mutex<Vec<(String, Option<String>)>>,
    orgs: Arc<Mutex<Vec<Organisation>>>,
    tokens: Arc<Mutex<Vec<ApiToken>>>,
}

#[async_trait]
impl OpenBackend for Database {
    async fn open(&self, options: DatabaseOptions) -> anyhow::Result<Arc<dyn Backend>> {
        let key = options.encryption_key.map(|key| key.to_string());
        self.opened.lock().unwrap().push((options.url.clone(), key));
        if options.url.contains("broken") {
            bail!("the database is broken");
        }
        // As `hub-persistence` does with a new file.
        if self.standalone && self.orgs.lock().unwrap().is_empty() {
            let (slug, name) = ("local".parse().unwrap(), "Local".parse().unwrap());
            self.orgs.lock().unwrap().push(organisation(slug, name));
        }
        let services = OneOrg::new(org_id(1), self.org(), self.global());
        let standalone = self.standalone;
        Ok(Arc::new(TestBackend {
            standalone,
            ..TestBackend::new(services)
        }))
    }
}

impl Database {
    fn file() -> Self {
        Database {
            standalone: true,
            ..Database::default()
        }
    }

    fn org(&self) -> MockDbService {
        let mut org = MockDbService::new();
        let (tokens, pause) = (Arc::clone(&self.tokens), self.pause);
        org.expect_list_tokens().returning(move |user, request| {
            let mut items = tokens.lock().unwrap().clone();
            std::thread::sleep(pause);
            items.retain(|token| token.user_id == *user);
            Ok(Page {
                total: items.len() as u64,
                items,
                request,
            })
        });
        let tokens = Arc::clone(&self.tokens);
        org.expect_create_token().returning(move |new| {
            let mut tokens = tokens.lock().unwrap();
            let number = 1 + tokens.len() as u128;
            tokens.push(ApiToken {
                id: Uuid::from_u128(number).into(),
                user_id: new.user_id,
                name: new.name,
                prefix: new.prefix,
                hash: new.hash,
                scopes: new.scopes,
                status: TokenStatus::Active,
                expires_at: new.expires_at,
                created_at: frozen_now(),
                updated_at: frozen_now(),
            });
            Ok(tokens.last().unwrap().clone())
        });
        let tokens = Arc::clone(&self.tokens);
        org.expect_update_token().returning(move |_, id, change| {
            let mut tokens = tokens.lock().unwrap();
            let token = tokens.iter_mut().find(|token| token.id == id).unwrap();
            token.status = change.status.unwrap_or(token.status);
            Ok(token.clone())
        });
        org
    }

    fn global(&self) -> MockGlobalService {
        let mut global = MockGlobalService::new();
        let orgs = Arc::clone(&self.orgs);
        global
            .expect_list_organisations()
            .returning(move |request| {
                let items = orgs.lock().unwrap().clone();
                Ok(Page {
                    total: items.len() as u64,
                    items,
                    request,
                })
            });
        let orgs = Arc::clone(&self.orgs);
        global.expect_find_organisation().returning(move |slug| {
            Ok(orgs
                .lock()
                .unwrap()
                .iter()
                .find(|org| org.slug == *slug)
                .cloned())
        });
        let orgs = Arc::clone(&self.orgs);
        global.expect_create_organisation().returning(move |new| {
            let org = organisation(new.slug, new.name);
            orgs.lock().unwrap().push(org.clone());
            Ok(org)
        });
        global
    }
}

fn organisation(slug: Slug, name: Name) -> Organisation {
    Organisation {
        id: org_id(1),
        slug,
        name,
        created_at: frozen_now(),
        updated_at: frozen_now(),
    }
}

fn config(home: &TempDir, args: &[&str]) -> Config {
    let data_dir = home.path().join("data");
    let config_file = home.path().join("hub.toml");
    std::fs::write(&config_file, "").unwrap();
    let fixed = [
        "hub",
        "--data-dir",
        text(&data_dir),
        "--config",
        text(&config_file),
    ];
    let args = fixed.iter().chain(args);
    Config::load(&Cli::command().get_matches_from(args), |_| None).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn files(home: &TempDir) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(home.path().join("data")) else {
        return Vec::new();
    };
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<_> = entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_first_start_makes_what_is_needed_and_a_second_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (database, config) = (Database::file(), config(&home, &[]));

    let Started { first_token, .. } = start(&config, &database).await.unwrap();

    let token = first_token.unwrap();
    assert_eq!(token.owner(), TokenOwner::Org(org_id(1)));
    assert_eq!(files(&home), ["hub.db", "hub.key", "hub.lock"]);
    let stored = database.tokens.lock().unwrap().clone();
    assert_eq!(stored.len(), 1);
    assert!(token.matches(&stored[0].hash));
    assert_eq!(stored[0].scopes, TokenScopes::all());

    let again = start(&config, &database).await.unwrap();

    assert!(again.first_token.is_none());
    assert_eq!(database.tokens.lock().unwrap().clone(), stored);
    let opened = database.opened.lock().unwrap().clone();
    assert_eq!(opened[0], opened[1], "the same file with the same key");
    assert!(opened[0].0.starts_with("sqlite://") && opened[0].0.ends_with("/data/hub.db"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&config.data_dir), 0o700);
        assert_eq!(mode(&config.data_dir.join("hub.key")), 0o600);
    }
}

/// The database lets each of them see that there is no token yet, and takes
/// its time about it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn starts_at_the_same_time_make_one_token() {
    let home = tempfile::tempdir().unwrap();
    let database = Arc::new(Database {
        pause: Duration::from_millis(50),
        ..Database::file()
    });
    let config = Arc::new(config(&home, &[]));

    let starts = [(); 3].map(|()| {
        let (database, config) = (database.clone(), config.clone());
        tokio::spawn(async move { start(&config, &*database).await.unwrap().first_token })
    });

    let mut made = 0;
    for start in starts {
        made += usize::from(start.await.unwrap().is_some());
    }
    assert_eq!((made, database.tokens.lock().unwrap().len()), (1, 1));
}

/// The user revoked it: that is no reason to make another.
#[tokio::test]
async fn a_revoked_first_token_is_not_made_again() {
    let home = tempfile::tempdir().unwrap();
    let (database, config) = (Database::file(), config(&home, &[]));
    start(&config, &database).await.unwrap();
    database.tokens.lock().unwrap()[0].status = TokenStatus::Inactive;

    assert!(
        start(&config, &database)
            .await
            .unwrap()
            .first_token
            .is_none()
    );
}

#[tokio::test]
async fn a_server_gets_no_file_no_key_and_no_token() {
    let home = tempfile::tempdir().unwrap();
    let config = config(&home, &["--database-url", "postgres://hub@db/hub"]);
    let database = Database::default();

    let started = start(&config, &database).await.unwrap();

    assert!(started.first_token.is_none() && files(&home).is_empty());
    let opened = database.opened.lock().unwrap().clone();
    assert_eq!(opened, [("postgres://hub@db/hub".to_owned(), None)]);
}

#[tokio::test]
async fn a_database_in_memory_leaves_no_file() {
    let home = tempfile::tempdir().unwrap();
    let config = config(&home, &["--database-url", "sqlite::memory:"]);
    let database = Database::file();

    assert!(
        start(&config, &database)
            .await
            .unwrap()
            .first_token
            .is_some()
    );

    assert!(files(&home).is_empty());
    assert!(
        database.opened.lock().unwrap()[0].1.is_some(),
        "a key for as long as it lives"
    );
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_is_named() {
    let home = tempfile::tempdir().unwrap();
    let config = config(&home, &[]);
    std::fs::write(&config.data_dir, "a file").unwrap();

    let error = start(&config, &Database::file()).await.err().unwrap();

    let said = hub_server::cli::report(&error);
    assert!(
        said.starts_with("error: cannot make the data directory "),
        "{said}"
    );
    assert!(said.contains("\n  caused by: "), "{said}");
}

#[tokio::test]
async fn tokens_are_made_listed_and_revoked_by_command() {
    let home = tempfile::tempdir().unwrap();
    let database = Database::default();
    let config_file = home.path().join("hub.toml");
    std::fs::write(&config_file, "database_url = 'postgres://hub@db/hub'").unwrap();
    let hub = async |args: &[&str]| {
        let fixed = ["hub", "--config", text(&config_file)];
        let matches = Cli::command()
            .try_get_matches_from(fixed.iter().chain(args))
            .unwrap();
        let mut out = Vec::new();
        let result = run(&matches, |_| None, &database, &mut out).await;
        result
            .map(|()| String::from_utf8(out).unwrap())
            .map_err(|error| error.to_string())
    };
    let create = ["token", "create", "--user", "ann", "--scopes", "read,write"];
    assert!(
        hub(&create)
            .await
            .unwrap_err()
            .contains("hint: hub org create NAME --slug SLUG")
    );
    hub(&["org", "create", "Acme Labs", "--slug", "acme"])
        .await
        .unwrap();

    let text = hub(&[&create[..], &["--org", "acme", "--name", "ci"]].concat())
        .await
        .unwrap();
    let id = "00000000-0000-0000-0000-000000000001";
    let revoked = hub(&["token", "revoke", id, "--user", "ann"])
        .await
        .unwrap();

    let token = hub_domain::TokenText::parse(text.trim()).unwrap();
    let prefix = token.prefix();
    assert_eq!(revoked, format!("{id}  inactive\n"));
    let list = hub(&["token", "list", "--user", "ann"]).await.unwrap();
    let head = "ID                                    PREFIX            SCOPES      STATUS    EXPIRES  NAME";
    let row = format!("{id}  {prefix}  read write  inactive  never    ci");
    assert_eq!(list, format!("{head}\n{row}\n"));
    let missing = hub(&["token", "list", "--user", "ann", "--org", "globex"])
        .await
        .unwrap_err();
    assert!(
        missing.contains("there is no organisation \"globex\""),
        "{missing}"
    );
}
