//! `tally document …`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::document::{RegisterDocument, ShareDocument, ShredDocument};
use tally_contracts::types::{DocumentId, MemberId, ReceivableId, TrancheId};
use tally_keys::{EncryptionKey, Passphrase, Wrapped, wrap, write_private};
use tally_proto::v1::document::{Document, Envelope, GetDocumentResponse, ListDocumentsRequest};
use tally_proto::v1::member::{ListMembersRequest, MemberStatus, Role};
use zeroize::Zeroizing;

use super::context::{Context, Mode};
use super::encryption;
use super::error::CommandError;
use super::show::{CheckedRow, DocumentRow, DocumentStanding, WrappedRow};
use super::value::{DocumentKindChoice, ValueError};
use crate::document::{DocumentError, Opened, envelope_info, open, seal};
use crate::sdk::{Outcome, Verdict, payload_of};

/// What can be done about documents.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Publish the key that documents are wrapped for; makes it where the file is not there
    #[command(
        after_help = "Examples:\n  tally --as alpha document key alpha.x25519\n  tally --as alpha document key alpha.x25519 \
                      --rotate"
    )]
    Key {
        /// The key file
        file: PathBuf,
        /// Make and publish the next key, wrap every document anew for it, then destroy the old one
        #[arg(long)]
        rotate: bool,
    },
    /// Encrypt a file, bind it to a receivable or a tranche of it, and give it to a node
    #[command(
        after_help = "Examples:\n  tally --as alpha document put invoice.xml --receivable R1 --kind invoice --with huaxin\n  \
                      tally --as alpha document put note.pdf --receivable R1 --tranche T2 --kind delivery-note --with \
                      beta\n  tally --as alpha document put invoice-2.xml --receivable R1 --replaces A1"
    )]
    Put {
        /// The file
        file: PathBuf,
        /// What it is about
        #[arg(long)]
        receivable: ReceivableId,
        /// The tranche whose transfer it belongs to; you hold it
        #[arg(long)]
        tranche: Option<TrancheId>,
        /// What it is
        #[arg(long, value_enum, default_value_t = DocumentKindChoice::Other)]
        kind: DocumentKindChoice,
        /// The version before
        #[arg(long)]
        replaces: Option<DocumentId>,
        /// Who else may have it; repeat it for more
        #[arg(long = "with", value_name = "MEMBER")]
        with: Vec<String>,
    },
    /// List the documents of a receivable that you may have
    #[command(
        after_help = "Examples:\n  tally --as huaxin document list R1\n  tally document list R1 -o json"
    )]
    List {
        /// The receivable
        receivable: ReceivableId,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// Show who may have a document, and what the node keeps of it
    #[command(after_help = "Examples:\n  tally --as alpha document show A1")]
    Show {
        /// The document
        document: DocumentId,
    },
    /// Fetch a document, check it against the ledger, and write it to a new file
    #[command(
        after_help = "Examples:\n  tally --as huaxin document get A1 --encryption-key huaxin.x25519 --out invoice.xml"
    )]
    Get {
        /// The document
        document: DocumentId,
        /// Where to write it; never overwritten, readable by you only
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        key: Opening,
    },
    /// Try to open every document of a receivable, before you confirm, accept or buy: fails unless all open
    #[command(
        after_help = "Examples:\n  tally --as beta document check R1 --encryption-key beta.x25519\n  tally --as beta document check \
        R1 --encryption-key beta.x25519 -o json"
    )]
    Check {
        /// The receivable
        receivable: ReceivableId,
        #[command(flatten)]
        key: Opening,
    },
    /// Make members parties of a document, and wrap its key for them
    #[command(
        after_help = "Examples:\n  tally --as alpha document share A1 east west --encryption-key alpha.x25519"
    )]
    Share {
        /// The document
        document: DocumentId,
        /// With whom
        #[arg(required = true)]
        with: Vec<String>,
        #[command(flatten)]
        key: Opening,
    },
    /// Wrap the keys of a receivable's documents for every party that lacks one: after transfers and new keys
    #[command(after_help = "Examples:\n  tally --as alpha document rewrap R1 --encryption-key alpha.x25519")]
    Rewrap {
        /// The receivable
        receivable: ReceivableId,
        #[command(flatten)]
        key: Opening,
    },
    /// Have every copy of a document's keys and payload destroyed, for ever
    #[command(after_help = "Examples:\n  tally --as alpha document shred A1")]
    Shred {
        /// The document
        document: DocumentId,
    },
}

/// What opens documents.
#[derive(Args, Debug)]
pub struct Opening {
    /// Your encryption key's file
    #[arg(long, value_name = "FILE")]
    encryption_key: PathBuf,
}

impl Opening {
    fn open(&self, context: &Context) -> Result<EncryptionKey, CommandError> {
        let purpose = self.encryption_key.display().to_string();
        let passphrase = Passphrase::obtain(&context.settings().passphrase.value, &purpose)?;
        Ok(EncryptionKey::open(&self.encryption_key, &passphrase)?)
    }
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Key { file, rotate: false } => encryption::publish(context, &file).await,
            Self::Key { file, rotate: true } => encryption::rotate(context, &file).await,
            Self::Put { file, receivable, tranche, kind, replaces, with } => {
                let with = context.members_named(&with).await?;
                let kind = kind.into();
                let about = RegisterDocument { receivable, tranche, kind, payload: nothing(), replaces };
                put(context, &file, about, with).await
            }
            Self::List { receivable, limit } => {
                let found = documents(context, receivable, limit).await?;
                context.show_list(&found.iter().map(DocumentRow::from).collect::<Vec<_>>())
            }
            Self::Show { document } => {
                context.show(&DocumentStanding::from(&context.client()?.document(document).await?))
            }
            Self::Get { document, out, key } => get(context, document, &out, &key.open(context)?).await,
            Self::Check { receivable, key } => check(context, receivable, &key.open(context)?).await,
            Self::Share { document, with, key } => {
                let with = context.members_named(&with).await?;
                share(context, document, &with, &key.open(context)?).await
            }
            Self::Rewrap { receivable, key } => rewrap(context, receivable, &key.open(context)?).await,
            Self::Shred { document } => context.act(Action::ShredDocument(ShredDocument { document })).await,
        }
    }

    /// Whether it is one action and nothing else.
    pub fn is_action(&self) -> bool {
        matches!(self, Self::Shred { .. })
    }
}

async fn put(
    context: &Context,
    file: &Path,
    about: RegisterDocument,
    with: Vec<MemberId>,
) -> Result<(), CommandError> {
    let in_file = |source| CommandError::File { path: file.to_path_buf(), action: "read", source };
    let content = Zeroizing::new(std::fs::read(file).map_err(in_file)?);
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sealed = seal(context.chain_id()?, &name, &content)?;
    let action = Action::RegisterDocument(RegisterDocument { payload: sealed.payload, ..about });
    if context.mode != Mode::Submit {
        return context.act(action).await;
    }
    let outcome = context.perform(action).await?;
    context.tell(&outcome)?;
    let document = registered(&outcome).ok_or(CommandError::Document(DocumentError::Damaged))?;
    for member in &with {
        let shared =
            context.perform(Action::ShareDocument(ShareDocument { document, with: *member })).await?;
        context.tell(&shared)?;
    }
    let client = context.client()?;
    let mut recipients = regulators(context).await?;
    recipients.extend(with);
    recipients.push(context.member()?);
    give(context, document, &sealed.secret, &recipients).await?;
    Ok(client.put_payload(document, &sealed.ciphertext).await?)
}

/// What is to be sealed is not known before it is.
fn nothing() -> tally_contracts::document::Payload {
    let none = tally_contracts::types::Hash::default();
    tally_contracts::document::Payload { commitment: none, ciphertext: none, bytes: 0 }
}

fn registered(outcome: &Outcome) -> Option<DocumentId> {
    let Verdict::Applied { events, .. } = &outcome.verdict else { return None };
    events.iter().find_map(|event| event.document).map(DocumentId::new)
}

async fn get(
    context: &Context,
    document: DocumentId,
    out: &Path,
    key: &EncryptionKey,
) -> Result<(), CommandError> {
    let found = context.client()?.document(document).await?;
    let document = found.document.unwrap_or_default();
    let opened = fetch(context, &document, key).await?;
    write_private(out, &opened.content)?;
    context.show(&CheckedRow::new(&document, "written", &opened.name))
}

/// Fetches and opens one document.
async fn fetch(context: &Context, document: &Document, key: &EncryptionKey) -> Result<Opened, CommandError> {
    let client = context.client()?;
    let secret = secret(context, document, key).await?;
    let ciphertext = client.payload(DocumentId::new(document.id)).await?;
    Ok(open(context.chain_id()?, &payload_of(document)?, &ciphertext, &secret)?)
}

/// The document's key and salt, from a wrapped key that this one opens.
pub(super) async fn secret(
    context: &Context,
    document: &Document,
    key: &EncryptionKey,
) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    let id = DocumentId::new(document.id);
    let info = envelope_info(context.chain_id()?, id, context.member()?);
    let wrapped = context.client()?.envelopes(id).await?;
    let opened = wrapped.iter().find_map(|one| key.unwrap(&unwire(one)?, &info));
    Ok(opened.ok_or_else(|| DocumentError::NoKey { owner: document.owner.clone() })?)
}

fn unwire(envelope: &Envelope) -> Option<Wrapped> {
    let encapsulated = envelope.encapsulated_key.as_slice().try_into().ok()?;
    Some(Wrapped { encapsulated, sealed: envelope.sealed.clone() })
}

/// Wraps a document's key for members and stores it at the node; who published no encryption key is left out.
pub(super) async fn give(
    context: &Context,
    document: DocumentId,
    secret: &[u8],
    recipients: &[MemberId],
) -> Result<Vec<MemberId>, CommandError> {
    let client = context.client()?;
    let (mut envelopes, mut given) = (Vec::new(), Vec::new());
    for recipient in recipients.iter().copied() {
        let Some(key) = client.encryption_key(recipient).await? else { continue };
        let info = envelope_info(context.chain_id()?, document, recipient);
        let wrapped = wrap(&key.0, &info, secret)?;
        given.push(recipient);
        envelopes.push(Envelope {
            recipient: recipient.to_string(),
            recipient_key: key.0.to_vec(),
            wrapped_by: context.member()?.to_string(),
            encapsulated_key: wrapped.encapsulated.to_vec(),
            sealed: wrapped.sealed,
        });
    }
    client.put_envelopes(document, envelopes).await?;
    Ok(given)
}

/// Every regulator, who may read everything.
async fn regulators(context: &Context) -> Result<Vec<MemberId>, CommandError> {
    let (role, status) = (Role::Regulator.into(), MemberStatus::Active.into());
    let request = ListMembersRequest { role, status, ..Default::default() };
    let found = context.client()?.members(request, 0).await?;
    Ok(found
        .iter()
        .map(|member| MemberId::new(&member.id))
        .collect::<Result<_, _>>()
        .map_err(ValueError::from)?)
}

pub(super) async fn documents(
    context: &Context,
    receivable: ReceivableId,
    limit: usize,
) -> Result<Vec<Document>, CommandError> {
    let request = ListDocumentsRequest { receivable: receivable.number(), ..Default::default() };
    Ok(context.client()?.documents(request, limit).await?)
}

async fn check(context: &Context, receivable: ReceivableId, key: &EncryptionKey) -> Result<(), CommandError> {
    let mut rows = Vec::new();
    let mut wrong = 0;
    for document in documents(context, receivable, 0).await? {
        if document.shredded_at_height.is_some() {
            rows.push(CheckedRow::new(&document, "shredded", ""));
            continue;
        }
        match fetch(context, &document, key).await {
            Ok(opened) => rows.push(CheckedRow::new(&document, "opens", &opened.name)),
            Err(error @ (CommandError::Document(_) | CommandError::Client(_))) => {
                wrong += 1;
                rows.push(CheckedRow::new(&document, &error.to_string(), ""));
            }
            Err(error) => return Err(error),
        }
    }
    context.show_list(&rows)?;
    if wrong > 0 {
        return Err(CommandError::DocumentsWrong { wrong, documents: rows.len() });
    }
    Ok(())
}

async fn share(
    context: &Context,
    id: DocumentId,
    with: &[MemberId],
    key: &EncryptionKey,
) -> Result<(), CommandError> {
    let document = context.client()?.document(id).await?.document.unwrap_or_default();
    let secret = secret(context, &document, key).await?;
    for member in with {
        let is_party =
            document.owner == member.as_str() || document.parties.iter().any(|one| one == member.as_str());
        if !is_party {
            let action = Action::ShareDocument(ShareDocument { document: id, with: *member });
            context.tell(&context.perform(action).await?)?;
        }
    }
    let given = give(context, id, &secret, with).await?;
    context.show_list(&[WrappedRow::new(&document, &given)])
}

async fn rewrap(
    context: &Context,
    receivable: ReceivableId,
    key: &EncryptionKey,
) -> Result<(), CommandError> {
    let regulators = regulators(context).await?;
    let mut rows = Vec::new();
    for document in documents(context, receivable, 0).await? {
        if document.shredded_at_height.is_some() {
            continue;
        }
        let id = DocumentId::new(document.id);
        let standing = context.client()?.document(id).await?;
        let lacking = lacking(&standing, &regulators)?;
        if lacking.is_empty() {
            continue;
        }
        let given = match secret(context, &document, key).await {
            Ok(secret) => give(context, id, &secret, &lacking).await?,
            Err(CommandError::Document(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        rows.push(WrappedRow::new(&document, &given));
    }
    context.show_list(&rows)
}

/// Who may open the document and has no key for it at this node.
fn lacking(standing: &GetDocumentResponse, regulators: &[MemberId]) -> Result<Vec<MemberId>, CommandError> {
    let document = standing.document.clone().unwrap_or_default();
    let parties = document.parties.iter().chain([&document.owner]);
    let mut lacking: Vec<MemberId> =
        parties.map(|party| MemberId::new(party)).collect::<Result<_, _>>().map_err(ValueError::from)?;
    lacking.extend(regulators);
    lacking.sort_unstable();
    lacking.dedup();
    lacking.retain(|member| !standing.enveloped.iter().any(|has| has == member.as_str()));
    Ok(lacking)
}
