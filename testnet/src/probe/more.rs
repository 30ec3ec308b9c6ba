//! Records that deals do not have: payouts, programmes, guarantees, pools, liens, disputes, credit notes, and a circle of
//! debts that is netted and whose rest becomes two cases.

use std::collections::BTreeMap;
use std::time::Duration;

use tally_contracts::Action;
use tally_contracts::dilution::IssueCreditNote;
use tally_contracts::dispute::DisputeReceivable;
use tally_contracts::guarantee::{GuaranteeTerms, OfferGuarantee, Scope};
use tally_contracts::member::SetStandingAcceptance;
use tally_contracts::money::RequestPayout;
use tally_contracts::netting::{LegOrder, ProposeNetting};
use tally_contracts::pledge::{OfferPledge, PledgeTerms};
use tally_contracts::pool::{OpenPool, PoolTerms, SubsidyTerms};
use tally_contracts::programme::{PostProgramme, ProgrammePricing, ProgrammeTerms};
use tally_contracts::receivable::{AcceptReceivable, Invoice, InvoiceFormat, IssueReceivable, Terms};
use tally_contracts::types::{
    Amount, BusinessDate, DayCount, DisputeId, Hash, MemberId, Rate, ReceivableId, Text, TrancheId,
};

use super::error::ProbeError;
use super::kinds::Of;
use super::limits::{CIRCLE_DUE_DAYS, OTHERS};
use super::people::People;
use crate::canaries::{CanaryError, Made, World};
use crate::demo::{Actor, Attempt, Done};

/// Looks at whether a case is open, before it is taken for never.
const LOOKS_MAX: usize = 600;
/// Between two of them.
const LOOK: Duration = Duration::from_millis(100);
/// What the circle's parties set off of each debt.
const SET_OFF: u64 = 30_000;

/// Everything that there is, by kind.
pub type Numbers = BTreeMap<Of, Vec<u64>>;

/// Makes them, and says which numbers there are of everything.
pub async fn make(world: &World, people: &People) -> Result<Numbers, ProbeError> {
    let of = |name: fn(&Made) -> u64| world.deals.iter().map(name).collect::<Vec<u64>>();
    let mut numbers = Numbers::from([
        (Of::Receivables, of(|deal| deal.receivable.number())),
        (Of::Tranches, of(|deal| deal.kept.number())),
        (Of::Documents, of(|deal| deal.document.number())),
        (Of::Facilities, (1..world.extent.facilities).collect()),
    ]);
    let mut add = |of: Of, number: u64| numbers.entry(of).or_default().push(number);
    for (place, deal) in (1_u64..).zip(world.deals.iter().take(OTHERS)) {
        let anchor = world.floor.actor(deal.readers[1])?;
        payout(world, anchor, deal.bank).await?;
        post(world, anchor).await?;
        dispute(world, deal, place).await?;
        vouch(world, people, deal).await?;
        for of in [Of::Payouts, Of::Programmes, Of::Disputes, Of::CreditNotes, Of::Guarantees, Of::Pools] {
            add(of, place);
        }
    }
    // of deals that are not in dispute
    for deal in world.deals.iter().skip(OTHERS) {
        pledge(world, deal).await?;
        add(Of::Liens, deal.kept.number());
    }
    for (receivable, root) in circle(world, people).await? {
        add(Of::Cases, receivable);
        add(Of::Receivables, receivable);
        // the last tranches of all: what comes behind them is absent
        add(Of::Tranches, root);
    }
    add(Of::Nettings, 1);
    Ok(numbers)
}

fn money(world: &World, minor: u64) -> Result<Amount, ProbeError> {
    Ok(Amount::new(minor, world.floor.currency).map_err(CanaryError::from)?)
}

fn text(text: &str) -> Result<Text, ProbeError> {
    Ok(Text::new(text).map_err(CanaryError::from)?)
}

async fn payout(world: &World, anchor: &Actor, bank: MemberId) -> Result<Done, ProbeError> {
    let payout = RequestPayout { bank, amount: money(world, 1_000)?, destination: text("account")? };
    Ok(anchor.act(Action::RequestPayout(payout)).await?)
}

async fn post(world: &World, anchor: &Actor) -> Result<Done, ProbeError> {
    let terms = ProgrammeTerms {
        pricing: ProgrammePricing::Sliding { max: Rate::from_ppm(20_000) },
        budget: money(world, 500_000)?,
        valid_from: world.floor.today,
        valid_until: world.floor.today.plus_days(300),
    };
    Ok(anchor.act(Action::PostProgramme(PostProgramme { terms })).await?)
}

async fn dispute(world: &World, deal: &Made, place: u64) -> Result<Done, ProbeError> {
    let [supplier, anchor] = deal.readers;
    let (receivable, reason) = (deal.receivable, text("a crate was broken")?);
    let evidence = Hash::of(&place.to_be_bytes());
    let dispute = DisputeReceivable { receivable, amount: money(world, 40_000)?, evidence, reason };
    world.floor.act(anchor, Action::DisputeReceivable(dispute)).await?;
    let note = IssueCreditNote {
        receivable,
        number: text(&format!("CN-{place}"))?,
        issue_date: world.floor.today,
        amount: money(world, 25_000)?,
        document_hash: Hash::of(format!("credit note {place}").as_bytes()),
        reason: text("a crate was broken")?,
        dispute: Some(DisputeId::new(place)),
    };
    Ok(world.floor.act(supplier, Action::IssueCreditNote(note)).await?)
}

/// A guarantee that waits for its applicant, and a pool.
async fn vouch(world: &World, people: &People, deal: &Made) -> Result<(), ProbeError> {
    let terms = GuaranteeTerms {
        scope: Scope::Anchor(deal.readers[1]),
        share: Rate::from_ppm(600_000),
        cap: money(world, 400_000)?,
        fee: money(world, 100)?,
        applicant: deal.readers[0],
        bank: deal.bank,
        expires_on: world.floor.today.plus_days(300),
    };
    people.guarantor.act(Action::OfferGuarantee(OfferGuarantee { terms })).await?;
    let subsidy = SubsidyTerms { share: Rate::from_ppm(300_000), cap: money(world, 500_000)? };
    let terms = PoolTerms {
        bank: deal.bank,
        share: Rate::from_ppm(600_000),
        share_with_guarantor: Rate::from_ppm(400_000),
        leverage: 10,
        cap: money(world, 500_000)?,
        interest_subsidy: subsidy,
        fee_subsidy: subsidy,
    };
    people.guarantor.act(Action::OpenPool(OpenPool { terms })).await?;
    Ok(())
}

async fn pledge(world: &World, deal: &Made) -> Result<Done, ProbeError> {
    let (advance_rate, interest) = (Rate::from_ppm(700_000), Rate::from_ppm(40_000));
    let terms = PledgeTerms { advance_rate, interest, day_count: DayCount::Act360 };
    let offer = OfferPledge { tranche: deal.kept, funder: deal.bank, terms };
    Ok(world.floor.act(deal.readers[0], Action::OfferPledge(offer)).await?)
}

/// Two owe each other; a part is proposed to be set off, the rest is overdue soon.
async fn circle(world: &World, people: &People) -> Result<[(u64, u64); 2], ProbeError> {
    let [one, other] = &people.circle;
    let today = one.client().today().await?;
    let (first, first_root) = owe(world, one, other, today, 1).await?;
    let (second, second_root) = owe(world, other, one, today, 2).await?;
    let leg = |tranche| {
        let amount = money(world, SET_OFF)?;
        Ok::<_, ProbeError>(LegOrder { tranche: TrancheId::new(tranche), amount })
    };
    let legs = vec![leg(first_root)?, leg(second_root)?];
    once_due(one, Action::ProposeNetting(ProposeNetting { legs })).await?;
    wait_for_case(world, one, first).await?;
    wait_for_case(world, one, second).await?;
    Ok([(first, first_root), (second, second_root)])
}

async fn owe(
    world: &World,
    debtor: &Actor,
    creditor: &Actor,
    today: BusinessDate,
    number: u64,
) -> Result<(u64, u64), ProbeError> {
    let face = money(world, 100_000 * number)?;
    let invoice = Invoice {
        number: text(&format!("CIRCLE-{number}"))?,
        issue_date: today,
        amount: face,
        document_hash: Hash::of(format!("circle {number}").as_bytes()),
        format: InvoiceFormat::Csv,
    };
    let terms = Terms {
        face,
        due_date: today.plus_days(CIRCLE_DUE_DAYS),
        delivery_date: today,
        invoices: vec![invoice],
        contract_reference: text("circle")?,
        settlement_bank: world.cast.banks[0],
        tenor_justification: None,
        late_rate_ppm_per_day: None,
    };
    let issue = IssueReceivable {
        supplier: creditor.member,
        terms,
        defences_waived: true,
        acknowledge_near_duplicates: true,
    };
    let issued = debtor.act(Action::IssueReceivable(issue)).await?;
    let missing = || CanaryError::Missing { what: "the circle's numbers" };
    let receivable = issued.events.iter().find_map(|event| event.receivable).ok_or_else(missing)?;
    let accept = AcceptReceivable { receivable: ReceivableId::new(receivable) };
    let accepted = creditor.act(Action::AcceptReceivable(accept)).await?;
    let root = accepted.events.iter().find_map(|event| event.tranche.or(event.tranches.first().copied()));
    Ok((receivable, root.ok_or_else(missing)?))
}

/// Acts once collection has begun: on the business day that a due date is moved to.
async fn once_due(actor: &Actor, action: Action) -> Result<(), ProbeError> {
    for _ in 0..LOOKS_MAX {
        match actor.attempt(action.clone()).await? {
            Attempt::Refused { reason, .. } if reason == "NETTING_NOT_DUE" => stir(actor).await?,
            Attempt::Applied(_) => return Ok(()),
            Attempt::Refused { .. } => break,
        }
    }
    // says why, if it is still refused
    actor.act(action).await?;
    Ok(())
}

async fn wait_for_case(world: &World, actor: &Actor, receivable: u64) -> Result<(), ProbeError> {
    let client = world.floor.actor(world.floor.regulator)?.client();
    for _ in 0..LOOKS_MAX {
        if client.case(ReceivableId::new(receivable)).await.is_ok() {
            return Ok(());
        }
        stir(actor).await?;
    }
    Err(ProbeError::TooLate { what: "the circle's cases" })
}

/// Chain time passes with blocks, and an idle chain makes few.
async fn stir(actor: &Actor) -> Result<(), ProbeError> {
    let counterparty = MemberId::new("bank-01").map_err(CanaryError::from)?;
    let always = SetStandingAcceptance { counterparty, active: true };
    // whether it takes effect does not matter
    actor.attempt(Action::SetStandingAcceptance(always)).await?;
    tokio::time::sleep(LOOK).await;
    Ok(())
}
