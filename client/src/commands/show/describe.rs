//! A transaction's body in words, whatever its action: read by the schema that this program was built with.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use prost::Message;
use prost::bytes::Buf;
use prost::encoding::{WireType, decode_key, decode_varint};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet};
use serde_json::{Map, Value};

use super::shown::Money;
use super::words;
use tally_proto::v1::common::{Amount, Date};

const BODY: &str = ".tally.transaction.v1.TransactionBody";

struct Schema {
    messages: BTreeMap<String, DescriptorProto>,
    enums: BTreeMap<String, EnumDescriptorProto>,
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let set = FileDescriptorSet::decode(tally_proto::FILE_DESCRIPTOR_SET)
        .expect("the build wrote the descriptors that it reads");
    let mut schema = Schema { messages: BTreeMap::new(), enums: BTreeMap::new() };
    for file in set.file {
        let name = |inner: &str| format!(".{}.{inner}", file.package());
        let messages = file.message_type.iter().map(|message| (name(message.name()), message.clone()));
        schema.messages.extend(messages);
        schema.enums.extend(file.enum_type.iter().map(|one| (name(one.name()), one.clone())));
    }
    schema
});

/// The fields of a `TransactionBody` by name: amounts and dates as people write them, bytes in hexadecimal.
///
/// `None` for bytes that are no such message.
#[must_use]
pub fn describe(body: &[u8]) -> Option<Value> {
    message(BODY, body)
}

fn message(type_name: &str, mut bytes: &[u8]) -> Option<Value> {
    match type_name {
        ".tally.common.v1.Amount" => return amount(bytes),
        ".tally.common.v1.Date" => return words::date(Some(&Date::decode(bytes).ok()?)).map(Value::from),
        _ => {}
    }
    let schema = SCHEMA.messages.get(type_name)?;
    let mut fields = Map::new();
    while bytes.has_remaining() {
        let (tag, wire_type) = decode_key(&mut bytes).ok()?;
        let field = schema.field.iter().find(|field| u32::try_from(field.number()) == Ok(tag))?;
        let values = read(field, wire_type, &mut bytes)?;
        insert(&mut fields, field, values);
    }
    Some(Value::Object(fields))
}

fn amount(bytes: &[u8]) -> Option<Value> {
    let amount = Amount::decode(bytes).ok()?;
    let money = Money { currency: amount.currency, minor_units: amount.minor_units.into() };
    Some(money.text().into())
}

fn insert(fields: &mut Map<String, Value>, field: &FieldDescriptorProto, values: Vec<Value>) {
    let name = field.name().to_owned();
    if field.label() != Label::Repeated {
        fields.extend(values.into_iter().map(|value| (name.clone(), value)));
        return;
    }
    if let Value::Array(list) = fields.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
        list.extend(values);
    }
}

/// One value, or all of a packed list.
#[allow(clippy::wildcard_enum_match_arm, reason = "every other type travels as a number")]
fn read(field: &FieldDescriptorProto, wire_type: WireType, bytes: &mut &[u8]) -> Option<Vec<Value>> {
    if wire_type == WireType::Varint {
        return Some(vec![number(field, decode_varint(bytes).ok()?)?]);
    }
    if wire_type != WireType::LengthDelimited {
        return None;
    }
    let length = usize::try_from(decode_varint(bytes).ok()?).ok()?;
    let (mut value, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    match field.r#type() {
        Type::String => Some(vec![std::str::from_utf8(value).ok()?.into()]),
        Type::Bytes => Some(vec![hex::encode(value).into()]),
        Type::Message => Some(vec![message(field.type_name(), value)?]),
        _ => {
            let mut numbers = Vec::new();
            while value.has_remaining() {
                numbers.push(number(field, decode_varint(&mut value).ok()?)?);
            }
            Some(numbers)
        }
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "every other type travels as a number")]
fn number(field: &FieldDescriptorProto, value: u64) -> Option<Value> {
    match field.r#type() {
        Type::Bool => Some((value != 0).into()),
        Type::Enum => {
            let known = SCHEMA.enums.get(field.type_name())?;
            let is_it = |number: i32| u64::try_from(number) == Ok(value);
            known.value.iter().find(|one| is_it(one.number())).map(|one| one.name().into())
        }
        _ => Some(value.into()),
    }
}

#[cfg(test)]
mod tests {
    use tally_contracts::Action;
    use tally_contracts::tranche::{Offer, Part, Recourse, SplitTranche};
    use tally_contracts::types::{Amount, Currency, Hash, Height, MemberId, PublicKey, TrancheId};
    use tally_proto::TransactionDraft;

    use super::*;

    #[test]
    fn a_body_is_told_field_by_field() {
        let cny = Currency::new("CNY").unwrap();
        let pay = Offer {
            to: MemberId::new("beta").unwrap(),
            recourse: Recourse::Full,
            trade_reference: Some(Hash([0xab; 32])),
        };
        let parts = vec![
            Part { face: Amount::new(30_000_000, cny).unwrap(), pay: Some(pay) },
            Part { face: Amount::new(70_000_000, cny).unwrap(), pay: None },
        ];
        let draft = TransactionDraft {
            request_id: [1; 16],
            sender: MemberId::new("alpha").unwrap(),
            signers: vec![PublicKey([2; 32])],
            valid_until: Height::new(1_000),
            action: Action::SplitTranche(SplitTranche { tranche: TrancheId::new(7), parts }),
        };
        let told = describe(&draft.encode()).unwrap();
        let split = &told["split_tranche"];
        assert_eq!((&told["sender"], &told["valid_until_height"]), (&"alpha".into(), &1_000.into()));
        assert_eq!((&split["tranche"], &split["parts"][0]["face"]), (&7.into(), &"300,000.00 CNY".into()));
        assert_eq!(split["parts"][0]["pay"]["recourse"], "RECOURSE_FULL");
        assert_eq!(split["parts"][0]["pay"]["trade_reference"], "ab".repeat(32));
        assert_eq!(split["parts"][1]["face"], "700,000.00 CNY");
        assert_eq!(describe(&[0xff]), None);
    }
}
