//! Attestations and approval policies.
use super::field::{At, FieldError, fixed, list, member, one_of, optional, required, text};
use crate::v1::member as wire;
use tally_contracts::limits::APPROVAL_RULES_MAX;
use tally_contracts::member as domain;
use tally_contracts::types::Hash;

impl TryFrom<&wire::KycTerms> for domain::KycTerms {
    type Error = FieldError;

    fn try_from(terms: &wire::KycTerms) -> Result<Self, FieldError> {
        Ok(Self {
            level: one_of::<wire::KycLevel, _>(terms.level, "level")?,
            expires_on: required(&terms.expires_on, "expires_on")?,
            evidence: fixed(&terms.evidence_hash).map(Hash).at("evidence_hash")?,
        })
    }
}

impl From<&domain::KycTerms> for wire::KycTerms {
    fn from(terms: &domain::KycTerms) -> Self {
        Self {
            level: wire::KycLevel::from(terms.level).into(),
            expires_on: Some((&terms.expires_on).into()),
            evidence_hash: terms.evidence.0.to_vec(),
        }
    }
}

impl From<&domain::Attestation> for wire::Attestation {
    fn from(attestation: &domain::Attestation) -> Self {
        let revoked = attestation.revoked.as_ref();
        Self {
            issuer: attestation.issuer.to_string(),
            terms: Some((&attestation.terms).into()),
            issued_on: Some((&attestation.issued_on).into()),
            revoked_on: revoked.map(|revoked| (&revoked.on).into()),
            revocation_reason: revoked.map(|revoked| revoked.reason.to_string()).unwrap_or_default(),
        }
    }
}

impl TryFrom<&wire::AttestMember> for domain::AttestMember {
    type Error = FieldError;

    fn try_from(action: &wire::AttestMember) -> Result<Self, FieldError> {
        Ok(Self { member: member(&action.member, "member")?, terms: required(&action.terms, "terms")? })
    }
}

impl From<&domain::AttestMember> for wire::AttestMember {
    fn from(action: &domain::AttestMember) -> Self {
        Self { member: action.member.to_string(), terms: Some((&action.terms).into()) }
    }
}

impl TryFrom<&wire::RevokeAttestation> for domain::RevokeAttestation {
    type Error = FieldError;

    fn try_from(action: &wire::RevokeAttestation) -> Result<Self, FieldError> {
        Ok(Self { member: member(&action.member, "member")?, reason: text(&action.reason, "reason")? })
    }
}

impl From<&domain::RevokeAttestation> for wire::RevokeAttestation {
    fn from(action: &domain::RevokeAttestation) -> Self {
        Self { member: action.member.to_string(), reason: action.reason.to_string() }
    }
}

impl TryFrom<&wire::ApprovalRule> for domain::ApprovalRule {
    type Error = FieldError;

    fn try_from(rule: &wire::ApprovalRule) -> Result<Self, FieldError> {
        Ok(Self {
            class: one_of::<wire::ActionClass, _>(rule.action_class, "action_class")?,
            at_least: optional(&rule.at_least, "at_least")?,
            keys: rule.keys,
            maker_checker: rule.maker_checker,
        })
    }
}

impl From<&domain::ApprovalRule> for wire::ApprovalRule {
    fn from(rule: &domain::ApprovalRule) -> Self {
        Self {
            action_class: wire::ActionClass::from(rule.class).into(),
            at_least: rule.at_least.as_ref().map(Into::into),
            keys: rule.keys,
            maker_checker: rule.maker_checker,
        }
    }
}

impl TryFrom<&wire::SetApprovalPolicy> for domain::SetApprovalPolicy {
    type Error = FieldError;

    fn try_from(action: &wire::SetApprovalPolicy) -> Result<Self, FieldError> {
        Ok(Self { rules: list(&action.rules, APPROVAL_RULES_MAX, "rules")? })
    }
}

impl From<&domain::SetApprovalPolicy> for wire::SetApprovalPolicy {
    fn from(action: &domain::SetApprovalPolicy) -> Self {
        Self { rules: action.rules.iter().map(Into::into).collect() }
    }
}
