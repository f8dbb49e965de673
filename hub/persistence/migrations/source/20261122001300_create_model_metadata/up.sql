-- A capability is NULL where nobody knows.
-- dualfuel: tenant
CREATE TABLE model_metadata (
    id                        UUID NOT NULL PRIMARY KEY,
    source                    TEXT NOT NULL,
    repo                      TEXT,
    filename                  TEXT,
    snapshot                  TEXT,
    api_model_id              TEXT,
    vision                    BOOLEAN,
    audio                     BOOLEAN,
    thinking                  BOOLEAN,
    function_calling          BOOLEAN,
    structured_output         BOOLEAN,
    context_max_input_tokens  BIGINT,
    context_max_output_tokens BIGINT,
    architecture              JSON,
    additional                JSON,
    chat_template             TEXT,
    extracted_at              TIMESTAMPTZ NOT NULL,
    created_at                TIMESTAMPTZ NOT NULL,
    updated_at                TIMESTAMPTZ NOT NULL
);
