CREATE TABLE app_user (
    id VARCHAR NOT NULL,
    issuer VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    email VARCHAR,
    email_verified BOOLEAN DEFAULT 0 NOT NULL,
    name VARCHAR,
    created_at DATETIME NOT NULL,
    last_login_at DATETIME,
    CONSTRAINT pk_app_user PRIMARY KEY (id),
    CONSTRAINT uq_app_user_issuer_subject UNIQUE (issuer, subject)
);
--;
CREATE TABLE heartbeat (
    process VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    started_at DATETIME NOT NULL,
    beat_at DATETIME NOT NULL,
    version VARCHAR NOT NULL,
    detail JSON,
    CONSTRAINT pk_heartbeat PRIMARY KEY (process)
);
--;
CREATE TABLE lease (
    name VARCHAR NOT NULL,
    holder VARCHAR NOT NULL,
    token BIGINT NOT NULL,
    expires_at DATETIME NOT NULL,
    CONSTRAINT pk_lease PRIMARY KEY (name)
);
--;
CREATE TABLE organization (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    created_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    deleted_at DATETIME,
    CONSTRAINT pk_organization PRIMARY KEY (id)
);
--;
CREATE TABLE rate_budget (
    name VARCHAR NOT NULL,
    tokens FLOAT NOT NULL,
    filled_at DATETIME NOT NULL,
    blocked_until DATETIME,
    strikes INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_rate_budget PRIMARY KEY (name)
);
--;
CREATE TABLE stream_aside (
    message_id VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    excerpt VARCHAR NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_stream_aside PRIMARY KEY (message_id)
);
--;
CREATE TABLE advertiser (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    currency VARCHAR NOT NULL,
    country VARCHAR,
    timezone VARCHAR NOT NULL,
    entity_id VARCHAR,
    url VARCHAR,
    v1_account_id VARCHAR,
    sync_state VARCHAR NOT NULL,
    is_default BOOLEAN DEFAULT 0 NOT NULL,
    selected_at DATETIME,
    selected_by VARCHAR,
    synced_at DATETIME,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_advertiser PRIMARY KEY (org_id, advertiser_id),
    CONSTRAINT fk_advertiser_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE UNIQUE INDEX uq_advertiser_default ON advertiser (org_id) WHERE is_default;
--;
CREATE TABLE advertiser_group (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    advertiser_ids JSON NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_advertiser_group PRIMARY KEY (id),
    CONSTRAINT uq_advertiser_group_org_id_name UNIQUE (org_id, name),
    CONSTRAINT fk_advertiser_group_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE annotation (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR,
    order_id VARCHAR,
    kind VARCHAR NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    words VARCHAR NOT NULL,
    created_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_annotation PRIMARY KEY (id),
    CONSTRAINT ck_annotation_kind CHECK (kind in ('promotion', 'price', 'stock-out', 'note')),
    CONSTRAINT ck_annotation_days CHECK (first_day <= last_day),
    CONSTRAINT fk_annotation_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_annotation_org_id_first_day ON annotation (org_id, first_day);
--;
CREATE TABLE app_session (
    id VARCHAR NOT NULL,
    token_hash VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    issuer VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    last_seen_at DATETIME NOT NULL,
    absolute_end_at DATETIME NOT NULL,
    claims_end_at DATETIME,
    revoked_at DATETIME,
    user_agent VARCHAR,
    CONSTRAINT pk_app_session PRIMARY KEY (id),
    CONSTRAINT uq_app_session_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_app_session_user_id FOREIGN KEY(user_id) REFERENCES app_user (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_app_session_user_id ON app_session (user_id);
--;
CREATE TABLE attention (
    org_id VARCHAR NOT NULL,
    item_key VARCHAR NOT NULL,
    advertiser_id VARCHAR,
    acknowledged_at DATETIME,
    snoozed_until DATETIME,
    owner_user_id VARCHAR,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_attention PRIMARY KEY (org_id, item_key),
    CONSTRAINT fk_attention_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE audit_event (
    org_id VARCHAR NOT NULL,
    sequence BIGINT NOT NULL,
    at DATETIME NOT NULL,
    actor VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    detail JSON NOT NULL,
    previous_hash VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    CONSTRAINT pk_audit_event PRIMARY KEY (org_id, sequence),
    CONSTRAINT fk_audit_event_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE audit_head (
    org_id VARCHAR NOT NULL,
    sequence BIGINT NOT NULL,
    hash VARCHAR NOT NULL,
    CONSTRAINT pk_audit_head PRIMARY KEY (org_id),
    CONSTRAINT fk_audit_head_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE calendar_event (
    org_id VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    countries JSON NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    is_hidden BOOLEAN DEFAULT 0 NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_calendar_event PRIMARY KEY (org_id, "key"),
    CONSTRAINT ck_calendar_event_days CHECK (first_day <= last_day),
    CONSTRAINT fk_calendar_event_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE check_result (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR,
    dataset VARCHAR NOT NULL,
    request_id VARCHAR,
    rule VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_check_result PRIMARY KEY (id),
    CONSTRAINT fk_check_result_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_check_result_org_id_at ON check_result (org_id, at);
--;
CREATE TABLE client_budget (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    order_ids JSON NOT NULL,
    amount VARCHAR(32) NOT NULL,
    terms VARCHAR NOT NULL,
    percent VARCHAR(32) NOT NULL,
    first_month DATE NOT NULL,
    last_month DATE,
    created_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_client_budget PRIMARY KEY (id),
    CONSTRAINT ck_client_budget_terms CHECK (terms in ('none', 'fee', 'margin')),
    CONSTRAINT ck_client_budget_days CHECK (first_month <= last_month),
    CONSTRAINT fk_client_budget_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_client_budget_org_id_advertiser_id ON client_budget (org_id, advertiser_id);
--;
CREATE TABLE connection (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    amazon_user_id VARCHAR,
    amazon_name VARCHAR,
    amazon_email VARCHAR,
    status VARCHAR NOT NULL,
    status_reason VARCHAR,
    status_at DATETIME NOT NULL,
    linked_by VARCHAR NOT NULL,
    linked_at DATETIME NOT NULL,
    discovered_at DATETIME,
    disconnected_at DATETIME,
    adapter VARCHAR DEFAULT 'v3' NOT NULL,
    CONSTRAINT pk_connection PRIMARY KEY (id),
    CONSTRAINT uq_connection_org_id_id UNIQUE (org_id, id),
    CONSTRAINT fk_connection_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE UNIQUE INDEX uq_connection_amazon_user ON connection (org_id, region, amazon_user_id) WHERE amazon_user_id is not null;
--;
CREATE TABLE coverage (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL,
    day DATE NOT NULL,
    state VARCHAR NOT NULL,
    rows INTEGER NOT NULL,
    impressions BIGINT,
    cost VARCHAR(32),
    sales VARCHAR(32),
    digest VARCHAR NOT NULL,
    equal_reads INTEGER DEFAULT '1' NOT NULL,
    generated_at DATETIME,
    fetched_at DATETIME NOT NULL,
    load_id VARCHAR,
    request_id VARCHAR,
    CONSTRAINT pk_coverage PRIMARY KEY (org_id, advertiser_id, dataset, day),
    CONSTRAINT fk_coverage_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE coverage_reading (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL,
    day DATE NOT NULL,
    known_at DATETIME NOT NULL,
    state VARCHAR NOT NULL,
    rows INTEGER NOT NULL,
    impressions BIGINT,
    cost VARCHAR(32),
    sales VARCHAR(32),
    digest VARCHAR NOT NULL,
    equal_reads INTEGER DEFAULT '1' NOT NULL,
    generated_at DATETIME,
    fetched_at DATETIME NOT NULL,
    load_id VARCHAR,
    request_id VARCHAR,
    CONSTRAINT pk_coverage_reading PRIMARY KEY (org_id, advertiser_id, dataset, day, known_at),
    CONSTRAINT fk_coverage_reading_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE custom_metric (
    org_id VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    formula VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    better VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    created_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_custom_metric PRIMARY KEY (org_id, "key"),
    CONSTRAINT ck_custom_metric_unit CHECK (unit in ('count', 'money', 'rate', 'multiple', 'average', 'hours')),
    CONSTRAINT ck_custom_metric_better CHECK (better in ('up', 'down', 'neither')),
    CONSTRAINT ck_custom_metric_stage CHECK (stage in ('delivery', 'awareness', 'consideration', 'conversion', 'new-to-brand')),
    CONSTRAINT uq_custom_metric_org_id_name UNIQUE (org_id, name),
    CONSTRAINT fk_custom_metric_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE download (
    token_hash VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    spec JSON NOT NULL,
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    CONSTRAINT pk_download PRIMARY KEY (token_hash),
    CONSTRAINT fk_download_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_download_expires_at ON download (expires_at);
--;
CREATE TABLE entity_tag (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL,
    tag VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    rule_id VARCHAR,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_entity_tag PRIMARY KEY (org_id, advertiser_id, kind, entity_id, tag),
    CONSTRAINT ck_entity_tag_kind CHECK (kind in ('advertiser', 'order', 'line_item')),
    CONSTRAINT fk_entity_tag_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_entity_tag_org_id_tag_value ON entity_tag (org_id, tag, value);
--;
CREATE TABLE entity_version (
    org_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL,
    valid_from DATETIME NOT NULL,
    valid_to DATETIME,
    advertiser_id VARCHAR NOT NULL,
    parent_id VARCHAR,
    name VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    attributes JSON NOT NULL,
    fingerprint VARCHAR NOT NULL,
    CONSTRAINT pk_entity_version PRIMARY KEY (org_id, kind, source, entity_id, valid_from),
    CONSTRAINT fk_entity_version_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_entity_version_org_id_advertiser_id_kind_valid_to ON entity_version (org_id, advertiser_id, kind, valid_to);
--;
CREATE INDEX ix_entity_version_org_id_valid_from ON entity_version (org_id, valid_from);
--;
CREATE TABLE fx_rate (
    org_id VARCHAR NOT NULL,
    day DATE NOT NULL,
    base VARCHAR NOT NULL,
    quote VARCHAR NOT NULL,
    rate VARCHAR(32) NOT NULL,
    source VARCHAR NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_fx_rate PRIMARY KEY (org_id, day, base, quote),
    CONSTRAINT ck_fx_rate_pair CHECK (base <> quote),
    CONSTRAINT fk_fx_rate_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE goal (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    order_id VARCHAR,
    metric VARCHAR NOT NULL,
    direction VARCHAR NOT NULL,
    target VARCHAR(32) NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    note VARCHAR,
    created_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_goal PRIMARY KEY (id),
    CONSTRAINT ck_goal_direction CHECK (direction in ('at least', 'at most')),
    CONSTRAINT ck_goal_days CHECK (valid_from <= valid_to),
    CONSTRAINT fk_goal_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_goal_org_id_advertiser_id ON goal (org_id, advertiser_id);
--;
CREATE TABLE invitation (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    token_hash VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    advertiser_ids JSON,
    created_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    accepted_by VARCHAR,
    accepted_at DATETIME,
    revoked_at DATETIME,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT ck_invitation_role CHECK (role in ('owner', 'admin', 'analyst', 'viewer')),
    CONSTRAINT fk_invitation_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE,
    CONSTRAINT uq_invitation_token_hash UNIQUE (token_hash)
);
--;
CREATE INDEX ix_invitation_org_id_created_at ON invitation (org_id, created_at);
--;
CREATE TABLE job (
    id VARCHAR NOT NULL,
    org_id VARCHAR,
    kind VARCHAR NOT NULL,
    dedupe_key VARCHAR,
    payload JSON NOT NULL,
    state VARCHAR NOT NULL,
    priority INTEGER DEFAULT '5' NOT NULL,
    run_at DATETIME NOT NULL,
    lease_until DATETIME,
    lease_holder VARCHAR,
    lease_token BIGINT DEFAULT '0' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    attempts_max INTEGER DEFAULT '8' NOT NULL,
    timeout_seconds FLOAT DEFAULT '600' NOT NULL,
    progress JSON,
    error VARCHAR,
    created_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    finished_at DATETIME,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT fk_job_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_job_due ON job (state, priority, run_at, id);
--;
CREATE INDEX ix_job_org ON job (org_id, created_at);
--;
CREATE UNIQUE INDEX uq_job_dedupe_key ON job (dedupe_key) WHERE state in ('queued', 'running');
--;
CREATE TABLE load_manifest (
    org_id VARCHAR NOT NULL,
    generation BIGINT NOT NULL,
    load_id VARCHAR NOT NULL,
    at DATETIME NOT NULL,
    versions JSON NOT NULL,
    detail JSON,
    CONSTRAINT pk_load_manifest PRIMARY KEY (org_id, generation),
    CONSTRAINT uq_load_manifest_org_id_load_id UNIQUE (org_id, load_id),
    CONSTRAINT fk_load_manifest_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE membership (
    org_id VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    all_advertisers BOOLEAN DEFAULT 1 NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_membership PRIMARY KEY (org_id, user_id),
    CONSTRAINT ck_membership_role CHECK (role in ('owner', 'admin', 'analyst', 'viewer')),
    CONSTRAINT fk_membership_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE,
    CONSTRAINT fk_membership_user_id FOREIGN KEY(user_id) REFERENCES app_user (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_membership_user_id_org_id ON membership (user_id, org_id);
--;
CREATE TABLE oauth_state (
    state_hash VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    connection_id VARCHAR,
    verifier_sealed BLOB NOT NULL,
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    used_at DATETIME,
    CONSTRAINT pk_oauth_state PRIMARY KEY (state_hash),
    CONSTRAINT fk_oauth_state_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_oauth_state_org_id_expires_at ON oauth_state (org_id, expires_at);
--;
CREATE TABLE order_setting (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    stage VARCHAR,
    set_by VARCHAR NOT NULL,
    set_at DATETIME NOT NULL,
    CONSTRAINT pk_order_setting PRIMARY KEY (org_id, order_id),
    CONSTRAINT fk_order_setting_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE outbox (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    recipient VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    body JSON NOT NULL,
    message_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    created_at DATETIME NOT NULL,
    run_at DATETIME NOT NULL,
    sent_at DATETIME,
    error VARCHAR,
    lease_until DATETIME,
    lease_holder VARCHAR,
    lease_token BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_outbox PRIMARY KEY (id),
    CONSTRAINT uq_outbox_org_id_message_id UNIQUE (org_id, message_id),
    CONSTRAINT fk_outbox_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_outbox_state_run_at_id ON outbox (state, run_at, id);
--;
CREATE TABLE probe_verdict (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    adapter VARCHAR NOT NULL,
    probe VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    evidence JSON,
    at DATETIME NOT NULL,
    CONSTRAINT pk_probe_verdict PRIMARY KEY (org_id, advertiser_id, adapter, probe),
    CONSTRAINT fk_probe_verdict_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE report_definition (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    owner_user_id VARCHAR NOT NULL,
    is_shared BOOLEAN DEFAULT 0 NOT NULL,
    advertiser_id VARCHAR,
    name VARCHAR NOT NULL,
    payload JSON NOT NULL,
    created_at DATETIME NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_report_definition PRIMARY KEY (id),
    CONSTRAINT uq_report_definition_org_id_id UNIQUE (org_id, id),
    CONSTRAINT fk_report_definition_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_report_definition_org_id_owner_user_id ON report_definition (org_id, owner_user_id);
--;
CREATE TABLE report_delivery (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    definition_id VARCHAR NOT NULL,
    schedule_id VARCHAR,
    name VARCHAR NOT NULL,
    due_at DATETIME NOT NULL,
    state VARCHAR NOT NULL,
    is_late BOOLEAN DEFAULT 0 NOT NULL,
    as_of JSON NOT NULL,
    files JSON NOT NULL,
    bytes BIGINT,
    sha256 VARCHAR,
    message_ids JSON NOT NULL,
    comment VARCHAR,
    approved_by VARCHAR,
    approved_at DATETIME,
    reason VARCHAR,
    created_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    sent_at DATETIME,
    CONSTRAINT pk_report_delivery PRIMARY KEY (id),
    CONSTRAINT ck_report_delivery_state CHECK (state in ('planned', 'building', 'waiting for approval', 'ready', 'sending', 'sent', 'skipped', 'declined', 'failed')),
    CONSTRAINT uq_report_delivery_org_id_id UNIQUE (org_id, id),
    CONSTRAINT uq_report_delivery_org_id_schedule_id_due_at UNIQUE (org_id, schedule_id, due_at),
    CONSTRAINT fk_report_delivery_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_report_delivery_org_id_created_at ON report_delivery (org_id, created_at);
--;
CREATE TABLE report_label (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    label_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_report_label PRIMARY KEY (org_id, advertiser_id, kind, label_id),
    CONSTRAINT fk_report_label_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE report_request (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    adapter VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,
    header_value VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL,
    spec VARCHAR NOT NULL,
    window VARCHAR DEFAULT '' NOT NULL,
    advertiser_ids JSON NOT NULL,
    start_day DATE NOT NULL,
    end_day DATE NOT NULL,
    reason VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    amazon_report_id VARCHAR,
    adopted BOOLEAN DEFAULT 0 NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    asked_anew INTEGER DEFAULT '0' NOT NULL,
    polls INTEGER DEFAULT '0' NOT NULL,
    planned_at DATETIME NOT NULL,
    run_at DATETIME NOT NULL,
    requested_at DATETIME,
    generated_at DATETIME,
    finished_at DATETIME,
    bytes BIGINT,
    rows BIGINT,
    load_id VARCHAR,
    parent_id VARCHAR,
    error VARCHAR,
    lease_until DATETIME,
    lease_holder VARCHAR,
    lease_token BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_report_request PRIMARY KEY (id),
    CONSTRAINT fk_report_request_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_report_request_org_id_planned_at ON report_request (org_id, planned_at);
--;
CREATE INDEX ix_report_request_state_run_at_id ON report_request (state, run_at, id);
--;
CREATE TABLE request_ledger (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL,
    adapter VARCHAR NOT NULL,
    day DATE NOT NULL,
    used INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_request_ledger PRIMARY KEY (org_id, advertiser_id, dataset, adapter, day),
    CONSTRAINT ck_request_ledger_used CHECK (used >= 0),
    CONSTRAINT fk_request_ledger_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE saved_view (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    owner_user_id VARCHAR NOT NULL,
    is_shared BOOLEAN DEFAULT 0 NOT NULL,
    advertiser_id VARCHAR,
    name VARCHAR NOT NULL,
    screen VARCHAR NOT NULL,
    payload JSON NOT NULL,
    created_at DATETIME NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_saved_view PRIMARY KEY (id),
    CONSTRAINT fk_saved_view_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_saved_view_org_id_owner_user_id ON saved_view (org_id, owner_user_id);
--;
CREATE TABLE schedule (
    id VARCHAR NOT NULL,
    org_id VARCHAR,
    kind VARCHAR NOT NULL,
    payload JSON NOT NULL,
    rule VARCHAR NOT NULL,
    timezone VARCHAR NOT NULL,
    catch_up VARCHAR NOT NULL,
    next_run_at DATETIME NOT NULL,
    last_run_at DATETIME,
    enabled BOOLEAN DEFAULT 1 NOT NULL,
    CONSTRAINT pk_schedule PRIMARY KEY (id),
    CONSTRAINT fk_schedule_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_schedule_enabled_next_run_at ON schedule (enabled, next_run_at);
--;
CREATE TABLE settling (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    since DATETIME NOT NULL,
    settled_after_days INTEGER NOT NULL,
    observed_days INTEGER NOT NULL,
    largest_change VARCHAR(32) NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_settling PRIMARY KEY (org_id, advertiser_id, metric, since),
    CONSTRAINT fk_settling_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE share_link (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    token_hash VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    payload JSON NOT NULL,
    password_hash VARCHAR,
    created_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    revoked_at DATETIME,
    revoked_by VARCHAR,
    CONSTRAINT pk_share_link PRIMARY KEY (id),
    CONSTRAINT fk_share_link_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE,
    CONSTRAINT uq_share_link_token_hash UNIQUE (token_hash)
);
--;
CREATE INDEX ix_share_link_org_id_created_at ON share_link (org_id, created_at);
--;
CREATE TABLE snapshot_run (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    day DATE NOT NULL,
    source VARCHAR NOT NULL,
    taken_at DATETIME NOT NULL,
    entities INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    CONSTRAINT pk_snapshot_run PRIMARY KEY (org_id, advertiser_id, day, source),
    CONSTRAINT fk_snapshot_run_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE stream_hour (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    hour DATETIME NOT NULL,
    day DATE NOT NULL,
    hour_of_day INTEGER NOT NULL,
    impressions BIGINT NOT NULL,
    clicks BIGINT NOT NULL,
    cost VARCHAR(32) NOT NULL,
    purchases BIGINT NOT NULL,
    sales VARCHAR(32) NOT NULL,
    updated_at DATETIME NOT NULL,
    CONSTRAINT pk_stream_hour PRIMARY KEY (org_id, advertiser_id, order_id, hour),
    CONSTRAINT fk_stream_hour_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_stream_hour_day ON stream_hour (day);
--;
CREATE INDEX ix_stream_hour_org_id_advertiser_id_day ON stream_hour (org_id, advertiser_id, day);
--;
CREATE TABLE stream_record (
    org_id VARCHAR NOT NULL,
    record_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_stream_record PRIMARY KEY (org_id, record_id),
    CONSTRAINT fk_stream_record_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_stream_record_at ON stream_record (at);
--;
CREATE TABLE tag_rule (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    pattern VARCHAR NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_tag_rule PRIMARY KEY (id),
    CONSTRAINT ck_tag_rule_kind CHECK (kind in ('advertiser', 'order', 'line_item')),
    CONSTRAINT fk_tag_rule_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE advertiser_access (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,
    header_value VARCHAR NOT NULL,
    campaign_access VARCHAR NOT NULL,
    seen_at DATETIME NOT NULL,
    gone_at DATETIME,
    CONSTRAINT pk_advertiser_access PRIMARY KEY (org_id, advertiser_id, connection_id, mode),
    CONSTRAINT fk_advertiser_access_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_advertiser_access_org_id_advertiser_id FOREIGN KEY(org_id, advertiser_id) REFERENCES advertiser (org_id, advertiser_id) ON DELETE CASCADE,
    CONSTRAINT fk_advertiser_access_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE credential (
    connection_id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    refresh_key_id VARCHAR NOT NULL,
    refresh_sealed BLOB NOT NULL,
    access_key_id VARCHAR,
    access_sealed BLOB,
    access_expires_at DATETIME,
    refresh_due_at DATETIME,
    refreshed_at DATETIME,
    attempted_at DATETIME,
    cooldown_until DATETIME,
    failures INTEGER DEFAULT '0' NOT NULL,
    failing_since DATETIME,
    last_error VARCHAR,
    version INTEGER DEFAULT '1' NOT NULL,
    fencing_token INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_credential PRIMARY KEY (connection_id),
    CONSTRAINT fk_credential_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_credential_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_credential_org_id ON credential (org_id);
--;
CREATE INDEX ix_credential_refresh_due_at ON credential (refresh_due_at);
--;
CREATE TABLE manager_account (
    org_id VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    manager_account_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_manager_account PRIMARY KEY (org_id, connection_id, manager_account_id),
    CONSTRAINT fk_manager_account_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_manager_account_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE manager_link (
    org_id VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    manager_account_id VARCHAR NOT NULL,
    account_id VARCHAR NOT NULL,
    account_name VARCHAR NOT NULL,
    account_type VARCHAR NOT NULL,
    dsp_advertiser_id VARCHAR,
    marketplace_id VARCHAR,
    profile_id VARCHAR,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_manager_link PRIMARY KEY (org_id, connection_id, manager_account_id, account_id),
    CONSTRAINT fk_manager_link_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_manager_link_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE membership_advertiser (
    org_id VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    CONSTRAINT pk_membership_advertiser PRIMARY KEY (org_id, user_id, advertiser_id),
    CONSTRAINT fk_membership_advertiser_org_id_user_id FOREIGN KEY(org_id, user_id) REFERENCES membership (org_id, user_id) ON DELETE CASCADE,
    CONSTRAINT fk_membership_advertiser_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE profile (
    org_id VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    profile_id VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    country_code VARCHAR NOT NULL,
    currency VARCHAR NOT NULL,
    timezone VARCHAR NOT NULL,
    account_type VARCHAR NOT NULL,
    account_subtype VARCHAR,
    account_id VARCHAR NOT NULL,
    marketplace_id VARCHAR,
    name VARCHAR NOT NULL,
    access_level VARCHAR NOT NULL,
    seen_at DATETIME NOT NULL,
    gone_at DATETIME,
    CONSTRAINT pk_profile PRIMARY KEY (org_id, connection_id, profile_id),
    CONSTRAINT fk_profile_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_profile_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE refresh_event (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    at DATETIME NOT NULL,
    outcome VARCHAR NOT NULL,
    error VARCHAR,
    milliseconds INTEGER NOT NULL,
    in_time BOOLEAN DEFAULT 1 NOT NULL,
    CONSTRAINT pk_refresh_event PRIMARY KEY (id),
    CONSTRAINT fk_refresh_event_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_refresh_event_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_refresh_event_org_id_connection_id_at ON refresh_event (org_id, connection_id, at);
--;
CREATE TABLE report_comparison (
    org_id VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    start_day DATE NOT NULL,
    end_day DATE NOT NULL,
    compared INTEGER NOT NULL,
    differing INTEGER NOT NULL,
    differences JSON NOT NULL,
    request_id VARCHAR,
    at DATETIME NOT NULL,
    CONSTRAINT pk_report_comparison PRIMARY KEY (org_id, connection_id, advertiser_id, dataset),
    CONSTRAINT fk_report_comparison_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_report_comparison_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE report_schedule (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    definition_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    timezone VARCHAR NOT NULL,
    options JSON NOT NULL,
    enabled BOOLEAN DEFAULT 1 NOT NULL,
    next_run_at DATETIME,
    last_run_at DATETIME,
    created_by VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_report_schedule PRIMARY KEY (id),
    CONSTRAINT uq_report_schedule_org_id_id UNIQUE (org_id, id),
    CONSTRAINT fk_report_schedule_org_id_definition_id FOREIGN KEY(org_id, definition_id) REFERENCES report_definition (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_report_schedule_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_report_schedule_enabled_next_run_at ON report_schedule (enabled, next_run_at);
--;
CREATE TABLE seat (
    org_id VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    seat_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    detail JSON,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_seat PRIMARY KEY (org_id, connection_id, seat_id),
    CONSTRAINT fk_seat_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_seat_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE sponsored_account (
    org_id VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    ads_account_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    country_codes JSON,
    alternate_ids JSON,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_sponsored_account PRIMARY KEY (org_id, connection_id, ads_account_id),
    CONSTRAINT fk_sponsored_account_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_sponsored_account_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE stream_subscription (
    org_id VARCHAR NOT NULL,
    advertiser_id VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    subscription_id VARCHAR,
    error VARCHAR,
    changed_at DATETIME NOT NULL,
    last_message_at DATETIME,
    CONSTRAINT pk_stream_subscription PRIMARY KEY (org_id, advertiser_id, dataset),
    CONSTRAINT fk_stream_subscription_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_stream_subscription_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_stream_subscription_advertiser_id_dataset ON stream_subscription (advertiser_id, dataset);
--;
CREATE TABLE recipient (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    schedule_id VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    added_by VARCHAR NOT NULL,
    added_at DATETIME NOT NULL,
    unsubscribed_at DATETIME,
    CONSTRAINT pk_recipient PRIMARY KEY (id),
    CONSTRAINT uq_recipient_org_id_id UNIQUE (org_id, id),
    CONSTRAINT uq_recipient_org_id_schedule_id_address UNIQUE (org_id, schedule_id, address),
    CONSTRAINT fk_recipient_org_id_schedule_id FOREIGN KEY(org_id, schedule_id) REFERENCES report_schedule (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_recipient_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE file_link (
    token_hash VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    delivery_id VARCHAR NOT NULL,
    recipient_id VARCHAR,
    files JSON NOT NULL,
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    CONSTRAINT pk_file_link PRIMARY KEY (token_hash),
    CONSTRAINT fk_file_link_org_id_delivery_id FOREIGN KEY(org_id, delivery_id) REFERENCES report_delivery (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_file_link_org_id_recipient_id FOREIGN KEY(org_id, recipient_id) REFERENCES recipient (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_file_link_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE unsubscribe_link (
    token_hash VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    recipient_id VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_unsubscribe_link PRIMARY KEY (token_hash),
    CONSTRAINT fk_unsubscribe_link_org_id_recipient_id FOREIGN KEY(org_id, recipient_id) REFERENCES recipient (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_unsubscribe_link_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
