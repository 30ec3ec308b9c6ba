//! `tally document …`

mod key;
mod papers;
mod read;
mod wrap;

pub(super) use papers::{hand_over, read_first};

use std::path::{Path, PathBuf};

use clap::Subcommand;
use tally_contracts::Action;
use tally_contracts::document::{RegisterDocument, ShareDocument, ShredDocument};
use tally_contracts::types::{DocumentId, MemberId, ReceivableId, TrancheId};
use tally_keys::{EncryptionKey, write_private};
use tally_proto::v1::document::{Document, ListDocumentsRequest};
use tally_proto::v1::receivable::ListReceivablesRequest;
use zeroize::Zeroizing;

use super::context::{Context, Mode};
use super::error::CommandError;
use super::show::{CheckedRow, DocumentRow, DocumentStanding};
use super::value::DocumentKindChoice;
use crate::document::{DocumentError, seal};
use crate::sdk::{Outcome, Verdict};

/// What can be done about documents.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Publish the key that documents are wrapped for; makes it where the file is not there
    #[command(
        after_help = "Examples:\n  tally --as alpha document key alpha.x25519\n  tally --as alpha document key --rotate\n  \
                      tally --as alpha document key alpha.x25519 --rotate --lose-unopened"
    )]
    Key {
        /// The key file [default: the profile's encryption_key_file]
        file: Option<PathBuf>,
        /// Make and publish the next key, wrap every document anew for it, then destroy the old one
        #[arg(long)]
        rotate: bool,
        /// Destroy the old key although documents of yours could not be opened with it now
        #[arg(long, requires = "rotate")]
        lose_unopened: bool,
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
        after_help = "Examples:\n  tally --as huaxin document get A1 --out invoice.xml\n  tally --as huaxin document get A1 \
                      --encryption-key huaxin.x25519 --out invoice.xml"
    )]
    Get {
        /// The document
        document: DocumentId,
        /// Where to write it; never overwritten, readable by you only
        #[arg(long)]
        out: PathBuf,
    },
    /// Try to open every document of a receivable, before you confirm, accept or buy: fails unless all open
    #[command(
        after_help = "Examples:\n  tally --as beta document check R1\n  tally --as beta document check R1 --encryption-key \
                      beta.x25519 -o json"
    )]
    Check {
        /// The receivable
        receivable: ReceivableId,
    },
    /// Make members parties of a document, and wrap its key for them
    #[command(
        after_help = "Examples:\n  tally --as alpha document share A1 east west\n  tally --as alpha document share A1 east \
                      --encryption-key alpha.x25519"
    )]
    Share {
        /// The document
        document: DocumentId,
        /// With whom
        #[arg(required = true)]
        with: Vec<String>,
    },
    /// Wrap the keys of documents for every party that lacks one, as after others' new keys
    #[command(
        after_help = "Examples:\n  tally --as alpha document rewrap R1\n  tally --as alpha document rewrap --encryption-key \
                      alpha.x25519"
    )]
    Rewrap {
        /// Only of this receivable [default: of all that you see]
        receivable: Option<ReceivableId>,
    },
    /// Have every copy of a document's keys and payload destroyed, for ever
    #[command(after_help = "Examples:\n  tally --as alpha document shred A1")]
    Shred {
        /// The document
        document: DocumentId,
    },
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Key { file, rotate: false, lose_unopened: _ } => key::publish(context, file).await,
            Self::Key { file, rotate: true, lose_unopened } => {
                key::rotate(context, file, lose_unopened).await
            }
            Self::Put { file, receivable, tranche, kind, replaces, with } => {
                let with = context.members_named(&with).await?;
                let kind = kind.into();
                let about = RegisterDocument { receivable, tranche, kind, payload: nothing(), replaces };
                put(context, &file, about, with).await
            }
            Self::List { receivable, limit } => list(context, receivable, limit).await,
            Self::Show { document } => {
                context.show(&DocumentStanding::from(&context.client()?.document(document).await?))
            }
            Self::Get { document, out } => get(context, document, &out, context.encryption_key()?).await,
            Self::Check { receivable } => read::check(context, receivable, context.encryption_key()?).await,
            Self::Share { document, with } => {
                let with = context.members_named(&with).await?;
                wrap::share(context, document, &with, context.encryption_key()?).await
            }
            Self::Rewrap { receivable } => wrap::rewrap(context, receivable, context.encryption_key()?).await,
            Self::Shred { document } => context.act(Action::ShredDocument(ShredDocument { document })).await,
        }
    }

    /// Whether it is one action and nothing else.
    pub fn is_action(&self) -> bool {
        matches!(self, Self::Shred { .. })
    }
}

/// Each with what the node keeps of it, which it reads as a whole to say so.
async fn list(context: &Context, receivable: ReceivableId, limit: usize) -> Result<(), CommandError> {
    let mut rows = Vec::new();
    for document in documents(context, receivable, limit).await? {
        let standing = context.client()?.document(DocumentId::new(document.id)).await?;
        rows.push(DocumentRow::from(&standing));
    }
    context.show_list(&rows)
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
        let share = Action::ShareDocument(ShareDocument { document, with: *member });
        context.tell(&context.go_on(share).await?)?;
    }
    let client = context.client()?;
    let mut recipients = wrap::regulators(context).await?;
    recipients.extend(with);
    recipients.push(context.member()?);
    wrap::give(context, document, &sealed.secret, &recipients).await?;
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
    let opened = read::fetch(context, &document, key).await?;
    write_private(out, &opened.content)?;
    context.show(&CheckedRow::new(&document, "written", &opened.name))
}

/// The documents of a receivable that the reader may have.
async fn documents(
    context: &Context,
    receivable: ReceivableId,
    limit: usize,
) -> Result<Vec<Document>, CommandError> {
    let request = ListDocumentsRequest { receivable: receivable.number(), ..Default::default() };
    Ok(context.client()?.documents(request, limit).await?)
}

/// The same without those that were shredded, of one receivable or of all that the reader sees.
async fn kept(context: &Context, of: Option<ReceivableId>) -> Result<Vec<Document>, CommandError> {
    let receivables = match of {
        Some(receivable) => vec![receivable],
        None => {
            let all = context.client()?.receivables(ListReceivablesRequest::default(), 0).await?;
            all.iter().map(|one| ReceivableId::new(one.id)).collect()
        }
    };
    let mut found = Vec::new();
    for receivable in receivables {
        found.extend(documents(context, receivable, 0).await?);
    }
    found.retain(|document| document.shredded_at_height.is_none());
    Ok(found)
}

fn is_party(document: &Document, member: &str) -> bool {
    document.owner == member || document.parties.iter().any(|party| party == member)
}
