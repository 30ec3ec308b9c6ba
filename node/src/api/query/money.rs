//! Money: deposits, what banks ever credited, payouts.
use super::super::Services;
use super::super::error::{CallError, Resource};
use super::filter::{is, member, one_of, required_member};
use tally_contracts::money::{Account, BankTotals, Deposit, Payout};
use tally_contracts::state::Key;
use tally_contracts::types::{Currency, MemberId, PayoutId};
use tally_proto::v1::money::money_service_server::MoneyService;
use tally_proto::v1::money::{
    self as wire, GetBankTotalsRequest, GetBankTotalsResponse, GetPayoutRequest, GetPayoutResponse,
    ListDepositsRequest, ListDepositsResponse, ListPayoutsRequest, ListPayoutsResponse, PayoutStatus,
};
use tally_proto::{FieldError, FieldErrorKind};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl MoneyService for Services {
    async fn list_deposits(
        &self,
        request: Request<ListDepositsRequest>,
    ) -> Result<Response<ListDepositsResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let owner = member(&request.owner, "owner")?;
            let bank = member(&request.bank, "bank")?;
            let keep = |deposit: &Deposit| {
                is(owner, deposit.account.owner) && reading.sees_account(&deposit.account).unwrap_or(false)
            };
            let listed = reading.list(&page, &deposits_of(bank)?, keep)?;
            Ok(ListDepositsResponse {
                deposits: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    async fn get_bank_totals(
        &self,
        request: Request<GetBankTotalsRequest>,
    ) -> Result<Response<GetBankTotalsResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let bank = required_member(&request.bank, "bank")?;
            let only = (!request.currency.is_empty()).then(|| currency(&request.currency)).transpose()?;
            let prefix = without_currency(Key::BankTotals { bank, currency: any_currency()? });
            let limit = if reading.sees_totals(bank)? { usize::MAX } else { 0 };
            let rows = reading.view.records_from(&prefix, &[], limit)?;
            let mut totals = Vec::new();
            for (row, stored) in rows {
                let of = String::from_utf8_lossy(row.get(prefix.len()..).unwrap_or_default());
                let of = currency(&of)?;
                if is(only, of) {
                    let record: BankTotals = super::decode(&row, &stored.bytes)?;
                    totals.push(wire::BankTotals::of(bank, of, &record));
                }
            }
            Ok(GetBankTotalsResponse { totals, position: reading.position() })
        })
        .await
    }

    async fn get_payout(
        &self,
        request: Request<GetPayoutRequest>,
    ) -> Result<Response<GetPayoutResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = PayoutId::new(request.payout);
        self.read(reader, move |reading| {
            let payout: Payout = reading.find(&Key::Payout(id), Resource::Payout, id)?;
            if !reading.sees_account(&payout.account)? {
                return Err(CallError::Unknown { kind: Resource::Payout, name: id.to_string() });
            }
            Ok(GetPayoutResponse { payout: Some((&payout).into()), position: reading.position() })
        })
        .await
    }

    async fn list_payouts(
        &self,
        request: Request<ListPayoutsRequest>,
    ) -> Result<Response<ListPayoutsResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let owner = member(&request.owner, "owner")?;
            let bank = member(&request.bank, "bank")?;
            let status: Option<PayoutStatus> = one_of(request.status, "status")?;
            let keep = |payout: &Payout| {
                reading.sees_account(&payout.account).unwrap_or(false)
                    && is(owner, payout.account.owner)
                    && is(bank, payout.account.bank)
                    && is(status.map(i32::from), wire::Payout::from(payout).status)
            };
            let prefix = [Key::Payout(PayoutId::new(0)).type_byte()];
            let listed = reading.list(&page, &prefix, keep)?;
            Ok(ListPayoutsResponse {
                payouts: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }
}

/// What the keys of a bank's deposits begin with; of all deposits without a bank.
fn deposits_of(bank: Option<MemberId>) -> Result<Vec<u8>, CallError> {
    let named = bank.unwrap_or(MemberId::new("any").expect("three letters are a member id"));
    let key = Key::Deposit(Account { bank: named, owner: named, currency: any_currency()? });
    let mut prefix = key.encode();
    // type, length of the bank's id, the id
    prefix.truncate(bank.map_or(1, |bank| 2 + bank.as_str().len()));
    Ok(prefix)
}

/// The key without its last three bytes.
fn without_currency(key: Key) -> Vec<u8> {
    let mut row = key.encode();
    row.truncate(row.len().saturating_sub(3));
    row
}

fn any_currency() -> Result<Currency, CallError> {
    currency("XXX")
}

fn currency(code: &str) -> Result<Currency, CallError> {
    Currency::new(code).map_err(|error| FieldError::new("currency", FieldErrorKind::from(error)).into())
}
