//! Throw-away databases and servers for tests.

mod database;
pub mod http;

pub use ::database::Engine;
pub use database::TestDb;
/// For the macros.
#[doc(hidden)]
pub use tokio;

/// Makes of each function one test per engine:
///
/// ```ignore
/// on_both_engines! {
///     /// What it shows.
///     async fn tar_01_sealed_agreements_stay(engine) {
///         let db = TestDb::open(engine, MIGRATIONS).await;
///     }
/// }
/// ```
///
/// gives `tar_01_sealed_agreements_stay::sqlite` and `tar_01_sealed_agreements_stay::postgres`.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$attribute:meta])* async fn $name:ident($engine:ident) $body:block)*) => {$(
        #[cfg(test)]
        mod $name {
            #[allow(unused_imports, reason = "a test may need nothing of the file around it")]
            use super::*;

            $(#[$attribute])*
            async fn on($engine: $crate::Engine) $body

            #[test]
            fn sqlite() {
                $crate::block_on(on($crate::Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                $crate::block_on(on($crate::Engine::Postgres));
            }
        }
    )*};
}

/// Runs a test's future on a runtime of four threads. The macro above uses it rather than
/// `#[tokio::test]`, so that a test crate needs no dependency for it.
#[doc(hidden)]
#[allow(clippy::expect_used, reason = "a test that can't start must fail")]
pub fn block_on(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    runtime.expect("a runtime").block_on(test);
}
