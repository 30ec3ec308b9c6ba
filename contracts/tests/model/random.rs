//! Random: what members do, mostly sensible, sometimes not; a function of the seed alone.
use crate::holds::Hold;
use crate::naive::Naive;
use tally_contracts::types::{BusinessDate, MemberId};

const SUPPLIERS: [&str; 6] = ["alpha", "beta", "gamma", "bolt", "crux", "duke"];
const ANCHORS: [&str; 4] = ["acme", "bolt", "crux", "duke"];
const BANKS: [&str; 2] = ["east", "west"];
const FUNDERS: [&str; 3] = ["east", "west", "fund"];
const ANYONE: [&str; 12] =
    ["alpha", "beta", "gamma", "bolt", "crux", "duke", "acme", "east", "west", "fund", "guard", "idle"];
const MS_PER_DAY: u64 = 86_400_000;

pub struct Random {
    pub seed: u64,
    state: u64,
    /// What has to be unique: bank references, invoices.
    fresh: u64,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Self { seed, state: seed, fresh: 0 }
    }

    /// SplitMix64: good enough to choose, and the same on every machine.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[usize::try_from(self.below(from.len() as u64)).expect("small")]
    }

    /// Mostly seconds, now and then days.
    pub fn pause_ms(&mut self) -> u64 {
        match self.below(100) {
            0..90 => 1_000 + self.below(600_000),
            90..97 => self.below(MS_PER_DAY),
            _ => self.below(20) * MS_PER_DAY,
        }
    }

    /// A line of the script language.
    pub fn line(&mut self, naive: &Naive, today: BusinessDate) -> String {
        self.fresh += 1;
        match self.below(100) {
            0..7 => self.credit(),
            7 => self.ask(today),
            8..12 => self.move_deposit(),
            12..17 => self.payout(naive),
            17..29 => self.submit(today),
            29..48 => self.answer(naive),
            48..53 => self.split(naive),
            53..56 => self.merge(naive),
            56..66 => self.transfer(naive),
            66..69 => self.finance(naive),
            69..75 => self.facility(naive, today),
            75..81 => self.discount(naive),
            81 | 82 => self.hold(naive),
            83 | 84 => self.pay(naive),
            85 if self.chance(50) => self.trust(),
            85 => self.pledge(naive),
            86 => self.late(naive),
            87..91 => self.help(naive),
            91..95 => self.trouble(naive),
            95..97 => self.case(naive, today),
            97 | 98 => self.govern(naive),
            _ => self.supervise(naive),
        }
    }

    /// Early payments, registrations and claims.
    fn finance(&mut self, naive: &Naive) -> String {
        let Some((id, holder, face)) = self.tranche(naive) else { return self.credit() };
        let anchor = naive.debts[crate::naive::index(naive.slices[&id].receivable)].anchor;
        let of_anchor = naive.programmes.iter().rposition(|owner| *owner == anchor);
        let any = 1 + self.below(naive.programmes.len() as u64 + 1);
        let programme = of_anchor.filter(|_| self.chance(80)).map_or(any, |position| position as u64 + 1);
        let owner = naive.programmes.get(crate::naive::index(programme)).map_or("acme", |it| it.as_str());
        match self.below(20) {
            0..2 => {
                let pricing = self.pick(&["apr", "sliding"]);
                let (anchor, rate) = (self.pick(&ANCHORS), self.below(9));
                format!("{anchor} posts {pricing} {rate}.00 budget {}.00", 1 + self.below(10_000))
            }
            2 => format!("{owner} unposts E{programme}"),
            3..11 => {
                // anchors are short of money: a small part is paid sooner than the whole
                let part =
                    if self.chance(70) { 100 + self.below(face.min(400)) } else { self.below(face + 2) };
                format!("{holder} cashes E{programme} T{id} {}", amount(part))
            }
            11..15 => {
                let (number, day) = (self.fresh, 10 + self.below(5));
                let free = |id: &u64| !naive.frozen.contains(id) && !naive.holds.contains_key(id);
                let mut bought = naive.slices.iter().rev().filter(|(id, it)| it.bought && free(id));
                let unregistered = bought.find(|(_, it)| it.registered.is_none());
                let own = unregistered.map(|(id, it)| (*id, it.holder.as_str().to_owned()));
                let (id, holder) = own.filter(|_| self.chance(50)).unwrap_or((id, holder));
                format!("{holder} records T{id} number {number} at 2026-01-{day}")
            }
            15..18 => format!("{holder} turns T{id} on {}", self.pick(&SUPPLIERS)),
            _ => format!("{} redeems T{id} {} at {}", self.pick(&SUPPLIERS), self.money(), self.pick(&BANKS)),
        }
    }

    /// Consents, and who makes use of them.
    fn ask(&mut self, today: BusinessDate) -> String {
        let (member, reader) = (self.pick(&ANCHORS), self.pick(&["east", "west"]));
        match self.below(4) {
            0 => {
                let until = today.plus_days(i32::try_from(self.below(60)).expect("small") - 2);
                format!("{member} permits {reader} Exposure,OnTimeShare,Tenor until {until} for business")
            }
            1 => format!("{member} forbids {reader}"),
            _ => format!("{reader} profiles {member} Exposure,OnTimeShare>=2"),
        }
    }

    fn credit(&mut self) -> String {
        let reference = self.fresh - self.below(20).saturating_sub(18);
        let owner = if self.chance(60) {
            self.pick(&["acme", "bolt", "fund", "guard", "east"])
        } else {
            self.pick(&ANYONE)
        };
        // anchors are short of money most of the time, and now and then can pay everything
        let sum = match self.below(100) {
            0..90 => amount(1 + self.below(5_000)),
            90..99 => self.money(),
            _ => "100_000.00".to_owned(),
        };
        format!("{} credits {owner} {sum} ref B{reference}", self.pick(&BANKS))
    }

    fn move_deposit(&mut self) -> String {
        let amount = self.money();
        format!("{} moves {amount} at {} to {}", self.pick(&ANYONE), self.pick(&BANKS), self.pick(&ANYONE))
    }

    fn payout(&mut self, naive: &Naive) -> String {
        let payout = 1 + self.below(naive.payouts.len() as u64 + 1);
        match self.below(3) {
            0 => format!("{} draws {} at {} to IBAN", self.pick(&ANYONE), self.money(), self.pick(&BANKS)),
            1 => format!("{} paid P{payout} ref C{}", self.pick(&BANKS), self.fresh),
            _ => format!("{} returns P{payout} because closed", self.pick(&BANKS)),
        }
    }

    fn submit(&mut self, today: BusinessDate) -> String {
        let (supplier, anchor) = (self.pick(&SUPPLIERS), self.pick(&ANCHORS));
        let due = today.plus_days(i32::try_from(self.below(90)).expect("small") - 2);
        let invoice = if self.chance(10) { self.below(self.fresh) } else { self.fresh };
        let (face, bank) = (self.money(), self.pick(&BANKS));
        let terms = format!("due {due} inv N{invoice}@2026-01-15 bank {bank}");
        if self.chance(30) {
            return format!("{anchor} issues {face} to {supplier} {terms} knowing");
        }
        format!("{supplier} submits {face} on {anchor} {terms}")
    }

    /// Debts that run in a circle, due soon; now and then a netting of what is not due.
    pub fn circular(&mut self, today: BusinessDate) -> String {
        self.fresh += 1;
        let circle = ["bolt", "crux", "duke", "bolt"];
        let from = usize::try_from(self.below(3)).expect("small");
        let (debtor, creditor) = (circle[from], circle[from + 1]);
        if self.chance(10) {
            return format!("{debtor} nets T1 1.00 T2 1.00");
        }
        let due = today.plus_days(2);
        let (sum, fresh) = (self.money(), self.fresh);
        format!("{debtor} issues {sum} to {creditor} due {due} inv M{fresh}@2026-01-15 bank west knowing")
    }

    /// To one of the latest receivables, by the right side or by anyone.
    fn answer(&mut self, naive: &Naive) -> String {
        let count = naive.debts.len() as u64;
        let Some(back) = count.checked_sub(1 + self.below(20.min(count))) else { return self.credit() };
        let (id, debt) = (back + 1, &naive.debts[usize::try_from(back).expect("small")]);
        let (anchor, supplier) = (debt.anchor, debt.supplier);
        let stranger = self.pick(&ANYONE);
        if debt.confirmed > 0 {
            return match self.below(20) {
                0..10 => format!("{supplier} accepts R{id}"),
                10 => format!("{supplier} declines R{id}"),
                11 => format!("{stranger} accepts R{id}"),
                _ => format!("{} cancels R{id}", if self.chance(50) { anchor } else { supplier }),
            };
        }
        if let Some((disputed, _)) = debt.disputed
            && self.chance(60)
        {
            let rest = u64::try_from(debt.face.saturating_sub(disputed)).expect("a face");
            return format!("{anchor} confirms R{id} {} knowing because the rest is disputed", amount(rest));
        }
        match self.below(15) {
            0..9 => format!("{anchor} confirms R{id} knowing"),
            9 => format!("{anchor} confirms R{id} {} because less", self.money()),
            10 => format!("{stranger} confirms R{id} knowing"),
            11 => format!("{anchor} rejects R{id} because no"),
            12 => format!("{supplier} withdraws R{id}"),
            _ => format!("{supplier} accepts R{id}"),
        }
    }

    fn split(&mut self, naive: &Naive) -> String {
        let Some((id, holder, face)) = self.tranche(naive) else { return self.credit() };
        let count = 2 + self.below(4);
        let mut left = face;
        let mut parts = Vec::new();
        let pays = self.chance(60);
        for _ in 1..count {
            let part = self.below(left / 2 + 1);
            left -= part;
            parts.push(self.part(part, pays));
        }
        let last = if self.chance(5) { left + 1 } else { left };
        parts.push(self.part(last, pays));
        format!("{holder} splits T{id} {}", parts.join(" "))
    }

    fn part(&mut self, minor: u64, pays: bool) -> String {
        let face = amount(minor);
        if !pays || self.chance(50) {
            return face;
        }
        format!("{face}>{}{}", self.pick(&ANYONE), self.pick(&["", "", "!", "?"]))
    }

    fn merge(&mut self, naive: &Naive) -> String {
        let Some((id, holder, _)) = self.tranche(naive) else { return self.credit() };
        let first = &naive.slices[&id];
        let alike = naive
            .slices
            .iter()
            .filter(|(_, it)| it.receivable == first.receivable && it.holder == first.holder);
        let ids: Vec<String> = alike.take(4).map(|(id, _)| format!("T{id}")).collect();
        if ids.len() < 2 && self.chance(90) {
            return self.transfer(naive);
        }
        format!("{holder} merges {}", ids.join(" "))
    }

    fn transfer(&mut self, naive: &Naive) -> String {
        if self.chance(50)
            && let Some((id, to)) = naive.offers.iter().next_back()
        {
            let to = if self.chance(90) { to.to.as_str().to_owned() } else { self.pick(&ANYONE).to_owned() };
            return format!("{to} {} T{id}", self.pick(&["accepts", "accepts", "accepts", "declines"]));
        }
        let Some((id, holder, _)) = self.tranche(naive) else { return self.credit() };
        format!("{holder} offers T{id}>{}{}", self.pick(&ANYONE), self.pick(&["", "", "!", "?"]))
    }

    fn facility(&mut self, naive: &Naive, today: BusinessDate) -> String {
        let funder = self.pick(&FUNDERS);
        let existing = 1 + self.below(naive.buyers.len() as u64 + 1);
        let until = today.plus_days(i32::try_from(self.below(200)).expect("small"));
        let (limit, rate) = (self.money(), 2 + self.below(5));
        let (fee, least) = (self.below(20), amount(self.below(300)));
        let recourse = if self.chance(20) { " recourse" } else { "" };
        let recourse = if self.chance(30) { format!("{recourse} instructed") } else { recourse.to_owned() };
        let offering = format!(
            "limit {limit} rate 10:{rate}.{fee:02},80:{}.50 fee 0.{fee:02} least {least}{recourse} until {until}",
            rate + 1
        );
        match self.below(10) {
            0..4 => format!("{funder} opens on {} {offering}", self.pick(&["acme", "acme,bolt", "bolt"])),
            4..8 => {
                let funder =
                    naive.buyers.get(crate::naive::index(existing)).map_or(funder, |it| it.funder.as_str());
                format!("{funder} closes F{existing}")
            }
            _ => format!("{funder} amends F{existing} {offering}"),
        }
    }

    fn discount(&mut self, naive: &Naive) -> String {
        let Some((id, holder, face)) = self.tranche(naive) else { return self.credit() };
        let part = if self.chance(50) { face } else { self.below(face + 2) };
        let under = if self.chance(20) {
            format!(" under F{}", 1 + self.below(naive.buyers.len() as u64 + 1))
        } else {
            String::new()
        };
        let minimum =
            if self.chance(20) { format!(" min {}", amount(part - part / 50)) } else { String::new() };
        let partial = if self.chance(60) { " partial" } else { "" };
        format!("{holder} discounts T{id} {}{minimum}{under}{partial}", amount(part))
    }

    fn pledge(&mut self, naive: &Naive) -> String {
        let Some((id, holder, _)) = self.tranche(naive) else { return self.credit() };
        let (funder, rate) = (self.pick(&FUNDERS), self.below(20));
        format!("{holder} pledges T{id} to {funder} at {}.00 interest {rate}.00", 1 + self.below(101))
    }

    /// Goes on with a lien that there is.
    fn hold(&mut self, naive: &Naive) -> String {
        let from = self.below(naive.last_tranche + 1);
        let found = naive.holds.range(from..).next().or_else(|| naive.holds.iter().next());
        let Some((id, hold)) = found.map(|(id, hold)| (*id, hold.clone())) else { return self.pledge(naive) };
        if self.chance(15) {
            return self.finance(naive);
        }
        match hold {
            Hold::Claimed { transferor } => {
                format!("{transferor} redeems T{id} {} at {}", self.money(), self.pick(&BANKS))
            }
            Hold::Reserved { .. } => format!("{} remits T{id} ref D{}", self.pick(&BANKS), self.fresh),
            Hold::Offered { funder, .. } => match self.below(10) {
                0..5 => format!("{funder} advances T{id}{}", self.pick(&["", "", " bank west"])),
                5 => format!("{} forgoes T{id}", self.pick(&ANYONE)),
                _ => format!("{funder} forgoes T{id}"),
            },
            Hold::Pledged { pledgor, owed, .. } => {
                let most = u64::try_from(owed.principal).expect("small") + 2;
                let part = if self.chance(40) { most - 2 } else { self.below(most) };
                format!("{pledgor} repays T{id} {} at {}", amount(part), self.pick(&BANKS))
            }
        }
    }

    fn pay(&mut self, naive: &Naive) -> String {
        let Some((id, _, _)) = self.tranche(naive) else { return self.credit() };
        let receivable = naive.slices[&id].receivable;
        let anchor = naive.debts[crate::naive::index(receivable)].anchor;
        format!("{anchor} pays R{receivable} {}", self.money())
    }

    /// What is done about a debt that is late, whether it is or not.
    fn late(&mut self, naive: &Naive) -> String {
        let Some((id, holder, face)) = self.late_tranche(naive) else { return self.credit() };
        let receivable = naive.slices[&id].receivable;
        let debt = &naive.debts[crate::naive::index(receivable)];
        let taking = self.pick(&["", " taking", " taking"]);
        let money = amount(1 + self.below(face * 2));
        match self.below(10) {
            0..3 => format!(
                "{} covers R{receivable} {money} at {}{taking}",
                self.pick(&ANYONE),
                self.pick(&BANKS)
            ),
            3..5 => {
                format!("{holder} bills R{receivable} {} doc D because work", amount(1 + self.below(500)))
            }
            5..8 => {
                let claimant = debt.late.cost_claims.first().map_or(holder.as_str(), |(by, _)| by.as_str());
                format!(
                    "{} {} R{receivable} {claimant}",
                    debt.anchor,
                    self.pick(&["allows", "allows", "denies"])
                )
            }
            _ => format!("{holder} writes off T{id} because hopeless"),
        }
    }

    /// What guarantors and pools do, and who asks them.
    fn help(&mut self, naive: &Naive) -> String {
        let (guarantee, pool) =
            (1 + self.below(naive.guarantees.len() as u64), 1 + self.below(naive.pools.len() as u64));
        let Some((id, holder, _)) = self.late_tranche(naive) else { return self.credit() };
        let receivable = naive.slices[&id].receivable;
        let (money, bank, supplier) = (self.money(), self.pick(&BANKS), self.pick(&SUPPLIERS));
        match self.below(14) {
            0 => {
                let scope = match self.below(3) {
                    0 => format!("anchor {}", self.pick(&ANCHORS)),
                    1 => format!("receivable R{receivable}"),
                    _ => format!("tranche T{id}"),
                };
                format!(
                    "guard guarantees {scope} share {} cap {money} fee 0.01 for {supplier} at {bank}",
                    1 + self.below(100)
                )
            }
            1 | 2 => {
                let asked = naive.guarantees.get(crate::naive::index(guarantee));
                format!("{} takes B{guarantee}", asked.map_or(supplier, |it| it.applicant.as_str()))
            }
            3..6 => format!("{holder} claims T{id} under B{guarantee}"),
            6 if naive.pools.len() < 4 => {
                format!("guard pools at {bank} share 60,40 lever 10 cap {money} interest 30:1.00")
            }
            6..8 => format!("{} feeds C{pool} {money}", self.pick(&FUNDERS)),
            8..11 => {
                let (id, holder, pool) = enrollable(naive).unwrap_or((id, holder, pool));
                format!("{holder} enrols T{id} in C{pool}")
            }
            _ => match self.below(4) {
                0..3 => {
                    let enrolled = naive.slices.iter().find(|(id, it)| {
                        let debt = &naive.debts[crate::naive::index(it.receivable)];
                        it.enrolled.is_some() && debt.late.is_overdue && !naive.holds.contains_key(id)
                    });
                    let late = enrolled.map(|(id, it)| (*id, it.holder.as_str().to_owned()));
                    let (id, holder) = late.unwrap_or((id, holder));
                    format!("{holder} queues T{id}")
                }
                _ => format!("{supplier} asks C{pool} interest for R{receivable}"),
            },
        }
    }

    /// An open tranche of a debt that is overdue, mostly.
    fn late_tranche(&mut self, naive: &Naive) -> Option<(u64, String, u64)> {
        let late =
            |slice: &crate::naive::Slice| naive.debts[crate::naive::index(slice.receivable)].late.is_overdue;
        let overdue: Vec<u64> = naive.slices.iter().filter(|(_, it)| late(it)).map(|(id, _)| *id).collect();
        if overdue.is_empty() || self.chance(20) {
            return self.tranche(naive);
        }
        let id = overdue[usize::try_from(self.below(overdue.len().min(5) as u64)).expect("small")];
        let slice = &naive.slices[&id];
        Some((id, slice.holder.as_str().to_owned(), u64::try_from(slice.face).expect("a face")))
    }

    /// Limits come and go, and members are suspended and come back; both voters must agree.
    fn govern(&mut self, naive: &Naive) -> String {
        let proposal = naive.proposals + u64::from(self.chance(10));
        match self.below(10) {
            0..2 => format!("east proposes limit {} {}", self.pick(&ANCHORS), amount(self.below(3_000_000))),
            2 => format!("west proposes suspend {} days 1", self.pick(&["gamma", "guard"])),
            3 => format!("east proposes reactivate {}", self.pick(&["gamma", "guard"])),
            4 if self.chance(50) => format!("west proposes no-limit {} CNY", self.pick(&ANCHORS)),
            4 => format!("{} votes for G{proposal}", self.pick(&ANYONE)),
            5 => format!("{} votes against G{proposal}", self.pick(&BANKS)),
            _ => format!("{} votes for G{proposal}", self.pick(&BANKS)),
        }
    }

    /// A regulator freezes and screens, and lets go again soon, so that business goes on.
    fn supervise(&mut self, naive: &Naive) -> String {
        if let Some(id) = naive.frozen.first()
            && self.chance(50)
        {
            return format!("watch unfreezes T{id}");
        }
        if let Some(id) = naive.listed.first()
            && self.chance(60)
        {
            return format!("watch clears TEST:{id}");
        }
        match self.tranche(naive) {
            Some((id, _, _)) if self.chance(60) => format!("watch freezes T{id}"),
            _ => format!("{} screens TEST:{}", self.pick(&["watch", "watch", "east"]), self.pick(&ANYONE)),
        }
    }

    /// Disputes and credit notes, mostly by who may.
    fn trouble(&mut self, naive: &Naive) -> String {
        let Some((id, _, face)) = self.tranche(naive) else { return self.credit() };
        let receivable = naive.slices[&id].receivable;
        let debt = &naive.debts[crate::naive::index(receivable)];
        let part = amount(1 + self.below(face));
        let dispute = naive.disputes.len() as u64 - self.below(3.min(naive.disputes.len() as u64));
        let disputed = naive.disputes.get(dispute.saturating_sub(1) as usize).copied().unwrap_or(receivable);
        let note = naive.notes.len() as u64 - self.below(3.min(naive.notes.len() as u64));
        let noted = naive.notes.get(note.saturating_sub(1) as usize).copied().unwrap_or(receivable);
        match self.below(24) {
            0..4 => format!("{} disputes R{receivable} {part} with proof because rust", debt.anchor),
            4..6 => {
                let latest = naive.debts.len() as u64;
                let anchor = naive.debts[crate::naive::index(latest)].anchor;
                format!("{anchor} disputes R{latest} {} because rust", self.money())
            }
            6 => format!("{} drops D{dispute}", naive.debts[crate::naive::index(disputed)].anchor),
            7 => format!("watch rules D{dispute} {part} ref A{} award paper", self.fresh),
            8..11 => format!("{} notes R{receivable} {part} no N{}", debt.supplier, self.fresh),
            11..14 => {
                let supplier = naive.debts[crate::naive::index(disputed)].supplier;
                format!("{supplier} notes R{disputed} {part} no N{} for D{dispute}", self.fresh)
            }
            14..21 => {
                let holders: Vec<&str> = naive
                    .slices
                    .values()
                    .filter(|it| it.receivable == noted)
                    .map(|it| it.holder.as_str())
                    .chain([naive.debts[crate::naive::index(noted)].anchor.as_str()])
                    .collect();
                format!("{} agrees K{note}", self.pick(&holders))
            }
            21 => format!("{} objects K{note} because no", self.pick(&ANYONE)),
            22 => format!("{} recalls K{note}", naive.debts[crate::naive::index(noted)].supplier),
            _ => format!("watch upholds K{note} ref A{} award paper", self.fresh),
        }
    }

    /// What is done about a case, if there is one.
    fn case(&mut self, naive: &Naive, today: BusinessDate) -> String {
        let late = |id: &u64| naive.debts[crate::naive::index(*id)].late.is_overdue;
        let open: Vec<u64> = naive.slices.values().map(|slice| slice.receivable).filter(late).collect();
        if open.is_empty() {
            return self.credit();
        }
        let id = open[usize::try_from(self.below(open.len() as u64)).expect("small")];
        let debt = &naive.debts[crate::naive::index(id)];
        let holders: Vec<&str> =
            naive.slices.values().filter(|it| it.receivable == id).map(|it| it.holder.as_str()).collect();
        let holder = self.pick(&holders);
        let owed = naive.owed_face(id);
        // small, so that some are kept
        let first = (owed / 50).max(1).min(owed);
        let (soon, later) = (today.plus_days(2), today.plus_days(9));
        match self.below(16) {
            12..16 => {
                let (bank, debtor) = (debt.account.bank, debt.anchor);
                format!("{bank} credits {debtor} {} ref B{}", amount(first), self.fresh)
            }
            0..2 => format!("{holder} assigns R{id} to agent until {later} under paper"),
            2 => format!("agent contacts R{id} by phone at {today} 10:00 saying hello"),
            3 => format!("{holder} contacts R{id} by letter at {today} 07:00 saying hello"),
            4 => format!("agent ends R{id} because done"),
            5..7 => {
                let anchor = debt.anchor;
                format!("{anchor} plans R{id} {soon}={} {later}={}", amount(first), amount(owed - first))
            }
            7 if self.chance(50) => format!("{holder} extends R{id} {later}={}", amount(owed)),
            7 => format!("{holder} restructures R{id} until {later} {later}={}", amount(owed)),
            8 => format!("{holder} refuses R{id} because no"),
            9 => format!("{} grants R{id}", debt.anchor),
            _ => format!("{holder} grants R{id}"),
        }
    }

    fn trust(&mut self) -> String {
        let verb = self.pick(&["trusts", "distrusts", "distrusts"]);
        format!("{} {verb} {}", self.pick(&SUPPLIERS), self.pick(&ANYONE))
    }

    /// An open tranche with its holder (or, now and then, somebody else) and face.
    fn tranche(&mut self, naive: &Naive) -> Option<(u64, String, u64)> {
        let from = self.below(naive.last_tranche + 1);
        let (id, slice) = naive.slices.range(from..).next().or_else(|| naive.slices.iter().next())?;
        let holder = if self.chance(95) { slice.holder.as_str() } else { self.pick(&ANYONE) };
        Some((*id, holder.to_owned(), u64::try_from(slice.face).expect("a face")))
    }

    /// Fen to ten thousand, with odd ends.
    fn money(&mut self) -> String {
        let magnitude = [100, 10_000, 1_000_000][usize::try_from(self.below(3)).expect("small")];
        amount(self.below(magnitude) + u64::from(self.chance(98)))
    }
}

fn amount(minor: u64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// A bought tranche whose funder put money into a pool at the bank where it settles.
fn enrollable(naive: &Naive) -> Option<(u64, String, u64)> {
    let free = naive.slices.iter().rev().filter(|(id, slice)| {
        let late = &naive.debts[crate::naive::index(slice.receivable)].late;
        slice.bought && slice.enrolled.is_none() && !late.is_overdue && !naive.holds.contains_key(id)
    });
    let pool_of = |slice: &crate::naive::Slice| {
        let bank = naive.debts[crate::naive::index(slice.receivable)].account.bank;
        let fits = |(pool, member): &&(u64, MemberId)| {
            *member == slice.holder && naive.pools[crate::naive::index(*pool)].bank == bank
        };
        naive.contributors.iter().find(fits).map(|(pool, _)| *pool)
    };
    free.filter_map(|(id, slice)| Some((*id, slice.holder.as_str().to_owned(), pool_of(slice)?))).next()
}
