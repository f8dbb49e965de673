//! `#[each_engine]`: one body, two tests.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::Parser as _;
use syn::spanned::Spanned as _;
use syn::{Error, Expr, ItemFn, LitInt, Result};

#[derive(Default)]
struct Arguments {
    migrations: Option<Expr>,
    threads: Option<LitInt>,
    sqlite_file: bool,
}

fn parse_arguments(tokens: TokenStream) -> Result<Arguments> {
    let mut arguments = Arguments::default();
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("migrations") {
            arguments.migrations = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("threads") {
            arguments.threads = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("sqlite_file") {
            arguments.sqlite_file = true;
        } else {
            return Err(meta.error("known are `migrations = ..`, `threads = ..` and `sqlite_file`"));
        }
        Ok(())
    });
    parser.parse2(tokens)?;
    Ok(arguments)
}

pub(crate) fn expand(arguments: TokenStream, function: TokenStream) -> Result<TokenStream> {
    let Arguments {
        migrations,
        threads,
        sqlite_file,
    } = parse_arguments(arguments)?;
    let mut function: ItemFn = syn::parse2(function)?;
    if function.sig.asyncness.is_none() {
        return Err(Error::new(
            function.sig.fn_token.span(),
            "an `each_engine` test is `async`",
        ));
    }
    if function.sig.inputs.len() != 1 {
        return Err(Error::new(
            function.sig.ident.span(),
            "an `each_engine` test takes one argument, a `TestDatabase`",
        ));
    }
    // `#[should_panic]` and `#[ignore]` belong to the tests, the rest to the body.
    let (test_attributes, body_attributes): (Vec<_>, Vec<_>) =
        function.attrs.into_iter().partition(|attribute| {
            attribute.path().is_ident("should_panic") || attribute.path().is_ident("ignore")
        });
    function.attrs = body_attributes;

    let name = &function.sig.ident;
    let output = &function.sig.output;
    let migrations = match migrations {
        Some(migrations) => quote!(.migrations(#migrations)),
        None => quote!(),
    };
    let threads = match threads {
        Some(threads) => quote!(.threads(#threads)),
        None => quote!(),
    };
    let file = if sqlite_file {
        quote!(.sqlite_file())
    } else {
        quote!()
    };
    let test = |test_name: TokenStream, engine: TokenStream| {
        quote! {
            #[::core::prelude::v1::test]
            #(#test_attributes)*
            fn #test_name() #output {
                ::dualfuel_test::EachEngine::new(::dualfuel_test::Engine::#engine)
                    #migrations #threads #file
                    .run(super::#name)
            }
        }
    };
    let sqlite = test(quote!(sqlite), quote!(Sqlite));
    let postgres = test(quote!(postgres), quote!(Postgres));
    Ok(quote! {
        #function

        mod #name {
            #[allow(unused_imports)]
            use super::*;
            #sqlite
            #postgres
        }
    })
}
