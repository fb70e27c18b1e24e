/** The version of the tables below, in the file as `user_version`. */
export const schemaVersion = 1;

/** The tables of a new file. Texts are JSON if the comment does not name something else. */
export const schema = `
CREATE TABLE run (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  agent TEXT NOT NULL,
  status TEXT NOT NULL,
  input TEXT NOT NULL,
  segment INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  waiting TEXT NOT NULL,
  outcome TEXT,
  problem TEXT,
  session TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX run_by_status ON run (status, position);
CREATE TABLE segment (
  run TEXT NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  decisions TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  PRIMARY KEY (run, number)
);
CREATE TABLE journal (
  run TEXT NOT NULL,
  segment INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  input TEXT NOT NULL,
  output TEXT,
  -- The SHA-256 of an output that is in the table of blobs.
  blob TEXT,
  at INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  PRIMARY KEY (run, segment, id)
);
CREATE TABLE signal (
  position INTEGER PRIMARY KEY,
  run TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  consumed INTEGER NOT NULL,
  UNIQUE (run, id)
);
CREATE INDEX signal_unread ON signal (run, position) WHERE consumed = 0;
CREATE TABLE blob (
  sha256 TEXT PRIMARY KEY,
  -- Text, or bytes as base64.
  body TEXT NOT NULL
);
CREATE TABLE session (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  operation TEXT NOT NULL,
  notes TEXT NOT NULL
);
CREATE TABLE session_turn (
  session TEXT NOT NULL,
  place INTEGER NOT NULL,
  turn TEXT NOT NULL,
  PRIMARY KEY (session, place)
);
CREATE TABLE owner (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  holder TEXT NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  -- Milliseconds since 1970; 0 if the ownership was given up.
  expires INTEGER NOT NULL
);
`;
