//! No method reaches another organisation's rows.
//!
//! The stranger knows everything: the ids, prefixes, names and users of the
//! owner's rows. Each row is read back as its owner, since a count of zero could
//! also mean that the write happened and the count was wrong.

use std::fmt::Write as _;

use dualfuel_test::{Engine, TestDatabase, each_engine};
use hub_domain::test_support::org_id;
use hub_domain::{
    ApiToken, DbError, DbResult, DbService, DbServices as _, DownloadChange, DownloadRequest,
    TokenChange, TokenStatus, UserAlias,
};
use hub_persistence::test_support::{ORG_METHODS, TestDbService, migrations};

use crate::support::{
    SECOND, alias_input, ann, ask_sql, first_page, make_alias, make_download, new_download,
    new_token,
};

/// The rows of one organisation.
#[derive(Debug, PartialEq)]
struct Rows {
    download: Option<DownloadRequest>,
    token: Option<ApiToken>,
    alias: Option<UserAlias>,
}

async fn read_back(service: &dyn DbService, rows: &Rows) -> Rows {
    let download = rows.download.as_ref().unwrap().id;
    let token = rows.token.as_ref().unwrap().id;
    let alias = rows.alias.as_ref().unwrap().id;
    Rows {
        download: service.get_download_request(download).await.unwrap(),
        token: service.get_token(&ann(), token).await.unwrap(),
        alias: service.get_user_alias(&ann(), alias).await.unwrap(),
    }
}

fn told<T>(result: DbResult<T>, tell: impl FnOnce(T) -> String) -> String {
    match result {
        Ok(value) => tell(value),
        Err(DbError::NotFound { .. }) => "not found".to_owned(),
        Err(DbError::UnknownOrganisation { .. }) => "unknown organisation".to_owned(),
        Err(other) => panic!("{other:?}"),
    }
}

fn presence<T>(found: Option<T>) -> String {
    if found.is_some() { "a row" } else { "none" }.to_owned()
}

/// What each method of `stranger` does about `rows`.
async fn attack(stranger: &dyn DbService, rows: &Rows) -> String {
    let (Some(download), Some(token), Some(alias)) = (&rows.download, &rows.token, &rows.alias)
    else {
        panic!("the owner has rows");
    };
    let all = first_page();
    let revoke = TokenChange {
        status: Some(TokenStatus::Inactive),
        ..TokenChange::default()
    };
    let mut matrix = String::new();
    let mut line = |method: &str, result: String| {
        writeln!(matrix, "{method:<24} {result}").unwrap();
    };
    line(
        "migrate",
        told(stranger.migrate().await, |()| "nothing to do".to_owned()),
    );
    line(
        "seed",
        told(stranger.seed().await, |()| "nothing to do".to_owned()),
    );

    let found = stranger.get_download_request(download.id).await;
    line("get_download_request", told(found, presence));
    let listed = stranger.list_download_requests(all).await;
    line(
        "list_download_requests",
        told(listed, |page| page.total.to_string()),
    );
    let listed = stranger
        .find_download_requests(&download.repo, &download.filename, all)
        .await;
    line(
        "find_download_requests",
        told(listed, |page| page.total.to_string()),
    );
    let changed = stranger
        .update_download_request(download.id, DownloadChange::default())
        .await;
    line(
        "update_download_request",
        told(changed, |_| "changed".to_owned()),
    );

    let found = stranger.get_token(&ann(), token.id).await;
    line("get_token", told(found, presence));
    let found = stranger.find_token_by_prefix(&token.prefix).await;
    line("find_token_by_prefix", told(found, presence));
    let listed = stranger.list_tokens(&ann(), all).await;
    line("list_tokens", told(listed, |page| page.total.to_string()));
    let changed = stranger.update_token(&ann(), token.id, revoke).await;
    line("update_token", told(changed, |_| "changed".to_owned()));

    let found = stranger.get_user_alias(&ann(), alias.id).await;
    line("get_user_alias", told(found, presence));
    let found = stranger.find_user_alias(&ann(), &alias.alias).await;
    line("find_user_alias", told(found, presence));
    let listed = stranger.list_user_aliases(&ann(), all).await;
    line(
        "list_user_aliases",
        told(listed, |page| page.total.to_string()),
    );
    let changed = stranger
        .update_user_alias(&ann(), alias.id, alias_input("theirs"))
        .await;
    line("update_user_alias", told(changed, |_| "changed".to_owned()));
    let deleted = stranger.delete_user_alias(&ann(), alias.id).await;
    line("delete_user_alias", told(deleted, |rows| rows.to_string()));
    line(
        "reset_all",
        told(stranger.reset_all().await, |()| "its own rows".to_owned()),
    );

    // The same prefix, name and file are free here: a refusal would tell that
    // someone has them.
    let own = "a row of its own".to_owned();
    let made = stranger
        .create_download_request(new_download("q4.gguf"))
        .await;
    line("create_download_request", told(made, |_| own.clone()));
    let made = stranger.create_token(new_token(&ann(), 1)).await;
    line("create_token", told(made, |_| own.clone()));
    let made = make_alias(stranger, &ann(), "fast").await;
    line("create_user_alias", told(made, |_| own.clone()));
    matrix
}

#[each_engine(migrations = migrations())]
async fn a_stranger_reaches_nothing(db: TestDatabase) {
    let engine = db.engine();
    let db = TestDbService::on(db).await;
    let owner = db.service();
    let rows = Rows {
        download: Some(make_download(&*owner, "q4.gguf").await),
        token: Some(owner.create_token(new_token(&ann(), 1)).await.unwrap()),
        alias: Some(make_alias(&*owner, &ann(), "fast").await.unwrap()),
    };
    db.clock().advance(SECOND);

    let mut calls = db.subscribe();
    let stranger = db.org(org_id(2));
    let matrix = attack(&*stranger, &rows).await;

    match engine {
        Engine::Postgres => insta::assert_snapshot!(matrix, @r"
            migrate                  nothing to do
            seed                     nothing to do
            get_download_request     none
            list_download_requests   0
            find_download_requests   0
            update_download_request  not found
            get_token                none
            find_token_by_prefix     none
            list_tokens              0
            update_token             not found
            get_user_alias           none
            find_user_alias          none
            list_user_aliases        0
            update_user_alias        not found
            delete_user_alias        0
            reset_all                its own rows
            create_download_request  a row of its own
            create_token             a row of its own
            create_user_alias        a row of its own
        "),
        Engine::Sqlite => {
            let outcomes: Vec<_> = matrix.lines().map(|line| line[25..].trim()).collect();
            assert_eq!(outcomes, ["unknown organisation"; ORG_METHODS.len()]);
        }
    }
    let mut attacked = Vec::new();
    while let Ok(event) = calls.try_recv() {
        attacked.push(event.method);
    }
    attacked.sort_unstable();
    let mut methods = ORG_METHODS.to_vec();
    methods.sort_unstable();
    assert_eq!(attacked, methods, "a method was forgotten");

    assert_eq!(read_back(&*owner, &rows).await, rows);
    for total in [
        owner
            .list_download_requests(first_page())
            .await
            .unwrap()
            .total,
        owner.list_tokens(&ann(), first_page()).await.unwrap().total,
        owner
            .list_user_aliases(&ann(), first_page())
            .await
            .unwrap()
            .total,
    ] {
        assert_eq!(total, 1, "the stranger's new rows are not the owner's");
    }
}

/// An organisation's rows are not those of none either.
#[each_engine(migrations = migrations())]
async fn every_tenant_table_is_walled_and_every_other_is_known(db: TestDatabase) {
    if db.engine() == Engine::Sqlite {
        return;
    }
    let db = TestDbService::on(db).await;
    let walls = ask_sql(
        &db,
        "SELECT format('%s %s', c.relname, CASE
             WHEN NOT EXISTS (SELECT FROM pg_attribute a
                              WHERE a.attrelid = c.oid AND a.attname = 'org_id') THEN 'global'
             WHEN c.relrowsecurity AND c.relforcerowsecurity
                  AND (SELECT array_agg(p.cmd::text) FROM pg_policies p
                       WHERE p.tablename = c.relname
                         AND p.qual LIKE '%dualfuel.org_id%'
                         AND p.with_check = p.qual) = ARRAY['ALL']
                  AND NOT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a
                                  ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                                  WHERE i.indrelid = c.oid AND a.attname <> 'org_id')
             THEN 'walled' ELSE 'open' END) AS told
         FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
           AND c.relname !~ '^(dualfuel_|__diesel_|__dualfuel_)'
         ORDER BY c.relname",
    )
    .await;
    insta::assert_snapshot!(walls.join("\n"), @r"
    access_requests walled
    api_model_aliases walled
    api_tokens walled
    app_access_requests walled
    app_instances walled
    app_toolset_configs walled
    download_requests walled
    mcp_auth_headers walled
    mcp_oauth_configs walled
    mcp_oauth_tokens walled
    mcp_servers walled
    mcps walled
    model_metadata walled
    operator_tokens global
    organisations global
    settings global
    toolsets walled
    user_aliases walled
    ");
}
