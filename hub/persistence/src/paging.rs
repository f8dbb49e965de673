//! One page of a list and the list's length, from one state of the database.

use diesel::dsl::{Limit, Offset};
use diesel::query_dsl::methods::{LimitDsl, OffsetDsl};
use diesel_async::methods::LoadQuery;
use dualfuel::prelude::*;
use dualfuel::{Connection, Scope};
use hub_domain::{DbError, DbResult, Item, Page, PageRequest};

use crate::errors::{self, TxError};
use crate::rows::Row;

/// Loads the page `request` of `list`, which has `count` rows.
///
/// `list` is in a total order, the row's key last: else two pages could show
/// the same row, or none of them a row.
pub(crate) async fn load<'q, C, L, R>(
    scope: &Scope,
    item: Item,
    request: PageRequest,
    count: C,
    list: L,
) -> DbResult<Page<R::Item>>
where
    C: LoadQuery<'q, Connection, i64> + Clone + Send + Sync + 'q,
    L: LimitDsl,
    Limit<L>: OffsetDsl,
    Offset<Limit<L>>: LoadQuery<'q, Connection, R> + Clone + Send + Sync + 'q,
    R: Row + Send + 'static,
    R::Item: Send,
{
    let list = list
        .limit(i64::from(request.size()))
        .offset(request.offset());
    scope
        .snapshot(async |tx| {
            let total: i64 = count.clone().get_result(tx).await?;
            let rows: Vec<R> = list.clone().load(tx).await?;
            Ok::<_, TxError>(Page {
                items: rows.into_iter().map(R::decode).collect::<DbResult<_>>()?,
                total: u64::try_from(total).map_err(DbError::internal)?,
                request,
            })
        })
        .await
        .map_err(errors::transaction(item))
}
