DROP TABLE issues;
DROP TYPE issue_state;
