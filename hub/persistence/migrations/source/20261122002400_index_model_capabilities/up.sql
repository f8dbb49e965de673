-- Most models can't see or hear: only those that can are worth an index.
CREATE INDEX model_metadata_vision_idx ON model_metadata (repo) WHERE vision;
CREATE INDEX model_metadata_audio_idx ON model_metadata (repo) WHERE audio;
CREATE INDEX model_metadata_function_calling_idx ON model_metadata (repo) WHERE function_calling;
