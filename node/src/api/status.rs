//! Errors as callers see them: the one file that maps each to a code, a stable reason and its details.
//!
//! Every status carries `ErrorInfo` (domain `tallystick`) and its message in English and Chinese; what is
//! wrong with a field, a state, a quota or a name travels in the detail made for it. A fault of this machine
//! tells the caller nothing but that; its cause goes to the log.
use super::access::AccessError;
use super::error::{CallError, Resource};
use super::page::PageError;
use crate::admission::AdmissionError;
use crate::documents::StoreError;
use crate::ledger::BlockError;
use crate::mempool::InsertError;
use std::time::Duration;
use tally_contracts::Rejection;
use tally_contracts::types::Hash;
use tally_proto::transaction::TransactionError;
use tally_proto::v1::transaction::SubmitRefusal;
use tonic::{Code, Status};
use tonic_types::{
    BadRequest, ErrorDetail, ErrorInfo, LocalizedMessage, PreconditionFailure, PreconditionViolation,
    QuotaFailure, ResourceInfo, RetryInfo, StatusExt,
};

/// Of every `ErrorInfo`.
const DOMAIN: &str = "tallystick";
/// When a full queue is worth another try: about a block later.
const RETRY_AFTER: Duration = Duration::from_secs(1);
const INTERNAL: &str =
    "this node is not well; its operator finds the cause in its log, and another node answers";

/// One error, ready to be written.
struct Told {
    code: Code,
    /// Stable, UPPER_SNAKE: what programs match on.
    reason: &'static str,
    /// In English; the same as the error's own words but for internal ones.
    message: Option<&'static str>,
    chinese: String,
    /// The values that mattered, by name.
    metadata: Vec<(&'static str, String)>,
    about: About,
}

/// What the error is about, for the detail made for it.
enum About {
    Nothing,
    Field(String),
    /// A state that does not allow it.
    State {
        subject: String,
    },
    Quota {
        subject: String,
    },
    Resource {
        kind: &'static str,
        name: String,
    },
}

impl From<CallError> for Status {
    fn from(error: CallError) -> Self {
        let told = tell(&error);
        if told.code == Code::Internal {
            tracing::error!(%error, cause = std::error::Error::source(&error), "a call failed");
        }
        let message = told.message.map_or_else(|| error.to_string(), str::to_owned);
        let metadata = told.metadata.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let mut details: Vec<ErrorDetail> = vec![
            ErrorInfo::new(told.reason, DOMAIN, metadata.collect::<std::collections::HashMap<_, _>>()).into(),
        ];
        details.extend(told.about.detail(told.reason, &message));
        if matches!(told.code, Code::ResourceExhausted | Code::Unavailable) {
            details.push(RetryInfo::new(Some(RETRY_AFTER)).into());
        }
        details.push(LocalizedMessage::new("en", message.as_str()).into());
        details.push(LocalizedMessage::new("zh-CN", told.chinese.as_str()).into());
        Self::with_error_details_vec(told.code, message, details)
    }
}

/// The same for one of many, whose stream goes on.
impl From<CallError> for SubmitRefusal {
    fn from(error: CallError) -> Self {
        let told = tell(&error);
        if told.code == Code::Internal {
            tracing::error!(%error, cause = std::error::Error::source(&error), "a submission failed");
        }
        let message = told.message.map_or_else(|| error.to_string(), str::to_owned);
        Self { code: told.code.into(), reason: told.reason.to_owned(), message }
    }
}

impl About {
    fn detail(self, reason: &str, message: &str) -> Option<ErrorDetail> {
        match self {
            Self::Nothing => None,
            Self::Field(field) => Some(BadRequest::with_violation(field, message).into()),
            Self::State { subject } => {
                let violation = PreconditionViolation::new(reason, subject, message);
                Some(PreconditionFailure::new(vec![violation]).into())
            }
            Self::Quota { subject } => Some(QuotaFailure::with_violation(subject, message).into()),
            Self::Resource { kind, name } => Some(ResourceInfo::new(kind, name, "", message).into()),
        }
    }
}

impl Told {
    fn new(code: Code, reason: &'static str, chinese: impl Into<String>) -> Self {
        Self {
            code,
            reason,
            message: None,
            chinese: chinese.into(),
            metadata: Vec::new(),
            about: About::Nothing,
        }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.metadata.push((name, value.to_string()));
        self
    }

    fn field(self, field: impl Into<String>) -> Self {
        Self { about: About::Field(field.into()), ..self }
    }

    fn state(self, subject: impl Into<String>) -> Self {
        Self { about: About::State { subject: subject.into() }, ..self }
    }

    fn quota(self, subject: impl Into<String>) -> Self {
        Self { about: About::Quota { subject: subject.into() }, ..self }
    }

    fn resource(self, kind: &'static str, name: impl Into<String>) -> Self {
        Self { about: About::Resource { kind, name: name.into() }, ..self }
    }

    /// A fault of this machine: nothing of it is shown.
    fn internal() -> Self {
        let told = Self::new(
            Code::Internal,
            "NODE_FAULT",
            "本节点发生内部故障；运维人员可在日志中查到原因，请改用其他节点",
        );
        Self { message: Some(INTERNAL), ..told }
    }
}

fn tell(error: &CallError) -> Told {
    match error {
        CallError::Access(error) => access(error),
        CallError::QuotaUsed { whose } => {
            Told::new(Code::ResourceExhausted, "QUOTA_USED", "请求过快，请稍后重试").quota(*whose)
        }
        CallError::BodiesFull { limit } => {
            Told::new(Code::ResourceExhausted, "NODE_BUSY", "正在接收的请求过多，请稍后重试或改用其他节点")
                .with("limit", limit)
                .quota("node")
        }
        CallError::BodyTooSlow { limit } => {
            let chinese = format!("请求未在 {} 秒内到达", limit.as_secs());
            Told::new(Code::DeadlineExceeded, "REQUEST_TOO_SLOW", chinese).with("limit_s", limit.as_secs())
        }
        CallError::NotSender { sender } => {
            Told::new(Code::PermissionDenied, "NOT_SENDER", format!("只有 {sender} 自己可以试算其交易"))
                .with("sender", sender)
        }
        CallError::Admission(error) => admission(error),
        CallError::Field(error) => {
            Told::new(Code::InvalidArgument, "FIELD_INVALID", format!("请求字段 {} 无效", error.path))
                .with("field", &error.path)
                .field(&error.path)
        }
        CallError::OverLimit { field, found, limit } => {
            Told::new(Code::InvalidArgument, "OVER_LIMIT", format!("{field} 最大为 {limit}，实际为 {found}"))
                .with("field", field)
                .with("value", found)
                .with("limit", limit)
                .field(*field)
        }
        CallError::Page(error) => page(error),
        CallError::NotYours { reader } => {
            let chinese = format!("{reader} 无权读取；成员只能读取本方数据，监管日报仅供监管机构");
            Told::new(Code::PermissionDenied, "NOT_YOURS", chinese).with("reader", reader)
        }
        CallError::Documents(error) => documents(error),
        CallError::Envelope { field, .. } => Told::new(
            Code::InvalidArgument,
            "ENVELOPE_INVALID",
            "封装的密钥无效：请核对接收方及其现行加密公钥",
        )
        .with("field", field)
        .field(field),
        CallError::Unknown { kind, name } => unknown(*kind, name),
        CallError::Refused(rejection) => refused(rejection),
        CallError::Pruned { height, earliest } => Told::new(
            Code::OutOfRange,
            "PRUNED",
            format!("区块 {height} 已被清理；本节点最早的区块是 {earliest}"),
        )
        .with("height", height)
        .with("earliest", earliest),
        CallError::BeyondTip { height, tip } => {
            Told::new(Code::OutOfRange, "BEYOND_TIP", format!("高度 {height} 超出本节点的最新高度 {tip}"))
                .with("height", height)
                .with("tip", tip)
        }
        CallError::NoBlock => {
            Told::new(Code::FailedPrecondition, "NO_BLOCK_YET", "链上还没有区块，请在第一个区块之后再试")
                .state("chain")
        }
        CallError::HistoryTooLong { receivable, limit } => Told::new(
            Code::FailedPrecondition,
            "HISTORY_TOO_LONG",
            format!("{receivable} 的事件超过 {limit} 条，请分页读取其历史"),
        )
        .with("receivable", receivable)
        .with("limit", limit)
        .state(receivable),
        CallError::OtherMembersNode { member } => Told::new(
            Code::PermissionDenied,
            "OTHER_MEMBERS_NODE",
            format!("本节点只服务于 {member}；请访问贵方自己的节点或验证节点"),
        )
        .with("member", member),
        CallError::NoFullNode => {
            Told::new(Code::Unavailable, "NO_FULL_NODE", "所列验证节点均无应答；本节点自有数据仍可查询")
        }
        CallError::Busy { waiting } => busy(*waiting),
        CallError::StreamsFull { limit } => {
            Told::new(Code::ResourceExhausted, "STREAMS_FULL", format!("已有 {limit} 个订阅流，请稍后重试"))
                .with("limit", limit)
                .quota("streams")
        }
        CallError::ReaderTooSlow { cursor } => Told::new(
            Code::ResourceExhausted,
            "READER_TOO_SLOW",
            format!("读取过慢，订阅已断开；请从游标 {cursor} 之后继续"),
        )
        .with("cursor", cursor)
        .quota("stream"),
        CallError::Stopping => Told::new(Code::Unavailable, "NODE_STOPPING", "节点正在停止，请改用其他节点"),
        CallError::StreamStopping { cursor } => Told::new(
            Code::Unavailable,
            "NODE_STOPPING",
            format!("节点正在停止；请在其他节点从游标 {cursor} 之后继续"),
        )
        .with("cursor", cursor),
        CallError::Panicked
        | CallError::Audit(_)
        | CallError::NoRandomness
        | CallError::Ledger(_)
        | CallError::Storage(_)
        | CallError::Fault(_) => Told::internal(),
    }
}

fn documents(error: &StoreError) -> Told {
    match error {
        StoreError::Io { .. } => Told::internal(),
        StoreError::Offset { expected, found, .. } => Told::new(
            Code::OutOfRange,
            "CHUNK_OFFSET",
            format!("该分块应从 {expected} 或 0 开始，而不是 {found}"),
        )
        .with("expected", expected)
        .with("value", found),
        StoreError::TooMuch { size, .. } => {
            Told::new(Code::OutOfRange, "CHUNK_BEYOND_END", format!("分块超出账本登记的 {size} 字节"))
                .with("limit", size)
        }
        StoreError::Mismatch { document, expected, found } => Told::new(
            Code::FailedPrecondition,
            "PAYLOAD_MISMATCH",
            "上传内容与账本登记的哈希不符，请重新上传",
        )
        .with("expected", expected)
        .with("value", found)
        .state(document.to_string()),
        StoreError::MemberFull { limit, .. } => Told::new(
            Code::ResourceExhausted,
            "DOCUMENT_QUOTA",
            format!("本节点给每个成员的单据空间为 {limit} 字节"),
        )
        .with("limit", limit)
        .quota("documents"),
        StoreError::Full { limit, .. } => Told::new(
            Code::ResourceExhausted,
            "DOCUMENTS_FULL",
            format!("本节点的单据空间为 {limit} 字节，已满"),
        )
        .with("limit", limit)
        .quota("documents"),
        StoreError::EnvelopesFull { document, limit } => Told::new(
            Code::ResourceExhausted,
            "ENVELOPES_FULL",
            format!("{document} 的封装密钥已达 {limit} 份"),
        )
        .with("limit", limit)
        .quota("envelopes"),
        StoreError::Missing { document, .. } => {
            Told::new(Code::FailedPrecondition, "PAYLOAD_MISSING", format!("本节点没有 {document} 的内容"))
                .state(document.to_string())
        }
        StoreError::Damaged { document, .. } => Told::new(
            Code::FailedPrecondition,
            "PAYLOAD_DAMAGED",
            format!("本节点上 {document} 的内容已损坏"),
        )
        .state(document.to_string()),
    }
}

fn access(error: &AccessError) -> Told {
    let refused = |reason, chinese: &str| Told::new(Code::Unauthenticated, reason, chinese);
    match error {
        AccessError::NotOffered { path } => {
            Told::new(Code::Unimplemented, "METHOD_NOT_OFFERED", format!("此处不提供 {path}"))
                .with("method", path)
        }
        AccessError::Missing => refused("READER_NOT_SHOWN", "查询只对成员开放：请对调用签名，或先建立会话"),
        AccessError::Malformed(_) => refused("AUTHORIZATION_MALFORMED", "authorization 头格式不正确"),
        AccessError::Audience { audience } => {
            refused("AUDIENCE_WRONG", "签名所写的节点地址不是本节点").with("audience", audience)
        }
        AccessError::TooLong { found_ms, limit_ms } => {
            refused("SIGNATURE_VALID_TOO_LONG", "签名有效期过长，请核对本机时钟")
                .with("value", found_ms)
                .with("limit", limit_ms)
        }
        AccessError::Expired { late_ms } => {
            refused("SIGNATURE_EXPIRED", "签名已过期，请核对本机时钟").with("late_ms", late_ms)
        }
        AccessError::Replayed => refused("SIGNATURE_REPLAYED", "该签名已使用过，每次调用都需新的签名"),
        AccessError::Refused => {
            refused("READER_REFUSED", "签名不是成员有效密钥对此调用所作；请核对成员、密钥文件和链标识")
        }
        AccessError::TokenUnknown => refused("TOKEN_UNKNOWN", "令牌不属于此连接或会话已结束，请重新建立会话"),
        AccessError::OtherMember { member } => {
            let chinese = format!("此连接的证书属于另一成员，{member} 不能经此连接查询");
            refused("CONNECTION_OF_OTHER", &chinese).with("member", member)
        }
        AccessError::NeedsSignature => refused("SIGNATURE_NEEDED", "建立会话必须签名，不能用令牌"),
        AccessError::Body { limit } => {
            Told::new(Code::InvalidArgument, "BODY_UNREADABLE", "请求必须是一条未压缩的消息")
                .with("limit", limit)
        }
    }
}

fn admission(error: &AdmissionError) -> Told {
    match error {
        AdmissionError::Transaction(error) => transaction(error),
        AdmissionError::RequestUsed { transaction } => request_used(transaction),
        AdmissionError::NotFitting(error) => not_fitting(error),
        AdmissionError::Pool(error) => pool(error),
        AdmissionError::TooFast { sender, limit } => {
            let chinese = format!("{sender} 每秒最多提交 {limit} 笔交易，请稍后重试");
            Told::new(Code::ResourceExhausted, "QUOTA_USED", chinese)
                .with("sender", sender)
                .with("limit", limit)
                .quota("member")
        }
        AdmissionError::Busy { waiting } => busy(*waiting),
        AdmissionError::Unavailable => {
            Told::new(Code::Unavailable, "NODE_STOPPING", "节点正在停止，请改用其他节点")
        }
        AdmissionError::Storage(_) | AdmissionError::Ledger(_) => Told::internal(),
    }
}

fn busy(waiting: usize) -> Told {
    Told::new(Code::ResourceExhausted, "NODE_BUSY", "节点繁忙，请稍后重试")
        .with("waiting", waiting)
        .quota("node")
}

fn transaction(error: &TransactionError) -> Told {
    match error {
        TransactionError::TooLarge { bytes, limit } => too_large(*bytes, *limit),
        TransactionError::Malformed { layer, .. } => {
            Told::new(Code::InvalidArgument, "TRANSACTION_MALFORMED", "交易内容不是有效的 protobuf 消息")
                .with("layer", layer)
                .field("body")
        }
        TransactionError::NotCanonical { layer, at } => {
            let chinese = format!("交易编码从第 {at} 字节起不是规范形式；不得含未知字段、重复字段或默认值");
            Told::new(Code::InvalidArgument, "TRANSACTION_NOT_CANONICAL", chinese)
                .with("layer", layer)
                .with("at", at)
                .field("body")
        }
        TransactionError::Field(error) => {
            // a signature's path names the request's own field, everything else is in the body
            let path = if error.path.starts_with("signatures") {
                error.path.clone()
            } else {
                format!("body.{}", error.path)
            };
            Told::new(Code::InvalidArgument, "FIELD_INVALID", format!("交易字段 {path} 无效"))
                .with("field", &path)
                .field(path)
        }
        TransactionError::SignatureCount { signatures, signers } => {
            let chinese = format!("交易列出 {signers} 个公钥，却有 {signatures} 个签名");
            Told::new(Code::InvalidArgument, "SIGNATURE_COUNT", chinese)
                .with("signatures", signatures)
                .with("signers", signers)
                .field("signatures")
        }
        TransactionError::SignerMissing { key } => {
            Told::new(Code::InvalidArgument, "SIGNER_MISSING", format!("缺少公钥 {key} 的签名"))
                .with("key", key)
                .field("signatures")
        }
        TransactionError::Signature { id, .. } => {
            let chinese = "签名与这些字节、这条链不符；请核对链标识和密钥后重新签名";
            Told::new(Code::Unauthenticated, "SIGNATURE_WRONG", chinese).with("transaction_id", id)
        }
    }
}

fn too_large(bytes: usize, limit: usize) -> Told {
    Told::new(
        Code::InvalidArgument,
        "TRANSACTION_TOO_LARGE",
        format!("交易最大 {limit} 字节，实际 {bytes} 字节"),
    )
    .with("bytes", bytes)
    .with("limit", limit)
    .field("body")
}

fn request_used(transaction: &Hash) -> Told {
    let chinese = format!("该请求编号已用于交易 {transaction}；内容不同请换一个编号");
    Told::new(Code::AlreadyExists, "REQUEST_ID_USED", chinese)
        .with("transaction_id", transaction)
        .resource("transaction", transaction.to_string())
}

fn not_fitting(error: &BlockError) -> Told {
    match error {
        BlockError::Expired { id, valid_until, height } if valid_until < height => {
            expired(*valid_until, *height).with("transaction_id", id)
        }
        BlockError::Expired { id, valid_until, height } => {
            let limit = crate::limits::VALIDITY_BLOCKS_MAX;
            let chinese =
                format!("交易有效期至高度 {valid_until}，超出下一高度 {height} 之后 {limit} 个区块");
            Told::new(Code::InvalidArgument, "VALIDITY_TOO_LONG", chinese)
                .with("transaction_id", id)
                .with("valid_until_height", valid_until)
                .with("height", height)
                .with("limit", limit)
                .field("body.valid_until_height")
        }
        BlockError::Replayed { id } => {
            Told::new(Code::AlreadyExists, "TRANSACTION_REPLAYED", format!("交易 {id} 已在账本中"))
                .with("transaction_id", id)
                .resource("transaction", id.to_string())
        }
        // about blocks, which no caller hands in
        BlockError::Malformed { .. }
        | BlockError::Header { .. }
        | BlockError::TimeNotAfterParent { .. }
        | BlockError::TimeOutOfBounds { .. }
        | BlockError::Transaction { .. } => Told::internal(),
    }
}

fn expired(valid_until: u64, height: u64) -> Told {
    let chinese = format!("交易有效期至高度 {valid_until}，而下一高度是 {height}；请延长有效期并重新签名");
    Told::new(Code::FailedPrecondition, "TRANSACTION_EXPIRED", chinese)
        .with("valid_until_height", valid_until)
        .with("height", height)
        .state("transaction")
}

fn pool(error: &InsertError) -> Told {
    match error {
        InsertError::Duplicate | InsertError::Committed => {
            Told::new(Code::AlreadyExists, "TRANSACTION_REPLAYED", "该交易已经提交过")
                .resource("transaction", "")
        }
        InsertError::RequestConflict { waiting } => request_used(&Hash(*waiting)),
        InsertError::Expired { valid_until_height, tip } => {
            expired(*valid_until_height, tip.saturating_add(1))
        }
        InsertError::TooLarge { bytes, limit } => too_large(*bytes, *limit),
        InsertError::Full { share, measure, limit } => {
            Told::new(Code::ResourceExhausted, "MEMPOOL_FULL", "等待区块的交易已满，请在下一个区块之后重试")
                .with("share", share)
                .with("measure", measure)
                .with("limit", limit)
                .quota(share.to_string())
        }
    }
}

fn page(error: &PageError) -> Told {
    let token = |reason, chinese: &str| Told::new(Code::InvalidArgument, reason, chinese).field("page_token");
    match error {
        PageError::Size { found, limit } => {
            Told::new(Code::InvalidArgument, "OVER_LIMIT", format!("每页最多 {limit} 条，请求了 {found} 条"))
                .with("value", found)
                .with("limit", limit)
                .field("page_size")
        }
        PageError::Malformed => token("PAGE_TOKEN_MALFORMED", "翻页标记不是本链节点给出的"),
        PageError::OtherQuery => token("PAGE_TOKEN_OF_OTHER_QUERY", "翻页标记属于另一个列表或另一组筛选条件"),
        PageError::Ahead { token: height, tip } => {
            token("PAGE_TOKEN_AHEAD", "翻页标记来自高度更高的节点，请向给出它的节点查询")
                .with("token_height", height)
                .with("tip", tip)
        }
    }
}

fn unknown(kind: Resource, name: &str) -> Told {
    let (reason, chinese) = match kind {
        Resource::Receivable => ("RECEIVABLE_UNKNOWN", "应收账款"),
        Resource::Tranche => ("TRANCHE_UNKNOWN", "未结份额"),
        Resource::Facility => ("FACILITY_UNKNOWN", "额度"),
        Resource::Programme => ("PROGRAMME_UNKNOWN", "提前付款计划"),
        Resource::Lien => ("LIEN_UNKNOWN", "份额上的权利负担"),
        Resource::Member => ("MEMBER_UNKNOWN", "成员"),
        Resource::Payout => ("PAYOUT_UNKNOWN", "提款"),
        Resource::Policy => ("POLICY_UNKNOWN", "政策版本"),
        Resource::Proposal => ("PROPOSAL_UNKNOWN", "提案"),
        Resource::Block => ("BLOCK_UNKNOWN", "区块"),
        Resource::Dispute => ("DISPUTE_UNKNOWN", "争议"),
        Resource::CreditNote => ("CREDIT_NOTE_UNKNOWN", "红字发票"),
        Resource::Netting => ("NETTING_UNKNOWN", "抵销"),
        Resource::Case => ("CASE_UNKNOWN", "催收案件"),
        Resource::Document => ("DOCUMENT_UNKNOWN", "单据"),
        Resource::Record => ("RECORD_UNKNOWN", "记录"),
    };
    Told::new(Code::NotFound, reason, format!("没有{chinese} {name}"))
        .with("name", name)
        .resource(kind.name(), name)
}

/// The rulebook's refusals by what a caller can do: ask for something else, or for the right to do it. All
/// others are about a state or a limit.
const UNKNOWN: &[&str] = &[
    "CONSENT_NONE",
    "CONSENT_SCOPE",
    "MEMBER_UNKNOWN",
    "PAYOUT_UNKNOWN",
    "RECEIVABLE_UNKNOWN",
    "TRANCHE_UNKNOWN",
    "FACILITY_UNKNOWN",
    "GUARANTEE_UNKNOWN",
    "POOL_UNKNOWN",
    "PROPOSAL_UNKNOWN",
    "PROGRAMME_UNKNOWN",
    "MACHINE_UNKNOWN",
    "DISPUTE_UNKNOWN",
    "CREDIT_NOTE_UNKNOWN",
    "NETTING_UNKNOWN",
    "CASE_UNKNOWN",
    "DOCUMENT_UNKNOWN",
];
const NOT_ALLOWED: &[&str] = &[
    "MEMBER_NOT_ACTIVE",
    "KEY_NOT_REGISTERED",
    "KEY_NOT_VALID",
    "APPROVAL_INSUFFICIENT",
    "MAKER_OR_CHECKER_MISSING",
    "ROLE_MISSING",
    "NOT_ANCHOR_OF",
    "NOT_SUPPLIER_OF",
    "NOT_HOLDER",
    "NOT_A_SIDE_OF",
    "NOT_DOCUMENT_OWNER",
    "NOT_ENTITLED",
    "NOT_RECIPIENT",
    "NOT_FUNDER_OF",
    "NOT_CREDITOR_OF",
    "NOT_APPLICANT_OF",
    "NOT_CONTRIBUTOR_OF",
    "NOT_A_VOTER",
    "NOT_AFFECTED",
    "NOT_NETTING_PARTY",
    "NOT_LEAD_CREDITOR",
    "NOT_CASE_PARTY",
    "NOT_PAYING_BANK",
    "NOT_PLEDGEE",
    "NOT_PLEDGOR",
    "NOT_LIABLE",
    "NOT_FINANCER",
    "NOT_ANCHOR_OF_PROGRAMME",
];

fn refused(rejection: &Rejection) -> Told {
    let kind = rejection.kind();
    let fields = rejection.fields();
    let subject = fields.first().map(|(_, value)| value.clone()).unwrap_or_default();
    let chinese = format!("账本规则 {} 不允许：{}", kind.reason, rejection);
    let told = if UNKNOWN.contains(&kind.reason) {
        Told::new(Code::NotFound, kind.reason, chinese).resource("record", subject)
    } else if NOT_ALLOWED.contains(&kind.reason) {
        Told::new(Code::PermissionDenied, kind.reason, chinese).state(subject)
    } else {
        Told::new(Code::FailedPrecondition, kind.reason, chinese).state(subject)
    };
    let told = told.with("number", kind.number).with("explanation", kind.explanation);
    fields.into_iter().fold(told, |told, (name, value)| told.with(name, value))
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
