//! Programmes, what financing costs, and terms that are longer than the law's.
use super::super::Services;
use super::super::access::Reader;
use super::super::error::{CallError, Resource};
use super::Reading;
use super::filter::{is, member, one_of};
use tally_contracts::BlockContext;
use tally_contracts::fair_cost::FinancingCost;
use tally_contracts::member::{Member, Role};
use tally_contracts::programme::{Programme, quote_early_payment};
use tally_contracts::receivable::{Receivable, ReceivableStatus};
use tally_contracts::state::Key;
use tally_contracts::types::{Amount, Currency, Height, MemberId, ProgrammeId, TrancheId};
use tally_proto::FieldError;
use tally_proto::convert::financing_cost;
use tally_proto::v1::financing::{self as wire, ProgrammeStatus};
use tonic::{Response, Status};

impl Services {
    pub(super) async fn programme(
        &self,
        reader: Reader,
        request: wire::GetProgrammeRequest,
    ) -> Result<Response<wire::GetProgrammeResponse>, Status> {
        let id = ProgrammeId::new(request.programme);
        self.read(reader, move |reading| {
            let programme: Programme = reading.find(&Key::Programme(id), Resource::Programme, id)?;
            if !reading.sees_programme(&programme)? {
                return Err(CallError::Unknown { kind: Resource::Programme, name: id.to_string() });
            }
            let programme = Some((&programme).into());
            Ok(wire::GetProgrammeResponse { programme, position: reading.position() })
        })
        .await
    }

    pub(super) async fn programmes(
        &self,
        reader: Reader,
        mut request: wire::ListProgrammesRequest,
    ) -> Result<Response<wire::ListProgrammesResponse>, Status> {
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let anchor = member(&request.anchor, "anchor")?;
            let status: Option<ProgrammeStatus> = one_of(request.status, "status")?;
            let keep = |programme: &Programme| {
                is(anchor, programme.anchor)
                    && is(status.map(i32::from), wire::Programme::from(programme).status)
                    && reading.sees_programme(programme).unwrap_or(false)
            };
            let listed = reading.list(&page, &[Key::Programme(ProgrammeId::new(0)).type_byte()], keep)?;
            Ok(wire::ListProgrammesResponse {
                programmes: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    pub(super) async fn early_payment(
        &self,
        reader: Reader,
        request: wire::QuoteEarlyPaymentRequest,
    ) -> Result<Response<wire::QuoteEarlyPaymentResponse>, Status> {
        self.read(reader, move |reading| {
            let height = Height::new(reading.height).next();
            let context = BlockContext { height, time: reading.next_time() };
            let (programme, tranche) = (ProgrammeId::new(request.programme), TrancheId::new(request.tranche));
            let inside = |error: FieldError| FieldError::new(format!("amount.{}", error.path), error.kind);
            let amount = request.amount.as_ref().map(Amount::try_from).transpose().map_err(inside)?;
            reading.may_ask_price(tranche)?;
            let price = quote_early_payment(&reading.view, context, programme, tranche, amount)?;
            Ok(wire::QuoteEarlyPaymentResponse { price: Some((&price).into()), position: reading.position() })
        })
        .await
    }

    pub(super) async fn financing_costs(
        &self,
        reader: Reader,
        mut request: wire::ListFinancingCostsRequest,
    ) -> Result<Response<wire::ListFinancingCostsResponse>, Status> {
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let wanted = member(&request.member, "member")?;
            let prefix = [Key::FAIR_COST_TYPE];
            let keep = |row: &[u8], _: &FinancingCost| {
                owner(row).is_some_and(|(member, _)| {
                    is(wanted, member)
                        && reading.sees_costs_of(member).unwrap_or(false)
                        && (!request.small_suppliers || is_small(reading, member))
                })
            };
            let listed = reading.list_rows(&page, &prefix, keep)?;
            let told = listed.items.iter().filter_map(|(row, cost)| {
                owner(row).map(|(member, currency)| financing_cost(member, currency, cost))
            });
            Ok(wire::ListFinancingCostsResponse {
                costs: told.collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    pub(super) async fn extended_terms(
        &self,
        reader: Reader,
        mut request: wire::ListExtendedTermsRequest,
    ) -> Result<Response<wire::ListExtendedTermsResponse>, Status> {
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let anchor = member(&request.anchor, "anchor")?;
            let keep = |receivable: &Receivable| {
                receivable.term_extended
                    && is_owed(receivable.status)
                    && is(anchor, receivable.anchor)
                    && reading.sees_term(receivable).unwrap_or(false)
            };
            let listed = reading.list_receivables(&page, keep)?;
            let statutory_days = reading.policy_in_force()?.statutory_days;
            Ok(wire::ListExtendedTermsResponse {
                terms: listed.items.iter().map(|receivable| extended(receivable, statutory_days)).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }
}

/// What was never owed extended no term.
const fn is_owed(status: ReceivableStatus) -> bool {
    match status {
        ReceivableStatus::Closed { .. } | ReceivableStatus::Cancelled { .. } => false,
        ReceivableStatus::Submitted { .. }
        | ReceivableStatus::Confirmed
        | ReceivableStatus::Live
        | ReceivableStatus::Overdue { .. }
        | ReceivableStatus::Defaulted { .. }
        | ReceivableStatus::WrittenOff { .. }
        | ReceivableStatus::Settled { .. } => true,
    }
}

fn extended(receivable: &Receivable, statutory_days: u32) -> wire::ExtendedTerm {
    let terms = &receivable.terms;
    let term_days = u32::try_from(terms.due_date.days_since(terms.delivery_date)).unwrap_or(0);
    let face = receivable.confirmation.as_ref().map_or(terms.face, |confirmation| confirmation.amount);
    wire::ExtendedTerm {
        receivable: receivable.id.number(),
        anchor: receivable.anchor.to_string(),
        supplier: receivable.supplier.to_string(),
        face: Some((&face).into()),
        delivery_date: Some((&terms.delivery_date).into()),
        due_date: Some((&terms.due_date).into()),
        term_days,
        days_over: term_days.saturating_sub(statutory_days),
    }
}

/// Whose costs a row holds.
fn owner(row: &[u8]) -> Option<(MemberId, Currency)> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other key, by construction")]
    match Key::decode(row)? {
        Key::FairCost { member, currency } => Some((member, currency)),
        _ => None,
    }
}

/// A supplier that is neither anchor nor financer: who the law protects.
fn is_small(reading: &Reading<'_>, id: MemberId) -> bool {
    let member: Result<Option<Member>, CallError> = reading.get(&Key::Member(id));
    member.ok().flatten().is_some_and(|member| member.roles.iter().all(|role| *role == Role::Supplier))
}
