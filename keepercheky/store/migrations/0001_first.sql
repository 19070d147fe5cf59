-- Every instant is an INTEGER: microseconds since 1970-01-01T00:00:00Z. Every JSON value is TEXT.

CREATE TABLE about (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    created_at INTEGER NOT NULL
);

-- What happened -------------------------------------------------------------------------------------------------

CREATE TABLE schedules (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    line TEXT,                      -- its cron line, and since when it has been that; NULL: not known yet
    line_since INTEGER,
    last_start_at INTEGER,          -- the last_* columns outlive the runs they tell of
    last_completion_at INTEGER,
    last_success_at INTEGER,
    last_outcome TEXT,
    last_duration_us INTEGER
) WITHOUT ROWID;

CREATE TABLE ticks (
    schedule TEXT NOT NULL,
    due_at INTEGER NOT NULL,        -- on a whole minute
    PRIMARY KEY (schedule, due_at)
) WITHOUT ROWID;

CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    schedule TEXT NOT NULL,
    trigger_kind TEXT NOT NULL CHECK (trigger_kind IN ('cron', 'catch_up', 'manual', 'storage')),
    due_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    mode TEXT NOT NULL,
    outcome TEXT CHECK (outcome IN ('success', 'partial', 'failed', 'waiting', 'refused', 'skipped')),
    reason TEXT,
    totals TEXT NOT NULL DEFAULT '{}',
    refusals TEXT NOT NULL DEFAULT '[]',
    gaps TEXT NOT NULL DEFAULT '[]',
    by_reason TEXT NOT NULL DEFAULT '[]',
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
) WITHOUT ROWID;
CREATE INDEX runs_by_time ON runs (started_at, id);
CREATE INDEX runs_by_schedule ON runs (schedule, started_at, id);
CREATE INDEX runs_by_end ON runs (ended_at);

CREATE TABLE counters (
    name TEXT NOT NULL,
    labels TEXT NOT NULL,           -- a JSON object, its keys sorted
    value REAL NOT NULL,
    PRIMARY KEY (name, labels)
) WITHOUT ROWID;

-- What deciding remembers ---------------------------------------------------------------------------------------

CREATE TABLE promises (
    simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
    key TEXT NOT NULL,
    schedule TEXT NOT NULL,
    announced_at INTEGER NOT NULL,
    promised_until INTEGER NOT NULL,
    active_at INTEGER NOT NULL,
    level TEXT,
    idle_since INTEGER,
    idle_runs INTEGER NOT NULL,
    files TEXT NOT NULL,            -- a JSON list of its file ids when announced
    PRIMARY KEY (simulated, key)
) WITHOUT ROWID;

CREATE TABLE keeps (
    identity TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    until INTEGER,
    reason TEXT NOT NULL,
    kept_by TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE plays (
    identity TEXT NOT NULL,
    user TEXT NOT NULL,
    played_at INTEGER,
    finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
    play_count INTEGER NOT NULL,
    undated_since INTEGER,
    PRIMARY KEY (identity, user)
) WITHOUT ROWID;

CREATE TABLE matched (
    key TEXT PRIMARY KEY            -- identity@service, once matched with an item of Jellyfin
) WITHOUT ROWID;

CREATE TABLE baseline (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    taken_at INTEGER NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE accepted (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    facts TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE schedule_marks (
    schedule TEXT PRIMARY KEY,
    last_good_at INTEGER,
    held_back INTEGER NOT NULL CHECK (held_back IN (0, 1)),
    approved INTEGER NOT NULL CHECK (approved IN (0, 1)),
    scope TEXT NOT NULL,            -- what the schedule covered when it was approved
    longest_gap INTEGER             -- microseconds between two due times, as its cron line was
) WITHOUT ROWID;

CREATE TABLE paused (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    paused INTEGER NOT NULL CHECK (paused IN (0, 1)),
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL
);

CREATE TABLE spent (
    run_id TEXT NOT NULL,           -- no reference: a run may be pruned before its deletions stop counting
    key TEXT NOT NULL,
    schedule TEXT NOT NULL,
    kind TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
CREATE INDEX spent_by_time ON spent (due_at);

CREATE TABLE deleted (
    identity TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) WITHOUT ROWID;

-- What pages read -----------------------------------------------------------------------------------------------

CREATE TABLE titles (
    key TEXT PRIMARY KEY,
    identity TEXT NOT NULL,         -- the key without its instance
    folded TEXT NOT NULL,           -- the title without case, accents and punctuation
    content INTEGER NOT NULL,       -- a hash of all that was decided: unchanged rows are not written again
    schedule TEXT NOT NULL,         -- '' where no schedule governs
    service TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    year INTEGER,
    season INTEGER,
    episode INTEGER,
    episodes TEXT NOT NULL,
    tmdb INTEGER,
    imdb TEXT,
    tvdb INTEGER,
    size_bytes INTEGER NOT NULL,
    frees_bytes INTEGER NOT NULL,
    storage TEXT,
    verdict TEXT NOT NULL CHECK (verdict IN ('keep', 'undecided', 'leaving', 'delete')),
    taken INTEGER NOT NULL CHECK (taken IN (0, 1)),
    first_rule TEXT NOT NULL,
    findings BLOB NOT NULL,
    active_at INTEGER,
    expires_at INTEGER,
    announced_at INTEGER,
    promised_until INTEGER,
    position INTEGER,
    changed_at INTEGER NOT NULL,
    run_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX titles_by_schedule ON titles (schedule, content);
CREATE INDEX titles_by_count ON titles (service, kind, verdict, size_bytes);
CREATE INDEX titles_by_name ON titles (verdict, folded, year, key);

CREATE TABLE samples (
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    free_bytes INTEGER NOT NULL,
    total_bytes INTEGER,
    PRIMARY KEY (name, at)
) WITHOUT ROWID;
CREATE INDEX samples_by_time ON samples (at);

-- Deletions step by step, what follows them, and what a person approved -----------------------------------------

CREATE TABLE steps (
    id INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL,           -- no reference: a run may be pruned before its steps
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    schedule TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('planned', 'acting', 'done', 'unverified', 'failed', 'skipped', 'abandoned')),
    reason TEXT,
    due_at INTEGER NOT NULL,
    planned_at INTEGER NOT NULL,
    acting_at INTEGER,
    ended_at INTEGER,
    size_bytes INTEGER NOT NULL,
    frees_bytes INTEGER NOT NULL,   -- what it frees once its last copy (recycle bin) is gone
    storage TEXT,
    bin_days INTEGER,               -- NULL: deleted for good; 0: kept in a recycle bin nobody empties
    body TEXT NOT NULL,             -- everything needed to verify it, to follow it up, and to undo it
    resource BLOB,                  -- the *arr's own JSON of the title, before it went
    UNIQUE (run_id, key)
);
CREATE INDEX steps_by_state ON steps (state);
CREATE INDEX steps_by_key ON steps (key, id);
CREATE INDEX steps_by_end ON steps (ended_at);

CREATE TABLE after_steps (
    id INTEGER PRIMARY KEY,
    step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('jellyfin', 'seerr')),
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'dropped')),
    reason TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL,
    UNIQUE (step_id, kind)
);
CREATE INDEX after_steps_by_state ON after_steps (state);

CREATE TABLE approvals (
    schedule TEXT NOT NULL,
    key TEXT NOT NULL,
    files TEXT NOT NULL,            -- a JSON list: with other files it is another thing that was approved
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (schedule, key)
) WITHOUT ROWID;

CREATE TABLE gone_live (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    mode TEXT NOT NULL,
    since INTEGER NOT NULL
);
