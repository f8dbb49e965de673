//! User aliases, in the tenant table `user_aliases`.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use dualfuel::Dual;
use dualfuel::prelude::*;
use hub_domain::{
    DbError, DbResult, Id, Item, JsonArray, JsonObject, Name, Page, PageRequest, UserAlias,
    UserAliasInput, UserAliasRepository, UserId,
};
use serde_json::Value;
use uuid::Uuid;

use crate::errors::{self, TxError};
use crate::paging;
use crate::rows::{Cell, Columns, Row, decode_found};
use crate::schema::user_aliases::{self, dsl};
use crate::service::OrgService;

const ITEM: Item = Item::UserAlias;

#[derive(Queryable, Selectable)]
#[diesel(table_name = user_aliases, check_for_backend(Dual))]
struct AliasRow {
    id: Cell<Uuid>,
    user_id: Cell<String>,
    alias: Cell<String>,
    repo: Cell<String>,
    filename: Cell<String>,
    snapshot: Cell<String>,
    request_params: Cell<Value>,
    context_params: Cell<Value>,
    created_at: Cell<DateTime<Utc>>,
    updated_at: Cell<DateTime<Utc>>,
}

impl Row for AliasRow {
    type Item = UserAlias;

    fn decode(self) -> DbResult<UserAlias> {
        let columns = Columns::of("user_aliases", self.id.named());
        Ok(UserAlias {
            id: columns.id(self.id)?,
            user_id: columns.text("user_id", self.user_id)?,
            alias: columns.text("alias", self.alias)?,
            repo: columns.text("repo", self.repo)?,
            filename: columns.text("filename", self.filename)?,
            snapshot: columns.text("snapshot", self.snapshot)?,
            request_params: columns.check(
                "request_params",
                self.request_params,
                JsonObject::new,
            )?,
            context_params: columns.check("context_params", self.context_params, JsonArray::new)?,
            created_at: columns.time("created_at", self.created_at)?,
            updated_at: columns.time("updated_at", self.updated_at)?,
        })
    }
}

/// All that a user says about an alias.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = user_aliases)]
struct Said {
    alias: String,
    repo: String,
    filename: String,
    snapshot: String,
    request_params: Value,
    context_params: Value,
    updated_at: DateTime<Utc>,
}

impl Said {
    fn at(now: DateTime<Utc>, input: UserAliasInput) -> Self {
        Said {
            alias: input.alias.into_string(),
            repo: input.repo.into_string(),
            filename: input.filename.into_string(),
            snapshot: input.snapshot.into_string(),
            request_params: input.request_params.into_value(),
            context_params: input.context_params.into_value(),
            updated_at: now,
        }
    }
}

#[async_trait]
impl UserAliasRepository for OrgService {
    async fn create_user_alias(&self, user: &UserId, input: UserAliasInput) -> DbResult<UserAlias> {
        let (id, now) = self.shared.new_row();
        let said = Said::at(now, input);
        self.scope()?
            .write(async |tx| {
                let row: AliasRow = diesel::insert_into(dsl::user_aliases)
                    .values((
                        dsl::id.eq(id),
                        dsl::user_id.eq(user.as_str()),
                        &said,
                        dsl::created_at.eq(now),
                    ))
                    .returning(AliasRow::as_returning())
                    .get_result(tx)
                    .await?;
                Ok::<_, TxError>(row.decode()?)
            })
            .await
            .map_err(errors::transaction(ITEM))
    }

    async fn get_user_alias(
        &self,
        user: &UserId,
        id: Id<UserAlias>,
    ) -> DbResult<Option<UserAlias>> {
        let found: Option<AliasRow> = dsl::user_aliases
            .find(id.uuid())
            .filter(dsl::user_id.eq(user.as_str()))
            .select(AliasRow::as_select())
            .get_result(&mut self.scope()?.reader())
            .await
            .optional()
            .map_err(errors::query(ITEM))?;
        decode_found(found)
    }

    async fn find_user_alias(&self, user: &UserId, alias: &Name) -> DbResult<Option<UserAlias>> {
        let found: Option<AliasRow> = dsl::user_aliases
            .filter(dsl::user_id.eq(user.as_str()))
            .filter(dsl::alias.eq(alias.as_str()))
            .select(AliasRow::as_select())
            .get_result(&mut self.scope()?.reader())
            .await
            .optional()
            .map_err(errors::query(ITEM))?;
        decode_found(found)
    }

    async fn update_user_alias(
        &self,
        user: &UserId,
        id: Id<UserAlias>,
        input: UserAliasInput,
    ) -> DbResult<UserAlias> {
        let said = Said::at(self.shared.now(), input);
        self.scope()?
            .write(async |tx| {
                let row: Option<AliasRow> = diesel::update(
                    dsl::user_aliases
                        .find(id.uuid())
                        .filter(dsl::user_id.eq(user.as_str())),
                )
                .set(&said)
                .returning(AliasRow::as_returning())
                .get_result(tx)
                .await
                .optional()?;
                let row = row.ok_or_else(|| DbError::not_found(ITEM, id))?;
                Ok::<_, TxError>(row.decode()?)
            })
            .await
            .map_err(errors::transaction(ITEM))
    }

    async fn delete_user_alias(&self, user: &UserId, id: Id<UserAlias>) -> DbResult<u64> {
        self.scope()?
            .write(async |tx| {
                let rows = diesel::delete(
                    dsl::user_aliases
                        .find(id.uuid())
                        .filter(dsl::user_id.eq(user.as_str())),
                )
                .execute(tx)
                .await?;
                Ok::<_, TxError>(rows as u64)
            })
            .await
            .map_err(errors::transaction(ITEM))
    }

    async fn list_user_aliases(
        &self,
        user: &UserId,
        page: PageRequest,
    ) -> DbResult<Page<UserAlias>> {
        let of_user = dsl::user_aliases.filter(dsl::user_id.eq(user.as_str()));
        paging::load(
            self.scope()?,
            ITEM,
            page,
            of_user.count(),
            of_user
                .order((dsl::alias, dsl::id))
                .select(AliasRow::as_select()),
        )
        .await
    }
}
