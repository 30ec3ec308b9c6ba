//! Guarantees.
use super::field::{At, FieldError, FieldErrorKind, member, required};
use crate::v1::guarantee as wire;
use tally_contracts::guarantee as domain;
use tally_contracts::types::{GuaranteeId, Rate, ReceivableId, TrancheId};

impl TryFrom<&wire::Scope> for domain::Scope {
    type Error = FieldError;

    fn try_from(scope: &wire::Scope) -> Result<Self, FieldError> {
        match scope.scope.as_ref() {
            None => Err(FieldErrorKind::Missing).at("scope"),
            Some(wire::scope::Scope::Anchor(slug)) => Ok(Self::Anchor(member(slug, "anchor")?)),
            Some(wire::scope::Scope::Receivable(id)) => Ok(Self::Receivable(ReceivableId::new(*id))),
            Some(wire::scope::Scope::Tranche(id)) => Ok(Self::Tranche(TrancheId::new(*id))),
        }
    }
}

impl From<&domain::Scope> for wire::Scope {
    fn from(scope: &domain::Scope) -> Self {
        let scope = match scope {
            domain::Scope::Anchor(anchor) => wire::scope::Scope::Anchor(anchor.to_string()),
            domain::Scope::Receivable(id) => wire::scope::Scope::Receivable(id.number()),
            domain::Scope::Tranche(id) => wire::scope::Scope::Tranche(id.number()),
        };
        Self { scope: Some(scope) }
    }
}

impl TryFrom<&wire::GuaranteeTerms> for domain::GuaranteeTerms {
    type Error = FieldError;

    fn try_from(terms: &wire::GuaranteeTerms) -> Result<Self, FieldError> {
        Ok(Self {
            scope: required(&terms.scope, "scope")?,
            share: Rate::from_ppm(terms.share_ppm),
            cap: required(&terms.cap, "cap")?,
            fee: required(&terms.fee, "fee")?,
            applicant: member(&terms.applicant, "applicant")?,
            bank: member(&terms.bank, "bank")?,
            expires_on: required(&terms.expires_on, "expires_on")?,
        })
    }
}

impl From<&domain::GuaranteeTerms> for wire::GuaranteeTerms {
    fn from(terms: &domain::GuaranteeTerms) -> Self {
        Self {
            scope: Some((&terms.scope).into()),
            share_ppm: terms.share.ppm(),
            cap: Some((&terms.cap).into()),
            fee: Some((&terms.fee).into()),
            applicant: terms.applicant.to_string(),
            bank: terms.bank.to_string(),
            expires_on: Some((&terms.expires_on).into()),
        }
    }
}

impl TryFrom<&wire::OfferGuarantee> for domain::OfferGuarantee {
    type Error = FieldError;

    fn try_from(action: &wire::OfferGuarantee) -> Result<Self, FieldError> {
        Ok(Self { terms: required(&action.terms, "terms")? })
    }
}

impl From<&domain::OfferGuarantee> for wire::OfferGuarantee {
    fn from(action: &domain::OfferGuarantee) -> Self {
        Self { terms: Some((&action.terms).into()) }
    }
}

impl TryFrom<&wire::AcceptGuarantee> for domain::AcceptGuarantee {
    type Error = FieldError;

    fn try_from(action: &wire::AcceptGuarantee) -> Result<Self, FieldError> {
        Ok(Self { guarantee: GuaranteeId::new(action.guarantee) })
    }
}

impl From<&domain::AcceptGuarantee> for wire::AcceptGuarantee {
    fn from(action: &domain::AcceptGuarantee) -> Self {
        Self { guarantee: action.guarantee.number() }
    }
}

impl TryFrom<&wire::ClaimGuarantee> for domain::ClaimGuarantee {
    type Error = FieldError;

    fn try_from(action: &wire::ClaimGuarantee) -> Result<Self, FieldError> {
        Ok(Self { guarantee: GuaranteeId::new(action.guarantee), tranche: TrancheId::new(action.tranche) })
    }
}

impl From<&domain::ClaimGuarantee> for wire::ClaimGuarantee {
    fn from(action: &domain::ClaimGuarantee) -> Self {
        Self { guarantee: action.guarantee.number(), tranche: action.tranche.number() }
    }
}

impl From<&domain::Guarantee> for wire::Guarantee {
    fn from(guarantee: &domain::Guarantee) -> Self {
        Self {
            id: guarantee.id.number(),
            guarantor: guarantee.guarantor.to_string(),
            anchor: guarantee.anchor.to_string(),
            terms: Some((&guarantee.terms).into()),
            accepted_on: guarantee.accepted_on.as_ref().map(Into::into),
            paid: Some((&guarantee.paid).into()),
            fee_subsidised: guarantee.fee_subsidised,
        }
    }
}
