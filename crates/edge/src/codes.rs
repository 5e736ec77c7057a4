//! Types that are a code in rule files and stores, and a number in the contract.

/// An enum whose variants have the names of those of a service's contract, each with its code: the name of the contract's
/// module, then the enum.
///
/// ```
/// edge::codes! {
///     registration
///     /// What a person is to a provider.
///     Position,
///     /// Bestuurder.
///     BoardMember = "board_member",
/// }
/// assert_eq!(Position::from_code("board_member"), Some(Position::BoardMember));
/// ```
#[macro_export]
macro_rules! codes {
    ($contract:ident $(#[$doc:meta])* $name:ident, $($(#[$variant_doc:meta])* $variant:ident = $code:literal),* $(,)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// The code in rule files and stores.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $code,)*
                }
            }

            /// Reads a code of a rule file or store.
            pub fn from_code(code: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|known| known.as_str() == code)
            }

            /// Reads the number of a contract; `None` when it is unspecified or unknown.
            pub fn from_proto(number: i32) -> Option<$name> {
                $name::ALL.iter().copied().find(|known| known.to_proto() == number)
            }

            /// The number of a contract.
            pub fn to_proto(self) -> i32 {
                match self {
                    $($name::$variant => contract::$contract::$name::$variant as i32,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
