//! Operator tokens, in the global table `operator_tokens`.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use dualfuel::Dual;
use dualfuel::prelude::*;
use hub_domain::{
    DbError, DbResult, Id, Item, Name, NewOperatorToken, OperatorToken, OperatorTokenRepository,
    Page, PageRequest, Timestamp, TokenChange, TokenPrefix, TokenStatus,
};
use uuid::Uuid;

use crate::errors::{self, TxError};
use crate::paging;
use crate::rows::{Cell, Columns, Row, decode_found};
use crate::schema::operator_tokens::{self, dsl};
use crate::service::NoOrgService;
use crate::tokens::name_column;

const ITEM: Item = Item::OperatorToken;

#[derive(Queryable, Selectable)]
#[diesel(table_name = operator_tokens, check_for_backend(Dual))]
struct OperatorTokenRow {
    id: Cell<Uuid>,
    name: Cell<String>,
    token_prefix: Cell<String>,
    token_hash: Cell<String>,
    status: Cell<String>,
    expires_at: Option<Cell<DateTime<Utc>>>,
    created_at: Cell<DateTime<Utc>>,
    updated_at: Cell<DateTime<Utc>>,
}

impl Row for OperatorTokenRow {
    type Item = OperatorToken;

    fn decode(self) -> DbResult<OperatorToken> {
        let columns = Columns::of("operator_tokens", self.id.named());
        Ok(OperatorToken {
            id: columns.id(self.id)?,
            name: columns.text_or_empty("name", self.name)?,
            prefix: columns.text("token_prefix", self.token_prefix)?,
            hash: columns.text("token_hash", self.token_hash)?,
            status: columns.text("status", self.status)?,
            expires_at: columns.time_some("expires_at", self.expires_at)?,
            created_at: columns.time("created_at", self.created_at)?,
            updated_at: columns.time("updated_at", self.updated_at)?,
        })
    }
}

/// `None` leaves a column as it is.
#[derive(AsChangeset)]
#[diesel(table_name = operator_tokens)]
struct Change {
    name: Option<String>,
    status: Option<&'static str>,
    updated_at: DateTime<Utc>,
}

#[async_trait]
impl OperatorTokenRepository for NoOrgService {
    async fn create_operator_token(&self, new: NewOperatorToken) -> DbResult<OperatorToken> {
        let (id, now) = self.shared.new_row();
        self.scope
            .write(async |tx| {
                let row: OperatorTokenRow = diesel::insert_into(dsl::operator_tokens)
                    .values((
                        dsl::id.eq(id),
                        dsl::name.eq(new.name.as_ref().map_or("", Name::as_str)),
                        dsl::token_prefix.eq(new.prefix.as_str()),
                        dsl::token_hash.eq(new.hash.to_hex()),
                        dsl::status.eq(TokenStatus::Active.as_str()),
                        dsl::expires_at.eq(new.expires_at.map(Timestamp::datetime)),
                        dsl::created_at.eq(now),
                        dsl::updated_at.eq(now),
                    ))
                    .returning(OperatorTokenRow::as_returning())
                    .get_result(tx)
                    .await?;
                Ok::<_, TxError>(row.decode()?)
            })
            .await
            .map_err(errors::transaction(ITEM))
    }

    async fn list_operator_tokens(&self, page: PageRequest) -> DbResult<Page<OperatorToken>> {
        paging::load(
            &self.scope,
            ITEM,
            page,
            dsl::operator_tokens.count(),
            dsl::operator_tokens
                .order((dsl::created_at.desc(), dsl::id.desc()))
                .select(OperatorTokenRow::as_select()),
        )
        .await
    }

    async fn find_operator_token_by_prefix(
        &self,
        prefix: &TokenPrefix,
    ) -> DbResult<Option<OperatorToken>> {
        let found: Option<OperatorTokenRow> = dsl::operator_tokens
            .filter(dsl::token_prefix.eq(prefix.as_str()))
            .select(OperatorTokenRow::as_select())
            .get_result(&mut self.scope.reader())
            .await
            .optional()
            .map_err(errors::query(ITEM))?;
        decode_found(found)
    }

    async fn update_operator_token(
        &self,
        id: Id<OperatorToken>,
        change: TokenChange,
    ) -> DbResult<OperatorToken> {
        let change = Change {
            name: name_column(change.name),
            status: change.status.map(TokenStatus::as_str),
            updated_at: self.shared.now(),
        };
        self.scope
            .write(async |tx| {
                let row: Option<OperatorTokenRow> =
                    diesel::update(dsl::operator_tokens.find(id.uuid()))
                        .set(&change)
                        .returning(OperatorTokenRow::as_returning())
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
