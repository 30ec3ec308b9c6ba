//! The one way from an action to its outcome: prepared, tried or sent, then told.

use std::io::{BufRead, IsTerminal, Write};

use tally_contracts::Action;
use tally_contracts::types::{Height, MemberId, PublicKey};
use tally_proto::TransactionDraft;
use tally_proto::convert::action_name;

use super::context::{Context, Mode, Prepare};
use super::error::CommandError;
use super::file::TransactionFile;
use super::show::{OutcomeRow, describe, readable};
use crate::output::{self, Look, Row, harmless};
use crate::sdk::{Outcome, Verdict, Wait, random_request_id, valid_until};

impl Context {
    /// Does what was asked with `action` and tells what became of it.
    pub async fn act(&self, action: Action) -> Result<(), CommandError> {
        match &self.mode {
            Mode::Submit => {
                let outcome = self.perform(action).await?;
                self.tell(&outcome)
            }
            Mode::DryRun => self.try_out(action).await,
            Mode::Prepare(prepare) => self.prepare(action, prepare).await,
        }
    }

    /// Asks the person at the terminal, then signs and sends: for commands that go on with the outcome.
    pub async fn perform(&self, action: Action) -> Result<Outcome, CommandError> {
        self.confirm(&action)?;
        self.send(action).await
    }

    /// What follows from an action that was just agreed to: nobody is asked again, and the request has an id of its own.
    pub async fn go_on(&self, action: Action) -> Result<Outcome, CommandError> {
        Ok(self.session()?.request(action, random_request_id()?, Wait::Committed).await?)
    }

    /// Signs and sends, under the request id of the command line or a new one.
    async fn send(&self, action: Action) -> Result<Outcome, CommandError> {
        let request_id = match self.globals.request_id {
            Some(id) => id.0,
            None => random_request_id()?,
        };
        Ok(self.session()?.request(action, request_id, self.wait()).await?)
    }

    async fn try_out(&self, action: Action) -> Result<(), CommandError> {
        let valid_until = valid_until(self.client()?, self.chain_id()?).await?;
        let draft = self.draft(action, vec![self.public_key()?], valid_until)?;
        let verdict = self.client()?.simulate(draft.encode()).await?;
        self.show(&OutcomeRow::simulated(&verdict))?;
        self.judge(&verdict, None)
    }

    async fn prepare(&self, action: Action, prepare: &Prepare) -> Result<(), CommandError> {
        let signers =
            if prepare.signers.is_empty() { vec![self.public_key()?] } else { prepare.signers.clone() };
        let valid_until = match prepare.valid_until {
            Some(height) => height,
            None => valid_until(self.client()?, self.chain_id()?).await?,
        };
        let draft = self.draft(action, signers, valid_until)?;
        let file = TransactionFile::new(self.chain_id()?, draft.encode());
        file.create(&prepare.out)?;
        self.prepared.set(true);
        self.show_fields(&file.describe())?;
        eprintln!("wrote {}; sign it with tally tx sign {0}", prepare.out.display());
        Ok(())
    }

    fn draft(
        &self,
        action: Action,
        signers: Vec<PublicKey>,
        valid_until: Height,
    ) -> Result<TransactionDraft, CommandError> {
        let request_id = match self.globals.request_id {
            Some(id) => id.0,
            None => random_request_id()?,
        };
        Ok(TransactionDraft { request_id, sender: self.member()?, signers, valid_until, action })
    }

    /// Shows an outcome and fails unless it is what the command waited for.
    pub fn tell(&self, outcome: &Outcome) -> Result<(), CommandError> {
        self.show(&OutcomeRow::from(outcome))?;
        self.judge(&outcome.verdict, Some(outcome))
    }

    fn judge(&self, verdict: &Verdict, outcome: Option<&Outcome>) -> Result<(), CommandError> {
        match verdict {
            Verdict::Applied { .. } => Ok(()),
            Verdict::Refused { rejection, .. } => Err(CommandError::Refused {
                reason: rejection.reason.clone(),
                message: readable(&rejection.message),
            }),
            Verdict::Expired { .. } => Err(CommandError::Expired),
            Verdict::Pending { .. } if self.wait() == Wait::Accepted => Ok(()),
            Verdict::Pending { .. } => Err(self.unknown(outcome, "it waits for a block")),
            Verdict::NotSeen { .. } => Err(self.unknown(outcome, "the node that was asked does not know it")),
            Verdict::Unknown { problem } => Err(self.unknown(outcome, &problem.to_string())),
        }
    }

    /// Who was asked for what, so that the outcome can be found later.
    fn unknown(&self, outcome: Option<&Outcome>, said: &str) -> CommandError {
        let profile = self.settings().profile.as_ref();
        let profile = profile.map(|profile| format!(" --as {}", profile.value)).unwrap_or_default();
        let name = match outcome {
            Some(Outcome { request_id: Some(id), .. }) => format!("--request-id {}", hex::encode(id)),
            Some(Outcome { transaction_id: Some(id), .. }) => id.to_string(),
            Some(_) | None => String::new(),
        };
        CommandError::OutcomeUnknown { said: said.to_owned(), ask: format!("tally tx get{profile} {name}") }
    }

    /// Shows the action before it is signed.
    fn confirm(&self, action: &Action) -> Result<(), CommandError> {
        let (member, chain_id) = (self.member()?, self.chain_id()?);
        let name = action_name(action).replace('_', " ");
        self.ask(&format!("{member} on chain {chain_id}: {name}\n{}", in_words(member, action)))
    }

    /// Shows what is about to be agreed to on standard error, before anything is signed: a price with its APR.
    pub fn consent<R: Row>(&self, rows: &[R]) -> Result<(), CommandError> {
        match &self.mode {
            Mode::Submit => {
                let mut stderr = std::io::stderr().lock();
                Ok(output::list(rows, output::Format::Table, Look::of_stderr(), &mut stderr)?)
            }
            Mode::DryRun | Mode::Prepare(_) => Ok(()),
        }
    }

    /// Asks the person at the terminal, if there is one, whether to send this.
    pub fn ask(&self, what: &str) -> Result<(), CommandError> {
        let (stdin, mut stderr) = (std::io::stdin(), std::io::stderr());
        if self.globals.yes || !stdin.is_terminal() || !stderr.is_terminal() {
            return Ok(());
        }
        write!(stderr, "{}\nsend this? [y/N] ", harmless(what))?;
        stderr.flush()?;
        let mut answer = String::new();
        stdin.lock().read_line(&mut answer)?;
        if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { Err(CommandError::Declined) }
    }
}

/// The action's fields, as they will be signed.
fn in_words(sender: MemberId, action: &Action) -> String {
    let draft = TransactionDraft {
        request_id: [0; 16],
        sender,
        signers: Vec::new(),
        valid_until: Height::GENESIS,
        action: action.clone(),
    };
    let told = describe(&draft.encode()).unwrap_or_default();
    format!("{:#}", told.get(action_name(action)).cloned().unwrap_or_default())
}
