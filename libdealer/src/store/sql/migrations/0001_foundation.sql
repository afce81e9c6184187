-- The first schema. Names follow the catalogue: one table for what every document has, one for each built-in type with a
-- column for each of its fields, in the catalogue's order. A test holds both together.
-- Instants are UTC milliseconds, dates are YYYY-MM-DD, money is minor units of the document's currency.
-- '+0 days' makes every SQLite find the dates that do not exist.
-- Columns with JSON are checked by an invariant: SQLite before 3.41 lets no schema call json_valid that it does not trust.
-- Every index costs each insert, so each states what it is for.

-- Organisation: ids are given once for a code and kept for ever, since documents and journal refer to them.
CREATE TABLE company (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT;

-- The subtree of a department is the interval [tree_order, tree_last]; both NULL while it is not in the organisation.
CREATE TABLE department (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    company INTEGER REFERENCES company (id),
    parent INTEGER REFERENCES department (id),
    tree_order INTEGER CHECK (tree_order >= 0),
    tree_last INTEGER CHECK (tree_last >= tree_order),
    removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT;
-- "This department and below" is a range of it.
CREATE INDEX department_by_tree_order ON department (tree_order) WHERE tree_order IS NOT NULL;

CREATE TABLE post (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT;

CREATE TABLE employee (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    department INTEGER REFERENCES department (id),
    removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT;

CREATE TABLE configuration (
    version INTEGER PRIMARY KEY,
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    by INTEGER NOT NULL, -- employee; 0: the system
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL -- last, for it is long: what stands before it is read without it
) STRICT;

-- The newest configuration as loading wants it. It can be made again from the text at any time, and is believed only under its seal.
CREATE TABLE configuration_compiled (
    version INTEGER PRIMARY KEY REFERENCES configuration (version),
    format INTEGER NOT NULL,
    seal BLOB NOT NULL CHECK (length(seal) = 32),
    people_digest BLOB NOT NULL CHECK (length(people_digest) = 32),
    posts BLOB NOT NULL,
    people BLOB NOT NULL
) STRICT;

CREATE TABLE rule_set (
    version INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    note TEXT,
    by INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE rule_file (
    rule_set INTEGER NOT NULL REFERENCES rule_set (version),
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (rule_set, name)
) STRICT, WITHOUT ROWID;

-- Which rule set was in force from when: the newest row is the current one, so going back to an old one is a row too.
CREATE TABLE rule_set_use (
    id INTEGER PRIMARY KEY,
    rule_set INTEGER NOT NULL REFERENCES rule_set (version),
    by INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

-- What every document has. AUTOINCREMENT: the id of a deleted draft never comes back, since the journal names it.
CREATE TABLE document (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL CHECK (type <> ''),
    number TEXT,
    company INTEGER NOT NULL REFERENCES company (id),
    department INTEGER REFERENCES department (id),
    owner INTEGER REFERENCES employee (id),
    customer INTEGER REFERENCES document (id),
    -- OR, not IN, where much is written: for a list of more than two SQLite makes a table at each write.
    status TEXT NOT NULL CHECK (
        status = 'draft' OR status = 'in_approval' OR status = 'approved' OR status = 'rejected' OR status = 'voided'),
    version INTEGER NOT NULL CHECK (version >= 1),
    currency TEXT CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    locked INTEGER NOT NULL CHECK (locked IN (0, 1)), -- by a lock of its own; see period_lock
    review TEXT CHECK (review = 'approval' OR review = 'finance' OR review = 'function' OR review = 'none'), -- from the first submission on
    void_review TEXT CHECK (void_review = 'approval' OR void_review = 'finance' OR void_review = 'function'), -- while a wish to void it is reviewed
    period TEXT NOT NULL CHECK (period || '-01' IS date(period || '-01', '+0 days')),
    void_reason TEXT
) STRICT;
-- Numbers are given once; people look documents up by them.
CREATE UNIQUE INDEX document_by_number ON document (number, type, company) WHERE number IS NOT NULL;
-- The lists that people see, newest first within a department, within a company, of their own (the id closes each).
CREATE INDEX document_by_department ON document (type, department);
CREATE INDEX document_by_company ON document (type, company);
CREATE INDEX document_by_owner ON document (type, owner);
-- The documents of a customer; also what makes deleting a draft cheap.
CREATE INDEX document_by_customer ON document (customer) WHERE customer IS NOT NULL;

-- Months that finance has taken out of change, for all documents of a type in a company: one row instead of a mark on each of them.
CREATE TABLE period_lock (
    company INTEGER NOT NULL REFERENCES company (id),
    type TEXT NOT NULL CHECK (type <> ''),
    period TEXT NOT NULL CHECK (period || '-01' IS date(period || '-01', '+0 days')),
    state TEXT NOT NULL CHECK (state IN ('held', 'closed')),
    by INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (company, type, period)
) STRICT, WITHOUT ROWID;

-- Fields that a dealer declared himself, and all fields of types that he declared.
CREATE TABLE document_own_field (
    document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    integer_value INTEGER,
    text_value TEXT,
    PRIMARY KEY (document_id, name),
    CHECK ((integer_value IS NULL) <> (text_value IS NULL))
) STRICT, WITHOUT ROWID;

-- The last number given; only a write transaction that uses the number moves it, so there are no gaps.
CREATE TABLE number_sequence (
    company INTEGER NOT NULL REFERENCES company (id),
    type TEXT NOT NULL,
    year INTEGER NOT NULL CHECK (year BETWEEN 1 AND 9999),
    last INTEGER NOT NULL CHECK (last >= 1),
    PRIMARY KEY (company, type, year)
) STRICT, WITHOUT ROWID;

-- Where a copied field came from. The source is kept as history says it, so it is no foreign key.
CREATE TABLE field_source (
    document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    source INTEGER NOT NULL,
    source_field TEXT NOT NULL,
    source_version INTEGER NOT NULL,
    PRIMARY KEY (document, field)
) STRICT, WITHOUT ROWID;

-- Who took part in a document's approval and may read it for ever. By person first: that is how lists ask. No foreign key
-- to the document, which would scan this table whenever a draft is deleted; an invariant watches instead.
CREATE TABLE participant (
    person INTEGER NOT NULL REFERENCES employee (id),
    document INTEGER NOT NULL,
    PRIMARY KEY (person, document)
) STRICT, WITHOUT ROWID;

CREATE TABLE approval (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document (id),
    flow TEXT NOT NULL,
    rule_set INTEGER NOT NULL,
    configuration INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (
        state = 'new' OR state = 'running' OR state = 'approved' OR state = 'rejected' OR state = 'returned'
        OR state = 'recalled' OR state = 'terminated' OR state = 'suspended'),
    round INTEGER NOT NULL CHECK (round >= 0),
    submitter INTEGER NOT NULL REFERENCES employee (id),
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER CHECK (ended_ms >= started_ms),
    body TEXT NOT NULL
) STRICT;
-- The newest approval of a document.
CREATE INDEX approval_by_document ON approval (document);
-- What a person has submitted.
CREATE INDEX approval_by_submitter ON approval (submitter);
-- A document is on its way through one flow at a time.
CREATE UNIQUE INDEX approval_not_ended ON approval (document) WHERE ended_ms IS NULL;

CREATE TABLE task (
    id INTEGER PRIMARY KEY,
    approval INTEGER NOT NULL REFERENCES approval (id),
    document INTEGER NOT NULL, -- that of the approval
    sequence INTEGER NOT NULL, -- the engine's number within the approval
    round INTEGER NOT NULL,
    person INTEGER REFERENCES employee (id), -- NULL: a post's task that nobody has claimed
    node TEXT NOT NULL,
    title_en TEXT,
    title_zh TEXT,
    state TEXT NOT NULL CHECK (state = 'open' OR state = 'waiting' OR state = 'done' OR state = 'cancelled'),
    decision TEXT CHECK (
        decision = 'approved' OR decision = 'rejected' OR decision = 'abstained' OR decision = 'returned'
        OR decision = 'credited' OR decision = 'auto_approved' OR decision = 'auto_rejected'),
    comment TEXT,
    reason_en TEXT,
    reason_zh TEXT,
    opened_ms INTEGER NOT NULL,
    closed_ms INTEGER,
    CHECK ((closed_ms IS NULL) = (state IN ('open', 'waiting'))),
    UNIQUE (approval, sequence)
) STRICT;
-- The to-do list of a person, and what he has done.
CREATE INDEX task_open_by_person ON task (person) WHERE state = 'open';
CREATE INDEX task_closed_by_person ON task (person) WHERE closed_ms IS NOT NULL;

-- Who may claim an open task that is nobody's yet. By person first: that is how lists ask.
CREATE TABLE task_candidate (
    person INTEGER NOT NULL REFERENCES employee (id),
    task INTEGER NOT NULL REFERENCES task (id),
    PRIMARY KEY (person, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_candidate_by_task ON task_candidate (task);

-- What comes due: a task (subject > 0, its number within the approval) or a node (subject < 0, minus its visit's number).
-- Rows are there only while it can fire, so that looking costs what is due.
CREATE TABLE approval_due (
    approval INTEGER NOT NULL REFERENCES approval (id),
    subject INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    PRIMARY KEY (approval, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX approval_due_by_time ON approval_due (due_ms);

-- Who was told, and whether he has read it.
CREATE TABLE cc (
    id INTEGER PRIMARY KEY,
    approval INTEGER NOT NULL REFERENCES approval (id),
    document INTEGER NOT NULL, -- that of the approval
    person INTEGER NOT NULL REFERENCES employee (id),
    sender INTEGER REFERENCES employee (id), -- NULL: the flow
    node TEXT,
    title_en TEXT,
    title_zh TEXT,
    comment TEXT,
    sent_ms INTEGER NOT NULL,
    read_ms INTEGER
) STRICT;
CREATE INDEX cc_by_person ON cc (person);
CREATE INDEX cc_by_document ON cc (document);

-- What a rule saw and what it said. No foreign key: what was decided about a draft outlives it.
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    document INTEGER,
    rule_set INTEGER NOT NULL,
    rule TEXT NOT NULL,
    entry TEXT NOT NULL,
    input TEXT NOT NULL,
    result TEXT NOT NULL,
    outcome TEXT NOT NULL,
    instructions INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    call INTEGER NOT NULL CHECK (call <= id), -- the first decision of the same call
    kept INTEGER NOT NULL CHECK (kept IN (0, 1)), -- 0: the call was refused, and nothing else of it is there
    person INTEGER NOT NULL DEFAULT 0, -- whose call it was; 0: the system
    journaled INTEGER NOT NULL DEFAULT 0 -- the last entry of the journal before it: where it stands in a document's story
) STRICT;
CREATE INDEX decision_by_document ON decision (document) WHERE document IS NOT NULL;

-- mac: HMAC-SHA-256 over the mac before and every column of the row. No foreign keys: it outlives what it speaks of.
CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    person INTEGER NOT NULL, -- 0: the system
    document INTEGER NOT NULL, -- 0: none
    kind TEXT NOT NULL,
    detail TEXT,
    acting INTEGER NOT NULL DEFAULT 0, -- who did it for the person, as his substitute; 0: he himself
    mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;
-- The history of one document.
CREATE INDEX journal_by_document ON journal (document) WHERE document <> 0;
-- What happened to the month that it belongs to.
CREATE INDEX journal_of_none ON journal (detail) WHERE document = 0;
-- The last entry under a mac of its own, so that cutting off the end shows.
CREATE TABLE journal_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL,
    mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL CHECK (length(uid) = 36),
    event TEXT NOT NULL,
    type TEXT, -- of the document; NULL: a digest, or about none
    document INTEGER, -- no foreign key: a message stays when a draft goes
    person INTEGER REFERENCES employee (id), -- NULL: a party outside
    party TEXT,
    text_en TEXT NOT NULL,
    text_zh TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    acknowledged_ms INTEGER,
    read_ms INTEGER,
    available_ms INTEGER NOT NULL, -- not to be fetched before: a digest fills, a lease holds, a failure waits
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0), -- how often it was leased
    lease TEXT, -- of the last consumer who fetched it
    failure TEXT, -- why the last attempt failed
    dead_ms INTEGER, -- given up
    digest TEXT, -- recipient and end of the period; NULL: not collected
    documents TEXT, -- of a digest: a JSON array without its brackets
    journaled INTEGER NOT NULL DEFAULT 0, -- as of a decision
    CHECK (person IS NOT NULL OR party IS NOT NULL),
    CHECK (acknowledged_ms IS NULL OR dead_ms IS NULL),
    CHECK ((digest IS NULL) = (documents IS NULL))
) STRICT;
-- What the host has still to deliver, what was given up, and what one lease holds.
CREATE INDEX message_undelivered ON message (id) WHERE acknowledged_ms IS NULL AND dead_ms IS NULL;
CREATE INDEX message_dead ON message (id) WHERE dead_ms IS NOT NULL;
CREATE INDEX message_by_lease ON message (lease) WHERE lease IS NOT NULL;
-- One digest for each recipient and period.
CREATE UNIQUE INDEX message_by_digest ON message (digest) WHERE digest IS NOT NULL;
-- The inbox, and the part of it that is unread.
CREATE INDEX message_by_person ON message (person) WHERE person IS NOT NULL;
CREATE INDEX message_unread ON message (person) WHERE person IS NOT NULL AND read_ms IS NULL;
CREATE INDEX message_by_document ON message (document) WHERE document IS NOT NULL;

-- When what is not to be repeated was told last; the key names rule, matter and recipient.
CREATE TABLE message_told (
    key TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is old enough to be forgotten.
CREATE INDEX message_told_by_time ON message_told (at_ms);

-- How far the clock has looked for a date of documents that message rules tell of, so many days after it (before it: less than 0).
CREATE TABLE date_watch (
    type TEXT NOT NULL,
    field TEXT NOT NULL,
    days INTEGER NOT NULL,
    since_ms INTEGER NOT NULL, -- told of from then on
    done_on INTEGER NOT NULL, -- a day: whatever was due by then is told
    done_ms INTEGER NOT NULL, -- documents that changed before were looked at
    day INTEGER NOT NULL, -- of the round under way; 0: none is
    started_ms INTEGER NOT NULL,
    position INTEGER NOT NULL, -- the last document of the round so far
    PRIMARY KEY (type, field, days)
) STRICT, WITHOUT ROWID;

-- Used machines sold elsewhere. Never deleted, so ids have no gaps and the last one is also the count.
CREATE TABLE market_sale (
    id INTEGER PRIMARY KEY,
    date_days INTEGER NOT NULL,
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    currency TEXT NOT NULL CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    category TEXT,
    size_class TEXT,
    model TEXT,
    base_model TEXT,
    series TEXT,
    serial TEXT,
    region TEXT,
    year INTEGER,
    hours INTEGER,
    attributes TEXT,
    source TEXT NOT NULL,
    source_key TEXT NOT NULL,
    UNIQUE (source, source_key) -- importing twice adds nothing
) STRICT;
-- All sales in a currency, oldest first.
CREATE INDEX market_sale_by_date ON market_sale (currency, date_days);

-- What service orders took of personal quotas, and what came back: the sum of a period is what is used.
CREATE TABLE quota_entry (
    id INTEGER PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES employee (id),
    company INTEGER NOT NULL REFERENCES company (id),
    period TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES document (id),
    amount INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
-- What a person has used in a period; and what one document has taken.
CREATE INDEX quota_entry_by_person ON quota_entry (person, company, period);
CREATE INDEX quota_entry_by_document ON quota_entry (document);

-- Where every machine went, and what sent it there: its whole life, in order. The last one says where it is.
CREATE TABLE machine_movement (
    id INTEGER PRIMARY KEY,
    machine INTEGER NOT NULL REFERENCES document (id),
    document INTEGER NOT NULL REFERENCES document (id),
    kind TEXT NOT NULL, -- source of a stock-in, reason of a stock-out, finding of a stock-take
    position TEXT NOT NULL CHECK (position IN ('outside', 'in_stock', 'in_transit', 'rented_out', 'delivered')),
    warehouse TEXT,
    day TEXT NOT NULL CHECK (day IS date(day, '+0 days')),
    cost INTEGER NOT NULL CHECK (cost BETWEEN 0 AND 1000000000000000),
    at_ms INTEGER NOT NULL,
    person INTEGER NOT NULL DEFAULT 0, -- whose call it was; 0: the system
    journaled INTEGER NOT NULL DEFAULT 0, -- as of a decision
    CHECK ((position = 'in_stock') = (warehouse IS NOT NULL))
) STRICT;
-- The life of a machine; and what one document has moved.
CREATE INDEX machine_movement_by_machine ON machine_movement (machine);
CREATE INDEX machine_movement_by_document ON machine_movement (document);

-- What somebody owes the dealer or is owed by him: one row each, with the document that it comes from. What is open of it is the sum of its
-- movements, kept by a trigger.
CREATE TABLE account_item (
    id INTEGER PRIMARY KEY,
    company INTEGER NOT NULL REFERENCES company (id),
    customer INTEGER REFERENCES document (id),
    party TEXT CHECK (party <> ''), -- a lender, an insurer, a supplier, by name
    direction TEXT NOT NULL CHECK (direction IN ('receivable', 'payable')),
    kind TEXT NOT NULL, -- what for
    document INTEGER NOT NULL REFERENCES document (id), -- what it comes from
    type TEXT NOT NULL, -- of that document
    under INTEGER NOT NULL REFERENCES document (id), -- the contract, plan or rental that it is settled under
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000000),
    open INTEGER NOT NULL DEFAULT 0 CHECK (open BETWEEN 0 AND amount),
    due_on TEXT CHECK (due_on IS date(due_on, '+0 days')), -- NULL: held, until it is chosen
    opened_on TEXT NOT NULL CHECK (opened_on IS date(opened_on, '+0 days')),
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)), -- taken back with its cause
    CHECK ((customer IS NULL) <> (party IS NULL)),
    CHECK (closed = 0 OR open = 0)
) STRICT;
-- The account of a party; what of it is open, oldest first; what is settled under a contract; what a document opened; what the ageing reads.
CREATE INDEX account_item_by_party ON account_item (customer, party);
CREATE INDEX account_item_open_by_party ON account_item (customer, party, company, direction, currency, due_on) WHERE open > 0;
CREATE INDEX account_item_by_under ON account_item (under, direction, due_on);
CREATE INDEX account_item_by_document ON account_item (document);
CREATE INDEX account_item_open_by_type ON account_item (type, customer, party, direction, currency, due_on, open, document) WHERE open > 0;

-- Every change of an item: opened, applied to an item of the other direction (in pairs), released again, closed.
CREATE TABLE account_movement (
    id INTEGER PRIMARY KEY,
    item INTEGER NOT NULL REFERENCES account_item (id),
    document INTEGER NOT NULL REFERENCES document (id), -- what moved it
    kind TEXT NOT NULL CHECK (kind IN ('open', 'apply', 'release', 'close')),
    other INTEGER REFERENCES account_item (id), -- what it was applied to
    amount INTEGER NOT NULL CHECK (amount <> 0), -- added to what is open
    day TEXT NOT NULL CHECK (day IS date(day, '+0 days')),
    at_ms INTEGER NOT NULL,
    person INTEGER NOT NULL DEFAULT 0, -- whose call it was; 0: the system
    journaled INTEGER NOT NULL DEFAULT 0, -- as of a decision
    CHECK ((amount > 0) = (kind IN ('open', 'release'))),
    CHECK ((other IS NOT NULL) = (kind IN ('apply', 'release')))
) STRICT;
-- The story of an item; what a document applied; what was booked after a day.
CREATE INDEX account_movement_by_item ON account_movement (item);
CREATE INDEX account_movement_by_document ON account_movement (document, item, other, amount);
CREATE INDEX account_movement_by_day ON account_movement (day, item, amount);
CREATE TRIGGER account_movement_moves_its_item AFTER INSERT ON account_movement
BEGIN UPDATE account_item SET open = open + NEW.amount, closed = closed OR NEW.kind = 'close' WHERE id = NEW.item; END;

-- History is written once. (The chain of the journal also shows what goes round these.)
CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal
BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal
BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;
CREATE TRIGGER decision_is_not_changed BEFORE UPDATE ON decision
BEGIN SELECT RAISE (ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_is_not_deleted BEFORE DELETE ON decision
BEGIN SELECT RAISE (ABORT, 'decisions are append-only'); END;
CREATE TRIGGER configuration_is_not_changed BEFORE UPDATE ON configuration
BEGIN SELECT RAISE (ABORT, 'configuration versions are kept'); END;
CREATE TRIGGER configuration_is_not_deleted BEFORE DELETE ON configuration
BEGIN SELECT RAISE (ABORT, 'configuration versions are kept'); END;
CREATE TRIGGER rule_file_is_not_changed BEFORE UPDATE ON rule_file
BEGIN SELECT RAISE (ABORT, 'rule sets are kept as published'); END;
CREATE TRIGGER rule_file_is_not_deleted BEFORE DELETE ON rule_file
BEGIN SELECT RAISE (ABORT, 'rule sets are kept as published'); END;
CREATE TRIGGER quota_entry_is_not_changed BEFORE UPDATE ON quota_entry
BEGIN SELECT RAISE (ABORT, 'quota entries are append-only'); END;
CREATE TRIGGER quota_entry_is_not_deleted BEFORE DELETE ON quota_entry
BEGIN SELECT RAISE (ABORT, 'quota entries are append-only'); END;
CREATE TRIGGER machine_movement_is_not_changed BEFORE UPDATE ON machine_movement
BEGIN SELECT RAISE (ABORT, 'movements are append-only'); END;
CREATE TRIGGER machine_movement_is_not_deleted BEFORE DELETE ON machine_movement
BEGIN SELECT RAISE (ABORT, 'movements are append-only'); END;
CREATE TRIGGER account_movement_is_not_changed BEFORE UPDATE ON account_movement
BEGIN SELECT RAISE (ABORT, 'movements of accounts are append-only'); END;
CREATE TRIGGER account_movement_is_not_deleted BEFORE DELETE ON account_movement
BEGIN SELECT RAISE (ABORT, 'movements of accounts are append-only'); END;
CREATE TRIGGER account_item_is_not_changed BEFORE UPDATE OF company, customer, party, direction, kind, document, currency, amount ON account_item
BEGIN SELECT RAISE (ABORT, 'items of accounts stay as they were opened'); END;
CREATE TRIGGER account_item_is_not_deleted BEFORE DELETE ON account_item
BEGIN SELECT RAISE (ABORT, 'items of accounts are kept'); END;
CREATE TRIGGER market_sale_is_not_deleted BEFORE DELETE ON market_sale
BEGIN SELECT RAISE (ABORT, 'market sales are kept'); END;

-- Built-in types. Columns are named like the fields. An empty field is NULL; whether it may stay so is the catalogue's matter.

CREATE TABLE customer (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    name TEXT,
    kind TEXT CHECK (kind IN ('company', 'person')),
    phone TEXT,
    region TEXT,
    address TEXT,
    note TEXT
) STRICT;

CREATE TABLE contact (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    name TEXT,
    position TEXT,
    phone TEXT
) STRICT;

CREATE TABLE machine (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    category TEXT
        CHECK (category IN (
            'excavator', 'wheel_loader', 'dozer', 'backhoe_loader', 'skid_steer', 'grader', 'roller', 'crane',
            'other')),
    brand TEXT,
    model TEXT,
    serial_number TEXT,
    year INTEGER CHECK (year BETWEEN 1950 AND 2100),
    hours INTEGER CHECK (hours BETWEEN 0 AND 200000),
    used INTEGER CHECK (used IN (0, 1)),
    position TEXT CHECK (position IN ('outside', 'in_stock', 'in_transit', 'rented_out', 'delivered')),
    warehouse TEXT,
    reserved_for INTEGER REFERENCES document (id),
    cost INTEGER CHECK (cost BETWEEN 0 AND 1000000000000000),
    stocked_on TEXT CHECK (stocked_on IS date(stocked_on, '+0 days'))
) STRICT;

CREATE TABLE visit (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    contact INTEGER REFERENCES document (id),
    visited_on TEXT CHECK (visited_on IS date(visited_on, '+0 days')),
    way TEXT CHECK (way IN ('on_site', 'phone', 'show')),
    note TEXT,
    wants_pre_order INTEGER CHECK (wants_pre_order IN (0, 1)),
    category TEXT
        CHECK (category IN (
            'excavator', 'wheel_loader', 'dozer', 'backhoe_loader', 'skid_steer', 'grader', 'roller', 'crane',
            'other')),
    brand TEXT,
    model TEXT,
    quantity INTEGER CHECK (quantity BETWEEN 1 AND 10000),
    budget INTEGER CHECK (budget BETWEEN 0 AND 1000000000000000),
    expected_month TEXT CHECK (date(expected_month || '-01', '+0 days') IS expected_month || '-01'),
    payment_way TEXT CHECK (payment_way IN ('cash', 'instalments', 'mortgage', 'finance_lease')),
    likelihood INTEGER CHECK (likelihood BETWEEN 0 AND 10000),
    has_trade_in INTEGER CHECK (has_trade_in IN (0, 1)),
    competitors TEXT CHECK (competitors GLOB '[[]*]'),
    pre_order INTEGER REFERENCES document (id)
) STRICT;

CREATE TABLE pre_order (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    visit INTEGER REFERENCES document (id),
    contact INTEGER REFERENCES document (id),
    category TEXT
        CHECK (category IN (
            'excavator', 'wheel_loader', 'dozer', 'backhoe_loader', 'skid_steer', 'grader', 'roller', 'crane',
            'other')),
    brand TEXT,
    model TEXT,
    quantity INTEGER CHECK (quantity BETWEEN 1 AND 10000),
    budget INTEGER CHECK (budget BETWEEN 0 AND 1000000000000000),
    expected_month TEXT CHECK (date(expected_month || '-01', '+0 days') IS expected_month || '-01'),
    payment_way TEXT CHECK (payment_way IN ('cash', 'instalments', 'mortgage', 'finance_lease')),
    likelihood INTEGER CHECK (likelihood BETWEEN 0 AND 10000),
    has_trade_in INTEGER CHECK (has_trade_in IN (0, 1)),
    competitors TEXT CHECK (competitors GLOB '[[]*]'),
    note TEXT,
    outcome TEXT CHECK (outcome IN ('open', 'won', 'lost')),
    outcome_reason TEXT
) STRICT;

CREATE TABLE trade_in (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    pre_order INTEGER REFERENCES document (id),
    category TEXT
        CHECK (category IN (
            'excavator', 'wheel_loader', 'dozer', 'backhoe_loader', 'skid_steer', 'grader', 'roller', 'crane',
            'other')),
    brand TEXT,
    model TEXT,
    base_model TEXT,
    series TEXT,
    size_class TEXT,
    serial_number TEXT,
    year INTEGER CHECK (year BETWEEN 1950 AND 2100),
    hours INTEGER CHECK (hours BETWEEN 0 AND 200000),
    region TEXT,
    offered_on TEXT CHECK (offered_on IS date(offered_on, '+0 days')),
    conditions TEXT CHECK (conditions GLOB '[[]*]'),
    options TEXT CHECK (options GLOB '[[]*]'),
    liens INTEGER CHECK (liens BETWEEN 0 AND 1000000000000000),
    asking_price INTEGER CHECK (asking_price BETWEEN 0 AND 1000000000000000),
    entered_directly INTEGER CHECK (entered_directly IN (0, 1)),
    agreed_value INTEGER CHECK (agreed_value BETWEEN 0 AND 1000000000000000),
    valuation INTEGER CHECK (valuation BETWEEN 0 AND 1000000000000000),
    valuation_low INTEGER CHECK (valuation_low BETWEEN 0 AND 1000000000000000),
    valuation_high INTEGER CHECK (valuation_high BETWEEN 0 AND 1000000000000000),
    allowance INTEGER CHECK (allowance BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE sales (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    pre_order INTEGER REFERENCES document (id),
    category TEXT
        CHECK (category IN (
            'excavator', 'wheel_loader', 'dozer', 'backhoe_loader', 'skid_steer', 'grader', 'roller', 'crane',
            'other')),
    brand TEXT,
    model TEXT,
    quantity INTEGER CHECK (quantity BETWEEN 1 AND 10000),
    payment_way TEXT CHECK (payment_way IN ('cash', 'instalments', 'mortgage', 'finance_lease')),
    list_price INTEGER CHECK (list_price BETWEEN 0 AND 1000000000000000),
    discount INTEGER CHECK (discount BETWEEN 0 AND 1000000000000000),
    price INTEGER CHECK (price BETWEEN 0 AND 1000000000000000),
    down_payment INTEGER CHECK (down_payment BETWEEN 0 AND 1000000000000000),
    term_months INTEGER CHECK (term_months BETWEEN 1 AND 120),
    credit_limit INTEGER CHECK (credit_limit BETWEEN 0 AND 1000000000000000),
    credit_terms TEXT,
    annual_rate INTEGER CHECK (annual_rate BETWEEN 0 AND 10000),
    lender TEXT
) STRICT;

CREATE TABLE credit_investigation (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    sales INTEGER REFERENCES document (id),
    result TEXT CHECK (result IN ('pass', 'refuse', 'conditional')),
    credit_limit INTEGER CHECK (credit_limit BETWEEN 0 AND 1000000000000000),
    conditions TEXT
) STRICT;

CREATE TABLE contract (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    pre_order INTEGER REFERENCES document (id),
    sales INTEGER REFERENCES document (id),
    trade_in INTEGER REFERENCES document (id),
    category TEXT
        CHECK (category IN (
            'excavator', 'wheel_loader', 'dozer', 'backhoe_loader', 'skid_steer', 'grader', 'roller', 'crane',
            'other')),
    brand TEXT,
    model TEXT,
    quantity INTEGER CHECK (quantity BETWEEN 1 AND 10000),
    payment_way TEXT CHECK (payment_way IN ('cash', 'instalments', 'mortgage', 'finance_lease')),
    signed_on TEXT CHECK (signed_on IS date(signed_on, '+0 days')),
    price INTEGER CHECK (price BETWEEN 0 AND 1000000000000000),
    allowance INTEGER CHECK (allowance BETWEEN 0 AND 1000000000000000),
    down_payment INTEGER CHECK (down_payment BETWEEN 0 AND 1000000000000000),
    amount_financed INTEGER CHECK (amount_financed BETWEEN 0 AND 1000000000000000),
    term_months INTEGER CHECK (term_months BETWEEN 1 AND 120),
    annual_rate INTEGER CHECK (annual_rate BETWEEN 0 AND 10000),
    lender TEXT
) STRICT;

CREATE TABLE dispatch (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    contract INTEGER REFERENCES document (id),
    machine INTEGER REFERENCES document (id),
    deliver_on TEXT CHECK (deliver_on IS date(deliver_on, '+0 days')),
    address TEXT,
    paid INTEGER CHECK (paid BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE stock_in (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    source TEXT
        CHECK (source IN ('purchase', 'demo', 'trade_in', 'sales_return', 'repossession', 'rental_return', 'transfer')),
    trade_in INTEGER REFERENCES document (id),
    contract INTEGER REFERENCES document (id),
    purchase INTEGER REFERENCES document (id),
    transfer INTEGER REFERENCES document (id),
    repurchase INTEGER REFERENCES document (id),
    rental INTEGER REFERENCES document (id),
    category TEXT
        CHECK (category IN (
            'excavator', 'wheel_loader', 'dozer', 'backhoe_loader', 'skid_steer', 'grader', 'roller', 'crane',
            'other')),
    brand TEXT,
    model TEXT,
    serial_number TEXT,
    year INTEGER CHECK (year BETWEEN 1950 AND 2100),
    hours INTEGER CHECK (hours BETWEEN 0 AND 200000),
    warehouse TEXT,
    received_on TEXT CHECK (received_on IS date(received_on, '+0 days')),
    cost INTEGER CHECK (cost BETWEEN 0 AND 1000000000000000),
    machine INTEGER REFERENCES document (id),
    credit INTEGER CHECK (credit BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE stock_out (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    reason TEXT CHECK (reason IN ('delivery', 'rental', 'to_maker', 'transfer')),
    dispatch INTEGER REFERENCES document (id),
    machine INTEGER REFERENCES document (id),
    rental INTEGER REFERENCES document (id),
    to_warehouse TEXT,
    issued_on TEXT CHECK (issued_on IS date(issued_on, '+0 days')),
    purchase INTEGER REFERENCES document (id),
    credit INTEGER CHECK (credit BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE purchase (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    supplier TEXT,
    category TEXT
        CHECK (category IN (
            'excavator', 'wheel_loader', 'dozer', 'backhoe_loader', 'skid_steer', 'grader', 'roller', 'crane',
            'other')),
    brand TEXT,
    model TEXT,
    serial_number TEXT,
    year INTEGER CHECK (year BETWEEN 1950 AND 2100),
    demo INTEGER CHECK (demo IN (0, 1)),
    price INTEGER CHECK (price BETWEEN 0 AND 1000000000000000),
    ordered_on TEXT CHECK (ordered_on IS date(ordered_on, '+0 days')),
    due_on TEXT CHECK (due_on IS date(due_on, '+0 days'))
) STRICT;

CREATE TABLE reservation (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    contract INTEGER REFERENCES document (id),
    machine INTEGER REFERENCES document (id),
    note TEXT
) STRICT;

CREATE TABLE stock_take (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    warehouse TEXT,
    counted_on TEXT CHECK (counted_on IS date(counted_on, '+0 days')),
    findings TEXT CHECK (findings GLOB '[[]*]')
) STRICT;

CREATE TABLE financing_plan (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    contract INTEGER REFERENCES document (id),
    lender TEXT,
    amount INTEGER CHECK (amount BETWEEN 0 AND 1000000000000000),
    annual_rate INTEGER CHECK (annual_rate BETWEEN 0 AND 10000),
    method TEXT CHECK (method IN ('annuity', 'equal_principal')),
    term_months INTEGER CHECK (term_months BETWEEN 1 AND 120),
    first_due_on TEXT CHECK (first_due_on IS date(first_due_on, '+0 days')),
    guarantor TEXT,
    guarantee_share INTEGER CHECK (guarantee_share BETWEEN 0 AND 10000),
    instalments TEXT CHECK (instalments GLOB '[[]*]'),
    interest INTEGER CHECK (interest BETWEEN 0 AND 1000000000000000),
    state TEXT CHECK (state IN ('running', 'settled', 'repurchased'))
) STRICT;

CREATE TABLE repayment (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    plan INTEGER REFERENCES document (id),
    paid_on TEXT CHECK (paid_on IS date(paid_on, '+0 days')),
    amount INTEGER CHECK (amount BETWEEN 0 AND 1000000000000000),
    made_good INTEGER CHECK (made_good BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE advance (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    plan INTEGER REFERENCES document (id),
    advanced_on TEXT CHECK (advanced_on IS date(advanced_on, '+0 days')),
    amount INTEGER CHECK (amount BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE repurchase (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    plan INTEGER REFERENCES document (id),
    machine INTEGER REFERENCES document (id),
    repurchased_on TEXT CHECK (repurchased_on IS date(repurchased_on, '+0 days')),
    amount INTEGER CHECK (amount BETWEEN 0 AND 1000000000000000),
    outstanding INTEGER CHECK (outstanding BETWEEN 0 AND 1000000000000000),
    advanced INTEGER CHECK (advanced BETWEEN 0 AND 1000000000000000),
    claim INTEGER CHECK (claim BETWEEN 0 AND 1000000000000000),
    guarantor_part INTEGER CHECK (guarantor_part BETWEEN 0 AND 1000000000000000),
    recovered INTEGER CHECK (recovered BETWEEN 0 AND 1000000000000000),
    claim_remaining INTEGER CHECK (claim_remaining BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE margin_deposit (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    direction TEXT CHECK (direction IN ('received', 'paid')),
    party TEXT,
    contract INTEGER REFERENCES document (id),
    plan INTEGER REFERENCES document (id),
    amount INTEGER CHECK (amount BETWEEN 0 AND 1000000000000000),
    deposited_on TEXT CHECK (deposited_on IS date(deposited_on, '+0 days'))
) STRICT;

CREATE TABLE rental (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    machine INTEGER REFERENCES document (id),
    starts_on TEXT CHECK (starts_on IS date(starts_on, '+0 days')),
    ends_on TEXT CHECK (ends_on IS date(ends_on, '+0 days')),
    monthly_rent INTEGER CHECK (monthly_rent BETWEEN 0 AND 1000000000000000),
    deposit INTEGER CHECK (deposit BETWEEN 0 AND 1000000000000000),
    rents TEXT CHECK (rents GLOB '[[]*]'),
    rent_total INTEGER CHECK (rent_total BETWEEN 0 AND 1000000000000000),
    state TEXT CHECK (state IN ('agreed', 'out', 'returned', 'ended')),
    returned_on TEXT CHECK (returned_on IS date(returned_on, '+0 days'))
) STRICT;

CREATE TABLE rental_extension (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    rental INTEGER REFERENCES document (id),
    ends_on TEXT CHECK (ends_on IS date(ends_on, '+0 days')),
    monthly_rent INTEGER CHECK (monthly_rent BETWEEN 0 AND 1000000000000000),
    rents TEXT CHECK (rents GLOB '[[]*]'),
    rent_total INTEGER CHECK (rent_total BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE rental_end (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    rental INTEGER REFERENCES document (id),
    ended_on TEXT CHECK (ended_on IS date(ended_on, '+0 days')),
    damage INTEGER CHECK (damage BETWEEN 0 AND 1000000000000000),
    set_off INTEGER CHECK (set_off BETWEEN 0 AND 1000000000000000),
    returned INTEGER CHECK (returned BETWEEN 0 AND 1000000000000000),
    note TEXT
) STRICT;

CREATE TABLE insurance (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    machine INTEGER REFERENCES document (id),
    renews INTEGER REFERENCES document (id),
    insurer TEXT,
    policy_number TEXT,
    cover TEXT CHECK (cover IN ('machine', 'liability', 'all_risks', 'other')),
    starts_on TEXT CHECK (starts_on IS date(starts_on, '+0 days')),
    ends_on TEXT CHECK (ends_on IS date(ends_on, '+0 days')),
    premium INTEGER CHECK (premium BETWEEN 0 AND 1000000000000000),
    on_account INTEGER CHECK (on_account IN (0, 1)),
    commission_rate INTEGER CHECK (commission_rate BETWEEN 0 AND 10000),
    commission INTEGER CHECK (commission BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE service_order (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    site TEXT,
    machine INTEGER REFERENCES document (id),
    contact INTEGER REFERENCES document (id),
    work TEXT,
    planned_on TEXT CHECK (planned_on IS date(planned_on, '+0 days')),
    amount INTEGER CHECK (amount BETWEEN 0 AND 1000000000000000),
    old_parts TEXT CHECK (old_parts GLOB '[[]*]'),
    return_warehouse TEXT,
    quota_period TEXT,
    parts_state TEXT CHECK (parts_state IN ('due', 'partly', 'arrived'))
) STRICT;

CREATE TABLE old_part_return (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    service_order INTEGER REFERENCES document (id),
    warehouse TEXT,
    arrived_on TEXT CHECK (arrived_on IS date(arrived_on, '+0 days')),
    parts TEXT CHECK (parts GLOB '[[]*]'),
    note TEXT
) STRICT;
CREATE INDEX old_part_return_by_service_order ON old_part_return (service_order) WHERE service_order IS NOT NULL;
-- What is linked to a machine or a contact: asked before those are voided.
CREATE INDEX service_order_by_machine ON service_order (machine) WHERE machine IS NOT NULL;
CREATE INDEX service_order_by_contact ON service_order (contact) WHERE contact IS NOT NULL;

CREATE TABLE receipt (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    party TEXT,
    received_on TEXT CHECK (received_on IS date(received_on, '+0 days')),
    amount INTEGER CHECK (amount BETWEEN 0 AND 1000000000000000),
    way TEXT CHECK (way IN ('transfer', 'cash', 'bill', 'card')),
    reference TEXT,
    items TEXT CHECK (items GLOB '[[]*]'),
    note TEXT,
    confirmed INTEGER CHECK (confirmed IN (0, 1)),
    confirmed_on TEXT CHECK (confirmed_on IS date(confirmed_on, '+0 days')),
    applied INTEGER CHECK (applied BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE payment (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    party TEXT,
    paid_on TEXT CHECK (paid_on IS date(paid_on, '+0 days')),
    amount INTEGER CHECK (amount BETWEEN 0 AND 1000000000000000),
    way TEXT CHECK (way IN ('transfer', 'cash', 'bill', 'card')),
    reference TEXT,
    items TEXT CHECK (items GLOB '[[]*]'),
    note TEXT,
    confirmed INTEGER CHECK (confirmed IN (0, 1)),
    confirmed_on TEXT CHECK (confirmed_on IS date(confirmed_on, '+0 days')),
    applied INTEGER CHECK (applied BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE refund (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    receipt INTEGER REFERENCES document (id),
    margin_deposit INTEGER REFERENCES document (id),
    rental_end INTEGER REFERENCES document (id),
    stock_in INTEGER REFERENCES document (id),
    party TEXT,
    refunded_on TEXT CHECK (refunded_on IS date(refunded_on, '+0 days')),
    amount INTEGER CHECK (amount BETWEEN 0 AND 1000000000000000),
    way TEXT CHECK (way IN ('transfer', 'cash', 'bill', 'card')),
    reference TEXT,
    note TEXT,
    confirmed INTEGER CHECK (confirmed IN (0, 1)),
    confirmed_on TEXT CHECK (confirmed_on IS date(confirmed_on, '+0 days')),
    applied INTEGER CHECK (applied BETWEEN 0 AND 1000000000000000)
) STRICT;

CREATE TABLE set_off (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    party TEXT,
    set_off_on TEXT CHECK (set_off_on IS date(set_off_on, '+0 days')),
    amount INTEGER CHECK (amount BETWEEN 0 AND 1000000000000000),
    items TEXT CHECK (items GLOB '[[]*]'),
    note TEXT,
    confirmed INTEGER CHECK (confirmed IN (0, 1)),
    confirmed_on TEXT CHECK (confirmed_on IS date(confirmed_on, '+0 days')),
    applied INTEGER CHECK (applied BETWEEN 0 AND 1000000000000000)
) STRICT;

-- Links are looked up backwards (the contracts of a pre-order), and SQLite looks here before a draft may be deleted.
CREATE INDEX machine_by_reserved_for ON machine (reserved_for) WHERE reserved_for IS NOT NULL;
CREATE INDEX visit_by_contact ON visit (contact) WHERE contact IS NOT NULL;
CREATE INDEX visit_by_pre_order ON visit (pre_order) WHERE pre_order IS NOT NULL;
CREATE INDEX pre_order_by_visit ON pre_order (visit) WHERE visit IS NOT NULL;
CREATE INDEX pre_order_by_contact ON pre_order (contact) WHERE contact IS NOT NULL;
CREATE INDEX trade_in_by_pre_order ON trade_in (pre_order) WHERE pre_order IS NOT NULL;
CREATE INDEX sales_by_pre_order ON sales (pre_order) WHERE pre_order IS NOT NULL;
CREATE INDEX credit_investigation_by_sales ON credit_investigation (sales) WHERE sales IS NOT NULL;
CREATE INDEX contract_by_pre_order ON contract (pre_order) WHERE pre_order IS NOT NULL;
CREATE INDEX contract_by_sales ON contract (sales) WHERE sales IS NOT NULL;
CREATE INDEX contract_by_trade_in ON contract (trade_in) WHERE trade_in IS NOT NULL;
CREATE INDEX dispatch_by_contract ON dispatch (contract) WHERE contract IS NOT NULL;
CREATE INDEX dispatch_by_machine ON dispatch (machine) WHERE machine IS NOT NULL;
CREATE INDEX stock_in_by_trade_in ON stock_in (trade_in) WHERE trade_in IS NOT NULL;
CREATE INDEX stock_in_by_contract ON stock_in (contract) WHERE contract IS NOT NULL;
CREATE INDEX stock_in_by_machine ON stock_in (machine) WHERE machine IS NOT NULL;
CREATE INDEX stock_out_by_dispatch ON stock_out (dispatch) WHERE dispatch IS NOT NULL;
CREATE INDEX stock_out_by_machine ON stock_out (machine) WHERE machine IS NOT NULL;
CREATE INDEX reservation_by_contract ON reservation (contract) WHERE contract IS NOT NULL;
CREATE INDEX reservation_by_machine ON reservation (machine) WHERE machine IS NOT NULL;
CREATE INDEX financing_plan_by_contract ON financing_plan (contract) WHERE contract IS NOT NULL;
CREATE INDEX repayment_by_plan ON repayment (plan) WHERE plan IS NOT NULL;
CREATE INDEX advance_by_plan ON advance (plan) WHERE plan IS NOT NULL;
CREATE INDEX repurchase_by_plan ON repurchase (plan) WHERE plan IS NOT NULL;
CREATE INDEX repurchase_by_machine ON repurchase (machine) WHERE machine IS NOT NULL;
CREATE INDEX margin_deposit_by_contract ON margin_deposit (contract) WHERE contract IS NOT NULL;
CREATE INDEX margin_deposit_by_plan ON margin_deposit (plan) WHERE plan IS NOT NULL;
CREATE INDEX rental_by_machine ON rental (machine) WHERE machine IS NOT NULL;
CREATE INDEX rental_extension_by_rental ON rental_extension (rental) WHERE rental IS NOT NULL;
CREATE INDEX rental_end_by_rental ON rental_end (rental) WHERE rental IS NOT NULL;
CREATE INDEX insurance_by_machine ON insurance (machine) WHERE machine IS NOT NULL;
CREATE INDEX insurance_by_renews ON insurance (renews) WHERE renews IS NOT NULL;
CREATE INDEX stock_in_by_purchase ON stock_in (purchase) WHERE purchase IS NOT NULL;
CREATE INDEX stock_in_by_transfer ON stock_in (transfer) WHERE transfer IS NOT NULL;
CREATE INDEX stock_in_by_repurchase ON stock_in (repurchase) WHERE repurchase IS NOT NULL;
CREATE INDEX stock_in_by_rental ON stock_in (rental) WHERE rental IS NOT NULL;
CREATE INDEX stock_out_by_rental ON stock_out (rental) WHERE rental IS NOT NULL;
CREATE INDEX stock_out_by_purchase ON stock_out (purchase) WHERE purchase IS NOT NULL;
CREATE INDEX refund_by_receipt ON refund (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX refund_by_margin_deposit ON refund (margin_deposit) WHERE margin_deposit IS NOT NULL;
CREATE INDEX refund_by_rental_end ON refund (rental_end) WHERE rental_end IS NOT NULL;
CREATE INDEX refund_by_stock_in ON refund (stock_in) WHERE stock_in IS NOT NULL;

-- A machine is one record, however often it comes and goes.
CREATE UNIQUE INDEX machine_by_serial_number ON machine (serial_number, brand) WHERE serial_number IS NOT NULL;

-- For reporting tools: names that stay, codes and names instead of ids, instants as text.
CREATE VIEW v_document AS
SELECT
    d.id,
    d.type,
    d.number,
    company.code AS company_code,
    company.name AS company_name,
    department.code AS department_code,
    department.name AS department_name,
    owner.code AS owner_code,
    owner.name AS owner_name,
    d.customer AS customer_id,
    customer.name AS customer_name,
    d.status,
    d.version,
    d.currency,
    strftime('%Y-%m-%dT%H:%M:%SZ', d.created_ms / 1000, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', d.updated_ms / 1000, 'unixepoch') AS updated_at,
    (d.locked OR l.state IS NOT NULL) AS locked,
    d.review,
    d.void_review,
    d.period,
    l.state AS period_state,
    d.void_reason
FROM document AS d
LEFT JOIN period_lock AS l ON l.company = d.company AND l.type = d.type AND l.period = d.period
JOIN company ON company.id = d.company
LEFT JOIN department ON department.id = d.department
LEFT JOIN employee AS owner ON owner.id = d.owner
LEFT JOIN customer ON customer.document_id = d.customer;

CREATE VIEW v_period AS
SELECT
    company.code AS company_code,
    company.name AS company_name,
    l.type,
    l.period,
    l.state,
    employee.code AS person_code,
    strftime('%Y-%m-%dT%H:%M:%SZ', l.at_ms / 1000, 'unixepoch') AS since
FROM period_lock AS l
JOIN company ON company.id = l.company
LEFT JOIN employee ON employee.id = l.by;

CREATE VIEW v_awaited AS
SELECT
    t.id AS task_id,
    d.id AS document_id,
    d.type,
    d.number,
    t.node,
    t.title_en,
    t.title_zh,
    person.code AS person_code,
    person.name AS person_name,
    t.round,
    strftime('%Y-%m-%dT%H:%M:%SZ', t.opened_ms / 1000, 'unixepoch') AS since
FROM task AS t
JOIN document AS d ON d.id = t.document
LEFT JOIN employee AS person ON person.id = t.person
WHERE t.state = 'open';

CREATE VIEW v_message AS
SELECT
    m.id,
    m.uid,
    m.event,
    m.document AS document_id,
    d.number,
    person.code AS person_code,
    person.name AS person_name,
    m.party,
    m.text_en,
    m.text_zh,
    strftime('%Y-%m-%dT%H:%M:%SZ', m.at_ms / 1000, 'unixepoch') AS at,
    strftime('%Y-%m-%dT%H:%M:%SZ', m.acknowledged_ms / 1000, 'unixepoch') AS acknowledged_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', m.read_ms / 1000, 'unixepoch') AS read_at
FROM message AS m
LEFT JOIN document AS d ON d.id = m.document
LEFT JOIN employee AS person ON person.id = m.person;

CREATE VIEW v_journal AS
SELECT
    j.sequence,
    strftime('%Y-%m-%dT%H:%M:%SZ', j.at_ms / 1000, 'unixepoch') AS at,
    person.code AS person_code,
    person.name AS person_name,
    nullif(j.document, 0) AS document_id,
    d.number,
    j.kind,
    j.detail,
    lower(hex(j.mac)) AS mac
FROM journal AS j
LEFT JOIN document AS d ON d.id = j.document
LEFT JOIN employee AS person ON person.id = j.person;

-- Open pre-orders; weighted is what of the budget is likely, to the minor unit.
CREATE VIEW v_forecast AS
SELECT
    d.id AS document_id,
    d.number,
    d.company_code,
    d.company_name,
    d.department_code,
    d.department_name,
    d.owner_code,
    d.owner_name,
    d.customer_id,
    d.customer_name,
    d.currency,
    t.expected_month AS month,
    t.category,
    t.brand,
    t.model,
    t.payment_way,
    t.likelihood,
    t.quantity AS machines,
    t.budget,
    t.budget / 10000 * t.likelihood + (t.budget % 10000 * t.likelihood + 5000) / 10000 AS weighted
FROM pre_order AS t
JOIN v_document AS d ON d.id = t.document_id
WHERE d.status = 'approved' AND t.outcome = 'open';

-- Bids of competitors; our_price is the newest approved contract's, else that of the newest sales application that was submitted.
CREATE VIEW v_competition AS
SELECT
    d.id AS document_id,
    d.number,
    d.company_code,
    d.company_name,
    d.department_code,
    d.department_name,
    d.owner_code,
    d.owner_name,
    d.customer_id,
    d.customer_name,
    d.currency,
    date(d.created_at, '+8 hours') AS day,
    t.category,
    t.brand,
    t.model,
    t.outcome,
    t.outcome_reason AS reason,
    bid.value ->> '$.brand' AS competitor,
    bid.value ->> '$.model' AS competitor_model,
    iif(bid.value ->> '$.price.currency' = d.currency, bid.value ->> '$.price.amount_minor', NULL) AS their_price,
    coalesce(
        (
            SELECT ct.price
            FROM contract AS ct
            JOIN document AS cd ON cd.id = ct.document_id
            WHERE ct.pre_order = d.id AND cd.status = 'approved' AND cd.currency = d.currency
            ORDER BY cd.id DESC
            LIMIT 1),
        (
            SELECT st.price
            FROM sales AS st
            JOIN document AS sd ON sd.id = st.document_id
            WHERE st.pre_order = d.id AND sd.status IN ('in_approval', 'approved', 'rejected') AND sd.currency = d.currency
            ORDER BY sd.id DESC
            LIMIT 1)) AS our_price
FROM pre_order AS t
JOIN v_document AS d ON d.id = t.document_id
JOIN json_each(t.competitors) AS bid
WHERE d.status = 'approved';

-- Tasks of approvals: open or done, since when.
CREATE VIEW v_waiting AS
SELECT
    d.id AS document_id,
    d.number,
    d.company_code,
    d.company_name,
    d.department_code,
    d.department_name,
    d.owner_code,
    d.owner_name,
    d.customer_id,
    d.customer_name,
    d.type,
    a.flow,
    k.id AS task_id,
    k.node,
    k.title_en,
    k.title_zh,
    person.code AS person_code,
    person.name AS person_name,
    k.state,
    k.decision,
    strftime('%Y-%m-%dT%H:%M:%SZ', k.opened_ms / 1000, 'unixepoch') AS opened_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', k.closed_ms / 1000, 'unixepoch') AS closed_at,
    k.closed_ms - k.opened_ms AS took_ms
FROM task AS k
JOIN approval AS a ON a.id = k.approval
JOIN v_document AS d ON d.id = a.document
LEFT JOIN employee AS person ON person.id = k.person
WHERE k.state IN ('open', 'done');

-- Machines in stock, and since when: a transfer makes them no younger.
CREATE VIEW v_stock AS
SELECT
    d.id AS document_id,
    d.number,
    d.company_code,
    d.company_name,
    d.department_code,
    d.department_name,
    d.owner_code,
    d.owner_name,
    d.currency,
    t.category,
    t.brand,
    t.model,
    t.serial_number,
    t.used,
    t.reserved_for AS reserved_for_id,
    t.warehouse,
    t.cost,
    (
        SELECT v.day
        FROM machine_movement AS v
        WHERE v.machine = d.id AND v.position = 'in_stock' AND v.kind <> 'transfer'
        ORDER BY v.id DESC
        LIMIT 1) AS since
FROM machine AS t
JOIN v_document AS d ON d.id = t.document_id
WHERE t.position = 'in_stock';

-- Approved trade-ins: worth, allowed, and fetched by the dealer's own contract for the machine, else on the market.
CREATE VIEW v_trade_in AS
SELECT
    d.id AS document_id,
    d.number,
    d.company_code,
    d.company_name,
    d.department_code,
    d.department_name,
    d.owner_code,
    d.owner_name,
    d.customer_id,
    d.customer_name,
    d.currency,
    t.offered_on AS day,
    t.category,
    t.brand,
    t.model,
    t.serial_number,
    coalesce(t.entered_directly, 0) AS entered_directly,
    t.valuation,
    t.allowance,
    t.allowance - t.valuation AS over_allowance,
    coalesce(
        (
            SELECT ct.price / coalesce(ct.quantity, 1)
            FROM stock_in AS st
            JOIN document AS sd ON sd.id = st.document_id
            JOIN dispatch AS dt ON dt.machine = st.machine
            JOIN document AS dd ON dd.id = dt.document_id
            JOIN contract AS ct ON ct.document_id = dt.contract
            JOIN document AS cd ON cd.id = ct.document_id
            WHERE st.trade_in = d.id AND sd.status = 'approved' AND dd.status = 'approved' AND cd.status = 'approved'
                AND cd.currency = d.currency AND ct.price > 0
            ORDER BY sd.id, dd.id
            LIMIT 1),
        (
            SELECT s.price_minor
            FROM market_sale AS s
            WHERE s.serial = t.serial_number AND s.currency = d.currency
                AND s.date_days >= CAST(julianday(t.offered_on) - 2440587.5 AS INTEGER)
            ORDER BY s.date_days
            LIMIT 1)) AS realised
FROM trade_in AS t
JOIN v_document AS d ON d.id = t.document_id
WHERE d.status = 'approved';

-- What rules decided about documents.
CREATE VIEW v_decision AS
SELECT
    d.id AS document_id,
    d.number,
    d.company_code,
    d.company_name,
    d.department_code,
    d.department_name,
    d.owner_code,
    d.owner_name,
    d.customer_id,
    d.customer_name,
    d.type,
    r.id AS decision_id,
    r.rule,
    r.entry,
    r.outcome,
    r.rule_set,
    r.result ->> '$.reasons[0].id' AS reason,
    strftime('%Y-%m-%dT%H:%M:%SZ', r.at_ms / 1000, 'unixepoch') AS at
FROM decision AS r
JOIN v_document AS d ON d.id = r.document;

-- What is receivable and payable now, and what has been: an item each, by the document that it comes from.
CREATE VIEW v_account AS
SELECT
    a.id AS item_id,
    d.id AS document_id,
    d.number,
    d.type,
    d.company_code,
    d.company_name,
    d.department_code,
    d.department_name,
    d.owner_code,
    d.owner_name,
    a.customer AS customer_id,
    customer.name AS customer_name,
    a.party,
    a.direction,
    a.kind,
    a.currency,
    a.amount,
    a.open,
    a.opened_on,
    a.due_on,
    a.closed
FROM account_item AS a
JOIN v_document AS d ON d.id = a.document
LEFT JOIN customer ON customer.document_id = a.customer;
