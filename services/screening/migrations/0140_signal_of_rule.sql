-- What stands of a rule that looks at providers (SCR-05, SCR-06).
CREATE INDEX signal_of_rule ON signal (office, rule_id, agb);
