//! Credit profiles: what is counted, who may ask, and what it learns.
use crate::common::script::{LIVE, check};
use expect_test::expect;

#[test]
fn a_file_counts_what_was_confirmed_paid_sold_and_cancelled() {
    check(
        "counted",
        &format!(
            "{LIVE}
             given alpha submits 200.00 on acme due 2026-06-17 inv A2
             given acme rejects R2 because unknown
             given beta submits 50.00 on acme due 2026-06-17 inv B1
             given acme confirms R3
             given beta declines R3
             show credit
             given east credits acme 400.00 ref A
             given acme pays R1 400.00
             given west opens on acme limit 5_000.00 rate 3.00
             given alpha discounts T1 200.00
             show credit
             on 2026-06-18
             on 2026-06-18 12:00
             given east credits acme 100.00 ref B
             show credit
             on 2026-07-27
             given east credits acme 10_000.00 ref C
             show credit"
        ),
        expect![[r#"
            acme CNY since 2026-01-15 as anchor: confirmed 2 of 1050.00, on time 0.00, late 0.00 0.00 0.00 0.00 0.00 0.00, overdue 0 of 0.00, defaulted 0 of 0.00, diluted 0.00, cancelled 50.00, open 1000.00
            beta CNY as supplier: confirmed 1 of 50.00, rejected 0 of 0.00, diluted 0.00
            alpha CNY as supplier: confirmed 1 of 1000.00, rejected 1 of 200.00, diluted 0.00
            acme CNY since 2026-01-15 as anchor: confirmed 2 of 1050.00, on time 400.00, late 0.00 0.00 0.00 0.00 0.00 0.00, overdue 0 of 0.00, defaulted 0 of 0.00, diluted 0.00, cancelled 50.00, open 600.00
            beta CNY as supplier: confirmed 1 of 50.00, rejected 0 of 0.00, diluted 0.00
            alpha CNY as supplier: confirmed 1 of 1000.00, rejected 1 of 200.00, diluted 0.00
            alpha CNY as holder: sold 1 of 200.00 for 197.45
            acme CNY since 2026-01-15 as anchor: confirmed 2 of 1050.00, on time 500.00, late 0.00 0.00 0.00 0.00 0.00 0.00, overdue 0 of 0.00, defaulted 0 of 0.00, diluted 0.00, cancelled 50.00, open 500.00
            beta CNY as supplier: confirmed 1 of 50.00, rejected 0 of 0.00, diluted 0.00
            alpha CNY as supplier: confirmed 1 of 1000.00, rejected 1 of 200.00, diluted 0.00
            alpha CNY as holder: sold 1 of 200.00 for 197.45
            end: ReceivableOverdue acme with alpha R1 500.00 @2026-06-17
            end: CaseOpened with acme R1 500.00 @2026-07-27
            acme CNY since 2026-01-15 as anchor: confirmed 2 of 1050.00, on time 500.00, late 0.00 0.00 500.00 0.00 0.00 0.00, overdue 1 of 500.00, defaulted 1 of 500.00, diluted 0.00, cancelled 50.00, open 0.00
            beta CNY as supplier: confirmed 1 of 50.00, rejected 0 of 0.00, diluted 0.00
            alpha CNY as supplier: confirmed 1 of 1000.00, rejected 1 of 200.00, diluted 0.00
            alpha CNY as holder: sold 1 of 200.00 for 197.45
        "#]],
    );
}

#[test]
fn a_reader_asks_under_consent_only_and_learns_bands() {
    check(
        "consent",
        &format!(
            "{LIVE}
             east profiles acme OnTimeShare
             acme permits acme Tenor until 2026-12-31 for nothing
             acme permits nobody Tenor until 2026-12-31 for nothing
             acme permits east Tenor until 2026-12-31
             acme permits east nothing until 2026-12-31 for a facility
             acme permits east Tenor,OnTimeShare until 2026-12-31 for a facility
             acme permits east Tenor until 2026-01-14 for a facility
             acme permits east Tenor until 2027-01-17 for a facility
             acme permits east AnchorVolume,Exposure,OnTimeShare,Tenor until 2026-07-20 for a facility
             east profiles acme DefaultCount
             west profiles acme Tenor
             east profiles nobody Tenor
             east profiles east Tenor
             east profiles acme nothing
             east profiles acme Tenor,Exposure
             east profiles acme Tenor>=6
             east profiles acme Tenor>=0
             east profiles acme AnchorVolume,Exposure>=3,OnTimeShare,Tenor
             east profiles acme Exposure>=2
             east profiles acme Exposure in EUR
             given east credits acme 900.00 ref A
             given acme pays R1 900.00
             on 2026-06-18
             east profiles acme AnchorVolume,Exposure>=3,OnTimeShare,Tenor
             show credit"
        ),
        expect![[r#"
            refused CONSENT_NONE: no consent of acme towards east counts now
            refused COUNTERPARTY_IS_SELF: acme cannot be its own counterparty
            refused MEMBER_UNKNOWN: no member nobody on this ledger
            refused TEXT_MISSING: purpose must not be empty
            refused MEASURES_INVALID: a list of measures needs at least one measure, in their order, each once
            refused MEASURES_INVALID: a list of measures needs at least one measure, in their order, each once
            refused CONSENT_PERIOD: 2026-01-14 is not between 2026-01-15 and 2027-01-16
            refused CONSENT_PERIOD: 2027-01-17 is not between 2026-01-15 and 2027-01-16
            CreditConsentGranted acme with east @2026-07-20 "a facility"
            refused CONSENT_SCOPE: the consent of acme does not cover DefaultCount
            refused CONSENT_NONE: no consent of acme towards west counts now
            refused CONSENT_NONE: no consent of nobody towards east counts now
            refused COUNTERPARTY_IS_SELF: east cannot be its own counterparty
            refused MEASURES_INVALID: a list of measures needs at least one measure, in their order, each once
            refused MEASURES_INVALID: a list of measures needs at least one measure, in their order, each once
            refused MEASURES_INVALID: a list of measures needs bands that the measure has, from 1
            refused MEASURES_INVALID: a list of measures needs bands that the measure has, from 1
            CreditRead east with acme "a facility"
            CreditRead east with acme "a facility"
            CreditRead east with acme "a facility"
            CreditRead east with acme "a facility"
            acme CNY since 2026-01-15 as anchor: confirmed 1 of 1000.00, on time 900.00, late 0.00 0.00 0.00 0.00 0.00 0.00, overdue 0 of 0.00, defaulted 0 of 0.00, diluted 0.00, cancelled 0.00, open 100.00
            alpha CNY as supplier: confirmed 1 of 1000.00, rejected 0 of 0.00, diluted 0.00
            V1 east about acme at H21 for a facility: AnchorVolume band 2, Exposure no, OnTimeShare no history, Tenor band 3
            V2 east about acme at H22 for a facility: Exposure yes
            V3 east about acme at H23 for a facility: Exposure no history
            V4 east about acme at H27 for a facility: AnchorVolume band 2, Exposure no, OnTimeShare band 6, Tenor band 3
        "#]],
    );
}

#[test]
fn a_revocation_counts_from_the_next_block_and_an_expiry_from_the_next_day() {
    check(
        "revocation",
        &format!(
            "{LIVE}
             acme forbids east
             given acme permits east Tenor until 2026-03-31 for a facility
             together
             acme forbids east
             acme forbids east
             east profiles acme Tenor
             end
             east profiles acme Tenor
             acme forbids east
             given acme permits east Tenor until 2026-03-31 for another
             on 2026-03-31 23:00
             east profiles acme Tenor
             on 2026-04-01 00:01
             east profiles acme Tenor
             acme forbids east
             show credit"
        ),
        expect![[r#"
            refused CONSENT_NONE: no consent of acme towards east counts now
            CreditConsentRevoked acme with east "a facility"
            refused CONSENT_NONE: no consent of acme towards east counts now
            CreditRead east with acme "a facility"
            refused CONSENT_NONE: no consent of acme towards east counts now
            refused CONSENT_NONE: no consent of acme towards east counts now
            CreditRead east with acme "another"
            refused CONSENT_NONE: no consent of acme towards east counts now
            refused CONSENT_NONE: no consent of acme towards east counts now
            acme CNY since 2026-01-15 as anchor: confirmed 1 of 1000.00, on time 0.00, late 0.00 0.00 0.00 0.00 0.00 0.00, overdue 0 of 0.00, defaulted 0 of 0.00, diluted 0.00, cancelled 0.00, open 1000.00
            alpha CNY as supplier: confirmed 1 of 1000.00, rejected 0 of 0.00, diluted 0.00
            V1 east about acme at H6 for a facility: Tenor band 3
            V2 east about acme at H11 for another: Tenor band 3
        "#]],
    );
}
