//! How long lines and signals are kept, and their removal after that.

use database::{Counted, Perishable, Remains, Removal, due};
use edge::{Retention, retention::Counting};

use crate::rules;

/// Nobody applies lines or withdraws signals meanwhile.
const TURN: Option<&str> = Some("UPDATE turn SET files = files WHERE turn_id = 1");

/// Removes the rows of a table that are of controls kept long enough.
macro_rules! of_controls {
    ($table:literal) => {
        Removal {
            table: $table,
            sql: concat!(
                "DELETE FROM ",
                $table,
                " WHERE control_id IN (SELECT control_id FROM control
                                       WHERE office = $1 AND planned_time < $2
                                         AND control_id IN (SELECT object_id FROM purge_item))"
            ),
        }
    };
}

/// Lines, a client's together. A credit goes with the line it takes back: without it the line would stand again.
const CLAIM: Retention = Retention {
    records: Perishable {
        kind: "claim",
        counted: Counted::Day,
        due: due!(
            "SELECT client AS object_id, MAX(last_day) AS counted, COUNT(*) AS row_count FROM claim
             WHERE office = $1 AND last_day < $2 GROUP BY client"
        ),
        lock: TURN,
        removals: &[
            Removal {
                table: "credit",
                sql: "DELETE FROM credit
                      WHERE (office, service, agb, reference) IN (
                          SELECT office, service, agb, reference FROM claim
                          WHERE office = $1 AND last_day < $2 AND client IN (SELECT object_id FROM purge_item))",
            },
            Removal {
                table: "shadow_finding",
                sql: "DELETE FROM shadow_finding
                      WHERE office = $1 AND last_day < $2 AND client IN (SELECT object_id FROM purge_item)",
            },
            Removal {
                table: "claim",
                sql: "DELETE FROM claim
                      WHERE office = $1 AND last_day < $2 AND client IN (SELECT object_id FROM purge_item)",
            },
        ],
        remains: Remains::Together,
    },
    counting: Counting::FromEndOfYear,
    years: rules::CLAIM_YEARS,
    text: rules::CLAIM_KEPT,
};

/// Credits of which the line is not there, a file's together.
const CREDIT: Retention = Retention {
    records: Perishable {
        kind: "credit",
        counted: Counted::Moment,
        due: due!(
            "SELECT credit.file_id AS object_id, MAX(credit.credited_time) AS counted, COUNT(*) AS row_count
             FROM credit
             LEFT JOIN claim ON claim.office = credit.office AND claim.service = credit.service
                            AND claim.agb = credit.agb AND claim.reference = credit.reference
             WHERE credit.office = $1 AND credit.credited_time < $2
             GROUP BY credit.file_id HAVING COUNT(claim.file_id) = 0"
        ),
        lock: TURN,
        removals: &[Removal {
            table: "credit",
            sql: "DELETE FROM credit
                  WHERE office = $1 AND credited_time < $2 AND file_id IN (SELECT object_id FROM purge_item)",
        }],
        remains: Remains::Together,
    },
    counting: Counting::FromEndOfYear,
    years: rules::CREDIT_YEARS,
    text: rules::CREDIT_KEPT,
};

/// Signals with their evidence and withdrawal. Their decisions stay; those name a client by pseudonym only. What is in a
/// case stays as long as that does.
const SIGNAL: Retention = Retention {
    records: Perishable {
        kind: "signal",
        counted: Counted::Moment,
        due: due!(
            "SELECT signal_id AS object_id, raised_time AS counted,
                    1 + (SELECT COUNT(*) FROM evidence WHERE evidence.signal_id = signal.signal_id)
                      + (SELECT COUNT(*) FROM withdrawal WHERE withdrawal.signal_id = signal.signal_id) AS row_count
             FROM signal
             WHERE office = $1 AND raised_time < $2
               AND NOT EXISTS (SELECT 1 FROM case_signal WHERE case_signal.signal_id = signal.signal_id)
             ORDER BY signal_id"
        ),
        lock: TURN,
        removals: &[
            Removal {
                table: "evidence",
                sql: "DELETE FROM evidence
                      WHERE signal_id IN (SELECT signal_id FROM signal
                                          WHERE office = $1 AND raised_time < $2
                                            AND signal_id IN (SELECT object_id FROM purge_item))",
            },
            Removal {
                table: "withdrawal",
                sql: "DELETE FROM withdrawal
                      WHERE signal_id IN (SELECT signal_id FROM signal
                                          WHERE office = $1 AND raised_time < $2
                                            AND signal_id IN (SELECT object_id FROM purge_item))",
            },
            Removal {
                table: "signal",
                sql: "DELETE FROM signal
                      WHERE office = $1 AND raised_time < $2 AND signal_id IN (SELECT object_id FROM purge_item)",
            },
        ],
        remains: Remains::Each,
    },
    counting: Counting::FromItsDay,
    years: rules::SIGNAL_YEARS,
    text: rules::SIGNAL_KEPT,
};

/// Facts that came in for the claim rules, a file's together.
const FACT: Retention = Retention {
    records: Perishable {
        kind: "fact",
        counted: Counted::Moment,
        due: due!(
            "SELECT import_id AS object_id, recorded_time AS counted, 1 + file_rows AS row_count FROM fact_import
             WHERE office = $1 AND recorded_time < $2"
        ),
        lock: TURN,
        removals: &[
            Removal {
                table: "fact",
                sql: "DELETE FROM fact
                      WHERE office = $1 AND stated_time < $2 AND import_id IN (SELECT object_id FROM purge_item)",
            },
            Removal {
                table: "fact_import",
                sql: "DELETE FROM fact_import
                      WHERE office = $1 AND recorded_time < $2 AND import_id IN (SELECT object_id FROM purge_item)",
            },
        ],
        remains: Remains::Each,
    },
    counting: Counting::FromItsDay,
    years: rules::FACT_YEARS,
    text: rules::FACT_KEPT,
};

/// Findings of registers, sealed. What was judged of them stays, and names codes of registers only by their hash.
const FINDING: Retention = Retention {
    records: Perishable {
        kind: "register_finding",
        counted: Counted::Moment,
        due: due!(
            "SELECT consult_id AS object_id, asked_time AS counted, CAST(1 AS BIGINT) AS row_count FROM register_finding
             WHERE office = $1 AND asked_time < $2 ORDER BY consult_id"
        ),
        lock: None,
        removals: &[Removal {
            table: "register_finding",
            sql: "DELETE FROM register_finding
                  WHERE office = $1 AND asked_time < $2 AND consult_id IN (SELECT object_id FROM purge_item)",
        }],
        remains: Remains::Each,
    },
    counting: Counting::FromItsDay,
    years: rules::FINDING_YEARS,
    text: rules::FINDING_KEPT,
};

/// The log of consults.
const CONSULT: Retention = Retention {
    records: Perishable {
        kind: "consult",
        counted: Counted::Moment,
        due: due!(
            "SELECT consult_id AS object_id, asked_time AS counted, CAST(1 AS BIGINT) AS row_count FROM consult
             WHERE office = $1 AND asked_time < $2 ORDER BY consult_id"
        ),
        lock: None,
        removals: &[Removal {
            table: "consult",
            sql: "DELETE FROM consult
                  WHERE office = $1 AND asked_time < $2 AND consult_id IN (SELECT object_id FROM purge_item)",
        }],
        remains: Remains::Each,
    },
    counting: Counting::FromItsDay,
    years: rules::CONSULT_YEARS,
    text: rules::CONSULT_KEPT,
};

/// Controls with their sample and what was found; their decisions stay.
const CONTROL: Retention = Retention {
    records: Perishable {
        kind: "control",
        counted: Counted::Moment,
        due: due!(
            "SELECT control_id AS object_id, planned_time AS counted,
                    1 + drawn_lines
                      + (SELECT COUNT(*) FROM control_result WHERE control_result.control_id = control.control_id)
                      + (SELECT COUNT(*) FROM control_conclusion AS conclusion
                         WHERE conclusion.control_id = control.control_id) AS row_count
             FROM control WHERE office = $1 AND planned_time < $2 ORDER BY control_id"
        ),
        lock: None,
        removals: &[
            of_controls!("control_conclusion"),
            of_controls!("control_result"),
            of_controls!("control_line"),
            of_controls!("control"),
        ],
        remains: Remains::Each,
    },
    counting: Counting::FromItsDay,
    years: rules::CONTROL_YEARS,
    text: rules::CONTROL_KEPT,
};

/// Links between providers, a file's together. Decisions stay; those name persons by pseudonym only.
const LINK: Retention = Retention {
    records: Perishable {
        kind: "link",
        counted: Counted::Moment,
        due: due!(
            "SELECT import_id AS object_id, recorded_time AS counted, 1 + file_rows AS row_count FROM link_import
             WHERE office = $1 AND recorded_time < $2"
        ),
        lock: TURN,
        removals: &[
            Removal {
                table: "link",
                sql: "DELETE FROM link
                      WHERE office = $1 AND stated_time < $2 AND import_id IN (SELECT object_id FROM purge_item)",
            },
            Removal {
                table: "link_import",
                sql: "DELETE FROM link_import
                      WHERE office = $1 AND recorded_time < $2 AND import_id IN (SELECT object_id FROM purge_item)",
            },
        ],
        remains: Remains::Each,
    },
    counting: Counting::FromItsDay,
    years: rules::LINK_YEARS,
    text: rules::LINK_KEPT,
};

/// Cases with their steps and what their signals turned out to be. Their decisions stay, which name no client.
const CASE: Retention = Retention {
    records: Perishable {
        kind: "case",
        counted: Counted::Moment,
        due: due!(
            "SELECT case_id AS object_id, closed_time AS counted,
                    1 + (SELECT COUNT(*) FROM case_signal WHERE case_signal.case_id = provider_case.case_id)
                      + (SELECT COUNT(*) FROM case_move WHERE case_move.case_id = provider_case.case_id) AS row_count
             FROM provider_case WHERE office = $1 AND closed_time < $2 ORDER BY case_id"
        ),
        lock: TURN,
        removals: &[
            Removal {
                table: "case_signal",
                sql: "DELETE FROM case_signal
                      WHERE case_id IN (SELECT case_id FROM provider_case
                                        WHERE office = $1 AND closed_time < $2
                                          AND case_id IN (SELECT object_id FROM purge_item))",
            },
            Removal {
                table: "case_move",
                sql: "DELETE FROM case_move
                      WHERE case_id IN (SELECT case_id FROM provider_case
                                        WHERE office = $1 AND closed_time < $2
                                          AND case_id IN (SELECT object_id FROM purge_item))",
            },
            Removal {
                table: "provider_case",
                sql: "DELETE FROM provider_case
                      WHERE office = $1 AND closed_time < $2 AND case_id IN (SELECT object_id FROM purge_item)",
            },
        ],
        remains: Remains::Each,
    },
    counting: Counting::FromItsDay,
    years: rules::CASE_YEARS,
    text: rules::CASE_KEPT,
};

/// What of screening is kept for a time.
pub const RETENTION: &[Retention] = &[CLAIM, CREDIT, SIGNAL, FACT, FINDING, CONSULT, LINK, CONTROL, CASE];
