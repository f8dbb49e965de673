//! Row level security.
//!
//! A tenant table is one that is walled off exactly as [`crate::lower`] does
//! it: enabled and forced, with one policy over `org_id`. Whatever else there
//! is of it widens or narrows what a session sees, and is an oddity.

use super::{Catalog, ENGINE, IntrospectError, RELATIONS, ask, lift, oddity, table_mut};
use crate::{
    introspect::Row,
    model::{BinaryOp, Expr, Function, Oddity, Schema},
    portable::tenant::ORG_COLUMN,
};

pub(super) async fn read<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    let sql = format!(
        "SELECT c.relname::text, c.relrowsecurity::text, c.relforcerowsecurity::text, \
           p.polname::text, (p.polpermissive AND p.polcmd = '*' AND p.polroles = '{{0}}')::text, \
           pg_catalog.pg_get_expr(p.polqual, p.polrelid), \
           pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), \
           CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END \
             || CASE p.polcmd WHEN 'r' THEN ' for select' WHEN 'a' THEN ' for insert' \
               WHEN 'w' THEN ' for update' WHEN 'd' THEN ' for delete' ELSE '' END \
             || COALESCE(' to ' || (SELECT string_agg(r.rolname::text, ', ' ORDER BY r.rolname) \
               FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles)), '') \
         FROM {RELATIONS} LEFT JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid \
         WHERE c.relkind IN ('r', 'p') \
           AND (c.relrowsecurity OR c.relforcerowsecurity OR p.oid IS NOT NULL) \
         ORDER BY c.relname, p.polname"
    );
    let rows = ask(ENGINE, catalog, &sql).await?;
    for same_table in rows.chunk_by(|a, b| a.text(0) == b.text(0)) {
        let Some(row) = same_table.first() else {
            continue;
        };
        let walled = row.is(1) && row.is(2);
        let own = same_table.iter().find(|row| walled && is_own(row));
        if let (Some(_), Some(table)) = (own, table_mut(schema, &row.name(0))) {
            table.tenant = true;
        } else {
            let state = match (row.is(1), row.is(2)) {
                (true, true) => "forced",
                (true, false) => "enabled, not forced",
                (false, _) => "disabled",
            };
            let security = oddity(&row.name(0), "", "row security", state);
            schema.oddities.push(security);
        }
        let others = same_table.iter().filter(|row| row.get(3).is_some());
        let others = others.filter(|row| own.is_none_or(|own| own.text(3) != row.text(3)));
        schema.oddities.extend(others.map(policy));
    }
    Ok(())
}

/// Whether it is the policy that the lowering writes.
fn is_own(row: &Row) -> bool {
    let own = Expr::binary(
        Expr::column(ORG_COLUMN),
        BinaryOp::Eq,
        Expr::call(Function::CurrentOrg, Vec::new()),
    );
    let says = |place: usize| row.get(place).is_some_and(|text| lift(ENGINE, text) == own);
    // Without WITH CHECK, a row has to be one that USING shows.
    row.is(4) && says(5) && (row.get(6).is_none() || says(6))
}

fn policy(row: &Row) -> Oddity {
    let mut value = row.text(7).to_owned();
    for (word, place) in [(" using ", 5), (" with check ", 6)] {
        if let Some(text) = row.get(place) {
            value.push_str(word);
            value.push_str(text);
        }
    }
    oddity(&row.name(0), row.text(3), "policy", value)
}
