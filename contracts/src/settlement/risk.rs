//! Risk: classes by days past due (风险分类), and the worst class of an anchor.
use crate::block::BlockContext;
use crate::collection;
use crate::failure::Failure;
use crate::member;
use crate::policy::{self, Policy};
use crate::receivable::{self, Receivable};
use crate::state::{IndexKey, State, StateRead, trailing_id};
use crate::types::{BusinessDate, MemberId, ReceivableId};

/// The five classes, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RiskClass {
    Normal,
    SpecialMention,
    Substandard,
    Doubtful,
    Loss,
}

/// The class of a debt that is `days` past due. Up to the policy's technical grace a delay counts as technical
/// and the class stays Normal (商业银行金融资产风险分类办法 allows at most 7 days).
pub fn risk_class(policy: &Policy, days: u32) -> RiskClass {
    let [special_mention, substandard, doubtful, loss] = policy.dpd_thresholds;
    if days >= loss {
        RiskClass::Loss
    } else if days >= doubtful {
        RiskClass::Doubtful
    } else if days >= substandard {
        RiskClass::Substandard
    } else if days >= special_mention && days > policy.technical_grace_days {
        RiskClass::SpecialMention
    } else {
        RiskClass::Normal
    }
}

/// The class of one receivable: by its days past due, and at best special mention while it is observed after a
/// restructuring (商业银行金融资产风险分类办法).
pub fn receivable_class(
    policy: &Policy,
    receivable: &Receivable,
    observed_until: Option<BusinessDate>,
    today: BusinessDate,
) -> RiskClass {
    let days = if receivable.is_past_due() { receivable.days_past_due(today) } else { 0 };
    let class = risk_class(policy, days);
    match observed_until {
        Some(until) if today <= until && receivable.is_past_due() => class.max(RiskClass::SpecialMention),
        Some(_) | None => class,
    }
}

/// How an anchor stands: by its oldest debt, as every class is by days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AnchorRisk {
    pub class: RiskClass,
    /// Of the oldest overdue receivable; 0 where none is.
    pub days_past_due: u32,
    /// The one that the class is of.
    pub oldest_overdue: Option<ReceivableId>,
    /// The oldest that is Defaulted.
    pub oldest_defaulted: Option<ReceivableId>,
}

/// The worst class of `anchor` at `context`. Reads two records, however many are overdue.
pub fn anchor_risk(
    state: &dyn StateRead,
    context: BlockContext,
    anchor: MemberId,
) -> Result<AnchorRisk, Failure> {
    let mut state = State::new(state, context.height);
    let policy = policy::in_force(&mut state, context.time)?;
    member::find(&mut state, anchor)?;
    let (due, receivable) = (BusinessDate::default(), ReceivableId::new(0));
    let overdue = oldest(&mut state, IndexKey::OverdueOf { anchor, due, receivable })?;
    let defaulted = oldest(&mut state, IndexKey::DefaultedOf { anchor, due, receivable })?;
    let today = policy.date(context.time);
    let days_past_due = overdue.as_ref().map_or(0, |oldest| oldest.days_past_due(today));
    let class = match &overdue {
        None => RiskClass::Normal,
        Some(oldest) => {
            let observed_until = collection::observed_until(&mut state, oldest.id)?;
            receivable_class(&policy, oldest, observed_until, today)
        }
    };
    Ok(AnchorRisk {
        class,
        days_past_due,
        oldest_overdue: overdue.map(|receivable| receivable.id),
        oldest_defaulted: defaulted.map(|receivable| receivable.id),
    })
}

fn oldest(state: &mut State, row: IndexKey) -> Result<Option<Receivable>, Failure> {
    let scope = row.scope();
    match state.index_from(&scope, &scope, 1)?.pop() {
        None => Ok(None),
        Some(row) => receivable::find(state, ReceivableId::new(trailing_id(&row))).map(Some),
    }
}
