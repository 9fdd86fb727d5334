-- What a row brings along from another store: fields that another program wrote beside those of
-- Atlas, as one BSON document, kept and never read; and the id of a call's document there.

ALTER TABLE users ADD COLUMN other_fields BLOB;
ALTER TABLE recordings ADD COLUMN other_fields BLOB;
ALTER TABLE calls ADD COLUMN other_fields BLOB;
ALTER TABLE calls ADD COLUMN document_id TEXT CHECK (length(document_id) = 24);
