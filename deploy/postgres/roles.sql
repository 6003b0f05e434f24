-- What each process may do in the database. The owner of the tables runs this after every
-- `flask --app wsgi db upgrade`, and nothing else as the owner:
--
--     psql -v ON_ERROR_STOP=1 -f deploy/postgres/roles.sql
--     CREATE ROLE shop_web LOGIN PASSWORD '...' IN ROLE livedrop_web;   -- once, and likewise others
--
-- Nobody here may change a table's shape, empty one at a stroke, or change the audit trail; only
-- the audit worker may add to it. It may run any number of times, also while everything runs.

BEGIN;

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY[
        'livedrop_web', 'livedrop_relay', 'livedrop_worker', 'livedrop_audit', 'livedrop_tick',
        'livedrop_pretend', 'livedrop_report'
    ] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- somebody did so for another database of this server just now
        END;
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', role);
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role);
    END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;

-- Those that carry out commands.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public
    TO livedrop_web, livedrop_worker, livedrop_tick;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO livedrop_web, livedrop_worker, livedrop_tick;
REVOKE INSERT, UPDATE, DELETE ON audit_entries, alembic_version
    FROM livedrop_web, livedrop_worker, livedrop_tick;

-- The audit worker reads events, and adds.
GRANT SELECT, UPDATE ON outbox_events TO livedrop_audit;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_attempts TO livedrop_audit;
GRANT SELECT, INSERT ON audit_entries TO livedrop_audit;

-- The relay hands over events, and shows open pages what everybody may see.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO livedrop_relay;
GRANT UPDATE ON outbox_events TO livedrop_relay;

-- The pretend provider has a table of its own.
GRANT SELECT, INSERT, UPDATE, DELETE ON pretend_operations TO livedrop_pretend;

-- Reports read.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO livedrop_report;

-- Neither of those two reads what proves to be somebody.
REVOKE SELECT ON users, sign_ins, refresh_families, live_tickets, password_resets, address_changes,
    idempotency_keys FROM livedrop_relay, livedrop_report;
DO $$
DECLARE
    harmless text;
BEGIN
    SELECT string_agg(quote_ident(column_name), ', ') INTO harmless
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = 'users' AND column_name <> 'password_hash';
    EXECUTE format('GRANT SELECT (%s) ON users TO livedrop_relay, livedrop_report', harmless);
END $$;

COMMIT;
