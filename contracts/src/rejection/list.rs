//! List: every reason with its number, its explanation and its message; a row each.
use super::RejectionKind;
use super::plain::Plain;
use crate::facility::Ineligibility;
use crate::member::Role;
use crate::programme::Inapplicable;
use crate::receivable::ReceivableStatus;
use crate::types::{
    Amount, BusinessDate, CreditNoteId, Currency, DisputeId, DocumentId, FacilityId, GuaranteeId, Height,
    MemberId, NettingId, PayoutId, PoolId, ProgrammeId, ProposalId, PublicKey, ReceivableId, Text, TrancheId,
    X25519Key,
};
use borsh::{BorshDeserialize, BorshSerialize};

rejections! {
    100 "MEMBER_UNKNOWN" MemberUnknown { member: MemberId }
        "No such member on this ledger; a bank can register a supplier, governance admits others."
        "no member {member} on this ledger";
    101 "MEMBER_NOT_ACTIVE" MemberNotActive { member: MemberId }
        "The member is pending, suspended or gone; governance decides about its status."
        "member {member} is not active";
    102 "KEY_NOT_REGISTERED" KeyNotRegistered { member: MemberId, key: PublicKey }
        "The signing key is not one of the sender's; the sender adds keys with an existing one."
        "key {key} is not registered for {member}";
    103 "KEY_NOT_VALID" KeyNotValid { key: PublicKey, height: Height }
        "The key does not count yet, or not any more; sign with another key of the member."
        "key {key} does not count at {height}";
    104 "APPROVAL_INSUFFICIENT" ApprovalInsufficient { have: u32, need: u32 }
        "Fewer keys signed than the member's approval policy asks for; more must sign the same bytes."
        "{have} approvals where {need} are needed";
    105 "ROLE_MISSING" RoleMissing { member: MemberId, role: Role }
        "The action needs a role that the member does not have; governance grants roles."
        "member {member} does not have the role {role}";
    106 "AMOUNT_OVERFLOW" AmountOverflow { }
        "An amount or a sum is over 10^15 minor units; use smaller amounts."
        "an amount is over the limit of 10^15 minor units";
    107 "AMOUNT_ZERO" AmountZero { }
        "An amount must be more than nothing."
        "the amount must be more than zero";
    108 "CURRENCY_MISMATCH" CurrencyMismatch { left: Currency, right: Currency }
        "Two amounts that belong together are in different currencies."
        "{left} and {right} are different currencies";
    110 "TEXT_MISSING" TextMissing { field: Text }
        "A text that the rulebook demands is empty; fill it in."
        "{field} must not be empty";

    200 "MEMBER_EXISTS" MemberExists { member: MemberId }
        "The member id is taken; choose another."
        "member {member} exists";
    201 "IDENTIFIER_TAKEN" IdentifierTaken { scheme: Text, value: Text, member: MemberId }
        "Another member has this identifier; one legal person is one member."
        "identifier {scheme} {value} belongs to {member}";
    202 "ROLES_NOT_SPONSORABLE" RolesNotSponsorable { }
        "A bank alone registers suppliers only; governance admits other roles."
        "a bank can register a member with the role Supplier and no other";
    203 "KEY_TAKEN" KeyTaken { key: PublicKey }
        "The key is or was registered; make a new one."
        "key {key} is already registered";
    204 "KEY_COUNT" KeyCount { count: u32, limit: u32 }
        "A member has at least one key and not more than the limit."
        "{count} keys where 1 to {limit} are allowed";
    205 "LAST_KEY" LastKey { key: PublicKey }
        "The member's last key without an end cannot be revoked; add another first."
        "{key} is the last key that counts without an end";
    206 "KEY_REVOKED_BEFORE" KeyRevokedBefore { key: PublicKey }
        "The key was revoked before or ends no later by itself; nothing is left to do."
        "key {key} was revoked before";
    207 "IDENTIFIER_COUNT" IdentifierCount { count: u32, limit: u32 }
        "A member has at least one identifier and not more than the limit."
        "{count} identifiers where 1 to {limit} are allowed";
    208 "COUNTERPARTY_IS_SELF" CounterpartyIsSelf { member: MemberId }
        "Both sides are the same member; name another."
        "{member} cannot be its own counterparty";
    209 "KEY_LAST_HEIGHT" KeyLastHeight { last: Height, first: Height }
        "The key would end before it counts, two blocks from now; choose a later last height."
        "the last height {last} is before {first}, the first at which the key counts";

    210 "ROLES_EMPTY" RolesEmpty { member: MemberId }
        "A member has at least one role; to end it, propose its exit."
        "{member} would have no role";
    211 "MEMBER_EXITED" MemberExited { member: MemberId }
        "The member left for good; whoever takes its place is admitted under another id."
        "{member} left for good";
    212 "MEMBER_OPERATES_MACHINE" MemberOperatesMachine { member: MemberId }
        "The member operates a validator or observer; governance removes that first."
        "{member} operates a validator or observer and cannot leave";

    213 "MAKER_OR_CHECKER_MISSING" MakerOrCheckerMissing { member: MemberId }
        "The member's approval policy asks for one key that enters and another one that checks."
        "the keys that signed for {member} do not both enter and check";
    214 "APPROVAL_RULES_INVALID" ApprovalRulesInvalid { rule: Text }
        "The approval rules contradict each other or ask for what no transaction can carry."
        "the approval rules are not valid: {rule}";
    215 "APPROVAL_UNSATISFIABLE" ApprovalUnsatisfiable { member: MemberId, have: u32, need: u32 }
        "The member's keys could not satisfy its own approval policy; it adds keys or asks for fewer."
        "{member} has {have} keys, which cannot give the {need} approvals that its strictest rule asks for";
    220 "ATTESTATION_EXPIRED" AttestationExpired { expires_on: BusinessDate, today: BusinessDate }
        "An attestation counts from today on; choose a later last day."
        "the attestation would have expired on {expires_on}, before {today}";
    221 "ATTESTATION_UNKNOWN" AttestationUnknown { member: MemberId, issuer: MemberId }
        "The bank does not vouch for this member; nothing is left to revoke."
        "{issuer} attests nothing about {member}";
    222 "ATTESTATION_COUNT" AttestationCount { member: MemberId, limit: u32 }
        "As many banks vouch for the member as its record holds; one of them renews."
        "{limit} banks already attest {member}";
    223 "KYC_MISSING" KycMissing { member: MemberId, today: BusinessDate }
        "No attestation about the sponsored seller counts today; a bank attests it anew."
        "no bank's attestation of {member} counts on {today}";
    230 "PARTY_SCREENED" PartyScreened { member: MemberId, scheme: Text, value: Text }
        "The member is on the screening list and receives neither title nor money; a regulator can clear it."
        "{member} is on the screening list by its identifier {scheme} {value}";
    231 "SCREENED_BEFORE" ScreenedBefore { scheme: Text, value: Text }
        "The identifier is on the screening list; nothing is left to do."
        "identifier {scheme} {value} is on the screening list";
    232 "NOT_SCREENED" NotScreened { scheme: Text, value: Text }
        "The identifier is not on the screening list; nothing is left to clear."
        "identifier {scheme} {value} is not on the screening list";
    240 "TRANCHE_FROZEN" TrancheFrozen { tranche: TrancheId, case: Text }
        "A regulator holds the tranche in place; it keeps its entitlement and waits for the case to end."
        "{tranche} is frozen under case {case}";
    241 "TRANCHE_NOT_FROZEN" TrancheNotFrozen { tranche: TrancheId }
        "The tranche is not frozen; nothing is left to do."
        "{tranche} is not frozen";

    300 "BANK_REFERENCE_USED" BankReferenceUsed { bank: MemberId, reference: Text }
        "The bank already recorded something under this reference; it settles once."
        "{bank} already used its reference {reference}";
    301 "DEPOSIT_INSUFFICIENT" DepositInsufficient { available: Amount, needed: Amount }
        "The free balance is too small; have the bank credit more, or use less."
        "{available} are free where {needed} are needed";
    302 "PAYOUT_UNKNOWN" PayoutUnknown { payout: PayoutId }
        "No such payout at this bank."
        "no payout {payout}";
    303 "PAYOUT_NOT_OPEN" PayoutNotOpen { payout: PayoutId }
        "The payout was confirmed or rejected before."
        "payout {payout} is no longer open";
    304 "PAYER_SHORT" PayerShort { payer: MemberId, needed: Amount }
        "Another member would pay, and has too little money there; ask it to have its bank credit more, or use less."
        "{payer} cannot pay {needed} from its deposit now";

    400 "RECEIVABLE_UNKNOWN" ReceivableUnknown { receivable: ReceivableId }
        "No such receivable."
        "no receivable {receivable}";
    401 "FACE_EXCEEDS_INVOICES" FaceExceedsInvoices { face: Amount, invoices: Amount }
        "The face value is more than the invoices sum to; lower it or add invoices."
        "face {face} is more than its invoices, {invoices}";
    402 "INVOICE_COUNT" InvoiceCount { count: u32, limit: u32 }
        "A receivable is backed by at least one invoice and not more than the limit."
        "{count} invoices where 1 to {limit} are allowed";
    403 "INVOICE_ALREADY_USED" InvoiceAlreadyUsed { receivable: ReceivableId }
        "One of the invoices backs another receivable; an invoice is financed once."
        "an invoice of this receivable already backs {receivable}";
    404 "DOCUMENT_ALREADY_USED" DocumentAlreadyUsed { receivable: ReceivableId }
        "The same document backs another receivable."
        "a document of this receivable already backs {receivable}";
    405 "NEAR_DUPLICATE_UNACKNOWLEDGED" NearDuplicateUnacknowledged { receivables: Vec<ReceivableId> }
        "The invoices look like those of other receivables; the anchor compares and acknowledges them."
        "looks like {receivables:?}, which the anchor must acknowledge";
    406 "TENOR_EXCEEDS_CAP" TenorExceedsCap { days: u32, cap: u32 }
        "The due date is farther away than the policy allows."
        "a tenor of {days} days is over the cap of {cap}";
    407 "TENOR_NEEDS_JUSTIFICATION" TenorNeedsJustification { days: u32, cap: u32 }
        "Over the policy's soft cap the supplier attaches a justification document."
        "a tenor of {days} days is over {cap} and needs a justification document";
    408 "DUE_DATE_PASSED" DueDatePassed { due: BusinessDate, today: BusinessDate }
        "The due date is not in the future; agree on a later one."
        "the due date {due} is not after {today}";
    409 "NOT_ANCHOR_OF" NotAnchorOf { receivable: ReceivableId }
        "Only the receivable's anchor may do this."
        "the sender is not the anchor of {receivable}";
    410 "NOT_SUPPLIER_OF" NotSupplierOf { receivable: ReceivableId }
        "Only the receivable's supplier may do this."
        "the sender is not the supplier of {receivable}";
    411 "RECEIVABLE_STATUS" WrongStatus { receivable: ReceivableId, status: ReceivableStatus }
        "The receivable's life cycle does not allow this now."
        "{receivable} is {status}";
    412 "CONFIRM_EXCEEDS_FACE" ConfirmExceedsFace { face: Amount, amount: Amount }
        "The anchor confirms the face or less."
        "{amount} confirmed of a face of {face}";
    413 "NOT_UNTOUCHED" NotUntouched { receivable: ReceivableId }
        "Only a receivable of which nothing moved can be cancelled."
        "something of {receivable} already moved";
    414 "CANCELLATION_ASKED_BEFORE" CancellationAskedBefore { receivable: ReceivableId }
        "The sender asked before; the other side must ask too."
        "the sender already asked to cancel {receivable}; the other side has to";
    415 "INVOICE_DATE_IN_FUTURE" InvoiceDateInFuture { issue_date: BusinessDate, today: BusinessDate }
        "An invoice cannot be issued after today."
        "an invoice is dated {issue_date}, after {today}";
    416 "INVOICE_REPEATED" InvoiceRepeated { number: Text }
        "The same invoice or document stands twice in one receivable."
        "invoice {number} stands twice in this receivable";
    417 "EVIDENCE_MISSING" EvidenceMissing { number: Text }
        "The policy demands the hash of every invoice's document."
        "invoice {number} has no document hash";
    418 "ANCHOR_SUSPENDED" AnchorSuspended { anchor: MemberId, receivable: ReceivableId, days: u32, limit: u32 }
        "The anchor is overdue beyond the policy's days and confirms nothing new; it pays what is overdue first."
        "{anchor} owes {receivable} for {days} days past due, where {limit} are allowed, and cannot confirm";

    500 "TRANCHE_UNKNOWN" TrancheUnknown { tranche: TrancheId }
        "No such open tranche: it never was, or it was split, merged or settled."
        "no open tranche {tranche}";
    501 "NOT_HOLDER" NotHolder { tranche: TrancheId }
        "Only the tranche's holder may do this."
        "the sender does not hold {tranche}";
    502 "TRANCHE_OFFERED" TrancheOffered { tranche: TrancheId }
        "The tranche is offered to somebody; take the offer back first."
        "{tranche} is offered and waits for an answer";
    503 "PART_COUNT" PartCount { count: u32, limit: u32 }
        "A split has at least two parts and not more than the policy's limit."
        "{count} parts where 2 to {limit} are allowed";
    504 "SPLIT_NOT_CONSERVING" SplitNotConserving { face: Amount, parts: Amount }
        "The parts must sum to the face exactly."
        "the parts sum to {parts}, the face is {face}";
    505 "BELOW_MINIMUM_TRANCHE" BelowMinimumTranche { face: Amount, minimum: Amount }
        "A part would be smaller than the policy's minimum."
        "{face} is below the minimum tranche of {minimum}";
    506 "DEPTH_EXCEEDED" DepthExceeded { depth: u32, limit: u32 }
        "The tranche has been transferred as often as the policy allows; discount it instead."
        "a depth of {depth} is over the limit of {limit}";
    507 "TRADE_REFERENCE_MISSING" TradeReferenceMissing { to: MemberId }
        "A transfer to anyone but a funder names the trade that it pays."
        "a transfer to {to} needs a trade reference";
    508 "RECIPIENT_NOT_ELIGIBLE" RecipientNotEligible { to: MemberId }
        "Title moves to suppliers, funders and guarantors, never to the receivable's own anchor, who pays it."
        "{to} cannot hold this tranche: it is its anchor, or neither Supplier, Funder nor Guarantor";
    509 "NOT_OFFERED" NotOffered { tranche: TrancheId }
        "Nothing is offered, or the offer lapsed; the holder offers again."
        "{tranche} is not on offer";
    510 "NOT_RECIPIENT" NotRecipient { tranche: TrancheId }
        "Only the member the tranche is offered to may accept it."
        "{tranche} is not offered to the sender";
    511 "MERGE_COUNT" MergeCount { count: u32, limit: u32 }
        "A merge takes at least two tranches and not more than the limit."
        "{count} tranches where 2 to {limit} are allowed";
    512 "MERGE_MISMATCH" MergeMismatch { tranche: TrancheId }
        "Merged tranches agree in receivable, holder, depth, recourse chain and purchase."
        "{tranche} does not match the first tranche";
    513 "MERGE_REPEATED" MergeRepeated { tranche: TrancheId }
        "A tranche stands twice in the merge."
        "{tranche} stands twice in the merge";
    514 "RECOURSE_NOT_ALLOWED" RecourseNotAllowed { }
        "The policy in force forbids recourse."
        "the policy does not allow recourse";
    515 "OPEN_TRANCHES_LIMIT" OpenTranchesLimit { receivable: ReceivableId, limit: u32 }
        "The receivable is split into as many open tranches as one distribution can pay; merge some."
        "{receivable} would have more than {limit} open tranches";

    600 "FACILITY_UNKNOWN" FacilityUnknown { facility: FacilityId }
        "No such facility."
        "no facility {facility}";
    601 "NOT_FUNDER_OF" NotFunderOf { facility: FacilityId }
        "Only the facility's funder may do this."
        "the sender is not the funder of {facility}";
    602 "FACILITY_CLOSED" FacilityClosed { facility: FacilityId }
        "The facility was closed; open another."
        "{facility} is closed";
    603 "CURVE_INVALID" CurveInvalid { points: u32 }
        "A curve has 1 to 32 points with strictly increasing days and rates up to 100 %."
        "the price curve of {points} points is not valid";
    604 "TENOR_RANGE_INVALID" TenorRangeInvalid { min: u32, max: u32 }
        "The tenor range runs upwards and stays under ten years."
        "{min} to {max} days is no tenor range";
    605 "ANCHOR_COUNT" AnchorCount { count: u32, limit: u32 }
        "A facility names at least one anchor, each once, and not more than the limit."
        "{count} anchors where 1 to {limit} distinct ones are allowed";
    606 "PAYING_BANK_INVALID" PayingBankInvalid { bank: MemberId }
        "A funder that is a bank pays by itself; another names a bank where it owns deposits."
        "{bank} cannot pay for this facility";
    607 "FACILITIES_LIMIT" FacilitiesLimit { anchor: MemberId, limit: u32 }
        "As many facilities bid for this anchor as best execution reads; close one first."
        "{anchor} already has {limit} open facilities in this currency";
    608 "VALIDITY_PASSED" ValidityPassed { valid_until: BusinessDate, today: BusinessDate }
        "The facility would end before it begins."
        "valid until {valid_until}, which is before {today}";
    609 "LIMIT_BELOW_USED" LimitBelowUsed { limit: Amount, used: Amount }
        "An amended limit covers what is already used."
        "a limit of {limit} is below the {used} already used";

    650 "TRANCHE_UNDER_LIEN" TrancheUnderLien { tranche: TrancheId }
        "The tranche is reserved for a buyer or pledged; it moves when that has ended."
        "{tranche} is reserved or pledged";
    651 "NOT_RESERVED" NotReserved { tranche: TrancheId }
        "No payment is awaited for this tranche: it was confirmed, it lapsed, or it never was."
        "{tranche} is not reserved";
    652 "NOT_PAYING_BANK" NotPayingBank { tranche: TrancheId }
        "Only the bank that the facility names as paying confirms the payment."
        "the sender is not the bank that pays for {tranche}";
    653 "PLEDGE_NOT_OFFERED" PledgeNotOffered { tranche: TrancheId }
        "No pledge of this tranche is offered, or the offer lapsed; the holder offers again."
        "no pledge of {tranche} is offered";
    654 "NOT_PLEDGED" NotPledged { tranche: TrancheId }
        "The tranche secures no advance: it was released, or it never did."
        "{tranche} is not pledged";
    655 "NOT_PLEDGEE" NotPledgee { tranche: TrancheId }
        "Only the funder that the pledge is offered to answers; the holder may take it back."
        "the sender is not the funder that {tranche} is offered to";
    656 "NOT_PLEDGOR" NotPledgor { tranche: TrancheId }
        "Only who pledged the tranche repays the advance."
        "the sender did not pledge {tranche}";
    657 "PLEDGE_TERMS_INVALID" PledgeTermsInvalid { advance_ppm: u32, interest_ppm: u32 }
        "An advance is more than nothing and at most the face, its interest at most 100 % a year."
        "an advance of {advance_ppm} ppm of the face at {interest_ppm} ppm a year";
    658 "REPAYMENT_EXCEEDS_DEBT" RepaymentExceedsDebt { owed: Amount, amount: Amount }
        "No more can be repaid than is owed with interest today."
        "{amount} repaid where {owed} is owed";
    660 "RECOURSE_NOT_DUE" RecourseNotDue { receivable: ReceivableId }
        "The anchor is not in default; recourse waits for the policy's days."
        "{receivable} is not in default";
    661 "NOT_LIABLE" NotLiable { tranche: TrancheId, member: MemberId }
        "The member did not stay liable for the tranche, or nothing is claimed from it."
        "{member} is not liable for {tranche}";
    662 "NOT_CLAIMED" NotClaimed { tranche: TrancheId }
        "Nothing is claimed from a transferor of this tranche: the claim was paid, or it never was."
        "no recourse for {tranche} is claimed";
    670 "REGISTRATION_MISSING" RegistrationMissing { tranche: TrancheId }
        "The policy wants financings registered; the financer shows the registry number first."
        "the financing of {tranche} shows no registry number";
    671 "REGISTERED_BEFORE" RegisteredBefore { tranche: TrancheId, number: Text }
        "The financing shows its registry number already; the rank that it gave stays."
        "{tranche} is registered under {number}";
    672 "REGISTERED_IN_FUTURE" RegisteredInFuture { tranche: TrancheId }
        "A registration cannot be later than now."
        "the registration of {tranche} is later than now";
    673 "NOT_FINANCER" NotFinancer { tranche: TrancheId }
        "Only who bought the tranche or lent against it shows a registration."
        "the sender does not finance {tranche}";

    700 "AMOUNT_EXCEEDS_FACE" AmountExceedsFace { face: Amount, amount: Amount }
        "No more can be sold than the tranche's face."
        "{amount} of a tranche of {face}";
    701 "NO_FACILITY_ELIGIBLE" NoFacilityEligible { receivable: ReceivableId }
        "No facility buys this tranche now; ask a funder to open or enlarge one."
        "no facility can buy a tranche of {receivable} now";
    702 "PROCEEDS_BELOW_MINIMUM" ProceedsBelowMinimum { offered: Amount, minimum: Amount }
        "The price moved since the quote; quote again and decide anew."
        "{offered} offered where at least {minimum} was asked";
    703 "NOT_FILLABLE" NotFillable { fillable: Amount, wanted: Amount }
        "The facilities together cannot take it all; sell less or allow partial fills."
        "{fillable} of {wanted} can be sold now";
    704 "FACILITY_INELIGIBLE" FacilityIneligible { facility: FacilityId, why: Ineligibility }
        "The named facility does not buy this; leave the choice to best execution."
        "{facility} does not buy this tranche: {why}";

    720 "LATE_RATE_INVALID" LateRateInvalid { ppm: u32, limit: u32 }
        "The agreed late interest is over 100 % a day; agree on less."
        "late interest of {ppm} ppm a day is over the limit of {limit}";
    721 "NOT_CREDITOR_OF" NotCreditorOf { receivable: ReceivableId }
        "Only a holder of one of the receivable's open tranches may do this."
        "the sender holds no tranche of {receivable}";
    722 "COST_EVIDENCE_MISSING" CostEvidenceMissing { receivable: ReceivableId }
        "A claim for costs names the hash of the bill; attach it."
        "costs of {receivable} are claimed without evidence";
    723 "COST_CLAIMS_LIMIT" CostClaimsLimit { receivable: ReceivableId, limit: u32 }
        "As many claims for costs wait as a receivable may have; the anchor answers them first."
        "{limit} claims for costs of {receivable} wait for an answer";
    724 "COSTS_NOT_CLAIMED" CostsNotClaimed { receivable: ReceivableId, claimant: MemberId }
        "No claim for costs of this member waits for an answer."
        "{claimant} claims no costs of {receivable}";
    725 "WRITTEN_OFF_BEFORE" WrittenOffBefore { tranche: TrancheId }
        "The holder wrote the tranche off before; nothing is left to do."
        "{tranche} was written off before";

    800 "PAYMENT_EXCEEDS_OUTSTANDING" PaymentExceedsOutstanding { outstanding: Amount, amount: Amount }
        "No more can be paid than is outstanding."
        "{amount} paid where {outstanding} is outstanding";

    900 "PROPOSAL_UNKNOWN" ProposalUnknown { proposal: ProposalId }
        "No such proposal."
        "no proposal {proposal}";
    901 "PROPOSAL_NOT_OPEN" ProposalNotOpen { proposal: ProposalId }
        "The proposal passed, was refused or lapsed; propose anew."
        "{proposal} takes no votes any more";
    902 "NOT_A_VOTER" NotAVoter { member: MemberId }
        "Members that operate validators vote; they and regulators propose."
        "{member} operates no validator";
    903 "VOTED_BEFORE" VotedBefore { proposal: ProposalId, member: MemberId }
        "A member votes once on a proposal; the others decide now."
        "{member} already voted on {proposal}";
    904 "PROPOSAL_PERIOD" ProposalPeriod { days: u32, limit: u32 }
        "A proposal takes votes for at least one day and not more than the limit."
        "{days} days where 1 to {limit} are allowed";
    905 "PROPOSAL_CHANGES_NOTHING" ProposalChangesNothing { }
        "Everything is as proposed already; nothing is left to vote on."
        "the proposal changes nothing";
    906 "MACHINE_UNKNOWN" MachineUnknown { key: PublicKey }
        "No validator or observer has this key."
        "no validator or observer has the key {key}";
    907 "VALIDATOR_SET_INVALID" ValidatorSetInvalid { rule: Text }
        "Consensus could not run with such a set of validators and observers; propose another."
        "the set would break a rule: {rule}";
    908 "POLICY_VERSION_STALE" PolicyVersionStale { version: u32, expected: u32 }
        "Another policy was entered since; compare with it and propose the next version."
        "policy {version} where {expected} is next";
    909 "POLICY_INVALID" PolicyInvalid { rule: Text }
        "A parameter is out of its range, or two contradict each other."
        "the policy breaks a rule: {rule}";
    910 "POLICY_NOT_FUTURE" PolicyNotFuture { effective_from: BusinessDate, today: BusinessDate }
        "A policy comes into force on a day after today: nothing is judged by it in arrears."
        "the policy would be in force from {effective_from}, which is not after {today}";
    911 "POLICY_ORDER" PolicyOrder { effective_from: BusinessDate, latest: BusinessDate }
        "Versions come into force in their order; choose a day after the latest one's."
        "the policy would be in force from {effective_from}, which is not after the latest one's {latest}";
    912 "STATEMENTS_AGREE" StatementsAgree { key: PublicKey }
        "Both statements say the same, which a validator may repeat as often as it likes."
        "validator {key} did not contradict itself";
    913 "STATEMENTS_AHEAD" StatementsAhead { height: Height, now: Height }
        "What is shown is about a height that the chain has not reached."
        "the statements are about {height}, and this is {now}";
    914 "MISBEHAVIOUR_KNOWN" MisbehaviourKnown { key: PublicKey, height: Height, round: u32 }
        "This round of the validator's is on record; one proof is enough, and removing it takes a proposal."
        "that validator {key} contradicted itself at {height} in round {round} is on record";
    920 "ANCHOR_LIMIT_EXCEEDED" AnchorLimitExceeded { anchor: MemberId, limit: Amount, outstanding: Amount, amount: Amount }
        "The anchor would owe more than governance allows it; it pays first, confirms less, or asks for more."
        "{anchor} owes {outstanding} of at most {limit} and cannot confirm {amount} more";
    1000 "GUARANTEE_UNKNOWN" GuaranteeUnknown { guarantee: GuaranteeId }
        "No such guarantee."
        "no guarantee {guarantee}";
    1001 "GUARANTEE_SHARE_INVALID" GuaranteeShareInvalid { ppm: u32 }
        "A guarantor answers for more than nothing and at most for all."
        "a share of {ppm} ppm is not within 0 and 100 %";
    1002 "TRANCHE_GUARANTEED" TrancheGuaranteed { tranche: TrancheId }
        "A tranche has one guarantee by name; guarantees for its receivable or anchor stand beside it."
        "{tranche} is guaranteed already";
    1003 "NOT_APPLICANT_OF" NotApplicantOf { guarantee: GuaranteeId }
        "Only the member that asked for the guarantee accepts it and pays the fee."
        "the sender did not ask for {guarantee}";
    1004 "GUARANTEE_ACCEPTED_BEFORE" GuaranteeAcceptedBefore { guarantee: GuaranteeId }
        "The guarantee was accepted before; nothing is left to do."
        "{guarantee} was accepted before";
    1005 "GUARANTEE_NOT_ACCEPTED" GuaranteeNotAccepted { guarantee: GuaranteeId }
        "The guarantee does not count before its applicant accepted it."
        "{guarantee} waits for its applicant";
    1006 "GUARANTEE_EXPIRED" GuaranteeExpired { guarantee: GuaranteeId, expires_on: BusinessDate, today: BusinessDate }
        "Its last day is over; claims are made before."
        "{guarantee} ended on {expires_on}, today is {today}";
    1007 "NOT_GUARANTEED" NotGuaranteed { guarantee: GuaranteeId, tranche: TrancheId }
        "The tranche is outside the guarantee's scope, or its holder is the guarantor or took the claim over."
        "{guarantee} does not answer for {tranche}";
    1008 "GUARANTEE_NOTHING_TO_PAY" GuaranteeNothingToPay { guarantee: GuaranteeId, tranche: TrancheId, open: Amount }
        "Nothing is open under the claim, or the guarantor's deposit is empty; the guarantor fills it."
        "{guarantee} owes {open} on {tranche}, of which nothing can be paid now";

    1020 "POOL_UNKNOWN" PoolUnknown { pool: PoolId }
        "No such compensation pool."
        "no pool {pool}";
    1021 "POOL_TERMS_INVALID" PoolTermsInvalid { leverage: u32, limit: u32 }
        "Shares are more than nothing and at most all, subsidies at most all, and the leverage is within its limit."
        "the pool's shares or its leverage of {leverage}, at most {limit}, make no sense";
    1022 "POOL_CONTRIBUTORS_LIMIT" PoolContributorsLimit { pool: PoolId, limit: u32 }
        "As many members contribute as a pool may have; an earlier one adds more."
        "{pool} has {limit} contributors";
    1023 "NOT_CONTRIBUTOR_OF" NotContributorOf { pool: PoolId }
        "Only members that contributed enrol their financings."
        "the sender contributed nothing to {pool}";
    1024 "NOT_FINANCED" NotFinanced { tranche: TrancheId }
        "A pool shares the losses of financings: of tranches that a facility bought."
        "{tranche} was not bought under a facility";
    1025 "ENROLLED_BEFORE" EnrolledBefore { tranche: TrancheId }
        "One pool shares a tranche's loss, and it does already."
        "{tranche} is enrolled already";
    1026 "POOL_BANK_DIFFERS" PoolBankDiffers { pool: PoolId, bank: MemberId }
        "The pool's money and the receivable's payments are at one bank, so that recoveries reach it; pay there."
        "{pool} has no money at {bank}";
    1027 "POOL_LEVERAGE_EXCEEDED" PoolLeverageExceeded { pool: PoolId, face: Amount, leverage: u32 }
        "Enrolled face stays within the pool's money times its leverage; contribute more first."
        "{pool} cannot carry {face} more at {leverage} times its money";
    1028 "NOT_ENROLLED" NotEnrolled { tranche: TrancheId }
        "No pool shares this tranche's loss."
        "{tranche} is in no pool";
    1029 "POOL_CLAIMED_BEFORE" PoolClaimedBefore { tranche: TrancheId }
        "The claim was made; it is paid in its order as far as the pool has money."
        "{tranche} was claimed before";
    1030 "POOL_QUEUE_LIMIT" PoolQueueLimit { pool: PoolId, limit: u32 }
        "As many claims wait as a pool may have; contributions pay the earlier ones first."
        "{limit} claims wait for {pool}";
    1031 "SUBSIDY_NONE" SubsidyNone { pool: PoolId, receivable: ReceivableId }
        "Nothing was enrolled for the sender, it bore no such cost, or the subsidy was paid before."
        "{pool} owes the sender no subsidy for {receivable}";
    1032 "POOL_SHORT" PoolShort { pool: PoolId, needed: Amount }
        "The pool has too little money for the subsidy; ask again after a contribution."
        "{pool} cannot pay {needed} now";
    1100 "PROGRAMME_UNKNOWN" ProgrammeUnknown { programme: ProgrammeId }
        "No such early-payment programme."
        "no programme {programme}";
    1101 "NOT_ANCHOR_OF_PROGRAMME" NotAnchorOfProgramme { programme: ProgrammeId }
        "Only the anchor that posted the programme may do this."
        "the sender did not post {programme}";
    1102 "PROGRAMME_CLOSED" ProgrammeClosed { programme: ProgrammeId }
        "The programme was closed; post another."
        "{programme} is closed";
    1103 "PROGRAMME_RATE_INVALID" ProgrammeRateInvalid { ppm: u32 }
        "A programme takes at most 100 %."
        "a rate of {ppm} ppm";
    1104 "PROGRAMME_INAPPLICABLE" ProgrammeInapplicable { programme: ProgrammeId, why: Inapplicable }
        "The programme does not pay this tranche now; look for another or wait."
        "{programme} does not pay this tranche: {why}";
    1105 "BUDGET_EXHAUSTED" BudgetExhausted { left: Amount, needed: Amount }
        "The programme's budget does not suffice; take a smaller amount."
        "{left} of the budget is left where {needed} is needed";

    1200 "DISPUTE_UNKNOWN" DisputeUnknown { dispute: DisputeId }
        "No such dispute."
        "no dispute {dispute}";
    1201 "DISPUTE_EXISTS" DisputeExists { receivable: ReceivableId, dispute: DisputeId }
        "A receivable has one open dispute at a time; the anchor withdraws it, or it is settled, first."
        "{receivable} waits for dispute {dispute}";
    1202 "DISPUTE_EXCEEDS_OWED" DisputeExceedsOwed { owed: Amount, amount: Amount }
        "No more can be disputed than is owed, or submitted."
        "{amount} disputed where {owed} is owed";
    1203 "DISPUTE_EVIDENCE_MISSING" DisputeEvidenceMissing { receivable: ReceivableId }
        "A confirmed debt is disputed with the hash of a document that shows why."
        "{receivable} is confirmed, so its dispute needs evidence";
    1204 "DEFENCES_WAIVED" DefencesWaived { reachable: Amount, amount: Amount }
        "The anchor waived its defences against later holders; it can dispute what the supplier still holds itself."
        "{amount} disputed where the anchor kept its defences for {reachable} only";
    1205 "DISPUTE_CLOSED" DisputeClosed { dispute: DisputeId }
        "The dispute ended, or it is another receivable's; the anchor can open another one."
        "{dispute} is not open here";
    1206 "TRANCHE_DISPUTED" TrancheDisputed { tranche: TrancheId, disputed: Amount }
        "A tranche moves while nothing of it is disputed; split off what is free, or settle the dispute."
        "{disputed} of {tranche} is disputed";
    1207 "PAYMENT_TOUCHES_DISPUTED" PaymentTouchesDisputed { payable: Amount, amount: Amount }
        "The disputed part waits; the anchor pays the rest, or withdraws its dispute first."
        "{amount} paid where {payable} is not disputed";
    1208 "CONFIRM_TOUCHES_DISPUTED" ConfirmTouchesDisputed { undisputed: Amount, amount: Amount }
        "The anchor confirms what it does not dispute, or withdraws its dispute first."
        "{amount} confirmed where {undisputed} is not disputed";
    1209 "UPHELD_EXCEEDS_DISPUTED" UpheldExceedsDisputed { disputed: Amount, upheld: Amount }
        "A decision upholds the disputed amount or less."
        "{upheld} upheld of {disputed}";
    1220 "CREDIT_NOTE_UNKNOWN" CreditNoteUnknown { credit_note: CreditNoteId }
        "No such credit note."
        "no credit note {credit_note}";
    1221 "CREDIT_NOTE_NOT_OPEN" CreditNoteNotOpen { credit_note: CreditNoteId }
        "The credit note was applied or withdrawn before."
        "{credit_note} is no longer open";
    1222 "CREDIT_NOTE_USED" CreditNoteUsed { credit_note: CreditNoteId }
        "The same number or document stands in another credit note; one is used once."
        "number or document already stand in {credit_note}";
    1223 "CREDIT_NOTE_EXCEEDS" CreditNoteExceeds { available: Amount, amount: Amount }
        "A credit note credits at most what is still owed and not disputed, or what the dispute it ends is about."
        "{amount} credited where {available} can be";
    1224 "NOT_AFFECTED" NotAffected { credit_note: CreditNoteId }
        "Only a holder whom the note would dilute now, or the anchor whose dispute it ends, is asked."
        "the sender loses nothing by {credit_note} and is not asked";
    1225 "LOSS_EXCEEDS_CONSENT" LossExceedsConsent { loss: Amount, loss_max: Amount }
        "The sender would lose more than it agrees to; look at the note's losses again and decide anew."
        "{loss} would be lost where at most {loss_max} is agreed to";
    1226 "FUNDER_NOT_DILUTED" FunderNotDiluted { funder: MemberId, loss: Amount }
        "A funder without recourse is not diluted without its consent, not even by a ruling; it accepts a credit note first."
        "{funder} would lose {loss} without recourse and without its consent";

    1300 "NETTING_UNKNOWN" NettingUnknown { netting: NettingId }
        "No such netting."
        "no netting {netting}";
    1301 "NETTING_NOT_OPEN" NettingNotOpen { netting: NettingId }
        "The netting was executed or refused, or it lapsed; a party proposes another one."
        "{netting} is no longer open";
    1302 "NETTING_LEG_COUNT" NettingLegCount { count: u32, limit: u32 }
        "A netting sets off at least two debts and not more than the limit."
        "{count} legs where 2 to {limit} are allowed";
    1303 "NETTING_REPEATED" NettingRepeated { tranche: TrancheId }
        "A tranche stands twice in the netting."
        "{tranche} stands twice in the netting";
    1304 "NETTING_NOT_DUE" NettingNotDue { receivable: ReceivableId }
        "Only debts that are confirmed, due, unpaid and undisputed are set off."
        "{receivable} is not due, or nothing of it is left to set off";
    1305 "NETTING_EXCEEDS" NettingExceeds { tranche: TrancheId, available: Amount, amount: Amount }
        "No more can be set off than is due and undisputed; part of it may have been paid meanwhile."
        "{amount} of {tranche}, of which {available} can be set off";
    1306 "NETTING_UNBALANCED" NettingUnbalanced { member: MemberId, owes: Amount, owed: Amount }
        "Every party owes in a netting exactly what it is owed there."
        "{member} owes {owes} in it and is owed {owed}";
    1307 "NOT_NETTING_PARTY" NotNettingParty { member: MemberId }
        "Only who owes and is owed in a netting may propose, consent or refuse."
        "{member} is no party of the netting";
    1308 "NETTING_CONSENTED_BEFORE" NettingConsentedBefore { netting: NettingId }
        "The sender consented before; the other parties have to."
        "the sender already consented to {netting}";
    1309 "NETTING_STALE" NettingStale { netting: NettingId, tranche: TrancheId }
        "A tranche of the netting changed hands; a party proposes another one."
        "{tranche} is no longer owed as {netting} says";

    1350 "CASE_UNKNOWN" CaseUnknown { receivable: ReceivableId }
        "No case: the receivable was never Overdue."
        "no case about {receivable}";
    1351 "CASE_CLOSED" CaseClosed { receivable: ReceivableId }
        "The case is closed, because nothing is owed any more; its file stays."
        "the case about {receivable} is closed";
    1352 "NOT_LEAD_CREDITOR" NotLeadCreditor { receivable: ReceivableId, lead: MemberId }
        "The holder of the largest face acts for all creditors, or the agent that it gave a mandate."
        "{lead} leads the case about {receivable}";
    1353 "NOT_CASE_PARTY" NotCaseParty { receivable: ReceivableId }
        "Only the debtor and the holders may do this."
        "the sender is neither debtor nor creditor of {receivable}";
    1354 "CASE_COUNT" CaseCount { count: u32, limit: u32 }
        "A hand-over names at least one case and not more than the limit."
        "{count} cases where 1 to {limit} are allowed";
    1355 "CASE_REPEATED" CaseRepeated { receivable: ReceivableId }
        "A case stands twice in the hand-over."
        "{receivable} stands twice in the hand-over";
    1356 "MANDATE_ENDED" MandateEnded { until: BusinessDate, today: BusinessDate }
        "The mandate does not reach that day; the lead creditor gives a longer one."
        "the mandate ends on {until}, before {today}";
    1357 "NO_MANDATE" NoMandate { receivable: ReceivableId }
        "Nobody has a mandate in this case; the lead creditor can give one."
        "there is no mandate in the case about {receivable}";
    1358 "CONTACT_TIME" ContactTime { on: BusinessDate, opened_on: BusinessDate, today: BusinessDate }
        "A contact is logged after it happened, and while the case was open."
        "a contact on {on} in a case opened on {opened_on}, logged on {today}";
    1359 "CONTACT_OUTSIDE_HOURS" ContactOutsideHours { hour: u32, from: u32, until: u32 }
        "The debtor may be contacted within the policy's local hours only."
        "a contact at {hour} h, where {from} h to {until} h is allowed";
    1360 "CONTACTS_PER_DAY" ContactsPerDay { debtor: MemberId, on: BusinessDate, limit: u32 }
        "One collector contacts one debtor at most so often a day, over all cases."
        "{debtor} was already contacted {limit} times on {on} by the sender";
    1361 "INSTALMENT_COUNT" InstalmentCount { count: u32, limit: u32 }
        "An arrangement has at least one instalment and not more than the limit; an extension has exactly one."
        "{count} instalments where 1 to {limit} are allowed";
    1362 "INSTALMENT_DATE" InstalmentDate { on: BusinessDate, after: BusinessDate }
        "Instalments are in the future and in the order of their dates."
        "an instalment on {on}, which is not after {after}";
    1363 "INSTALMENTS_NOT_SUMMING" InstalmentsNotSumming { debt: Amount, sum: Amount }
        "The instalments sum to the undisputed face that is owed now; part of it may have been paid meanwhile."
        "the instalments sum to {sum}, the debt is {debt}";
    1364 "ARRANGEMENT_IN_FORCE" ArrangementInForce { receivable: ReceivableId }
        "An arrangement is in force; the next can be proposed when it was kept or broken."
        "the case about {receivable} has an arrangement in force";
    1365 "NOTHING_PROPOSED" NothingProposed { receivable: ReceivableId }
        "No arrangement waits for approval; a party proposes one."
        "nothing is proposed in the case about {receivable}";
    1366 "APPROVED_BEFORE" ApprovedBefore { receivable: ReceivableId }
        "The sender approved before; others have to."
        "the sender already approved in the case about {receivable}";
    1367 "OBSERVATION_TOO_SHORT" ObservationTooShort { until: BusinessDate, last: BusinessDate }
        "A restructured debt is observed at least until its last instalment."
        "observed until {until}, before the last instalment on {last}";

    1400 "CONSENT_NONE" ConsentNone { member: MemberId, reader: MemberId }
        "No consent lets the reader ask about the member now; the member grants one."
        "no consent of {member} towards {reader} counts now";
    1401 "CONSENT_SCOPE" ConsentScope { member: MemberId, measure: Text }
        "The member did not consent to this question; ask what it allowed, or ask it for more."
        "the consent of {member} does not cover {measure}";
    1402 "CONSENT_PERIOD" ConsentPeriod { last_day: BusinessDate, today: BusinessDate, latest: BusinessDate }
        "A consent counts from today on and for a year at most; choose another last day."
        "{last_day} is not between {today} and {latest}";
    1403 "MEASURES_INVALID" MeasuresInvalid { rule: Text }
        "The list of measures breaks its rule; name each once, in their order."
        "a list of measures needs {rule}";

    1500 "DOCUMENT_UNKNOWN" DocumentUnknown { document: DocumentId }
        "No such document, or the sender is no party of it."
        "no document {document}";
    1501 "DOCUMENT_SHREDDED" DocumentShredded { document: DocumentId }
        "The owner had the document's keys destroyed; register what is needed anew."
        "{document} was shredded";
    1502 "NOT_DOCUMENT_OWNER" NotDocumentOwner { document: DocumentId }
        "Only who registered a document replaces or shreds it, a version for the same receivable and tranche."
        "{document} is not the sender's, or about something else";
    1503 "DOCUMENT_SHARED_BEFORE" DocumentSharedBefore { document: DocumentId, member: MemberId }
        "The member is a party already; wrap the key for it again if it cannot open the document."
        "{member} is a party of {document}";
    1504 "DOCUMENT_PARTIES_LIMIT" DocumentPartiesLimit { document: DocumentId, limit: u32 }
        "A document has as many parties as it may have; register another version for more."
        "{document} has {limit} parties";
    1505 "NOT_ENTITLED" NotEntitled { document: DocumentId, member: MemberId }
        "What a debt rests on is for its two sides and who bears its risk; a transfer's papers also for who holds part of the debt."
        "{member} may not have {document}";
    1506 "ENCRYPTION_KEY_MISSING" EncryptionKeyMissing { member: MemberId }
        "Who is to open a document publishes an encryption key first."
        "{member} has published no encryption key";
    1507 "ENCRYPTION_KEY_UNUSABLE" EncryptionKeyUnusable { key: X25519Key }
        "A key of small order hides nothing, and the key in use is not published twice; make another."
        "the encryption key {key} cannot be published";
    1508 "DOCUMENTS_LIMIT" DocumentsLimit { receivable: ReceivableId, limit: u32 }
        "As many versions of documents are registered as a receivable may have."
        "{receivable} has {limit} documents";
    1509 "PAYLOAD_SIZE" PayloadSize { bytes: u64, limit: u64 }
        "A payload has at least one byte and not more than the limit; cut the document into several."
        "{bytes} bytes where 1 to {limit} are allowed";
    1510 "NOT_A_SIDE_OF" NotASideOf { receivable: ReceivableId }
        "The anchor and the supplier register what a receivable rests on; a holder names its tranche."
        "the sender is neither the anchor nor the supplier of {receivable}";
}
