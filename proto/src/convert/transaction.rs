//! The body of a transaction: what a member signs.
use super::field::{At, FieldError, FieldErrorKind, bounded, fixed, member, signer_key};
use crate::v1::transaction as wire;
use crate::v1::transaction::transaction_body::Action as WireAction;
use tally_contracts::limits::SIGNATURES_MAX;
use tally_contracts::types::{Hash, Height, MemberId, PublicKey};
use tally_contracts::{Action, Transaction};

/// What a member is about to sign: a transaction that has no id yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionDraft {
    /// Chosen by the client, stored before sending, unique per sender.
    pub request_id: [u8; 16],
    pub sender: MemberId,
    /// 1 to 8 distinct keys.
    pub signers: Vec<PublicKey>,
    /// The last height at which the transaction may be in a block.
    pub valid_until: Height,
    pub action: Action,
}

impl TransactionDraft {
    /// The canonical bytes: what is signed and sent.
    pub fn encode(&self) -> Vec<u8> {
        prost::Message::encode_to_vec(&wire::TransactionBody::from(self))
    }

    /// With the id that the bytes have on a chain.
    pub fn with_id(self, id: Hash) -> Transaction {
        let Self { request_id, sender, signers, valid_until, action } = self;
        Transaction { id, sender, request_id, valid_until, signers, action }
    }
}

impl TryFrom<&wire::TransactionBody> for TransactionDraft {
    type Error = FieldError;

    fn try_from(body: &wire::TransactionBody) -> Result<Self, FieldError> {
        Ok(Self {
            request_id: fixed(&body.request_id).at("request_id")?,
            sender: member(&body.sender, "sender")?,
            signers: signers(&body.signer_keys)?,
            valid_until: Height::new(body.valid_until_height),
            action: action(body.action.as_ref())?,
        })
    }
}

impl From<&TransactionDraft> for wire::TransactionBody {
    fn from(draft: &TransactionDraft) -> Self {
        Self {
            request_id: draft.request_id.to_vec(),
            sender: draft.sender.to_string(),
            signer_keys: draft.signers.iter().map(|key| key.0.to_vec()).collect(),
            valid_until_height: draft.valid_until.number(),
            action: Some((&draft.action).into()),
        }
    }
}

fn signers(keys: &[Vec<u8>]) -> Result<Vec<PublicKey>, FieldError> {
    if keys.is_empty() {
        return Err(FieldErrorKind::Missing).at("signer_keys");
    }
    let mut signers = Vec::with_capacity(keys.len().min(SIGNATURES_MAX));
    for (index, key) in bounded(keys, SIGNATURES_MAX, "signer_keys")?.iter().enumerate() {
        let key = signer_key(key).at_index("signer_keys", index)?;
        if signers.contains(&key) {
            return Err(FieldErrorKind::Repeated).at_index("signer_keys", index);
        }
        signers.push(key);
    }
    Ok(signers)
}

/// One line per action: the variant, and the name of its field in the oneof.
macro_rules! actions {
    ($($name:ident $field:literal),+ $(,)?) => {
        fn action(wire: Option<&WireAction>) -> Result<Action, FieldError> {
            match wire {
                None => Err(FieldErrorKind::Missing).at("action"),
                $(Some(WireAction::$name(action)) => {
                    action.try_into().map(Action::$name).at(concat!("action.", $field))
                })+
            }
        }

        impl From<&Action> for WireAction {
            fn from(action: &Action) -> Self {
                match action {
                    $(Action::$name(action) => Self::$name(action.into()),)+
                }
            }
        }

        /// The action's name on the wire, such as `split_tranche`.
        pub const fn action_name(action: &Action) -> &'static str {
            match action {
                $(Action::$name(_) => $field,)+
            }
        }
    };
}

actions! {
    RegisterMember "register_member",
    AddKey "add_key",
    RevokeKey "revoke_key",
    SetStandingAcceptance "set_standing_acceptance",
    CreditDeposit "credit_deposit",
    MoveDeposit "move_deposit",
    RequestPayout "request_payout",
    ConfirmPayout "confirm_payout",
    RejectPayout "reject_payout",
    SubmitReceivable "submit_receivable",
    IssueReceivable "issue_receivable",
    ConfirmReceivable "confirm_receivable",
    RejectReceivable "reject_receivable",
    WithdrawReceivable "withdraw_receivable",
    AcceptReceivable "accept_receivable",
    DeclineReceivable "decline_receivable",
    CancelReceivable "cancel_receivable",
    SplitTranche "split_tranche",
    MergeTranches "merge_tranches",
    OfferTransfer "offer_transfer",
    AcceptTransfer "accept_transfer",
    DeclineTransfer "decline_transfer",
    OpenFacility "open_facility",
    AmendFacility "amend_facility",
    CloseFacility "close_facility",
    DiscountTranche "discount_tranche",
    PayReceivable "pay_receivable",
    SubmitProposal "submit_proposal",
    VoteProposal "vote_proposal",
    AttestMember "attest_member",
    RevokeAttestation "revoke_attestation",
    SetApprovalPolicy "set_approval_policy",
    ScreenParty "screen_party",
    ClearParty "clear_party",
    FreezeTranche "freeze_tranche",
    UnfreezeTranche "unfreeze_tranche",
    PayForAnchor "pay_for_anchor",
    ClaimCosts "claim_costs",
    AnswerCosts "answer_costs",
    WriteOffTranche "write_off_tranche",
    OfferGuarantee "offer_guarantee",
    AcceptGuarantee "accept_guarantee",
    ClaimGuarantee "claim_guarantee",
    OpenPool "open_pool",
    ContributeToPool "contribute_to_pool",
    EnrolTranche "enrol_tranche",
    ClaimFromPool "claim_from_pool",
    ClaimSubsidy "claim_subsidy",
    DisputeReceivable "dispute_receivable",
    WithdrawDispute "withdraw_dispute",
    RuleDispute "rule_dispute",
    IssueCreditNote "issue_credit_note",
    AcceptCreditNote "accept_credit_note",
    RefuseCreditNote "refuse_credit_note",
    WithdrawCreditNote "withdraw_credit_note",
    RuleCreditNote "rule_credit_note",
    ProposeNetting "propose_netting",
    ConsentNetting "consent_netting",
    RefuseNetting "refuse_netting",
    AssignCases "assign_cases",
    EndMandate "end_mandate",
    LogContact "log_contact",
    ProposeArrangement "propose_arrangement",
    ApproveArrangement "approve_arrangement",
    RefuseArrangement "refuse_arrangement",
    ConfirmDiscount "confirm_discount",
    OfferPledge "offer_pledge",
    AcceptPledge "accept_pledge",
    DeclinePledge "decline_pledge",
    RepayPledge "repay_pledge",
    ClaimRecourse "claim_recourse",
    PayRecourse "pay_recourse",
    RegisterFinancing "register_financing",
    PostProgramme "post_programme",
    CloseProgramme "close_programme",
    TakeEarlyPayment "take_early_payment",
    GrantCreditConsent "grant_credit_consent",
    RevokeCreditConsent "revoke_credit_consent",
    ReadCredit "read_credit",
    SetEncryptionKey "set_encryption_key",
    RotateConsensusKey "rotate_consensus_key",
    RegisterDocument "register_document",
    ShareDocument "share_document",
    ShredDocument "shred_document",
    ReportMisbehaviour "report_misbehaviour",
}
