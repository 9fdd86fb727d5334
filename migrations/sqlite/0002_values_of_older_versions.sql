-- What older versions stored outside the limits of today is kept as it is: a text that an older
-- version left out is empty, and rows without an email address do not exclude one another.

-- What an older version noted as the reason of an attempt.
ALTER TABLE attempts ADD COLUMN noted_reason TEXT;

DROP INDEX users_email;
CREATE UNIQUE INDEX users_email ON users (tenant, email_key) WHERE email_key <> '';
