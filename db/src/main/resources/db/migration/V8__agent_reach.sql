-- Where an agent is reached besides its first address, and whether it is: known again when the aggregator starts, before the agents come.
ALTER TABLE agent
    ADD COLUMN further_addresses text[] NOT NULL DEFAULT '{}',
    -- NULL: nobody has judged.
    ADD COLUMN behind_nat boolean;
