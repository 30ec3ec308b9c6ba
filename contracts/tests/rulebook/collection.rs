//! Collections: cases open by themselves, contacts keep hours, plans suspend escalation while they are kept.
use crate::common::script::{LIVE, check, check_under};
use expect_test::expect;

#[test]
fn a_case_opens_with_overdue_escalates_by_days_and_closes_when_everything_is_paid() {
    check(
        "life",
        &format!(
            "{LIVE}
             on 2026-06-17
             on 2026-06-18
             show cases
             on 2026-06-25
             on 2026-07-18
             alpha writes off T1 because nobody answers
             show cases
             east credits acme 2_000.00 ref A
             show cases
             alpha grants R1
             alpha grants R9"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            R1 of acme: open, reminder, escalates 2026-06-25 00:00
              1 2026-06-18: opened, 1000.00 owed
            end: CaseEscalated with acme R1 @2026-06-25 "demand"
            end: ReceivableDefaulted acme with alpha R1 1000.00 @2026-06-17
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            TrancheWrittenOff alpha with acme R1 T1 1000.00 "nobody answers"
            ReceivableWrittenOff acme with alpha R1 1000.00 @2026-07-18
            R1 of acme: open, legal
              1 2026-06-18: opened, 1000.00 owed
              2 2026-06-25: escalated to demand
              3 2026-07-18: escalated to legal
              4 2026-07-18 by alpha: T1 written off, 1000.00 "nobody answers"
            DepositCredited east with acme 2000.00 "A"
            end: SettlementDebited acme R1 1015.50 @2026-07-18
            end: LateInterestDistributed alpha with acme R1 T1 15.50
            end: SettlementDistributed alpha with acme R1 T1 1000.00
            end: CaseClosed with acme R1 @2026-07-18
            R1 of acme: closed on 2026-07-18, legal
              1 2026-06-18: opened, 1000.00 owed
              2 2026-06-25: escalated to demand
              3 2026-07-18: escalated to legal
              4 2026-07-18 by alpha: T1 written off, 1000.00 "nobody answers"
              5 2026-07-18: closed
            refused CASE_CLOSED: the case about R1 is closed
            refused CASE_UNKNOWN: no case about R9
        "#]],
    );
}

#[test]
fn the_lead_creditor_hands_cases_over_under_a_mandate() {
    check(
        "mandate",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00 400.00>beta
             given beta accepts T3
             given beta submits 10.00 on acme due 2026-06-17 inv B2
             given acme confirms R2
             given beta accepts R2
             given alpha submits 10.00 on acme due 2026-06-17 inv C3
             given acme confirms R3 knowing
             given alpha accepts R3
             on 2026-06-17
             on 2026-06-18
             alpha assigns - to agent until 2026-09-30 under paper
             alpha assigns R1 to guard until 2026-09-30 under paper
             alpha assigns R1 to agent until 2026-06-17 under paper
             alpha assigns R1 to agent until 2026-09-30
             alpha assigns R9 to agent until 2026-09-30 under paper
             beta assigns R1 to agent until 2026-09-30 under paper
             alpha assigns R1,R1 to agent until 2026-09-30 under paper
             # all of them or none
             alpha assigns R1,R2 to agent until 2026-09-30 under paper
             alpha assigns R1,R3 to agent until 2026-06-20 under paper
             beta ends R1 because we never agreed
             agent ends R3 because there is nothing to find
             alpha ends R3
             agent contacts R1 by phone at 2026-06-18 08:30 saying paying soon
             on 2026-06-21
             agent contacts R1 by phone at 2026-06-21 08:30 saying paying soon
             agent contacts R1 by phone at 2026-06-20 21:59 saying paying soon
             show cases"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            end: ReceivableOverdue acme with beta R2 10.00 @2026-06-17
            end: CaseOpened with acme R2 10.00 @2026-06-18
            end: ReceivableOverdue acme with alpha R3 10.00 @2026-06-17
            end: CaseOpened with acme R3 10.00 @2026-06-18
            refused CASE_COUNT: 0 cases where 1 to 64 are allowed
            refused ROLE_MISSING: member guard does not have the role CollectionAgent
            refused MANDATE_ENDED: the mandate ends on 2026-06-17, before 2026-06-18
            refused TEXT_MISSING: hash of the mandate must not be empty
            refused CASE_UNKNOWN: no case about R9
            refused NOT_LEAD_CREDITOR: alpha leads the case about R1
            refused CASE_REPEATED: R1 stands twice in the hand-over
            refused NOT_LEAD_CREDITOR: beta leads the case about R2
            CaseAssigned alpha with agent R1 @2026-06-20
            CaseAssigned alpha with agent R3 @2026-06-20
            refused NOT_LEAD_CREDITOR: alpha leads the case about R1
            CaseMandateEnded agent with agent R3 @2026-06-18 "there is nothing to find"
            refused NO_MANDATE: there is no mandate in the case about R3
            ContactLogged agent with acme R1 @2026-06-18 "paying soon"
            refused MANDATE_ENDED: the mandate ends on 2026-06-20, before 2026-06-21
            ContactLogged agent with acme R1 @2026-06-20 "paying soon"
            R1 of acme: open, reminder, escalates 2026-06-25 00:00, agent until 2026-06-20
              1 2026-06-18: opened, 1000.00 owed
              2 2026-06-18 by alpha: assigned to agent until 2026-06-20
              3 2026-06-18 by agent: contact by Phone 2026-06-18 08:30 "paying soon"
              4 2026-06-21 by agent: contact by Phone 2026-06-20 21:59 "paying soon"
            R2 of acme: open, reminder, escalates 2026-06-25 00:00
              1 2026-06-18: opened, 10.00 owed
            R3 of acme: open, reminder, escalates 2026-06-25 00:00
              1 2026-06-18: opened, 10.00 owed
              2 2026-06-18 by alpha: assigned to agent until 2026-06-20
              3 2026-06-18 by agent: mandate of agent ended "there is nothing to find"
        "#]],
    );
}

#[test]
fn contacts_keep_the_policys_hours_and_frequency() {
    check_under(
        "contacts",
        |policy| policy.contacts_per_day = 2,
        &format!(
            "{LIVE}
             on 2026-06-17
             on 2026-06-18
             on 2026-06-19 23:00
             alpha contacts R1 by phone at 2026-06-19 07:59 saying hello
             alpha contacts R1 by phone at 2026-06-19 22:00 saying hello
             alpha contacts R1 by phone at 2026-06-19 23:30 saying hello
             alpha contacts R1 by phone at 2026-06-17 10:00 saying hello
             alpha contacts R1 by phone at 2026-06-19 08:00
             beta contacts R1 by phone at 2026-06-19 08:00 saying hello
             alpha contacts R1 by phone at 2026-06-19 08:00 saying hello
             alpha contacts R1 by letter at 2026-06-19 21:59 saying please pay
             alpha contacts R1 by visit at 2026-06-19 12:00 saying nobody was there
             alpha contacts R1 by message at 2026-06-18 12:00 saying yesterday
             show cases"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            refused CONTACT_OUTSIDE_HOURS: a contact at 7 h, where 8 h to 22 h is allowed
            refused CONTACT_OUTSIDE_HOURS: a contact at 22 h, where 8 h to 22 h is allowed
            refused CONTACT_TIME: a contact on 2026-06-19 in a case opened on 2026-06-18, logged on 2026-06-19
            refused CONTACT_TIME: a contact on 2026-06-17 in a case opened on 2026-06-18, logged on 2026-06-19
            refused TEXT_MISSING: outcome of a contact must not be empty
            refused NOT_LEAD_CREDITOR: alpha leads the case about R1
            ContactLogged alpha with acme R1 @2026-06-19 "hello"
            ContactLogged alpha with acme R1 @2026-06-19 "please pay"
            refused CONTACTS_PER_DAY: acme was already contacted 2 times on 2026-06-19 by the sender
            ContactLogged alpha with acme R1 @2026-06-18 "yesterday"
            R1 of acme: open, reminder, escalates 2026-06-25 00:00
              1 2026-06-18: opened, 1000.00 owed
              2 2026-06-19 by alpha: contact by Phone 2026-06-19 08:00 "hello"
              3 2026-06-19 by alpha: contact by Letter 2026-06-19 21:59 "please pay"
              4 2026-06-19 by alpha: contact by Message 2026-06-18 12:00 "yesterday"
        "#]],
    );
}

#[test]
fn a_plan_that_is_kept_suspends_escalation_and_default() {
    check(
        "kept",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00 400.00>beta
             given beta accepts T3
             on 2026-06-17
             on 2026-06-18
             gamma plans R1 2026-07-01=400.00 2026-08-01=600.00
             acme plans R1 2026-07-01=400.00 2026-08-01=599.99
             acme plans R1 2026-07-01=400.00 2026-07-01=600.00
             acme plans R1 2026-06-18=400.00 2026-07-01=600.00
             acme plans R1
             acme plans R1 2026-07-01=0.00
             acme extends R1 2026-07-01=400.00 2026-08-01=600.00
             alpha grants R1
             acme plans R1 2026-07-01=1_000.00
             beta refuses R1 because we want parts
             acme plans R1 2026-07-01=400.00 2026-08-01=600.00
             acme grants R1
             beta grants R1
             alpha grants R1
             acme plans R1 2026-07-01=400.00 2026-08-01=600.00
             show queue
             on 2026-06-30
             east credits acme 410.00 ref A
             on 2026-07-02
             on 2026-07-20
             show receivables
             east credits acme 700.00 ref B
             show cases"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            refused NOT_CASE_PARTY: the sender is neither debtor nor creditor of R1
            refused INSTALMENTS_NOT_SUMMING: the instalments sum to 99999 CNY minor, the debt is 100000 CNY minor
            refused INSTALMENT_DATE: an instalment on 2026-07-01, which is not after 2026-07-01
            refused INSTALMENT_DATE: an instalment on 2026-06-18, which is not after 2026-06-18
            refused INSTALMENT_COUNT: 0 instalments where 1 to 120 are allowed
            refused AMOUNT_ZERO: the amount must be more than zero
            refused INSTALMENT_COUNT: 2 instalments where 1 to 1 are allowed
            refused NOTHING_PROPOSED: nothing is proposed in the case about R1
            ArrangementProposed acme with acme R1 @2026-06-18
            ArrangementRefused beta with acme R1 @2026-06-18 "we want parts"
            ArrangementProposed acme with acme R1 @2026-06-18
            refused APPROVED_BEFORE: the sender already approved in the case about R1
            ArrangementApproved beta with acme R1 @2026-06-18
            ArrangementApproved alpha with acme R1 @2026-06-18
            ArrangementInForce with acme R1 1000.00 @2026-06-18
            refused ARRANGEMENT_IN_FORCE: the case about R1 has an arrangement in force
            2026-07-02 00:00 CaseInstalment 1
            2026-07-18 00:00 Default 1
            1 unpaid, 0 arrivals
            DepositCredited east with acme 410.00 "A"
            end: SettlementDebited acme R1 410.00 @2026-06-30
            end: LateInterestDistributed alpha with acme R1 T2 3.90
            end: LateInterestDistributed beta with acme R1 T3 2.60
            end: SettlementDistributed alpha with acme R1 T2 242.10
            end: SettlementDistributed beta with acme R1 T3 161.40
            end: InstalmentKept with acme R1 400.00 @2026-07-02
            R1 Overdue since 2026-06-18: acme owes alpha 1000.00, settled 403.50, term extended
            DepositCredited east with acme 700.00 "B"
            end: SettlementDebited acme R1 602.47 @2026-07-20
            end: LateInterestDistributed alpha with acme R1 T2 3.58
            end: LateInterestDistributed beta with acme R1 T3 2.39
            end: SettlementDistributed alpha with acme R1 T2 357.90
            end: SettlementDistributed beta with acme R1 T3 238.60
            end: ReceivableSettled acme R1 1000.00 @2026-07-20
            end: CaseClosed with acme R1 @2026-07-20
            R1 of acme: closed on 2026-07-20, reminder
              1 2026-06-18: opened, 1000.00 owed
              2 2026-06-18 by acme: proposed Plan: 1000.00 on 2026-07-01
              3 2026-06-18 by beta: refused "we want parts"
              4 2026-06-18 by acme: proposed Plan: 400.00 on 2026-07-01, 600.00 on 2026-08-01
              5 2026-06-18 by beta: approved
              6 2026-06-18 by alpha: approved
              7 2026-06-18: in force
              8 2026-07-02: instalment 1 kept
              9 2026-07-20: closed
        "#]],
    );
}

#[test]
fn a_broken_plan_resumes_escalation_where_the_days_have_it() {
    check(
        "broken",
        &format!(
            "{LIVE}
             on 2026-06-17
             on 2026-06-18
             given acme plans R1 2026-07-01=400.00 2026-08-01=600.00
             given alpha grants R1
             given east credits acme 300.00 ref A
             on 2026-07-02
             on 2026-07-18
             show cases
             show receivables"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            end: ArrangementBroken with acme R1 100.00 @2026-07-02
            end: CaseEscalated with acme R1 @2026-07-02 "demand"
            end: ReceivableDefaulted acme with alpha R1 700.50 @2026-06-17
            end: CaseEscalated with acme R1 @2026-07-18 "legal"
            R1 of acme: open, legal
              1 2026-06-18: opened, 1000.00 owed
              2 2026-06-18 by acme: proposed Plan: 400.00 on 2026-07-01, 600.00 on 2026-08-01
              3 2026-06-18 by alpha: approved
              4 2026-06-18: in force
              5 2026-07-02: broken at instalment 1, 100.00 missing
              6 2026-07-02: escalated to demand
              7 2026-07-18: escalated to legal
            R1 Defaulted since 2026-07-18: acme owes alpha 1000.00, settled 299.50, term extended
        "#]],
    );
}

#[test]
fn later_days_and_new_terms_need_every_holder() {
    check(
        "restructuring",
        &format!(
            "{LIVE}
             given alpha splits T1 600.00 400.00>beta
             given beta accepts T3
             on 2026-06-17
             on 2026-06-18
             alpha extends R1 2026-09-01=1_000.00
             acme grants R1
             acme restructures R1 until 2026-10-31 2026-09-01=500.00 2026-11-01=500.00
             acme restructures R1 until 2027-11-01 2026-09-01=500.00 2026-11-01=500.00
             alpha grants R1
             beta grants R1
             risk acme
             show cases
             # what was paid meanwhile makes another sum
             on 2026-09-02
             given acme plans R1 2026-10-01=1_000.00
             given east credits acme 10_000.00 ref A
             alpha grants R1"
        ),
        expect![[r#"
            end: ReceivableOverdue acme with alpha R1 1000.00 @2026-06-17
            end: CaseOpened with acme R1 1000.00 @2026-06-18
            ArrangementProposed alpha with acme R1 @2026-06-18
            ArrangementApproved acme with acme R1 @2026-06-18
            refused OBSERVATION_TOO_SHORT: observed until 2026-10-31, before the last instalment on 2026-11-01
            ArrangementProposed acme with acme R1 @2026-06-18
            ArrangementApproved alpha with acme R1 @2026-06-18
            ArrangementApproved beta with acme R1 @2026-06-18
            ArrangementInForce with acme R1 1000.00 @2026-06-18
            acme: SpecialMention, 1 days past due by R1, defaulted nothing
            R1 of acme: open, reminder, instalment until 2026-09-02 00:00, observed until 2027-11-01
              1 2026-06-18: opened, 1000.00 owed
              2 2026-06-18 by alpha: proposed Extension: 1000.00 on 2026-09-01
              3 2026-06-18 by acme: approved
              4 2026-06-18 by acme: proposed Restructuring { observed_until: 2027-11-01 }: 500.00 on 2026-09-01, 500.00 on 2026-11-01
              5 2026-06-18 by alpha: approved
              6 2026-06-18 by beta: approved
              7 2026-06-18: in force
            end: ArrangementBroken with acme R1 500.00 @2026-09-02
            end: CaseEscalated with acme R1 @2026-09-02 "legal"
            refused CASE_CLOSED: the case about R1 is closed
        "#]],
    );
}
