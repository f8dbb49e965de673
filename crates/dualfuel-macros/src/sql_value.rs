//! `#[derive(SqlValue)]`: what Diesel needs to know of an enum or a newtype.

use heck::{ToKebabCase, ToLowerCamelCase, ToPascalCase, ToSnakeCase};
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Error, Fields, LitStr, Path, Result, Type};

#[derive(Default)]
struct Options {
    rename_all: Option<LitStr>,
    name: Option<LitStr>,
    sql_type: Option<Type>,
    try_from: bool,
    krate: Option<Path>,
}

fn options(attributes: &[Attribute]) -> Result<Options> {
    let mut options = Options::default();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("sql"))
    {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename_all") {
                options.rename_all = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("name") {
                options.name = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("type") {
                options.sql_type = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("try_from") {
                options.try_from = true;
            } else if meta.path.is_ident("crate") {
                options.krate = Some(meta.value()?.parse()?);
            } else {
                return Err(
                    meta.error("known are `rename_all`, `name`, `type`, `try_from` and `crate`")
                );
            }
            Ok(())
        })?;
    }
    Ok(options)
}

pub(crate) fn derive(input: TokenStream) -> Result<TokenStream> {
    let input: DeriveInput = syn::parse2(input)?;
    if !input.generics.params.is_empty() {
        return Err(Error::new(
            input.generics.span(),
            "`SqlValue` takes no generic types",
        ));
    }
    let options = options(&input.attrs)?;
    let krate = match &options.krate {
        Some(krate) => quote!(#krate),
        None => quote!(::dualfuel),
    };
    let (sql_type, conversions) = match &input.data {
        Data::Enum(data) => of_enum(&input, data, &options, &krate)?,
        Data::Struct(data) => of_newtype(&input, &data.fields, &options, &krate)?,
        Data::Union(data) => {
            return Err(Error::new(
                data.union_token.span(),
                "`SqlValue` takes no unions",
            ));
        }
    };
    let plumbing = plumbing(&input, &sql_type, &krate);
    Ok(quote! {
        const _: () = {
            use #krate::__private::diesel;
            #conversions
            #plumbing
        };
    })
}

fn rename(name: &str, style: Option<&LitStr>) -> Result<String> {
    let Some(style) = style else {
        return Ok(name.to_snake_case());
    };
    Ok(match style.value().as_str() {
        "snake_case" => name.to_snake_case(),
        "kebab-case" => name.to_kebab_case(),
        "camelCase" => name.to_lower_camel_case(),
        "PascalCase" => name.to_pascal_case(),
        "lowercase" => name.to_lowercase(),
        "UPPERCASE" => name.to_uppercase(),
        _ => {
            return Err(Error::new(
                style.span(),
                "known are snake_case, kebab-case, camelCase, PascalCase, lowercase, UPPERCASE",
            ));
        }
    })
}

fn of_enum(
    input: &DeriveInput,
    data: &syn::DataEnum,
    enum_options: &Options,
    krate: &TokenStream,
) -> Result<(TokenStream, TokenStream)> {
    let ident = &input.ident;
    let mut idents = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new(
                variant.span(),
                "a variant with fields has no text; store it as JSON, or in columns of its own",
            ));
        }
        let name = match options(&variant.attrs)?.name {
            Some(name) => name.value(),
            None => rename(&variant.ident.to_string(), enum_options.rename_all.as_ref())?,
        };
        if names.contains(&name) {
            return Err(Error::new(
                variant.span(),
                format!("two variants would be stored as {name:?}"),
            ));
        }
        idents.push(&variant.ident);
        names.push(name);
    }
    let unknown = format!(
        "cannot read {ident}: the text is none of {}",
        names.join(", ")
    );
    let sql_type = quote!(diesel::sql_types::Text);
    let conversions = quote! {
        impl diesel::serialize::ToSql<#sql_type, #krate::Dual> for #ident {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, #krate::Dual>,
            ) -> diesel::serialize::Result {
                let text: &'static str = match self {
                    #(Self::#idents => #names,)*
                };
                <str as diesel::serialize::ToSql<#sql_type, #krate::Dual>>::to_sql(text, out)
            }
        }

        impl diesel::deserialize::FromSql<#sql_type, #krate::Dual> for #ident {
            fn from_sql(value: #krate::DualValue<'_>) -> diesel::deserialize::Result<Self> {
                match #krate::__private::text_of(value)? {
                    #(#names => ::core::result::Result::Ok(Self::#idents),)*
                    _ => ::core::result::Result::Err(#unknown.into()),
                }
            }
        }
    };
    Ok((sql_type, conversions))
}

fn of_newtype(
    input: &DeriveInput,
    fields: &Fields,
    options: &Options,
    krate: &TokenStream,
) -> Result<(TokenStream, TokenStream)> {
    let ident = &input.ident;
    let mut each = fields.iter();
    let (Some(field), None) = (each.next(), each.next()) else {
        return Err(Error::new(
            ident.span(),
            "a stored struct has exactly one field",
        ));
    };
    let Some(sql_type) = &options.sql_type else {
        return Err(Error::new(
            ident.span(),
            "say what it is stored as: #[sql(type = diesel::sql_types::Text)]",
        ));
    };
    let inner = &field.ty;
    let (access, build) = match &field.ident {
        Some(name) => (quote!(self.#name), quote!(Self { #name: inner })),
        None => (quote!(self.0), quote!(Self(inner))),
    };
    let build = if options.try_from {
        quote! {
            <Self as ::core::convert::TryFrom<#inner>>::try_from(inner)
                .map_err(::core::convert::Into::into)
        }
    } else {
        quote!(::core::result::Result::Ok(#build))
    };
    let conversions = quote! {
        impl diesel::serialize::ToSql<#sql_type, #krate::Dual> for #ident {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, #krate::Dual>,
            ) -> diesel::serialize::Result {
                <#inner as diesel::serialize::ToSql<#sql_type, #krate::Dual>>::to_sql(&#access, out)
            }
        }

        impl diesel::deserialize::FromSql<#sql_type, #krate::Dual> for #ident {
            fn from_sql(value: #krate::DualValue<'_>) -> diesel::deserialize::Result<Self> {
                let inner =
                    <#inner as diesel::deserialize::FromSql<#sql_type, #krate::Dual>>::from_sql(value)?;
                #build
            }
        }
    };
    Ok((quote!(#sql_type), conversions))
}

/// The same for every value: it is a bind by value and by reference, of the type
/// and of its nullable form, and a column of a row.
fn plumbing(input: &DeriveInput, sql_type: &TokenStream, krate: &TokenStream) -> TokenStream {
    let ident = &input.ident;
    let as_expressions = [
        quote!(#sql_type),
        quote!(diesel::sql_types::Nullable<#sql_type>),
    ]
    .into_iter()
    .flat_map(|sql_type| {
        [
            quote!(#ident),
            quote!(&'__expr #ident),
            quote!(&'__expr &'__expr #ident),
        ]
        .into_iter()
        .map(move |value| {
            quote! {
                impl<'__expr> diesel::expression::AsExpression<#sql_type> for #value {
                    type Expression =
                        diesel::internal::derives::as_expression::Bound<#sql_type, Self>;

                    fn as_expression(self) -> Self::Expression {
                        diesel::internal::derives::as_expression::Bound::new(self)
                    }
                }
            }
        })
    });
    quote! {
        #(#as_expressions)*

        impl diesel::serialize::ToSql<diesel::sql_types::Nullable<#sql_type>, #krate::Dual> for #ident {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, #krate::Dual>,
            ) -> diesel::serialize::Result {
                <Self as diesel::serialize::ToSql<#sql_type, #krate::Dual>>::to_sql(self, out)
            }
        }

        impl<__ST> diesel::deserialize::Queryable<__ST, #krate::Dual> for #ident
        where
            __ST: diesel::sql_types::SingleValue,
            Self: diesel::deserialize::FromSql<__ST, #krate::Dual>,
        {
            type Row = Self;

            fn build(row: Self) -> diesel::deserialize::Result<Self> {
                ::core::result::Result::Ok(row)
            }
        }
    }
}
