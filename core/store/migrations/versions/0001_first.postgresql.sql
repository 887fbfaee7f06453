do $do$ begin
  if not exists (select from pg_roles where rolname = 'flightdeck_web') then
    create role flightdeck_web nologin noinherit;
  end if;
end $do$;
--;
do $do$ begin
  if not exists (select from pg_roles where rolname = 'flightdeck_scheduler') then
    create role flightdeck_scheduler nologin noinherit;
  end if;
end $do$;
--;
do $do$ begin
  if not exists (select from pg_roles where rolname = 'flightdeck_guard') then
    create role flightdeck_guard nologin noinherit;
  end if;
end $do$;
--;
do $do$ begin
  if not exists (select from pg_roles where rolname = 'authenticated') then
    create role authenticated nologin noinherit;
  end if;
end $do$;
--;
do $do$ begin
  if not pg_has_role(current_user, 'flightdeck_web', 'member') then
    grant flightdeck_web to current_user;
  end if;
end $do$;
--;
do $do$ begin
  if not pg_has_role(current_user, 'flightdeck_scheduler', 'member') then
    grant flightdeck_scheduler to current_user;
  end if;
end $do$;
--;
do $do$ begin
  if not pg_has_role(current_user, 'flightdeck_guard', 'member') then
    grant flightdeck_guard to current_user;
  end if;
end $do$;
--;
create schema if not exists app_private;
--;
revoke all on schema app_private from public;
--;
grant usage on schema app_private to flightdeck_web, flightdeck_scheduler, flightdeck_guard, authenticated;
--;
grant usage on schema public to flightdeck_web, flightdeck_scheduler, flightdeck_guard, authenticated;
--;
CREATE TABLE app_user (
    id VARCHAR NOT NULL,
    issuer VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    email VARCHAR,
    email_verified BOOLEAN DEFAULT false NOT NULL,
    name VARCHAR,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_login_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_app_user PRIMARY KEY (id),
    CONSTRAINT uq_app_user_issuer_subject UNIQUE (issuer, subject)
);
--;
CREATE TABLE heartbeat (
    process VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    beat_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version VARCHAR NOT NULL,
    detail JSONB,
    CONSTRAINT pk_heartbeat PRIMARY KEY (process)
);
--;
CREATE TABLE lease (
    name VARCHAR NOT NULL,
    holder VARCHAR NOT NULL,
    token BIGINT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_lease PRIMARY KEY (name)
);
--;
CREATE TABLE organization (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_organization PRIMARY KEY (id)
);
--;
CREATE TABLE rate_budget (
    name VARCHAR NOT NULL,
    tokens FLOAT NOT NULL,
    filled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    blocked_until TIMESTAMP WITH TIME ZONE,
    strikes INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_rate_budget PRIMARY KEY (name)
);
--;
CREATE TABLE stream_aside (
    message_id VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    excerpt VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    is_default BOOLEAN DEFAULT false NOT NULL,
    selected_at TIMESTAMP WITH TIME ZONE,
    selected_by VARCHAR,
    synced_at TIMESTAMP WITH TIME ZONE,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    advertiser_ids JSONB NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    absolute_end_at TIMESTAMP WITH TIME ZONE NOT NULL,
    claims_end_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
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
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    snoozed_until TIMESTAMP WITH TIME ZONE,
    owner_user_id VARCHAR,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_attention PRIMARY KEY (org_id, item_key),
    CONSTRAINT fk_attention_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE audit_event (
    org_id VARCHAR NOT NULL,
    sequence BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    detail JSONB NOT NULL,
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
    key VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    countries JSONB NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    is_hidden BOOLEAN DEFAULT false NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_calendar_event PRIMARY KEY (org_id, key),
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
    at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    order_ids JSONB NOT NULL,
    amount NUMERIC(24, 6) NOT NULL,
    terms VARCHAR NOT NULL,
    percent NUMERIC(24, 6) NOT NULL,
    first_month DATE NOT NULL,
    last_month DATE,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    status_at TIMESTAMP WITH TIME ZONE NOT NULL,
    linked_by VARCHAR NOT NULL,
    linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    discovered_at TIMESTAMP WITH TIME ZONE,
    disconnected_at TIMESTAMP WITH TIME ZONE,
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
    cost NUMERIC(24, 6),
    sales NUMERIC(24, 6),
    digest VARCHAR NOT NULL,
    equal_reads INTEGER DEFAULT '1' NOT NULL,
    generated_at TIMESTAMP WITH TIME ZONE,
    fetched_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    known_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state VARCHAR NOT NULL,
    rows INTEGER NOT NULL,
    impressions BIGINT,
    cost NUMERIC(24, 6),
    sales NUMERIC(24, 6),
    digest VARCHAR NOT NULL,
    equal_reads INTEGER DEFAULT '1' NOT NULL,
    generated_at TIMESTAMP WITH TIME ZONE,
    fetched_at TIMESTAMP WITH TIME ZONE NOT NULL,
    load_id VARCHAR,
    request_id VARCHAR,
    CONSTRAINT pk_coverage_reading PRIMARY KEY (org_id, advertiser_id, dataset, day, known_at),
    CONSTRAINT fk_coverage_reading_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE custom_metric (
    org_id VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    formula VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    better VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_custom_metric PRIMARY KEY (org_id, key),
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
    spec JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_to TIMESTAMP WITH TIME ZONE,
    advertiser_id VARCHAR NOT NULL,
    parent_id VARCHAR,
    name VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    attributes JSONB NOT NULL,
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
    rate NUMERIC(24, 12) NOT NULL,
    source VARCHAR NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    target NUMERIC(24, 6) NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    note VARCHAR,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    advertiser_ids JSONB,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    accepted_by VARCHAR,
    accepted_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
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
    payload JSONB NOT NULL,
    state VARCHAR NOT NULL,
    priority INTEGER DEFAULT '5' NOT NULL,
    run_at TIMESTAMP WITH TIME ZONE NOT NULL,
    lease_until TIMESTAMP WITH TIME ZONE,
    lease_holder VARCHAR,
    lease_token BIGINT DEFAULT '0' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    attempts_max INTEGER DEFAULT '8' NOT NULL,
    timeout_seconds FLOAT DEFAULT '600' NOT NULL,
    progress JSONB,
    error VARCHAR,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
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
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    versions JSONB NOT NULL,
    detail JSONB,
    CONSTRAINT pk_load_manifest PRIMARY KEY (org_id, generation),
    CONSTRAINT uq_load_manifest_org_id_load_id UNIQUE (org_id, load_id),
    CONSTRAINT fk_load_manifest_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE membership (
    org_id VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    all_advertisers BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    verifier_sealed BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
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
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    body JSONB NOT NULL,
    message_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    run_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    error VARCHAR,
    lease_until TIMESTAMP WITH TIME ZONE,
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
    evidence JSONB,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_probe_verdict PRIMARY KEY (org_id, advertiser_id, adapter, probe),
    CONSTRAINT fk_probe_verdict_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE report_definition (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    owner_user_id VARCHAR NOT NULL,
    is_shared BOOLEAN DEFAULT false NOT NULL,
    advertiser_id VARCHAR,
    name VARCHAR NOT NULL,
    payload JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state VARCHAR NOT NULL,
    is_late BOOLEAN DEFAULT false NOT NULL,
    as_of JSONB NOT NULL,
    files JSONB NOT NULL,
    bytes BIGINT,
    sha256 VARCHAR,
    message_ids JSONB NOT NULL,
    comment VARCHAR,
    approved_by VARCHAR,
    approved_at TIMESTAMP WITH TIME ZONE,
    reason VARCHAR,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
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
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    "window" VARCHAR DEFAULT '' NOT NULL,
    advertiser_ids JSONB NOT NULL,
    start_day DATE NOT NULL,
    end_day DATE NOT NULL,
    reason VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    amazon_report_id VARCHAR,
    adopted BOOLEAN DEFAULT false NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    asked_anew INTEGER DEFAULT '0' NOT NULL,
    polls INTEGER DEFAULT '0' NOT NULL,
    planned_at TIMESTAMP WITH TIME ZONE NOT NULL,
    run_at TIMESTAMP WITH TIME ZONE NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE,
    generated_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    bytes BIGINT,
    rows BIGINT,
    load_id VARCHAR,
    parent_id VARCHAR,
    error VARCHAR,
    lease_until TIMESTAMP WITH TIME ZONE,
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
    is_shared BOOLEAN DEFAULT false NOT NULL,
    advertiser_id VARCHAR,
    name VARCHAR NOT NULL,
    screen VARCHAR NOT NULL,
    payload JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    payload JSONB NOT NULL,
    rule VARCHAR NOT NULL,
    timezone VARCHAR NOT NULL,
    catch_up VARCHAR NOT NULL,
    next_run_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_run_at TIMESTAMP WITH TIME ZONE,
    enabled BOOLEAN DEFAULT true NOT NULL,
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
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    settled_after_days INTEGER NOT NULL,
    observed_days INTEGER NOT NULL,
    largest_change NUMERIC(24, 6) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_settling PRIMARY KEY (org_id, advertiser_id, metric, since),
    CONSTRAINT fk_settling_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE share_link (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    token_hash VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    payload JSONB NOT NULL,
    password_hash VARCHAR,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
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
    taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    day DATE NOT NULL,
    hour_of_day INTEGER NOT NULL,
    impressions BIGINT NOT NULL,
    clicks BIGINT NOT NULL,
    cost NUMERIC(24, 6) NOT NULL,
    purchases BIGINT NOT NULL,
    sales NUMERIC(24, 6) NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    gone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_advertiser_access PRIMARY KEY (org_id, advertiser_id, connection_id, mode),
    CONSTRAINT fk_advertiser_access_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_advertiser_access_org_id_advertiser_id FOREIGN KEY(org_id, advertiser_id) REFERENCES advertiser (org_id, advertiser_id) ON DELETE CASCADE,
    CONSTRAINT fk_advertiser_access_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE app_private.credential (
    connection_id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    refresh_key_id VARCHAR NOT NULL,
    refresh_sealed BYTEA NOT NULL,
    access_key_id VARCHAR,
    access_sealed BYTEA,
    access_expires_at TIMESTAMP WITH TIME ZONE,
    refresh_due_at TIMESTAMP WITH TIME ZONE,
    refreshed_at TIMESTAMP WITH TIME ZONE,
    attempted_at TIMESTAMP WITH TIME ZONE,
    cooldown_until TIMESTAMP WITH TIME ZONE,
    failures INTEGER DEFAULT '0' NOT NULL,
    failing_since TIMESTAMP WITH TIME ZONE,
    last_error VARCHAR,
    version INTEGER DEFAULT '1' NOT NULL,
    fencing_token INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_credential PRIMARY KEY (connection_id),
    CONSTRAINT fk_credential_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_credential_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE INDEX ix_credential_org_id ON app_private.credential (org_id);
--;
CREATE INDEX ix_credential_refresh_due_at ON app_private.credential (refresh_due_at);
--;
CREATE TABLE manager_account (
    org_id VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    manager_account_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    gone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_profile PRIMARY KEY (org_id, connection_id, profile_id),
    CONSTRAINT fk_profile_org_id_connection_id FOREIGN KEY(org_id, connection_id) REFERENCES connection (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_profile_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
CREATE TABLE refresh_event (
    id VARCHAR NOT NULL,
    org_id VARCHAR NOT NULL,
    connection_id VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome VARCHAR NOT NULL,
    error VARCHAR,
    milliseconds INTEGER NOT NULL,
    in_time BOOLEAN DEFAULT true NOT NULL,
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
    differences JSONB NOT NULL,
    request_id VARCHAR,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    options JSONB NOT NULL,
    enabled BOOLEAN DEFAULT true NOT NULL,
    next_run_at TIMESTAMP WITH TIME ZONE,
    last_run_at TIMESTAMP WITH TIME ZONE,
    created_by VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by VARCHAR NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    detail JSONB,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    country_codes JSONB,
    alternate_ids JSONB,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_message_at TIMESTAMP WITH TIME ZONE,
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
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    unsubscribed_at TIMESTAMP WITH TIME ZONE,
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
    files JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
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
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_unsubscribe_link PRIMARY KEY (token_hash),
    CONSTRAINT fk_unsubscribe_link_org_id_recipient_id FOREIGN KEY(org_id, recipient_id) REFERENCES recipient (org_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_unsubscribe_link_org_id FOREIGN KEY(org_id) REFERENCES organization (id) ON DELETE CASCADE
);
--;
do $do$ declare outside text; begin
  revoke all on table app_user from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table app_user from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update on app_user to flightdeck_web;
--;
grant select on app_user to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table heartbeat from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table heartbeat from %I', outside);
  end loop;
end $do$;
--;
grant select on heartbeat to flightdeck_web;
--;
grant select, insert, update, delete on heartbeat to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table lease from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table lease from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on lease to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table organization from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table organization from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update on organization to flightdeck_web;
--;
grant select, delete on organization to flightdeck_scheduler;
--;
grant select on organization to flightdeck_guard;
--;
do $do$ declare outside text; begin
  revoke all on table rate_budget from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table rate_budget from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on rate_budget to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table stream_aside from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table stream_aside from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on stream_aside to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table advertiser from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table advertiser from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on advertiser to flightdeck_web;
--;
grant select, insert, update, delete on advertiser to flightdeck_scheduler;
--;
grant select on advertiser to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table advertiser_group from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table advertiser_group from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on advertiser_group to flightdeck_web;
--;
grant select, insert, update, delete on advertiser_group to flightdeck_scheduler;
--;
grant select, insert, update, delete on advertiser_group to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table annotation from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table annotation from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on annotation to flightdeck_web;
--;
grant select, insert, update, delete on annotation to flightdeck_scheduler;
--;
grant select, insert, update, delete on annotation to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table app_session from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table app_session from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update on app_session to flightdeck_web;
--;
grant select, delete on app_session to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table attention from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table attention from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on attention to flightdeck_web;
--;
grant select, insert, update, delete on attention to flightdeck_scheduler;
--;
grant select on attention to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table audit_event from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table audit_event from %I', outside);
  end loop;
end $do$;
--;
grant select, insert on audit_event to flightdeck_web;
--;
grant select, insert on audit_event to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table audit_head from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table audit_head from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update on audit_head to flightdeck_web;
--;
grant select, insert, update on audit_head to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table calendar_event from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table calendar_event from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on calendar_event to flightdeck_web;
--;
grant select, insert, update, delete on calendar_event to flightdeck_scheduler;
--;
grant select, insert, update, delete on calendar_event to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table check_result from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table check_result from %I', outside);
  end loop;
end $do$;
--;
grant select on check_result to flightdeck_web;
--;
grant select, insert, update, delete on check_result to flightdeck_scheduler;
--;
grant select on check_result to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table client_budget from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table client_budget from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on client_budget to flightdeck_web;
--;
grant select, insert, update, delete on client_budget to flightdeck_scheduler;
--;
grant select, insert, update, delete on client_budget to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table connection from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table connection from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on connection to flightdeck_web;
--;
grant select, insert, update, delete on connection to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table coverage from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table coverage from %I', outside);
  end loop;
end $do$;
--;
grant select on coverage to flightdeck_web;
--;
grant select, insert, update, delete on coverage to flightdeck_scheduler;
--;
grant select on coverage to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table coverage_reading from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table coverage_reading from %I', outside);
  end loop;
end $do$;
--;
grant select on coverage_reading to flightdeck_web;
--;
grant select, insert, update, delete on coverage_reading to flightdeck_scheduler;
--;
grant select on coverage_reading to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table custom_metric from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table custom_metric from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on custom_metric to flightdeck_web;
--;
grant select, insert, update, delete on custom_metric to flightdeck_scheduler;
--;
grant select, insert, update, delete on custom_metric to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table download from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table download from %I', outside);
  end loop;
end $do$;
--;
grant select, insert on download to flightdeck_web;
--;
grant select, delete on download to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table entity_tag from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table entity_tag from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on entity_tag to flightdeck_web;
--;
grant select, insert, update, delete on entity_tag to flightdeck_scheduler;
--;
grant select, insert, update, delete on entity_tag to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table entity_version from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table entity_version from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on entity_version to flightdeck_web;
--;
grant select, insert, update, delete on entity_version to flightdeck_scheduler;
--;
grant select on entity_version to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table fx_rate from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table fx_rate from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on fx_rate to flightdeck_web;
--;
grant select, insert, update, delete on fx_rate to flightdeck_scheduler;
--;
grant select, insert, update, delete on fx_rate to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table goal from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table goal from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on goal to flightdeck_web;
--;
grant select, insert, update, delete on goal to flightdeck_scheduler;
--;
grant select, insert, update, delete on goal to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table invitation from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table invitation from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update (accepted_by, accepted_at, revoked_at) on invitation to flightdeck_web;
--;
grant select, delete on invitation to flightdeck_scheduler;
--;
grant select on invitation to flightdeck_guard;
--;
do $do$ declare outside text; begin
  revoke all on table job from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table job from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update (run_at, priority) on job to flightdeck_web;
--;
grant select, insert, update, delete on job to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table load_manifest from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table load_manifest from %I', outside);
  end loop;
end $do$;
--;
grant select on load_manifest to flightdeck_web;
--;
grant select, insert, update, delete on load_manifest to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table membership from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table membership from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on membership to flightdeck_web;
--;
grant select on membership to flightdeck_scheduler;
--;
grant select on membership to flightdeck_guard;
--;
do $do$ declare outside text; begin
  revoke all on table oauth_state from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table oauth_state from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update (used_at) on oauth_state to flightdeck_web;
--;
grant select, delete on oauth_state to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table order_setting from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table order_setting from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on order_setting to flightdeck_web;
--;
grant select, insert, update, delete on order_setting to flightdeck_scheduler;
--;
grant select on order_setting to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table outbox from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table outbox from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on outbox to flightdeck_web;
--;
grant select, insert, update, delete on outbox to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table probe_verdict from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table probe_verdict from %I', outside);
  end loop;
end $do$;
--;
grant select on probe_verdict to flightdeck_web;
--;
grant select, insert, update, delete on probe_verdict to flightdeck_scheduler;
--;
grant select on probe_verdict to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table report_definition from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table report_definition from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on report_definition to flightdeck_web;
--;
grant select, insert, update, delete on report_definition to flightdeck_scheduler;
--;
grant select, insert, update, delete on report_definition to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table report_delivery from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table report_delivery from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on report_delivery to flightdeck_web;
--;
grant select, insert, update, delete on report_delivery to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table report_label from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table report_label from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on report_label to flightdeck_web;
--;
grant select, insert, update, delete on report_label to flightdeck_scheduler;
--;
grant select on report_label to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table report_request from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table report_request from %I', outside);
  end loop;
end $do$;
--;
grant select on report_request to flightdeck_web;
--;
grant select, insert, update, delete on report_request to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table request_ledger from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table request_ledger from %I', outside);
  end loop;
end $do$;
--;
grant select on request_ledger to flightdeck_web;
--;
grant select, insert, update, delete on request_ledger to flightdeck_scheduler;
--;
grant select on request_ledger to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table saved_view from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table saved_view from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on saved_view to flightdeck_web;
--;
grant select, insert, update, delete on saved_view to flightdeck_scheduler;
--;
grant select, insert, update, delete on saved_view to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table schedule from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table schedule from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on schedule to flightdeck_web;
--;
grant select, insert, update, delete on schedule to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table settling from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table settling from %I', outside);
  end loop;
end $do$;
--;
grant select on settling to flightdeck_web;
--;
grant select, insert, update, delete on settling to flightdeck_scheduler;
--;
grant select on settling to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table share_link from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table share_link from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update (expires_at, revoked_at, revoked_by, password_hash) on share_link to flightdeck_web;
--;
grant select, delete on share_link to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table snapshot_run from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table snapshot_run from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on snapshot_run to flightdeck_web;
--;
grant select, insert, update, delete on snapshot_run to flightdeck_scheduler;
--;
grant select on snapshot_run to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table stream_hour from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table stream_hour from %I', outside);
  end loop;
end $do$;
--;
grant select on stream_hour to flightdeck_web;
--;
grant select, insert, update, delete on stream_hour to flightdeck_scheduler;
--;
grant select on stream_hour to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table stream_record from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table stream_record from %I', outside);
  end loop;
end $do$;
--;
grant select on stream_record to flightdeck_web;
--;
grant select, insert, update, delete on stream_record to flightdeck_scheduler;
--;
grant select on stream_record to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table tag_rule from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table tag_rule from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on tag_rule to flightdeck_web;
--;
grant select, insert, update, delete on tag_rule to flightdeck_scheduler;
--;
grant select, insert, update, delete on tag_rule to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table advertiser_access from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table advertiser_access from %I', outside);
  end loop;
end $do$;
--;
grant select on advertiser_access to flightdeck_web;
--;
grant select, insert, update, delete on advertiser_access to flightdeck_scheduler;
--;
grant select on advertiser_access to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table app_private.credential from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table app_private.credential from %I', outside);
  end loop;
end $do$;
--;
grant select (connection_id, org_id, refresh_key_id, access_key_id, access_expires_at, refresh_due_at, refreshed_at, attempted_at, cooldown_until, failures, failing_since, last_error, version, fencing_token), insert, update, delete on app_private.credential to flightdeck_web;
--;
grant select, insert, update, delete on app_private.credential to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table manager_account from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table manager_account from %I', outside);
  end loop;
end $do$;
--;
grant select on manager_account to flightdeck_web;
--;
grant select, insert, update, delete on manager_account to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table manager_link from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table manager_link from %I', outside);
  end loop;
end $do$;
--;
grant select on manager_link to flightdeck_web;
--;
grant select, insert, update, delete on manager_link to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table membership_advertiser from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table membership_advertiser from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, delete on membership_advertiser to flightdeck_web;
--;
grant select on membership_advertiser to flightdeck_scheduler;
--;
grant select on membership_advertiser to flightdeck_guard;
--;
do $do$ declare outside text; begin
  revoke all on table profile from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table profile from %I', outside);
  end loop;
end $do$;
--;
grant select on profile to flightdeck_web;
--;
grant select, insert, update, delete on profile to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table refresh_event from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table refresh_event from %I', outside);
  end loop;
end $do$;
--;
grant select on refresh_event to flightdeck_web;
--;
grant select, insert, update, delete on refresh_event to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table report_comparison from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table report_comparison from %I', outside);
  end loop;
end $do$;
--;
grant select on report_comparison to flightdeck_web;
--;
grant select, insert, update, delete on report_comparison to flightdeck_scheduler;
--;
grant select on report_comparison to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table report_schedule from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table report_schedule from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on report_schedule to flightdeck_web;
--;
grant select, insert, update, delete on report_schedule to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table seat from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table seat from %I', outside);
  end loop;
end $do$;
--;
grant select on seat to flightdeck_web;
--;
grant select, insert, update, delete on seat to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table sponsored_account from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table sponsored_account from %I', outside);
  end loop;
end $do$;
--;
grant select on sponsored_account to flightdeck_web;
--;
grant select, insert, update, delete on sponsored_account to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table stream_subscription from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table stream_subscription from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on stream_subscription to flightdeck_web;
--;
grant select, insert, update, delete on stream_subscription to flightdeck_scheduler;
--;
grant select on stream_subscription to authenticated;
--;
do $do$ declare outside text; begin
  revoke all on table recipient from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table recipient from %I', outside);
  end loop;
end $do$;
--;
grant select, insert, update, delete on recipient to flightdeck_web;
--;
grant select, insert, update, delete on recipient to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table file_link from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table file_link from %I', outside);
  end loop;
end $do$;
--;
grant select on file_link to flightdeck_web;
--;
grant select, insert, update, delete on file_link to flightdeck_scheduler;
--;
do $do$ declare outside text; begin
  revoke all on table unsubscribe_link from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table unsubscribe_link from %I', outside);
  end loop;
end $do$;
--;
grant select on unsubscribe_link to flightdeck_web;
--;
grant select, insert, update, delete on unsubscribe_link to flightdeck_scheduler;
--;
grant create on schema app_private to flightdeck_guard;
--;
do $do$ begin
  if to_regprocedure('app_private.claim(text)') is null then
    create function app_private.claim(name text)
    returns text language sql stable set search_path = ''
    as $fn$
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> name
    $fn$;
    alter function app_private.claim(text) owner to flightdeck_guard;
  end if;
end $do$;
--;
revoke execute on function app_private.claim(text) from public;
--;
grant execute on function app_private.claim(text) to flightdeck_web, flightdeck_scheduler, authenticated;
--;
do $do$ begin
  if to_regprocedure('app_private.me()') is null then
    create function app_private.me()
    returns text language sql stable set search_path = ''
    as $fn$
  select app_private.claim('sub')
    $fn$;
    alter function app_private.me() owner to flightdeck_guard;
  end if;
end $do$;
--;
revoke execute on function app_private.me() from public;
--;
grant execute on function app_private.me() to flightdeck_web, flightdeck_scheduler, authenticated;
--;
do $do$ begin
  if to_regprocedure('app_private.is_system()') is null then
    create function app_private.is_system()
    returns boolean language sql stable set search_path = ''
    as $fn$
  select app_private.claim('door') = 'system'
    $fn$;
    alter function app_private.is_system() owner to flightdeck_guard;
  end if;
end $do$;
--;
revoke execute on function app_private.is_system() from public;
--;
grant execute on function app_private.is_system() to flightdeck_web, flightdeck_scheduler, authenticated;
--;
do $do$ begin
  if to_regprocedure('app_private.job_org()') is null then
    create function app_private.job_org()
    returns text language sql stable set search_path = ''
    as $fn$
  select app_private.claim('org') where app_private.claim('door') = 'job'
    $fn$;
    alter function app_private.job_org() owner to flightdeck_guard;
  end if;
end $do$;
--;
revoke execute on function app_private.job_org() from public;
--;
grant execute on function app_private.job_org() to flightdeck_web, flightdeck_scheduler, authenticated;
--;
do $do$ begin
  if to_regprocedure('app_private.role_rank(text)') is null then
    create function app_private.role_rank(role text)
    returns integer language sql stable set search_path = ''
    as $fn$
  select case role when 'viewer' then 1 when 'analyst' then 2 when 'admin' then 3 when 'owner' then 4 end
    $fn$;
    alter function app_private.role_rank(text) owner to flightdeck_guard;
  end if;
end $do$;
--;
revoke execute on function app_private.role_rank(text) from public;
--;
grant execute on function app_private.role_rank(text) to flightdeck_web, flightdeck_scheduler, authenticated;
--;
do $do$ begin
  if to_regprocedure('app_private.my_orgs(text)') is null then
    create function app_private.my_orgs(min_role text default 'viewer')
    returns setof text language sql stable security definer set search_path = ''
    as $fn$
  select m.org_id
  from public.membership m
  join public.organization o on o.id = m.org_id and o.deleted_at is null
  where m.user_id = app_private.me()
    and app_private.role_rank(m.role) >= app_private.role_rank(min_role)
    and m.org_id = coalesce(app_private.claim('org'), m.org_id)
    $fn$;
    alter function app_private.my_orgs(text) owner to flightdeck_guard;
  end if;
end $do$;
--;
revoke execute on function app_private.my_orgs(text) from public;
--;
grant execute on function app_private.my_orgs(text) to flightdeck_web, flightdeck_scheduler, authenticated;
--;
do $do$ begin
  if to_regprocedure('app_private.my_whole_orgs(text)') is null then
    create function app_private.my_whole_orgs(min_role text default 'viewer')
    returns setof text language sql stable security definer set search_path = ''
    as $fn$
  select m.org_id
  from public.membership m
  where m.user_id = app_private.me() and m.all_advertisers
    and m.org_id in (select app_private.my_orgs(min_role))
    $fn$;
    alter function app_private.my_whole_orgs(text) owner to flightdeck_guard;
  end if;
end $do$;
--;
revoke execute on function app_private.my_whole_orgs(text) from public;
--;
grant execute on function app_private.my_whole_orgs(text) to flightdeck_web, flightdeck_scheduler, authenticated;
--;
do $do$ begin
  if to_regprocedure('app_private.my_advertisers()') is null then
    create function app_private.my_advertisers()
    returns table (org_id text, advertiser_id text) language sql stable security definer set search_path = ''
    as $fn$
  select a.org_id, a.advertiser_id
  from public.membership_advertiser a
  where a.user_id = app_private.me() and a.org_id in (select app_private.my_orgs('viewer'))
    $fn$;
    alter function app_private.my_advertisers() owner to flightdeck_guard;
  end if;
end $do$;
--;
revoke execute on function app_private.my_advertisers() from public;
--;
grant execute on function app_private.my_advertisers() to flightdeck_web, flightdeck_scheduler, authenticated;
--;
do $do$ begin
  if to_regprocedure('app_private.my_colleagues()') is null then
    create function app_private.my_colleagues()
    returns setof text language sql stable security definer set search_path = ''
    as $fn$
  select m.user_id
  from public.membership m
  where m.org_id in (select app_private.my_whole_orgs('viewer'))
    $fn$;
    alter function app_private.my_colleagues() owner to flightdeck_guard;
  end if;
end $do$;
--;
revoke execute on function app_private.my_colleagues() from public;
--;
grant execute on function app_private.my_colleagues() to flightdeck_web, flightdeck_scheduler, authenticated;
--;
do $do$ begin
  if to_regprocedure('app_private.founded_by_me()') is null then
    create function app_private.founded_by_me()
    returns setof text language sql stable security definer set search_path = ''
    as $fn$
  select o.id
  from public.organization o
  where o.created_by = app_private.me() and o.deleted_at is null
    and not exists (select from public.membership m where m.org_id = o.id)
    $fn$;
    alter function app_private.founded_by_me() owner to flightdeck_guard;
  end if;
end $do$;
--;
revoke execute on function app_private.founded_by_me() from public;
--;
grant execute on function app_private.founded_by_me() to flightdeck_web, flightdeck_scheduler, authenticated;
--;
do $do$ begin
  if to_regprocedure('app_private.invited_to()') is null then
    create function app_private.invited_to()
    returns table (org_id text, role text, advertiser_ids jsonb) language sql stable security definer set search_path = ''
    as $fn$
  select i.org_id, i.role, i.advertiser_ids
  from public.invitation i
  where i.token_hash = app_private.claim('invitation')
    and i.accepted_by = app_private.me() and i.revoked_at is null
    $fn$;
    alter function app_private.invited_to() owner to flightdeck_guard;
  end if;
end $do$;
--;
revoke execute on function app_private.invited_to() from public;
--;
grant execute on function app_private.invited_to() to flightdeck_web, flightdeck_scheduler, authenticated;
--;
revoke create on schema app_private from flightdeck_guard;
--;
revoke flightdeck_guard from current_user;
--;
alter table app_user enable row level security;
--;
alter table app_user force row level security;
--;
create policy people_read on app_user for select to flightdeck_web, authenticated
  using (id = (select app_private.me()) or (issuer = (select app_private.claim('issuer')) and subject = (select app_private.claim('subject'))) or id = any(array(select app_private.my_colleagues())));
--;
create policy people_add on app_user for insert to flightdeck_web
  with check ((issuer = (select app_private.claim('issuer')) and subject = (select app_private.claim('subject'))));
--;
create policy people_change on app_user for update to flightdeck_web
  using ((issuer = (select app_private.claim('issuer')) and subject = (select app_private.claim('subject'))))
  with check ((issuer = (select app_private.claim('issuer')) and subject = (select app_private.claim('subject'))));
--;
create policy scheduler_reads on app_user for select to flightdeck_scheduler
  using (id in (select m.user_id from public.membership m where m.org_id = (select app_private.job_org())));
--;
alter table heartbeat enable row level security;
--;
alter table heartbeat force row level security;
--;
create policy anybody_reads on heartbeat for select to flightdeck_web
  using (true);
--;
create policy scheduler on heartbeat for all to flightdeck_scheduler
  using (true)
  with check (true);
--;
alter table lease enable row level security;
--;
alter table lease force row level security;
--;
create policy scheduler on lease for all to flightdeck_scheduler
  using (true)
  with check (true);
--;
alter table organization enable row level security;
--;
alter table organization force row level security;
--;
create policy members_read on organization for select to flightdeck_web, authenticated
  using (id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy founder_adds on organization for insert to flightdeck_web
  with check (created_by = (select app_private.me()) and deleted_at is null);
--;
create policy owners_change on organization for update to flightdeck_web
  using (id = any(array(select app_private.my_orgs('owner'))))
  with check (id = any(array(select app_private.my_orgs('owner'))));
--;
create policy scheduler_reads on organization for select to flightdeck_scheduler
  using (id = (select app_private.job_org()) or (select app_private.is_system()));
--;
create policy scheduler_purges on organization for delete to flightdeck_scheduler
  using ((select app_private.is_system()) and deleted_at is not null);
--;
create policy guard_reads on organization for select to flightdeck_guard
  using (true);
--;
alter table rate_budget enable row level security;
--;
alter table rate_budget force row level security;
--;
create policy scheduler on rate_budget for all to flightdeck_scheduler
  using (true)
  with check (true);
--;
alter table stream_aside enable row level security;
--;
alter table stream_aside force row level security;
--;
create policy scheduler on stream_aside for all to flightdeck_scheduler
  using (true)
  with check (true);
--;
alter table advertiser enable row level security;
--;
alter table advertiser force row level security;
--;
create policy members_read on advertiser for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on advertiser for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('admin'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on advertiser for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('admin'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('admin'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on advertiser for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('admin'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on advertiser for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table advertiser_group enable row level security;
--;
alter table advertiser_group force row level security;
--;
create policy members_read on advertiser_group for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy members_add on advertiser_group for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_change on advertiser_group for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_remove on advertiser_group for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy scheduler on advertiser_group for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table annotation enable row level security;
--;
alter table annotation force row level security;
--;
create policy members_read on annotation for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on annotation for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on annotation for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on annotation for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on annotation for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table app_session enable row level security;
--;
alter table app_session force row level security;
--;
create policy holder_reads on app_session for select to flightdeck_web
  using ((token_hash = (select app_private.claim('session')) or user_id = (select app_private.me())));
--;
create policy holder_adds on app_session for insert to flightdeck_web
  with check (user_id = (select app_private.me()));
--;
create policy holder_changes on app_session for update to flightdeck_web
  using ((token_hash = (select app_private.claim('session')) or user_id = (select app_private.me())))
  with check ((token_hash = (select app_private.claim('session')) or user_id = (select app_private.me())));
--;
create policy scheduler_reads on app_session for select to flightdeck_scheduler
  using ((select app_private.is_system()));
--;
create policy scheduler_removes on app_session for delete to flightdeck_scheduler
  using ((select app_private.is_system()));
--;
alter table attention enable row level security;
--;
alter table attention force row level security;
--;
create policy members_read on attention for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on attention for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on attention for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on attention for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on attention for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table audit_event enable row level security;
--;
alter table audit_event force row level security;
--;
create policy admins_read on audit_event for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy members_add on audit_event for insert to flightdeck_web
  with check (org_id = any(array(select app_private.my_orgs('viewer'))) and actor = (select app_private.me()));
--;
create policy scheduler_reads on audit_event for select to flightdeck_scheduler
  using (org_id = (select app_private.job_org()));
--;
create policy scheduler_adds on audit_event for insert to flightdeck_scheduler
  with check (org_id = (select app_private.job_org()));
--;
alter table audit_head enable row level security;
--;
alter table audit_head force row level security;
--;
create policy members_read on audit_head for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy members_add on audit_head for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy members_change on audit_head for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))))
  with check (org_id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy members_remove on audit_head for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy scheduler on audit_head for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table calendar_event enable row level security;
--;
alter table calendar_event force row level security;
--;
create policy members_read on calendar_event for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy members_add on calendar_event for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_change on calendar_event for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_remove on calendar_event for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy scheduler on calendar_event for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table check_result enable row level security;
--;
alter table check_result force row level security;
--;
create policy members_read on check_result for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on check_result for all to flightdeck_scheduler
  using ((org_id = (select app_private.job_org()) or (select app_private.is_system())))
  with check ((org_id = (select app_private.job_org()) or (select app_private.is_system())));
--;
alter table client_budget enable row level security;
--;
alter table client_budget force row level security;
--;
create policy members_read on client_budget for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on client_budget for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on client_budget for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on client_budget for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on client_budget for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table connection enable row level security;
--;
alter table connection force row level security;
--;
create policy members_read on connection for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy members_add on connection for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy members_change on connection for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy members_remove on connection for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy scheduler on connection for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table coverage enable row level security;
--;
alter table coverage force row level security;
--;
create policy members_read on coverage for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on coverage for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table coverage_reading enable row level security;
--;
alter table coverage_reading force row level security;
--;
create policy members_read on coverage_reading for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on coverage_reading for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table custom_metric enable row level security;
--;
alter table custom_metric force row level security;
--;
create policy members_read on custom_metric for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy members_add on custom_metric for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_change on custom_metric for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_remove on custom_metric for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy scheduler on custom_metric for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table download enable row level security;
--;
alter table download force row level security;
--;
create policy maker_reads on download for select to flightdeck_web
  using (user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy maker_adds on download for insert to flightdeck_web
  with check (user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy scheduler_reads on download for select to flightdeck_scheduler
  using ((select app_private.is_system()));
--;
create policy scheduler_removes on download for delete to flightdeck_scheduler
  using ((select app_private.is_system()));
--;
alter table entity_tag enable row level security;
--;
alter table entity_tag force row level security;
--;
create policy members_read on entity_tag for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on entity_tag for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on entity_tag for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on entity_tag for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on entity_tag for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table entity_version enable row level security;
--;
alter table entity_version force row level security;
--;
create policy members_read on entity_version for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on entity_version for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on entity_version for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on entity_version for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on entity_version for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table fx_rate enable row level security;
--;
alter table fx_rate force row level security;
--;
create policy members_read on fx_rate for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy members_add on fx_rate for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_change on fx_rate for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_remove on fx_rate for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy scheduler on fx_rate for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table goal enable row level security;
--;
alter table goal force row level security;
--;
create policy members_read on goal for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on goal for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on goal for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on goal for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on goal for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table invitation enable row level security;
--;
alter table invitation force row level security;
--;
create policy holder_reads on invitation for select to flightdeck_web
  using (token_hash = (select app_private.claim('invitation')) or org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy admins_add on invitation for insert to flightdeck_web
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))) and created_by = (select app_private.me()) and (role <> 'owner' or org_id = any(array(select app_private.my_orgs('owner')))));
--;
create policy holder_accepts on invitation for update to flightdeck_web
  using (token_hash = (select app_private.claim('invitation')) and accepted_by is null and revoked_at is null)
  with check (token_hash = (select app_private.claim('invitation')) and accepted_by = (select app_private.me()));
--;
create policy admins_revoke on invitation for update to flightdeck_web
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))) and (role <> 'owner' or org_id = any(array(select app_private.my_orgs('owner')))));
--;
create policy scheduler_reads on invitation for select to flightdeck_scheduler
  using ((select app_private.is_system()));
--;
create policy scheduler_removes on invitation for delete to flightdeck_scheduler
  using ((select app_private.is_system()));
--;
create policy guard_reads on invitation for select to flightdeck_guard
  using (true);
--;
alter table job enable row level security;
--;
alter table job force row level security;
--;
create policy members_read on job for select to flightdeck_web
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (created_by = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer')))));
--;
create policy members_add on job for insert to flightdeck_web
  with check (created_by = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy analysts_hurry on job for update to flightdeck_web
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy scheduler on job for all to flightdeck_scheduler
  using ((org_id = (select app_private.job_org()) or (select app_private.is_system())))
  with check ((org_id = (select app_private.job_org()) or (select app_private.is_system())));
--;
alter table load_manifest enable row level security;
--;
alter table load_manifest force row level security;
--;
create policy members_read on load_manifest for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))));
--;
create policy scheduler on load_manifest for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table membership enable row level security;
--;
alter table membership force row level security;
--;
create policy members_read on membership for select to flightdeck_web, authenticated
  using ((user_id = (select app_private.me()) and org_id = coalesce((select app_private.claim('org')), org_id)) or org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy founder_joins on membership for insert to flightdeck_web
  with check (user_id = (select app_private.me()) and role = 'owner' and all_advertisers and org_id = any(array(select app_private.founded_by_me())));
--;
create policy invited_join on membership for insert to flightdeck_web
  with check (user_id = (select app_private.me()) and (org_id, role, all_advertisers) in (select i.org_id, i.role, i.advertiser_ids is null from app_private.invited_to() i));
--;
create policy admins_change on membership for update to flightdeck_web
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))) and (role <> 'owner' or org_id = any(array(select app_private.my_orgs('owner')))))
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))) and (role <> 'owner' or org_id = any(array(select app_private.my_orgs('owner')))));
--;
create policy admins_remove on membership for delete to flightdeck_web
  using ((user_id = (select app_private.me()) and org_id = coalesce((select app_private.claim('org')), org_id)) or (org_id = any(array(select app_private.my_whole_orgs('admin'))) and (role <> 'owner' or org_id = any(array(select app_private.my_orgs('owner'))))));
--;
create policy scheduler_reads on membership for select to flightdeck_scheduler
  using (org_id = (select app_private.job_org()));
--;
create policy guard_reads on membership for select to flightdeck_guard
  using (true);
--;
alter table oauth_state enable row level security;
--;
alter table oauth_state force row level security;
--;
create policy starter_reads on oauth_state for select to flightdeck_web
  using (user_id = (select app_private.me()) and org_id = coalesce((select app_private.claim('org')), org_id));
--;
create policy starter_adds on oauth_state for insert to flightdeck_web
  with check (user_id = (select app_private.me()) and org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy starter_uses on oauth_state for update to flightdeck_web
  using (user_id = (select app_private.me()))
  with check (user_id = (select app_private.me()));
--;
create policy scheduler_reads on oauth_state for select to flightdeck_scheduler
  using ((select app_private.is_system()));
--;
create policy scheduler_removes on oauth_state for delete to flightdeck_scheduler
  using ((select app_private.is_system()));
--;
alter table order_setting enable row level security;
--;
alter table order_setting force row level security;
--;
create policy members_read on order_setting for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on order_setting for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on order_setting for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on order_setting for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on order_setting for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table outbox enable row level security;
--;
alter table outbox force row level security;
--;
create policy members_read on outbox for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy members_add on outbox for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy members_change on outbox for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy members_remove on outbox for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy scheduler on outbox for all to flightdeck_scheduler
  using ((org_id = (select app_private.job_org()) or (select app_private.is_system())))
  with check ((org_id = (select app_private.job_org()) or (select app_private.is_system())));
--;
alter table probe_verdict enable row level security;
--;
alter table probe_verdict force row level security;
--;
create policy members_read on probe_verdict for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on probe_verdict for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table report_definition enable row level security;
--;
alter table report_definition force row level security;
--;
create policy members_read on report_definition for select to flightdeck_web, authenticated
  using ((is_shared and org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a))) or (not is_shared and owner_user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer')))));
--;
create policy members_add on report_definition for insert to flightdeck_web, authenticated
  with check ((is_shared and org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a))) or (not is_shared and owner_user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer')))));
--;
create policy members_change on report_definition for update to flightdeck_web, authenticated
  using ((is_shared and org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a))) or (not is_shared and owner_user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer')))))
  with check ((is_shared and org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a))) or (not is_shared and owner_user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer')))));
--;
create policy members_remove on report_definition for delete to flightdeck_web, authenticated
  using ((is_shared and org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a))) or (not is_shared and owner_user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer')))));
--;
create policy scheduler on report_definition for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table report_delivery enable row level security;
--;
alter table report_delivery force row level security;
--;
create policy members_read on report_delivery for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy members_add on report_delivery for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_change on report_delivery for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_remove on report_delivery for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy scheduler on report_delivery for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table report_label enable row level security;
--;
alter table report_label force row level security;
--;
create policy members_read on report_label for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on report_label for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on report_label for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on report_label for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on report_label for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table report_request enable row level security;
--;
alter table report_request force row level security;
--;
create policy members_read on report_request for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy scheduler on report_request for all to flightdeck_scheduler
  using ((org_id = (select app_private.job_org()) or (select app_private.is_system())))
  with check ((org_id = (select app_private.job_org()) or (select app_private.is_system())));
--;
alter table request_ledger enable row level security;
--;
alter table request_ledger force row level security;
--;
create policy members_read on request_ledger for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on request_ledger for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table saved_view enable row level security;
--;
alter table saved_view force row level security;
--;
create policy members_read on saved_view for select to flightdeck_web, authenticated
  using ((is_shared and org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a))) or (not is_shared and owner_user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer')))));
--;
create policy members_add on saved_view for insert to flightdeck_web, authenticated
  with check ((is_shared and org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a))) or (not is_shared and owner_user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer')))));
--;
create policy members_change on saved_view for update to flightdeck_web, authenticated
  using ((is_shared and org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a))) or (not is_shared and owner_user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer')))))
  with check ((is_shared and org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a))) or (not is_shared and owner_user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer')))));
--;
create policy members_remove on saved_view for delete to flightdeck_web, authenticated
  using ((is_shared and org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a))) or (not is_shared and owner_user_id = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('viewer')))));
--;
create policy scheduler on saved_view for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table schedule enable row level security;
--;
alter table schedule force row level security;
--;
create policy members_read on schedule for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy members_add on schedule for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy members_change on schedule for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy members_remove on schedule for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy scheduler on schedule for all to flightdeck_scheduler
  using ((org_id = (select app_private.job_org()) or (select app_private.is_system())))
  with check ((org_id = (select app_private.job_org()) or (select app_private.is_system())));
--;
alter table settling enable row level security;
--;
alter table settling force row level security;
--;
create policy members_read on settling for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on settling for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table share_link enable row level security;
--;
alter table share_link force row level security;
--;
create policy holder_reads on share_link for select to flightdeck_web
  using (token_hash = (select app_private.claim('share')) or ((created_by = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('analyst')))) or org_id = any(array(select app_private.my_whole_orgs('admin')))));
--;
create policy analysts_add on share_link for insert to flightdeck_web
  with check (created_by = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('analyst'))));
--;
create policy sharers_change on share_link for update to flightdeck_web
  using (((created_by = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('analyst')))) or org_id = any(array(select app_private.my_whole_orgs('admin')))))
  with check (((created_by = (select app_private.me()) and org_id = any(array(select app_private.my_orgs('analyst')))) or org_id = any(array(select app_private.my_whole_orgs('admin')))));
--;
create policy scheduler_reads on share_link for select to flightdeck_scheduler
  using (org_id = (select app_private.job_org()) or (select app_private.is_system()));
--;
create policy scheduler_removes on share_link for delete to flightdeck_scheduler
  using ((select app_private.is_system()));
--;
alter table snapshot_run enable row level security;
--;
alter table snapshot_run force row level security;
--;
create policy members_read on snapshot_run for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on snapshot_run for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on snapshot_run for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on snapshot_run for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on snapshot_run for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table stream_hour enable row level security;
--;
alter table stream_hour force row level security;
--;
create policy members_read on stream_hour for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on stream_hour for all to flightdeck_scheduler
  using ((org_id = (select app_private.job_org()) or (select app_private.is_system())))
  with check ((org_id = (select app_private.job_org()) or (select app_private.is_system())));
--;
alter table stream_record enable row level security;
--;
alter table stream_record force row level security;
--;
create policy members_read on stream_record for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on stream_record for all to flightdeck_scheduler
  using ((org_id = (select app_private.job_org()) or (select app_private.is_system())))
  with check ((org_id = (select app_private.job_org()) or (select app_private.is_system())));
--;
alter table tag_rule enable row level security;
--;
alter table tag_rule force row level security;
--;
create policy members_read on tag_rule for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on tag_rule for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on tag_rule for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on tag_rule for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('analyst'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on tag_rule for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table advertiser_access enable row level security;
--;
alter table advertiser_access force row level security;
--;
create policy members_read on advertiser_access for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on advertiser_access for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table app_private.credential enable row level security;
--;
alter table app_private.credential force row level security;
--;
create policy members_read on app_private.credential for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy members_add on app_private.credential for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy members_change on app_private.credential for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy members_remove on app_private.credential for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy scheduler on app_private.credential for all to flightdeck_scheduler
  using ((org_id = (select app_private.job_org()) or (select app_private.is_system())))
  with check ((org_id = (select app_private.job_org()) or (select app_private.is_system())));
--;
alter table manager_account enable row level security;
--;
alter table manager_account force row level security;
--;
create policy members_read on manager_account for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy scheduler on manager_account for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table manager_link enable row level security;
--;
alter table manager_link force row level security;
--;
create policy members_read on manager_link for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy scheduler on manager_link for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table membership_advertiser enable row level security;
--;
alter table membership_advertiser force row level security;
--;
create policy members_read on membership_advertiser for select to flightdeck_web, authenticated
  using ((user_id = (select app_private.me()) and org_id = coalesce((select app_private.claim('org')), org_id)) or org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy invited_join on membership_advertiser for insert to flightdeck_web
  with check (user_id = (select app_private.me()) and exists (select from app_private.invited_to() i where i.org_id = membership_advertiser.org_id and i.advertiser_ids ? membership_advertiser.advertiser_id));
--;
create policy admins_add on membership_advertiser for insert to flightdeck_web
  with check (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy admins_remove on membership_advertiser for delete to flightdeck_web
  using (org_id = any(array(select app_private.my_whole_orgs('admin'))));
--;
create policy scheduler_reads on membership_advertiser for select to flightdeck_scheduler
  using (org_id = (select app_private.job_org()));
--;
create policy guard_reads on membership_advertiser for select to flightdeck_guard
  using (true);
--;
alter table profile enable row level security;
--;
alter table profile force row level security;
--;
create policy members_read on profile for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy scheduler on profile for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table refresh_event enable row level security;
--;
alter table refresh_event force row level security;
--;
create policy members_read on refresh_event for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy scheduler on refresh_event for all to flightdeck_scheduler
  using ((org_id = (select app_private.job_org()) or (select app_private.is_system())))
  with check ((org_id = (select app_private.job_org()) or (select app_private.is_system())));
--;
alter table report_comparison enable row level security;
--;
alter table report_comparison force row level security;
--;
create policy members_read on report_comparison for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on report_comparison for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table report_schedule enable row level security;
--;
alter table report_schedule force row level security;
--;
create policy members_read on report_schedule for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy members_add on report_schedule for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_change on report_schedule for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy members_remove on report_schedule for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy scheduler on report_schedule for all to flightdeck_scheduler
  using ((org_id = (select app_private.job_org()) or (select app_private.is_system())))
  with check ((org_id = (select app_private.job_org()) or (select app_private.is_system())));
--;
alter table seat enable row level security;
--;
alter table seat force row level security;
--;
create policy members_read on seat for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy scheduler on seat for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table sponsored_account enable row level security;
--;
alter table sponsored_account force row level security;
--;
create policy members_read on sponsored_account for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_whole_orgs('viewer'))));
--;
create policy scheduler on sponsored_account for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table stream_subscription enable row level security;
--;
alter table stream_subscription force row level security;
--;
create policy members_read on stream_subscription for select to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('viewer'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_add on stream_subscription for insert to flightdeck_web, authenticated
  with check (org_id = any(array(select app_private.my_orgs('admin'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_change on stream_subscription for update to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('admin'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)))
  with check (org_id = any(array(select app_private.my_orgs('admin'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy members_remove on stream_subscription for delete to flightdeck_web, authenticated
  using (org_id = any(array(select app_private.my_orgs('admin'))) and (org_id = any(array(select app_private.my_whole_orgs('viewer'))) or (org_id, advertiser_id) in (select a.org_id, a.advertiser_id from app_private.my_advertisers() a)));
--;
create policy scheduler on stream_subscription for all to flightdeck_scheduler
  using ((org_id = (select app_private.job_org()) or (select app_private.is_system())))
  with check ((org_id = (select app_private.job_org()) or (select app_private.is_system())));
--;
alter table recipient enable row level security;
--;
alter table recipient force row level security;
--;
create policy analysts on recipient for all to flightdeck_web
  using (org_id = any(array(select app_private.my_whole_orgs('analyst'))))
  with check (org_id = any(array(select app_private.my_whole_orgs('analyst'))));
--;
create policy holder_reads on recipient for select to flightdeck_web
  using ((org_id, id) in (select u.org_id, u.recipient_id from public.unsubscribe_link u));
--;
create policy holder_leaves on recipient for update to flightdeck_web
  using ((org_id, id) in (select u.org_id, u.recipient_id from public.unsubscribe_link u))
  with check ((org_id, id) in (select u.org_id, u.recipient_id from public.unsubscribe_link u));
--;
create policy scheduler on recipient for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
alter table file_link enable row level security;
--;
alter table file_link force row level security;
--;
create policy holder_reads on file_link for select to flightdeck_web
  using (token_hash = (select app_private.claim('file')));
--;
create policy scheduler on file_link for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
create policy scheduler_removes on file_link for delete to flightdeck_scheduler
  using ((select app_private.is_system()));
--;
create policy scheduler_looks on file_link for select to flightdeck_scheduler
  using ((select app_private.is_system()));
--;
alter table unsubscribe_link enable row level security;
--;
alter table unsubscribe_link force row level security;
--;
create policy holder_reads on unsubscribe_link for select to flightdeck_web
  using (token_hash = (select app_private.claim('unsubscribe')));
--;
create policy scheduler on unsubscribe_link for all to flightdeck_scheduler
  using (org_id = (select app_private.job_org()))
  with check (org_id = (select app_private.job_org()));
--;
do $do$ declare outside text; begin
  revoke all on table alembic_version from public;
  for outside in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on table alembic_version from %I', outside);
  end loop;
end $do$;
--;
alter table alembic_version enable row level security;
--;
grant select on alembic_version to flightdeck_web, flightdeck_scheduler;
--;
create policy anybody_reads on alembic_version for select to flightdeck_web, flightdeck_scheduler
  using (true);
