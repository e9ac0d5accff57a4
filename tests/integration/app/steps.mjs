// SPDX-License-Identifier: Apache-2.0
// What the tests of this folder share: a browser that may talk to any instance of the application, the steps of a login,
// looks into the database that need not know its schema, and the rules every captured log must keep.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import net from 'node:net';

import { Client, formFields } from '../../e2e/support/http_client.mjs';

/** The database of a test file that CMake runs once for each: integration_app.NAME and integration_app.NAME_on_postgres. */
export const backend = process.env.MODULAR_SSO_BACKEND ?? 'sqlite';

/** All instances of a world are one site to this browser; `app` is the one that the load balancer chose. */
export class Browser extends Client {
  constructor(world, app = world.apps[0]) {
    super();
    this.world = world;
    this.app = app;
  }
  at(app) { this.app = app; return this; }
  isOurs(url) { return url.startsWith('/') || url.startsWith(this.world.baseUrl) || this.world.apps.some((app) => url.startsWith(app.url)); }
  jar(url) { return super.jar(this.isOurs(url) ? this.world.baseUrl : url); }
  physical(url) {
    if (!this.isOurs(url)) return url;
    const path = url.startsWith('/') ? url : url.slice(new URL(url).origin.length);
    return this.app.url + path;
  }
  async request(method, url, options = {}) {
    const answer = await super.request(method, this.physical(url), options);
    noteSecrets(this.world, answer);
    return answer;
  }
  /** As a form of ours is posted: the browser sees the configured origin, whichever instance answers. */
  post(url, fields, { headers = {}, ...rest } = {}) {
    const own = this.isOurs(url);
    if (own && fields.password) secretsOf(this.world).add(fields.password);
    return super.post(this.physical(url), fields, { headers: { ...(own && { origin: this.world.baseUrl }), ...headers }, ...rest });
  }
  json(path) { return this.get(path, { headers: { accept: 'application/json' } }); }
  cookie(name) { return this.jar(this.world.baseUrl).get(name); }
  set(name, value) { this.jar(this.world.baseUrl).set(name, value); }
  copy() {
    const other = new Browser(this.world, this.app);
    for (const [host, jar] of this.cookies) other.cookies.set(host, new Map(jar));
    return other;
  }
}

// --- the steps of a login ---

/** GET /sso/login: the application's redirect to Scalekit. As from a page of ours, unless `from` says otherwise. */
export function begin(browser, selector, returnTo, from = 'same-origin') {
  const query = new URLSearchParams({ ...selector, ...(returnTo && { return_to: returnTo }) });
  return browser.get(`/sso/login?${query}`, { headers: { 'sec-fetch-site': from } });
}

/** From Scalekit's authorization URL to the callback URL, as this person of the seed or as a made-up one. */
export async function authorize(browser, location, person) {
  secretsOf(browser.world).add(person.email ?? person);
  const page = await browser.get(location);
  assert.equal(page.status, 302, `the local Scalekit refused the authorization request: ${page.text}`);
  const authRequestID = new URL(page.headers.location, page.url).searchParams.get('authRequestID');
  const fields = typeof person === 'string' ? { person } : person;
  const answer = await browser.post(`${browser.world.simulatorUrl}/login`, { authRequestID, ...fields });
  assert.equal(answer.status, 302, `the local Scalekit did not sign in: ${answer.text}`);
  return answer.headers.location;
}

/** Everything up to the callback URL, which is not visited. */
export async function untilCallback(browser, person, { selector, returnTo, from } = {}) {
  const started = await begin(browser, selector ?? { email: person.email ?? person }, returnTo, from);
  assert.equal(started.status, 302, started.text);
  return authorize(browser, started.headers.location, person);
}

/** A whole login; returns the answer of the callback. */
export async function signIn(browser, person, options = {}) {
  return browser.get(await untilCallback(browser, person, options));
}

export async function signInWithPassword(browser, email, password, returnTo = '') {
  const page = await browser.get('/login?method=password');
  secretsOf(browser.world).add(email);
  return browser.post('/login', { ...formFields(page.text, '/login'), email, password, return_to: returnTo });
}

/** GET /me: {status, body}. */
export async function me(browser) {
  const answer = await browser.json('/me');
  return { status: answer.status, body: JSON.parse(answer.text) };
}

/** Ends the session with the form of the account page. */
export async function signOut(browser, fields = {}) {
  const page = await browser.get('/account');
  return browser.post('/logout', { csrf_token: formFields(page.text, '/account/sessions/end-all').csrf_token, ...fields });
}

// --- the database ---

const quote = (text) => `'${String(text).replaceAll("'", "''")}'`;
const endMark = '~end~';
const throughPython = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
for sql in sys.stdin:
    for row in db.execute(sql): print('|'.join('' if v is None else str(v) for v in row))
    print('${endMark}', flush=True)`;

/** One psql, or one Python with its SQLite, that answers statement after statement. */
class Shell {
  constructor(world) {
    const [command, args] = world.postgres
      ? [`${world.postgres.bin}/psql`, ['-h', world.postgres.dir, '-U', 'app', '-d', 'app', '-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1']]
      : ['python3', ['-u', '-c', throughPython, `${world.dir}/app.db`]];
    this.postgres = Boolean(world.postgres);
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.unref();
    for (const pipe of this.child.stdio) pipe.unref();
    this.text = this.errors = '';
    this.child.stdin.on('error', () => { /* told by 'exit' */ });
    this.child.stderr.setEncoding('utf8').on('data', (text) => { this.errors += text; });
    this.child.stdout.setEncoding('utf8').on('data', (text) => {
      this.text += text;
      const end = this.text.indexOf(`${endMark}\n`);
      if (end < 0) return;
      const rows = this.text.slice(0, end);
      this.text = '';
      this.done(rows === '' ? [] : rows.trimEnd().split('\n'));
    });
    this.child.on('close', () => { this.ended = true; this.fail?.(new Error(`the database's shell ended: ${this.errors}`)); });
  }
  ask(sql) {
    return new Promise((done, fail) => {
      Object.assign(this, { done, fail });
      const line = sql.replaceAll(/\s*\n\s*/g, ' ');
      this.child.stdin.write(this.postgres ? `${line};\n\\echo ${endMark}\n` : `${line}\n`);
    });
  }
}

const shells = new WeakMap();
/** Rows as text, columns joined by '|'; the same for both databases. One at a time. */
export function query(world, sql) {
  const last = shells.get(world);
  const own = last ?? { shell: new Shell(world) };
  const busy = last?.busy ?? Promise.resolve();
  // A reference keeps Node alive only while an answer is awaited.
  const answer = busy.catch(() => {}).then(async () => {
    const alive = setInterval(() => {}, 1000);
    try {
      if (own.shell.ended) own.shell = new Shell(world);
      return await own.shell.ask(sql);
    } catch (error) {
      // A server that was restarted meanwhile has cut the shell off, which it notices only when it is asked something.
      if (!error.message.includes('server closed the connection')) throw error;
      own.shell = new Shell(world);
      return await own.shell.ask(sql);
    } finally { clearInterval(alive); }
  });
  own.busy = answer;
  shells.set(world, own);
  return answer;
}

/** Tables that a refusal may touch: used-up transactions, the audit trail and what is counted for limits (SECURITY 0). */
const declared = new Set(['sso_replays', 'sso_audit_events', 'app_rate_counts']);

/** Found by asking the database, so that a new table is never forgotten. */
async function everyTable(world) {
  const tables = await query(world, world.postgres ? "SELECT table_name FROM information_schema.tables WHERE table_schema='public' ORDER BY 1"
    : "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY 1");
  assert.ok(tables.includes('app_accounts') && tables.includes('sso_identities'), `unexpected tables: ${tables}`);
  return tables;
}

/** Everything that is stored, as text: to search for what must not be there. */
export async function everyRow(world) {
  const rows = [];
  for (const table of await everyTable(world)) rows.push(...(await query(world, world.postgres ? `SELECT t::text FROM ${table} t` : `SELECT * FROM ${table}`)));
  return rows.join('\n');
}

/** Row count and content of every table that a refusal may not touch. */
export async function fingerprint(world) {
  const tables = await everyTable(world);
  const rest = tables.filter((table) => !declared.has(table));
  if (world.postgres) {
    const rows = await query(world, rest.map((t) => `SELECT '${t}', count(*), md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM ${t} t`).join(' UNION ALL '));
    return rows.sort().join('\n');
  }
  const contents = [];
  for (const table of rest) contents.push(table, ...(await query(world, `SELECT * FROM ${table} ORDER BY 1, 2`)));
  return contents.join('\n');
}

/** The last audit event so far; auditSince gives what came later. */
export const auditMark = async (world) => Number((await query(world, 'SELECT coalesce(max(id), 0) FROM sso_audit_events'))[0]);
export async function auditSince(world, mark) {
  const rows = await query(world, `SELECT name, reason, reference, organization_id, account_id, connection_id, remote_address, details FROM sso_audit_events WHERE id > ${mark} ORDER BY id`);
  return rows.map((line) => {
    const [name, reason, reference, organization, account, connection, address, ...details] = line.split('|');
    return { name, reason, reference, organization, account, connection, address, details: JSON.parse(details.join('|')) };
  });
}
export const accountOf = async (world, email) => (await query(world, `SELECT id FROM app_accounts WHERE email = ${quote(email)}`))[0];

/** N2: account, identity, membership and audit row together or not at all; returns what is wrong. */
export function brokenAccounts(world, like) {
  const mail = quote(like);
  return query(world, `
    SELECT 'account without identity', a.email FROM app_accounts a WHERE a.email LIKE ${mail} AND NOT EXISTS (SELECT 1 FROM sso_identities i WHERE i.account_id = a.id)
    UNION ALL SELECT 'account without membership', a.email FROM app_accounts a WHERE a.email LIKE ${mail} AND NOT EXISTS (SELECT 1 FROM app_memberships m WHERE m.account_id = a.id)
    UNION ALL SELECT 'account without audit row', a.email FROM app_accounts a WHERE a.email LIKE ${mail} AND NOT EXISTS (SELECT 1 FROM sso_audit_events e WHERE e.account_id = a.id)
    UNION ALL SELECT 'identity without account', i.email FROM sso_identities i WHERE NOT EXISTS (SELECT 1 FROM app_accounts a WHERE a.id = i.account_id)
    UNION ALL SELECT 'several identities', a.email FROM app_accounts a JOIN sso_identities i ON i.account_id = a.id WHERE a.email LIKE ${mail} GROUP BY a.email HAVING count(*) > 1`);
}

// --- raw sockets ---

/** Writes bytes as they are and reads until the peer closes or falls silent; never throws for a reset. */
export function raw(app, bytes, { quietMs = 250, limitMs = 8000, hold } = {}) {
  return new Promise((done) => {
    const began = Date.now();
    let text = '', quiet, closed = false, over = false;
    const socket = net.connect(app.port, '127.0.0.1');
    const end = () => {
      if (over) return;
      over = true;
      clearTimeout(limit);
      clearTimeout(quiet);
      socket.destroy();
      done({ text, closed, ms: Date.now() - began, status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0) });
    };
    const limit = setTimeout(end, limitMs);
    socket.setEncoding('latin1').on('data', (piece) => {
      text += piece;
      clearTimeout(quiet);
      // Poco sends an answer's head and body in two writes: wait for the quiet, and for no close that never comes.
      quiet = setTimeout(end, quietMs);
    });
    socket.on('error', () => { closed = true; end(); }).on('close', () => { closed = true; end(); });
    socket.on('end', () => { closed = true; end(); });
    socket.on('connect', () => { if (hold) hold(socket); else socket.write(bytes, 'latin1'); });
  });
}

// --- what may never be logged ---

const secretsByWorld = new WeakMap();
export function secretsOf(world) {
  if (!secretsByWorld.has(world)) secretsByWorld.set(world, new Set());
  return secretsByWorld.get(world);
}
function noteSecrets(world, answer) {
  const secrets = secretsOf(world);
  for (const line of answer.headers['set-cookie'] ?? []) {
    const value = line.slice(line.indexOf('=') + 1).split(';')[0];
    if (value.length >= 16) secrets.add(value);
  }
  const location = answer.headers.location;
  if (!location || !/[?&](state|code|idp_initiated_login)=/.test(location)) return;
  for (const name of ['state', 'nonce', 'code', 'code_challenge', 'idp_initiated_login']) {
    const value = new URL(location, answer.url).searchParams.get(name);
    if (value && value.length >= 16) secrets.add(value);
  }
}

const field = String.raw`[a-zA-Z0-9_.-]+=(?:"(?:[^"\\]|\\.)*"|[^\s"=]*)`;
const wholeLine = new RegExp(String.raw`^time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=(?:debug|info|warning|error) event=[a-z0-9_.]+(?: ${field})*$`);

/** SEC-LG-02, -04, SEC-AR-08: one whole line an event, and nothing secret or personal in any of them. */
export function requireCleanLogs(world) {
  let lines = 0;
  for (const app of world.everyApp) {
    for (const line of app.output.split('\n').slice(0, -1)) {
      // The two lines that are no events: where it listens, and the note about a Scalekit without TLS.
      if (line.startsWith('host-app: ')) continue;
      assert.match(line, wholeLine);
      lines++;
    }
    // Thousands of random values are looked up as words, which is quick; what has other characters is searched for.
    const words = new Set(app.output.match(/[\w-]{16,}/g));
    for (const secret of [...secretsOf(world), world.secretKeys, 'test_local_simulator_secret']) {
      assert.ok(/^[\w-]{16,}$/.test(secret) ? !words.has(secret) : !app.output.includes(secret), `the log holds ${secret.slice(0, 12)}...`);
    }
    assert.doesNotMatch(app.output, /eyJ[A-Za-z0-9_-]{10}/, 'a token in the log');
    assert.doesNotMatch(app.output, /[A-Za-z0-9._+-]+@[a-z0-9-]+\.[a-z]/, 'an e-mail address in the log');
    assert.doesNotMatch(app.output, /\b(INSERT|SELECT|UPDATE|DELETE) [a-zA-Z*]/, 'SQL in the log');
  }
  return lines;
}

/** A seeded random number generator, so that a failing run can be run again: RANDOM_SEED=n. */
export function seededRandom() {
  const seed = Number(process.env.RANDOM_SEED ?? Math.floor(Math.random() * 2 ** 31));
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, next };
}
