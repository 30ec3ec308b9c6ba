//! Every bound of the rulebook that is not a policy parameter, with its unit and its reason (rulebook §11).

/// Bytes of one signed transaction: 64 parts with names and references fit four times over.
pub const TRANSACTION_BYTES_MAX: usize = 64 * 1024;
/// Signatures on one transaction: the largest approval policy.
pub const SIGNATURES_MAX: usize = 8;
/// Parts of one split, at most; the policy may set fewer.
pub const PARTS_MAX: usize = 64;
/// Tranches in one merge: the counterpart of a split.
pub const MERGE_MAX: usize = 64;
/// Invoices behind one receivable.
pub const INVOICES_MAX: usize = 32;
/// Bytes of a free text field.
pub const TEXT_BYTES_MAX: usize = 256;
/// Minor units of one amount: products with rates and days stay far inside 128 bits.
pub const AMOUNT_MINOR_MAX: u64 = 1_000_000_000_000_000;
/// Items of business work at the end of a block (a distribution counts each tranche); the rest is carried
/// over in order. An item begins below the limit and is finished, so one distribution may go over.
pub const DUE_ITEMS_PER_BLOCK_MAX: usize = 1_000;
/// Open tranches of one receivable that its holders may split it into: its distribution must fit into one block's
/// work.
pub const OPEN_TRANCHES_PER_RECEIVABLE_MAX: u32 = 1_000;
/// The same with what guarantors and third parties took over by paying: nobody's splitting shuts them out.
pub const OPEN_TRANCHES_WITH_TAKEN_OVER_MAX: u32 = 2_000;
/// The same with what pools took over at the ends of blocks, where nothing can be refused. Reached by nobody: a pool
/// has one tranche of each claim, and a second one where the claimed tranche was registered between two payments.
pub const OPEN_TRANCHES_MAX: u32 = 4_000;
/// Facilities that may bid for one anchor and currency: best execution reads them all.
pub const FACILITIES_PER_ANCHOR_MAX: usize = 64;
/// Anchors of one facility.
pub const FACILITY_ANCHORS_MAX: usize = 32;
/// Points of a price curve.
pub const CURVE_POINTS_MAX: usize = 32;
/// Days on a price curve or in a tenor range: ten years.
pub const TENOR_DAYS_MAX: u32 = 3_660;
/// Days (or hours) of a policy parameter: a century of days keeps every date inside its type.
pub const POLICY_DAYS_MAX: u32 = 36_525;
/// Minutes east or west of Greenwich that a civil time may be.
pub const UTC_OFFSET_MINUTES_MAX: u32 = 14 * 60;
/// An annual rate in ppm: 100 % a year.
pub const RATE_PPM_MAX: u32 = 1_000_000;
/// Keys of one member, revoked ones included.
pub const KEYS_PER_MEMBER_MAX: usize = 32;
/// Identifiers of one member.
pub const IDENTIFIERS_MAX: usize = 16;
/// Blocks after which a new or revoked key changes what it may do: everyone saw it coming.
pub const KEY_CHANGE_DELAY_BLOCKS: u64 = 2;
/// Days around an issue date within which an invoice of the same parties and amount looks like a duplicate.
pub const NEAR_DUPLICATE_DAYS: i32 = 3;
/// Near duplicates named in one receivable's warning: enough for a person to look at.
pub const NEAR_DUPLICATES_MAX: usize = 16;
/// Banks that may attest one member: each is an entry of its record.
pub const ATTESTATIONS_PER_MEMBER_MAX: usize = 16;
/// Rules of one approval policy: all classes with a few bands each.
pub const APPROVAL_RULES_MAX: usize = 32;
/// Local days for which a proposal takes votes: a quarter, after which it is better put anew.
pub const PROPOSAL_DAYS_MAX: u32 = 90;
/// Validators: a certificate carries one signature each.
pub const VALIDATORS_MAX: usize = 128;
/// Sum of all validators' powers: leaves room to multiply by three.
pub const POWER_TOTAL_MAX: u64 = u64::MAX / 8;
/// Observers: each is a connection that some validator serves.
pub const OBSERVERS_MAX: usize = 200;
/// Costs of collection that wait for an answer on one receivable: a creditor has its earlier ones answered first.
pub const COST_CLAIMS_MAX: usize = 16;
/// Members that contribute to one pool.
pub const POOL_CONTRIBUTORS_MAX: usize = 64;
/// Claims that wait for one pool's money: one block's end can serve them all.
pub const POOL_QUEUE_MAX: usize = 256;
/// Enrolled face per unit of a pool's money; regulations speak of 10.
pub const POOL_LEVERAGE_MAX: u32 = 100;
/// Days for which a consent to read a credit profile may be given: a year, after which a member thinks again.
pub const CONSENT_DAYS_MAX: i32 = 366;
/// Bytes of a document as it travels, encrypted and padded: a scanned contract of some hundred pages, and its tag.
pub const DOCUMENT_PAYLOAD_BYTES_MAX: u64 = 16 * 1024 * 1024 + 16;
/// Versions of documents of one receivable: invoices, contracts and delivery notes of all its transfers.
pub const DOCUMENTS_PER_RECEIVABLE_MAX: usize = 1_000;
/// Parties of one document beside its owner and the regulators.
pub const DOCUMENT_PARTIES_MAX: usize = 64;
/// Records or index rows that a full check of the state reads at once.
pub const CHECK_PAGE: usize = 1_000;
/// Legs of one netting: 8 parties with 8 tranches between each two.
pub const NETTING_LEGS_MAX: usize = 64;
/// Parties of a cycle that is looked for: longer ones are rare and nobody gets so many consents.
pub const NETTING_PARTIES_MAX: usize = 8;
/// Tranches between two members that one cycle draws on, the oldest first.
pub const NETTING_EDGE_TRANCHES_MAX: usize = 8;
/// Due receivables that a search for cycles reads.
pub const NETTING_RECEIVABLES_READ_MAX: usize = 2_000;
/// Edges that a search for cycles walks: a fraction of a second.
pub const NETTING_STEPS_MAX: usize = 200_000;
/// Cycles that a search answers with.
pub const NETTING_CYCLES_MAX: usize = 20;
/// Cases that one hand-over names: each costs a look at the holders of its receivable.
pub const CASES_PER_HAND_OVER_MAX: usize = 64;
/// Instalments of one arrangement: ten years of months.
pub const INSTALMENTS_MAX: usize = 120;
