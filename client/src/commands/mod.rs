//! The `tally` program: noun then verb, each noun a small file that turns arguments into one action or one read.

mod act;
mod anchor;
mod bench;
mod block;
mod case;
mod context;
mod credit;
mod credit_note;
mod discount;
mod dispute;
mod document;
mod error;
mod event;
mod evidence;
mod facility;
mod file;
mod globals;
mod guarantee;
mod key;
mod member;
mod money;
mod names;
mod netting;
mod node;
mod pledge;
mod policy;
mod pool;
mod profile;
mod programme;
mod proof;
mod proposal;
mod receivable;
mod recourse;
mod report;
mod reports;
mod rotation;
mod screening;
mod settle;
pub mod show;
mod tranche;
mod tx;
pub mod value;

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

pub use context::{Context, Mode, Prepare};
pub use error::{CommandError, exit_of_reason};
pub use file::TransactionFile;
pub use globals::Globals;
pub use proof::trusted_in;

use crate::output::ExitCode;

/// Supply-chain finance on a permissioned ledger: invoices become receivables, receivables become cash.
#[derive(Parser, Debug)]
#[command(name = "tally", version, after_help = AFTER_HELP, max_term_width = 110)]
pub struct Tally {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    noun: Noun,
}

const AFTER_HELP: &str = "\
Results go to standard output, everything else to standard error.

Exit codes: 0 ok · 2 usage · 3 not found · 4 refused by a rule · 5 not authorised · 6 outcome unknown, safe to
retry with the same request id · 7 duplicate · 8 node unhealthy · 9 verification failed

Examples:
  tally --as alpha receivable import invoices/ --settlement-bank north
  tally --as huaxin receivable confirm R1
  tally --as alpha tranche split T1 300000.00@beta:ref=contract.pdf rest
  tally --as beta discount quote T2
  tally receivable list --status live -o csv";

/// What a command is about.
#[derive(Subcommand, Debug)]
enum Noun {
    /// Members, their keys and standing acceptances
    #[command(subcommand)]
    Member(member::Verb),
    /// Receivables: the anchor's confirmed, dated promises to pay
    #[command(subcommand)]
    Receivable(receivable::Verb),
    /// Tranches: slices of a receivable, each with one holder
    #[command(subcommand)]
    Tranche(tranche::Verb),
    /// Facilities: funders' standing offers to buy
    #[command(subcommand)]
    Facility(facility::Verb),
    /// Sales of tranches before their due date
    #[command(subcommand)]
    Discount(discount::Verb),
    /// Tranches as collateral of advances, and what else holds tranches fast
    #[command(subcommand)]
    Pledge(pledge::Verb),
    /// Anchors that pay early with their own cash
    #[command(subcommand)]
    Programme(programme::Verb),
    /// Registrations of financings, and claims on transferors after default
    #[command(subcommand)]
    Recourse(recourse::Verb),
    /// Deposits at banks, and payouts
    #[command(subcommand)]
    Money(money::Verb),
    /// Payments of anchors
    #[command(subcommand)]
    Settle(settle::Verb),
    /// Guarantees: who answers for a share of what an anchor owes
    #[command(subcommand)]
    Guarantee(guarantee::Verb),
    /// Compensation pools: contributors share the losses of financings
    #[command(subcommand)]
    Pool(pool::Verb),
    /// Anchors: how they stand, and who depends on them
    #[command(subcommand)]
    Anchor(anchor::Verb),
    /// Disputes: what waits, and how it ends
    #[command(subcommand)]
    Dispute(dispute::Verb),
    /// Credit notes: what is no longer owed, and who loses by it
    #[command(subcommand)]
    CreditNote(credit_note::Verb),
    /// Netting: due debts that run in a circle, set off without money
    #[command(subcommand)]
    Netting(netting::Verb),
    /// Collections cases: mandates, contacts, repayment plans, files
    #[command(subcommand)]
    Case(case::Verb),
    /// Credit profiles: what is counted about you, and who may ask
    #[command(subcommand)]
    Credit(credit::Verb),
    /// Documents: encrypted, bound to the ledger, given to whom they concern
    #[command(subcommand)]
    Document(document::Verb),
    /// Reports: statements, ageing, maturity, disclosure, long terms, financing costs, the daily file
    #[command(subcommand)]
    Report(reports::Verb),
    /// The numbers that judge transactions
    #[command(subcommand)]
    Policy(policy::Verb),
    /// Proposals: what validators decide together
    #[command(subcommand)]
    Proposal(proposal::Verb),
    /// The screening list: who receives neither title nor money
    #[command(subcommand)]
    Screening(screening::Verb),
    /// Evidence: validators that contradicted themselves
    #[command(subcommand)]
    Evidence(evidence::Verb),
    /// Transactions: offline signing, and what became of them
    #[command(subcommand)]
    Tx(tx::Verb),
    /// Decided blocks
    #[command(subcommand)]
    Block(block::Verb),
    /// What happened
    #[command(subcommand)]
    Event(event::Verb),
    /// Records with proofs that need no trust in a node
    #[command(subcommand)]
    Proof(proof::Verb),
    /// Nodes, validators and invariants
    #[command(subcommand)]
    Node(node::Verb),
    /// Key files
    #[command(subcommand)]
    Key(key::Verb),
    /// Profiles: who acts, through which node, with which key
    #[command(subcommand)]
    Profile(profile::Verb),
    /// Run a load on a test network and measure it
    #[command(
        after_help = "Examples:\n  tally bench --network testnet/.bench --workload transfer --outstanding 512\n  \
                      tally bench --network testnet/.bench --workload mixed --rate 2000 --seconds 60 --json report.json"
    )]
    Bench(Box<bench::Bench>),
    /// Print a completion script for a shell
    #[command(
        after_help = "Examples:\n  tally completions bash > ~/.local/share/bash-completion/completions/tally"
    )]
    Completions {
        /// Which shell
        shell: Shell,
    },
}

/// Runs one command line to its exit code.
#[must_use]
pub fn main(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let tally = match Tally::try_parse_from(words) {
        Ok(tally) => tally,
        Err(error) => return report::usage(&error),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report::failure(&error.into()),
    };
    match runtime.block_on(tally.run(None)) {
        Ok(()) => ExitCode::Ok,
        Err(error) => report::failure(&error),
    }
}

/// The whole grammar, for completions and for tests that walk it.
#[must_use]
pub fn grammar() -> clap::Command {
    Tally::command()
}

impl Tally {
    async fn run(self, prepare: Option<Prepare>) -> Result<(), CommandError> {
        let Self { globals, noun } = self;
        if let Noun::Completions { shell } = noun {
            clap_complete::generate(shell, &mut grammar(), "tally", &mut std::io::stdout());
            return Ok(());
        }
        if let Noun::Profile(verb) = noun {
            return verb.run(&globals);
        }
        if let Noun::Bench(bench) = noun {
            return Box::pin(bench.run(&globals)).await;
        }
        noun.run(&Context::new(globals, prepare)?).await
    }

    /// Whether it may turn out to change the ledger by one action.
    fn may_be_prepared(&self) -> bool {
        match &self.noun {
            Noun::Receivable(verb) => !verb.is_batch(),
            Noun::CreditNote(verb) => !verb.is_batch(),
            Noun::Document(verb) => verb.is_action(),
            Noun::Member(_)
            | Noun::Tranche(_)
            | Noun::Facility(_)
            | Noun::Discount(_)
            | Noun::Pledge(_)
            | Noun::Programme(_)
            | Noun::Recourse(_)
            | Noun::Money(_)
            | Noun::Settle(_)
            | Noun::Guarantee(_)
            | Noun::Pool(_)
            | Noun::Credit(_)
            | Noun::Proposal(_)
            | Noun::Screening(_)
            | Noun::Evidence(_)
            | Noun::Dispute(_)
            | Noun::Netting(_)
            | Noun::Case(_) => true,
            Noun::Anchor(_)
            | Noun::Policy(_)
            | Noun::Report(_)
            | Noun::Tx(_)
            | Noun::Block(_)
            | Noun::Event(_)
            | Noun::Proof(_)
            | Noun::Node(_)
            | Noun::Key(_)
            | Noun::Profile(_)
            | Noun::Bench(_)
            | Noun::Completions { .. } => false,
        }
    }
}

impl Noun {
    async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Member(verb) => verb.run(context).await,
            Self::Receivable(verb) => verb.run(context).await,
            Self::Tranche(verb) => verb.run(context).await,
            Self::Facility(verb) => verb.run(context).await,
            Self::Discount(verb) => verb.run(context).await,
            Self::Pledge(verb) => verb.run(context).await,
            Self::Programme(verb) => verb.run(context).await,
            Self::Recourse(verb) => verb.run(context).await,
            Self::Money(verb) => verb.run(context).await,
            Self::Settle(verb) => verb.run(context).await,
            Self::Anchor(verb) => verb.run(context).await,
            Self::Guarantee(verb) => verb.run(context).await,
            Self::Pool(verb) => verb.run(context).await,
            Self::Dispute(verb) => verb.run(context).await,
            Self::CreditNote(verb) => verb.run(context).await,
            Self::Netting(verb) => verb.run(context).await,
            Self::Case(verb) => verb.run(context).await,
            Self::Credit(verb) => verb.run(context).await,
            Self::Document(verb) => Box::pin(verb.run(context)).await,
            Self::Report(verb) => verb.run(context).await,
            Self::Policy(verb) => verb.run(context).await,
            Self::Proposal(verb) => verb.run(context).await,
            Self::Screening(verb) => verb.run(context).await,
            Self::Evidence(verb) => verb.run(context).await,
            Self::Tx(verb) => Box::pin(verb.run(context)).await,
            Self::Block(verb) => verb.run(context).await,
            Self::Event(verb) => verb.run(context).await,
            Self::Proof(verb) => verb.run(context).await,
            Self::Node(verb) => verb.run(context).await,
            Self::Key(verb) => Box::pin(verb.run(context)).await,
            Self::Profile(verb) => verb.run(&context.globals),
            Self::Bench(bench) => Box::pin(bench.run(&context.globals)).await,
            Self::Completions { .. } => Ok(()),
        }
    }
}
