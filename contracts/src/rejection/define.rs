//! Define: what every row of the list becomes: a variant, its error text, its line of documentation, its bytes.

macro_rules! rejections {
    ($($number:literal $reason:literal $name:ident { $($field:ident: $type:ty),* } $explanation:literal $message:literal;)*) => {
        #[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
        pub enum Rejection {
            $(#[doc = $explanation] #[error($message)] $name { $($field: $type),* },)*
        }

        impl Rejection {
            /// Every rejection there is, by number.
            pub const ALL: &'static [RejectionKind] = &[
                $(RejectionKind { number: $number, reason: $reason, explanation: $explanation },)*
            ];

            pub fn kind(&self) -> RejectionKind {
                match self {
                    $(Self::$name { .. } => {
                        RejectionKind { number: $number, reason: $reason, explanation: $explanation }
                    })*
                }
            }

            /// Field names and values, for error details.
            pub fn fields(&self) -> Vec<(&'static str, String)> {
                match self {
                    $(Self::$name { $($field),* } => vec![$((stringify!($field), Plain::plain($field))),*],)*
                }
            }
        }

        impl BorshSerialize for Rejection {
            fn serialize<W: borsh::io::Write>(&self, writer: &mut W) -> borsh::io::Result<()> {
                match self {
                    $(Self::$name { $($field),* } => {
                        BorshSerialize::serialize(&{ let number: u16 = $number; number }, writer)?;
                        $(BorshSerialize::serialize($field, writer)?;)*
                    })*
                }
                Ok(())
            }
        }

        impl BorshDeserialize for Rejection {
            fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
                match u16::deserialize_reader(reader)? {
                    $($number => Ok(Self::$name { $($field: <$type>::deserialize_reader(reader)?),* }),)*
                    unknown => Err(borsh::io::Error::new(
                        borsh::io::ErrorKind::InvalidData,
                        format!("no rejection has number {unknown}"),
                    )),
                }
            }
        }
    };
}
