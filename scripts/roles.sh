#!/usr/bin/env bash
# The three roles and the database of Varde, on a PostgreSQL of 15 or newer. Run once, as a superuser.
set -euo pipefail
psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    -v owner="${VARDE_OWNER_PASSWORD:?}" -v app="${VARDE_APP_PASSWORD:?}" -v clock="${VARDE_CLOCK_PASSWORD:?}" <<'SQL'
create role varde_owner login nosuperuser nobypassrls password :'owner';
create role varde_app login nosuperuser nocreatedb nocreaterole nobypassrls password :'app';
create role varde_clock login nosuperuser nocreatedb nocreaterole nobypassrls password :'clock';
create database varde owner varde_owner encoding 'UTF8' template template0;
SQL
