//! API tokens, in the tenant table `api_tokens`.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use dualfuel::Dual;
use dualfuel::prelude::*;
use hub_domain::{
    ApiToken, DbError, DbResult, Id, Item, Name, NewApiToken, Page, PageRequest, Patch, Timestamp,
    TokenChange, TokenPrefix, TokenRepository, TokenStatus, UserId,
};
use uuid::Uuid;

use crate::errors::{self, TxError};
use crate::paging;
use crate::rows::{Cell, Columns, Row, decode_found};
use crate::schema::api_tokens::{self, dsl};
use crate::service::OrgService;

const ITEM: Item = Item::ApiToken;

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_tokens, check_for_backend(Dual))]
struct TokenRow {
    id: Cell<Uuid>,
    user_id: Cell<String>,
    name: Cell<String>,
    token_prefix: Cell<String>,
    token_hash: Cell<String>,
    scopes: Cell<String>,
    status: Cell<String>,
    expires_at: Option<Cell<DateTime<Utc>>>,
    created_at: Cell<DateTime<Utc>>,
    updated_at: Cell<DateTime<Utc>>,
}

impl Row for TokenRow {
    type Item = ApiToken;

    fn decode(self) -> DbResult<ApiToken> {
        let columns = Columns::of("api_tokens", self.id.named());
        Ok(ApiToken {
            id: columns.id(self.id)?,
            user_id: columns.text("user_id", self.user_id)?,
            name: columns.text_or_empty("name", self.name)?,
            prefix: columns.text("token_prefix", self.token_prefix)?,
            hash: columns.text("token_hash", self.token_hash)?,
            scopes: columns.text("scopes", self.scopes)?,
            status: columns.text("status", self.status)?,
            expires_at: columns.time_some("expires_at", self.expires_at)?,
            created_at: columns.time("created_at", self.created_at)?,
            updated_at: columns.time("updated_at", self.updated_at)?,
        })
    }
}

/// `None` leaves a column as it is.
#[derive(AsChangeset)]
#[diesel(table_name = api_tokens)]
struct Change {
    name: Option<String>,
    status: Option<&'static str>,
    updated_at: DateTime<Utc>,
}

/// A name as a changeset's column: the empty text stands for none.
pub(crate) fn name_column(name: Patch<Name>) -> Option<String> {
    match name {
        Patch::Keep => None,
        Patch::Clear => Some(String::new()),
        Patch::Set(name) => Some(name.into_string()),
    }
}

#[async_trait]
impl TokenRepository for OrgService {
    async fn create_token(&self, new: NewApiToken) -> DbResult<ApiToken> {
        let (id, now) = self.shared.new_row();
        self.scope()?
            .write(async |tx| {
                let row: TokenRow = diesel::insert_into(dsl::api_tokens)
                    .values((
                        dsl::id.eq(id),
                        dsl::user_id.eq(new.user_id.as_str()),
                        dsl::name.eq(new.name.as_ref().map_or("", Name::as_str)),
                        dsl::token_prefix.eq(new.prefix.as_str()),
                        dsl::token_hash.eq(new.hash.to_hex()),
                        dsl::scopes.eq(new.scopes.to_string()),
                        dsl::status.eq(TokenStatus::Active.as_str()),
                        dsl::expires_at.eq(new.expires_at.map(Timestamp::datetime)),
                        dsl::created_at.eq(now),
                        dsl::updated_at.eq(now),
                    ))
                    .returning(TokenRow::as_returning())
                    .get_result(tx)
                    .await?;
                Ok::<_, TxError>(row.decode()?)
            })
            .await
            .map_err(errors::transaction(ITEM))
    }

    async fn list_tokens(&self, user: &UserId, page: PageRequest) -> DbResult<Page<ApiToken>> {
        let of_user = dsl::api_tokens.filter(dsl::user_id.eq(user.as_str()));
        paging::load(
            self.scope()?,
            ITEM,
            page,
            of_user.count(),
            of_user
                .order((dsl::created_at.desc(), dsl::id.desc()))
                .select(TokenRow::as_select()),
        )
        .await
    }

    async fn get_token(&self, user: &UserId, id: Id<ApiToken>) -> DbResult<Option<ApiToken>> {
        let found: Option<TokenRow> = dsl::api_tokens
            .find(id.uuid())
            .filter(dsl::user_id.eq(user.as_str()))
            .select(TokenRow::as_select())
            .get_result(&mut self.scope()?.reader())
            .await
            .optional()
            .map_err(errors::query(ITEM))?;
        decode_found(found)
    }

    async fn find_token_by_prefix(&self, prefix: &TokenPrefix) -> DbResult<Option<ApiToken>> {
        let found: Option<TokenRow> = dsl::api_tokens
            .filter(dsl::token_prefix.eq(prefix.as_str()))
            .select(TokenRow::as_select())
            .get_result(&mut self.scope()?.reader())
            .await
            .optional()
            .map_err(errors::query(ITEM))?;
        decode_found(found)
    }

    async fn update_token(
        &self,
        user: &UserId,
        id: Id<ApiToken>,
        change: TokenChange,
    ) -> DbResult<ApiToken> {
        let change = Change {
            name: name_column(change.name),
            status: change.status.map(TokenStatus::as_str),
            updated_at: self.shared.now(),
        };
        self.scope()?
            .write(async |tx| {
                let row: Option<TokenRow> = diesel::update(
                    dsl::api_tokens
                        .find(id.uuid())
                        .filter(dsl::user_id.eq(user.as_str())),
                )
                .set(&change)
                .returning(TokenRow::as_returning())
                .get_result(tx)
                .await
                .optional()?;
                let row = row.ok_or_else(|| DbError::not_found(ITEM, id))?;
                Ok::<_, TxError>(row.decode()?)
            })
            .await
            .map_err(errors::transaction(ITEM))
    }
}
