//! Members: who is on this ledger.
use super::super::Services;
use super::super::error::{CallError, Resource};
use super::filter::{one_of, required_member};
use super::{Reading, decode};
use std::collections::BTreeMap;
use tally_contracts::Fault;
use tally_contracts::member::{ApprovalPolicy, EncryptionKey, KycFile, Member};
use tally_contracts::screening::ScreeningEntry;
use tally_contracts::state::Key;
use tally_contracts::types::{Amount, Currency, MemberId};
use tally_proto::v1::member::member_service_server::MemberService;
use tally_proto::v1::member::{
    AnchorExposure, GetMemberRequest, GetMemberResponse, ListMembersRequest, ListMembersResponse,
    MemberStatus, PartyIdentifier, Role,
};
use tonic::{Request, Response, Status};

/// Currencies that one anchor may owe in: more than ISO 4217 lists.
const CURRENCIES_MAX: usize = 400;

#[tonic::async_trait]
impl MemberService for Services {
    async fn get_member(
        &self,
        request: Request<GetMemberRequest>,
    ) -> Result<Response<GetMemberResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let id = required_member(&request.member, "member")?;
            let member: Member = reading.find(&Key::Member(id), Resource::Member, id)?;
            let file: KycFile = reading.get(&Key::KycFile(id))?.unwrap_or_default();
            let approval: ApprovalPolicy = reading.get(&Key::ApprovalPolicy(id))?.unwrap_or_default();
            let standing = GetMemberResponse {
                exposures: exposures(reading, id)?,
                attestations: file.attestations.iter().map(Into::into).collect(),
                approval_rules: approval.rules.iter().map(Into::into).collect(),
                screened: screened(reading, &member)?,
                encryption_key: reading
                    .get::<EncryptionKey>(&Key::EncryptionKey(id))?
                    .as_ref()
                    .map(Into::into),
                member: Some((&member).into()),
                position: reading.position(),
            };
            reading.standing_as_seen(id, standing)
        })
        .await
    }

    async fn list_members(
        &self,
        request: Request<ListMembersRequest>,
    ) -> Result<Response<ListMembersResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let role: Option<Role> = one_of(request.role, "role")?;
            let status: Option<MemberStatus> = one_of(request.status, "status")?;
            let keep = |member: &Member| {
                role.is_none_or(|role| member.roles.iter().any(|own| Role::from(*own) == role))
                    && status.is_none_or(|status| MemberStatus::from(member.status) == status)
            };
            let listed = reading.list(&page, &[member_type()], keep)?;
            Ok(ListMembersResponse {
                members: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }
}

/// The identifiers by which it is on the screening list.
fn screened(reading: &Reading<'_>, member: &Member) -> Result<Vec<PartyIdentifier>, CallError> {
    let mut screened = Vec::new();
    for identifier in &member.identifiers {
        let entry: Option<ScreeningEntry> = reading.get(&Key::Screening(identifier.hash()))?;
        screened.extend(entry.map(|entry| PartyIdentifier::from(&entry.identifier)));
    }
    Ok(screened)
}

/// What an anchor owes and may owe, by currency: one of the two is there where there is anything to say.
fn exposures(reading: &Reading<'_>, anchor: MemberId) -> Result<Vec<AnchorExposure>, CallError> {
    let any = Currency::new("CNY").map_err(|_| Fault::CorruptRecord { key: "a currency".to_owned() })?;
    let mut exposures: BTreeMap<Currency, AnchorExposure> = BTreeMap::new();
    for owed in amounts(reading, &Key::AnchorExposure { anchor, currency: any })? {
        exposures.entry(owed.currency()).or_default().outstanding_minor_units = owed.minor();
    }
    for limit in amounts(reading, &Key::AnchorLimit { anchor, currency: any })? {
        exposures.entry(limit.currency()).or_default().limit_minor_units = Some(limit.minor());
    }
    let named = |(currency, exposure): (Currency, AnchorExposure)| AnchorExposure {
        currency: currency.to_string(),
        ..exposure
    };
    Ok(exposures.into_iter().map(named).collect())
}

/// The amounts under a key that ends with a currency, in all currencies.
fn amounts(reading: &Reading<'_>, key: &Key) -> Result<Vec<Amount>, CallError> {
    let key = key.encode();
    let prefix = key.get(..key.len().saturating_sub(3)).unwrap_or_default();
    let rows = reading.view.records_from(prefix, prefix, CURRENCIES_MAX)?;
    rows.into_iter().map(|(row, stored)| decode(&row, &stored.bytes)).collect()
}

/// The first byte of every member's key.
fn member_type() -> u8 {
    Key::Member(MemberId::new("any").expect("three letters are a member id")).type_byte()
}
