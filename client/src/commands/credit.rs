//! `tally credit …`

use clap::Subcommand;
use tally_contracts::Action;
use tally_contracts::credit_profile::{
    ConsentTerms, GrantCreditConsent, Measure, Question, ReadCredit, RevokeCreditConsent,
};
use tally_contracts::types::{Currency, Text};
use tally_proto::v1::credit::{
    CreditRead, GetCreditFileRequest, ListConsentsRequest, ListCreditReadsRequest, ListMeasuresRequest,
};

use super::context::{Context, Mode};
use super::error::CommandError;
use super::show::{AnswerRow, CreditConsentRow, CreditFileRow, MeasureRow, answers};
use super::value::{DateText, MeasureText, QuestionText, ValueError};

/// What can be done about credit profiles.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Let one member ask certain things about you, for a purpose, until a day
    #[command(
        after_help = "Examples:\n  tally --as beta credit grant east --measures supplier-volume,dilution-share --purpose \"a \
        facility\" --until 2026-12-31"
    )]
    Grant {
        /// Who may ask
        reader: String,
        /// What, by the names that `tally credit measures` lists
        #[arg(long, value_name = "NAME,…", value_delimiter = ',', required = true)]
        measures: Vec<MeasureText>,
        /// What for
        #[arg(long, value_name = "TEXT")]
        purpose: String,
        /// Last day on which it counts
        #[arg(long, value_name = "DATE")]
        until: DateText,
    },
    /// Take a consent back, from the next block on
    #[command(after_help = "Examples:\n  tally --as beta credit revoke east")]
    Revoke {
        /// Who may ask no longer
        reader: String,
    },
    /// Ask about a member under its consent; that you asked stays on the ledger
    #[command(
        after_help = "Examples:\n  tally --as east credit read beta supplier-volume dilution-share\n  \
                      tally --as east credit read huaxin \"on-time-share>=4\" --currency CNY -o json"
    )]
    Read {
        /// About whom
        member: String,
        /// What; with `>=N` only whether it is in band N or a higher one
        #[arg(value_name = "MEASURE", required = true)]
        questions: Vec<QuestionText>,
        /// In which currency
        #[arg(long, default_value = "CNY", value_name = "CODE")]
        currency: Currency,
    },
    /// Show your own file; nobody else reads it
    #[command(after_help = "Examples:\n  tally --as beta credit file\n  tally --as beta credit file -o json")]
    File,
    /// List consents that you gave or were given
    #[command(after_help = "Examples:\n  tally --as beta credit consents")]
    Consents {
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// List what was asked about you and by you, with the answers
    #[command(
        after_help = "Examples:\n  tally --as beta credit reads\n  tally --as east credit reads -o csv"
    )]
    Reads {
        /// At most so many reads; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// List what can be asked, and the bands of each answer
    #[command(after_help = "Examples:\n  tally credit measures")]
    Measures,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Grant { reader, measures, purpose, until } => {
                let mut measures: Vec<Measure> = measures.into_iter().map(|one| one.0).collect();
                measures.sort_unstable();
                let purpose = Text::new(&purpose).map_err(ValueError::from)?;
                let terms = ConsentTerms { measures, purpose, last_day: context.date(until).await? };
                let reader = context.member_named(&reader).await?;
                context.act(Action::GrantCreditConsent(GrantCreditConsent { reader, terms })).await
            }
            Self::Revoke { reader } => {
                let reader = context.member_named(&reader).await?;
                context.act(Action::RevokeCreditConsent(RevokeCreditConsent { reader })).await
            }
            Self::Read { member, questions, currency } => {
                let mut questions: Vec<Question> = questions.into_iter().map(|one| one.0).collect();
                questions.sort_by_key(|question| question.measure);
                let member = context.member_named(&member).await?;
                context.act(Action::ReadCredit(ReadCredit { member, currency, questions })).await?;
                match context.mode {
                    Mode::Submit => told(context, member.as_str()).await,
                    Mode::DryRun | Mode::Prepare(_) => Ok(()),
                }
            }
            Self::File => {
                let request = GetCreditFileRequest { member: context.member()?.to_string() };
                let files = context.client()?.credit_file(request).await?.files;
                context.show_list(&files.iter().map(CreditFileRow::from).collect::<Vec<_>>())
            }
            Self::Consents { limit } => {
                let consents = context.client()?.consents(ListConsentsRequest::default(), limit).await?;
                context.show_list(&consents.iter().map(CreditConsentRow::from).collect::<Vec<_>>())
            }
            Self::Reads { limit } => context.show_list(&rows(&reads(context, limit).await?)),
            Self::Measures => {
                let answer = context.client()?.measures(ListMeasuresRequest {}).await?;
                context.show_list(&answer.measures.iter().flat_map(MeasureRow::all).collect::<Vec<_>>())
            }
        }
    }
}

/// The answers of the newest read, once it is in a block; on standard error, since the receipt is the result.
async fn told(context: &Context, member: &str) -> Result<(), CommandError> {
    let own = context.member()?.to_string();
    let is_last = |read: &&CreditRead| read.member == member && read.reader == own;
    if let Some(read) = reads(context, 0).await?.iter().rev().find(is_last) {
        for row in answers(read) {
            eprintln!("{}", row.sentence());
        }
    }
    Ok(())
}

async fn reads(context: &Context, limit: usize) -> Result<Vec<CreditRead>, CommandError> {
    Ok(context.client()?.credit_reads(ListCreditReadsRequest::default(), limit).await?)
}

fn rows(reads: &[CreditRead]) -> Vec<AnswerRow> {
    reads.iter().flat_map(answers).collect()
}
