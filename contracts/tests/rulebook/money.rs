//! Deposits: credited, moved, paid out, conserved.
use crate::common::script::{Stage, check};
use crate::common::show;
use expect_test::expect;
use tally_contracts::money::Deposit;

#[test]
fn a_deposit_is_credited_moved_and_paid_out() {
    check(
        "deposit",
        "east credits alpha 100.00 ref A1
         alpha moves 30.00 at east to beta
         alpha draws 50.00 at east to IBAN 1
         show money
         alpha moves 20.01 at east to beta
         east paid P1 ref B1
         beta draws 30.00 at east to IBAN 2
         east returns P2 because account closed
         show money",
        expect![[r#"
            DepositCredited east with alpha 100.00 "A1"
            DepositMoved alpha with beta 30.00
            PayoutRequested alpha with east P1 50.00 "IBAN 1"
            beta at east: 30.00 CNY
            alpha at east: 20.00 CNY + 50.00 locked
            east credited 100.00, redeemed 0.00 CNY
            refused DEPOSIT_INSUFFICIENT: 2000 CNY minor are free where 2001 CNY minor are needed
            PayoutConfirmed alpha with east P1 50.00 "B1"
            PayoutRequested beta with east P2 30.00 "IBAN 2"
            PayoutRejected beta with east P2 30.00 "account closed"
            beta at east: 30.00 CNY
            alpha at east: 20.00 CNY
            east credited 100.00, redeemed 50.00 CNY
        "#]],
    );
}

#[test]
fn nobody_spends_what_is_not_there_or_twice() {
    check(
        "spending",
        "given east credits alpha 100.00 ref A1
         given alpha draws 60.00 at east to IBAN
         alpha moves 40.01 at east to beta
         alpha moves 0.00 at east to beta
         alpha moves 1.00 at east to alpha
         alpha moves 1.00 at acme to beta
         alpha moves 1.00 at east to idle
         alpha moves 1.00EUR at east to beta
         alpha draws 40.01 at east to IBAN
         alpha draws 1.00 at east
         alpha draws 0.00 at east to IBAN
         together
         alpha moves 30.00 at east to beta
         alpha moves 30.00 at east to gamma
         end
         show money",
        expect![[r#"
            refused DEPOSIT_INSUFFICIENT: 4000 CNY minor are free where 4001 CNY minor are needed
            refused AMOUNT_ZERO: the amount must be more than zero
            refused COUNTERPARTY_IS_SELF: alpha cannot be its own counterparty
            refused ROLE_MISSING: member acme does not have the role Bank
            refused MEMBER_NOT_ACTIVE: member idle is not active
            refused DEPOSIT_INSUFFICIENT: 0 EUR minor are free where 100 EUR minor are needed
            refused DEPOSIT_INSUFFICIENT: 4000 CNY minor are free where 4001 CNY minor are needed
            refused TEXT_MISSING: destination must not be empty
            refused AMOUNT_ZERO: the amount must be more than zero
            DepositMoved alpha with beta 30.00
            refused DEPOSIT_INSUFFICIENT: 1000 CNY minor are free where 3000 CNY minor are needed
            beta at east: 30.00 CNY
            alpha at east: 10.00 CNY + 60.00 locked
            east credited 100.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn a_bank_reference_settles_once_per_bank() {
    check(
        "references",
        "given east credits alpha 10.00 ref A1
         east credits alpha 10.00 ref A1
         west credits alpha 10.00 ref A1
         east credits alpha 10.00
         east credits alpha 0.00 ref A2
         alpha credits alpha 10.00 ref A2
         east credits nobody 10.00 ref A2
         given alpha draws 5.00 at east to IBAN
         east paid P1 ref A1
         west paid P1 ref B1
         east paid P2 ref B1
         east returns P1
         east paid P1 ref B1
         east paid P1 ref B2
         east returns P1 because late
         show money",
        expect![[r#"
            refused BANK_REFERENCE_USED: east already used its reference A1
            DepositCredited west with alpha 10.00 "A1"
            refused TEXT_MISSING: bank reference must not be empty
            refused AMOUNT_ZERO: the amount must be more than zero
            refused ROLE_MISSING: member alpha does not have the role Bank
            refused MEMBER_UNKNOWN: no member nobody on this ledger
            refused BANK_REFERENCE_USED: east already used its reference A1
            refused PAYOUT_UNKNOWN: no payout P1
            refused PAYOUT_UNKNOWN: no payout P2
            refused TEXT_MISSING: reason must not be empty
            PayoutConfirmed alpha with east P1 5.00 "B1"
            refused PAYOUT_NOT_OPEN: payout P1 is no longer open
            refused PAYOUT_NOT_OPEN: payout P1 is no longer open
            alpha at east: 5.00 CNY
            alpha at west: 10.00 CNY
            east credited 10.00, redeemed 5.00 CNY
            west credited 10.00, redeemed 0.00 CNY
        "#]],
    );
}

#[test]
fn a_deposit_holds_more_than_64_bits() {
    let mut stage = Stage::rulebook();
    let most = "10_000_000_000_000.00";
    for wave in 0..20 {
        let credits: Vec<String> =
            (0..1_000).map(|number| format!("east credits acme {most} ref A{wave}-{number}")).collect();
        stage.ledger.thorough = false;
        stage.run(&format!("together\n{}\nend", credits.join("\n")));
    }
    stage.ledger.check();
    let (_, deposit) = stage.ledger.state.all::<Deposit>().remove(0);
    assert_eq!(deposit.balance, 20_000 * 1_000_000_000_000_000);
    assert!(deposit.balance > u128::from(u64::MAX));
    let shown = stage.run(
        "acme moves 10_000_000_000_000.00 at east to alpha
         acme draws 10_000_000_000_000.00 at east to IBAN",
    );
    assert!(!shown.contains("refused"), "{shown}");
    expect![[r#"
        acme at east: 199980000000000000.00 CNY + 10000000000000.00 locked
        alpha at east: 10000000000000.00 CNY
        east credited 200000000000000000.00, redeemed 0.00 CNY
    "#]]
    .assert_eq(&show::money(&stage.ledger.state));
}
