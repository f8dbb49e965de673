//! Shopping lists: two tables, an upsert, a join, and a test on both engines.

use anyhow::Context as _;
use dualfuel::prelude::*;
use dualfuel::{Database, Migrations, OrgScope};
use uuid::Uuid;

diesel::table! {
    lists (id) {
        id -> Uuid,
        org_id -> Uuid,
        title -> Text,
    }
}

diesel::table! {
    items (id) {
        id -> Uuid,
        list_id -> Uuid,
        body -> Text,
        done -> Bool,
    }
}

diesel::joinable!(items -> lists (list_id));
diesel::allow_tables_to_appear_in_same_query!(lists, items);

/// Puts an item on the list of that title, which is made if it is not there.
async fn add(scope: &OrgScope, title: &str, body: &str) -> QueryResult<()> {
    scope
        .write(async |tx| {
            let list: Uuid = diesel::insert_into(lists::table)
                .values((lists::id.eq(Uuid::now_v7()), lists::title.eq(title)))
                // A title is taken once in an organisation, so its key holds `org_id`. It is
                // named in conflict targets only; the database fills it in.
                .on_conflict((lists::org_id, lists::title))
                .do_update()
                .set(lists::title.eq(title))
                .returning(lists::id)
                .get_result(tx)
                .await?;
            diesel::insert_into(items::table)
                .values((
                    items::id.eq(Uuid::now_v7()),
                    items::list_id.eq(list),
                    items::body.eq(body),
                ))
                .execute(tx)
                .await?;
            Ok(())
        })
        .await
}

/// What is still to do, with the title of its list.
async fn open_items(scope: &OrgScope) -> QueryResult<Vec<(String, String)>> {
    items::table
        .inner_join(lists::table)
        .filter(items::done.eq(false))
        .order((lists::title, items::id))
        .select((lists::title, items::body))
        .load(&mut scope.reader())
        .await
}

fn migrations() -> anyhow::Result<Migrations> {
    Ok(dualfuel::embed_migrations!(
        "$CARGO_MANIFEST_DIR/migrations"
    )?)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://lists.db".to_owned());
    let db = Database::open(&url, &migrations()?).await?;
    // Who is asking comes from authentication. A SQLite file knows whose it is.
    let org = match db.file_org() {
        Some(org) => org,
        None => std::env::var("ORG_ID")
            .context("set ORG_ID to the organisation's UUID")?
            .parse()?,
    };
    let scope = db.org(org)?;
    add(&scope, "Saturday", "milk").await?;
    for (title, body) in open_items(&scope).await? {
        println!("{title}: {body}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use dualfuel_test::{TestDatabase, each_engine};

    use super::*;

    #[each_engine(migrations = migrations().unwrap())]
    async fn two_items_share_one_list(db: TestDatabase) {
        let scope = db.scope();
        add(&scope, "Saturday", "milk").await.unwrap();
        add(&scope, "Saturday", "bread").await.unwrap();

        let expected = ["milk", "bread"].map(|body| ("Saturday".to_owned(), body.to_owned()));
        assert_eq!(open_items(&scope).await.unwrap(), expected);
        let lists: i64 = lists::table
            .count()
            .get_result(&mut scope.reader())
            .await
            .unwrap();
        assert_eq!(lists, 1);
    }
}
