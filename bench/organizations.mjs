// SPDX-License-Identifier: Apache-2.0
// Do routing and the settings pages stay as fast with ten thousand organizations as with ten?
//   node bench/organizations.mjs [--organizations 10000] [--rounds 20] [--write]      (./dev bench organizations builds first)
// Two databases of one PostgreSQL, one host application on each, one local Scalekit that knows every organization, each with
// a connection and a domain of its own. Each pair of requests goes to the one and at once to the other, so that noise hits
// both; what counts is the ratio. Loopback only; ends by itself.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { KeepAlive } from './keep_alive.mjs';
import { Postgres, Program, freePort, program, sourceDir } from '../tests/e2e/support/processes.mjs';
import { clientId, clientSecret } from '../tests/e2e/support/world.mjs';
import { formFields } from '../tests/e2e/support/http_client.mjs';

const { values: opt } = parseArgs({ options: { organizations: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '20' },
  write: { type: 'boolean', default: false } } });
const few = 10, many = Number(opt.organizations), rounds = Number(opt.rounds);
const kAdmins = 5, kPassword = 'copper lantern ridge';

// --- who there is ---
const idOf = (kind, i) => `${kind}_9${String(i).padStart(16, '0')}`;
const domainOf = (i) => `customer-${i}.example`;
const addressOf = (i) => `owner@${domainOf(i)}`;
const organizationId = (i) => idOf('org', i);
/** The local Scalekit passes over its list to find one of them: the few are spread over it evenly, so that they cost it as much as others. */
const theMany = Array.from({ length: many }, (_, i) => i);
const theFew = Array.from({ length: few }, (_, i) => Math.floor((i + 0.5) * many / few));
const administered = theFew.slice(0, kAdmins);

/** Of the application: each organization with its domain and its owner; some owners have a password. */
function applicationSeed(organizations) {
  return { organizations: organizations.map((i) => ({ organization_id: organizationId(i), tenant_id: `customer-${i}`, name: `Customer ${i}`,
    domains: [domainOf(i)], policy: { mode: 'optional', default_role: 'member' },
    members: [{ email: addressOf(i), name: `Owner ${i}`, role: 'owner', ...(administered.includes(i) && { password: kPassword }) }] })) };
}
function simulatorSeed(redirects) {
  const seed = JSON.parse(readFileSync(join(sourceDir, 'simulator/seed.default.json')));
  seed.clients[0].redirect_uris = redirects;
  for (let i = 0; i < many; i++) {
    seed.organizations.push({ id: organizationId(i), display_name: `Customer ${i}`, external_id: `customer-${i}`, slug: `customer-${i}`,
      domains: [{ id: idOf('dom', i), domain: domainOf(i) }],
      connections: [{ id: idOf('conn', i), provider: 'IDP_SIMULATOR', type: 'OIDC', ui_button_title: `Customer ${i}` }] });
  }
  return seed;
}

// --- an application on its own database ---
class Application {
  static async start(world, name, organizations) {
    const app = new Application();
    Object.assign(app, { world, name, organizations, port: await freePort(), secretKeys: randomBytes(32).toString('base64'), seedFile: join(world.dir, `${name}.json`) });
    world.postgres.psql(`CREATE DATABASE ${name}`);
    app.databaseUrl = world.postgres.url.replace('/app?', `/${name}?`);
    const seed = JSON.stringify(applicationSeed(organizations));
    writeFileSync(app.seedFile, seed);
    app.seedBytes = seed.length;
    return app;
  }
  get env() {
    return { APP_LISTEN: `127.0.0.1:${this.port}`, APP_BASE_URL: `http://localhost:${this.port}`, APP_DATA: join(this.world.dir, this.name), APP_SECRET_KEYS: this.secretKeys,
      // One machine stands for an office of everybody's: each request comes from an address of its own, as behind a proxy.
      APP_TRUSTED_PROXIES: '127.0.0.1', DATABASE_URL: this.databaseUrl, SCALEKIT_ENVIRONMENT_URL: this.world.simulatorUrl, SCALEKIT_CLIENT_ID: clientId,
      SCALEKIT_CLIENT_SECRET: clientSecret };
  }
  /** Milliseconds that the command takes, its start and the tables included. */
  seed() {
    const begun = performance.now();
    execFileSync(program('host-app/host-app'), ['--seed', this.seedFile, '--seed-only'], { env: { PATH: process.env.PATH, ...this.env }, stdio: ['ignore', 'ignore', 'inherit'] });
    return performance.now() - begun;
  }
  /** With nothing remembered: neither organizations nor connections. */
  async restart() {
    await this.stop();
    this.child = new Program(this.name, program('host-app/host-app'), [], this.env);
    await this.child.ready(`http://127.0.0.1:${this.port}/readyz`);
    // Its log is not kept from here on: that costs this process, which measures, the more the longer the log has become.
    for (const stream of [this.child.child.stdout, this.child.child.stderr]) stream.removeAllListeners('data').resume();
    this.wire = new KeepAlive(this.port);
    // What every process does once is not what is measured: statements prepared, a token from Scalekit, its keys.
    await this.visitor();
    for (let i = 0; i < 20; i++) await this.route(`nobody@unknown-${i}.example`);
    await this.ask('GET', `/sso/login?organization_id=${organizationId(this.organizations.at(-1))}`);
  }
  async stop() {
    this.wire?.close();
    await this.child?.stop();
  }

  async ask(method, path, { cookie, form, expect = [200, 302], accept = 'text/html' } = {}) {
    const address = `198.18.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`;
    const answer = await this.wire.request(method, path, { headers: { Accept: accept, 'X-Forwarded-For': address, 'Sec-Fetch-Site': 'same-origin',
      ...(cookie && { Cookie: cookie }), ...(form && { Origin: `http://localhost:${this.port}`, 'Content-Type': 'application/x-www-form-urlencoded' }) },
    body: form ? new URLSearchParams(form).toString() : '' });
    if (!expect.includes(answer.status)) throw new Error(`${this.name}: ${method} ${path} answered ${answer.status}\n${answer.text}`);
    return answer;
  }
  /** A browser at the sign-in form. */
  async visitor() {
    const page = await this.ask('GET', '/login');
    this.cookie = cookiesOf(page);
    this.token = formFields(page.text, '/login').csrf_token;
  }
  route(email) { return this.ask('POST', '/login', { cookie: this.cookie, form: { csrf_token: this.token, email } }); }
  begin(i) { return this.ask('GET', `/sso/login?organization_id=${organizationId(i)}`, { expect: [302] }); }
  /** Administrators of the same organizations in both; the same sessions after each restart. */
  async signInAdministrators() {
    this.sessions = [];
    for (const i of administered) {
      const answer = await this.ask('POST', '/login', { cookie: this.cookie, expect: [302, 303],
        form: { csrf_token: this.token, email: addressOf(i), method: 'password', password: kPassword } });
      this.sessions.push(cookiesOf(answer));
    }
  }
  settings(i) { return this.ask('GET', '/settings/sso', { cookie: this.sessions[i % kAdmins], expect: [200] }); }
  status(i) { return this.ask('GET', '/settings/sso/status', { cookie: this.sessions[i % kAdmins], expect: [200], accept: 'application/json' }); }
}
const cookiesOf = (answer) => answer.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ');

// --- measuring ---
const series = new Map();  // name -> {few: [ms], many: [ms]}
async function pair(name, inFew, inMany) {
  const lists = series.get(name) ?? series.set(name, { few: [], many: [] }).get(name);
  const steps = [async () => lists.few.push((await inFew()).ms), async () => lists.many.push((await inMany()).ms)];
  if (Math.random() < 0.5) steps.reverse();
  for (const step of steps) await step();
}
const percentile = (list, share) => [...list].sort((a, b) => a - b)[Math.round(share * (list.length - 1))];

/** Different ones of the application's, the last left out: it is for warming up. */
function someOf({ organizations }, wanted) {
  const picked = new Set();
  while (picked.size < wanted) picked.add(organizations[Math.floor(Math.random() * (organizations.length - 1))]);
  return [...picked];
}

const sortedAt = (page, what) => { if (!page.text.includes(what)) throw new Error(`not the page that is meant: ${what}`); return page; };
const toChoice = async (app, i) => sortedAt(await app.route(addressOf(i)), 'value="sso"');

async function measure(small, large) {
  await Promise.all([small.restart(), large.restart()]);
  for (const app of [small, large]) await app.signInAdministrators();
  const cold = few - 1;
  for (let round = 1; round <= rounds; round++) {
    await small.restart();
    await large.restart();
    const a = someOf(small, cold), b = someOf(large, cold);
    const half = Math.floor(cold / 2);
    for (let k = 0; k < cold; k++) {  // what nobody has asked this process about
      if (k < half) await pair('POST /login, domain not in the cache', () => toChoice(small, a[k]), () => toChoice(large, b[k]));
      else await pair('/sso/login, organization not in the cache', () => small.begin(a[k]), () => large.begin(b[k]));
    }
    console.log(`cold, round ${round}/${rounds}`);
  }
  // From here on the large one remembers as much as it can hold: every organization was asked about within its cache's time.
  for (let i = 0; i < many; i++) {
    await large.begin(i);
    if (i % 500 === 0) console.log(`filling the caches: ${i}`);
  }
  for (const i of theFew) await small.begin(i);
  for (let round = 1; round <= rounds; round++) {
    const a = someOf(small, few - 1), b = someOf(large, few - 1);
    for (const [app, some] of [[small, a], [large, b]]) {
      for (const i of some) { await toChoice(app, i); await app.begin(i); }
    }
    for (let repeat = 0; repeat < 3; repeat++) {
      for (const [k] of a.entries()) {
        await pair('POST /login, domain in the cache', () => toChoice(small, a[k]), () => toChoice(large, b[k]));
        await pair('/sso/login, organization in the cache', () => small.begin(a[k]), () => large.begin(b[k]));
      }
    }
    for (let i = 0; i < 2 * kAdmins; i++) {
      await pair('/settings/sso', () => small.settings(i), () => large.settings(i));
      await pair('/settings/sso/status', () => small.status(i), () => large.status(i));
    }
    console.log(`warm, round ${round}/${rounds}`);
  }
}

/** Tables of which PostgreSQL read rows without an index, as it counted itself. */
function scans(postgres, database) {
  return postgres.psql(`SELECT relname || ' ' || seq_scan || ' ' || seq_tup_read FROM pg_stat_user_tables WHERE seq_tup_read > 0 ORDER BY seq_tup_read DESC`, database)
    .split('\n').filter(Boolean).map((line) => { const [table, count, rows] = line.split(' '); return { table, count: Number(count), rows: Number(rows) }; });
}

// --- the run ---
const world = { dir: mkdtempSync(join(tmpdir(), 'sso-organizations-')), postgres: new Postgres(), simulatorPort: await freePort() };
world.simulatorUrl = `http://127.0.0.1:${world.simulatorPort}`;
const apps = [];
try {
  const small = await Application.start(world, 'few', theFew), large = await Application.start(world, 'many', theMany);
  apps.push(small, large);
  const file = join(world.dir, 'simulator.json');
  writeFileSync(file, JSON.stringify(simulatorSeed(apps.map((app) => `http://localhost:${app.port}/sso/callback`))));
  world.simulator = new Program('scalekit-simulator', program('simulator/scalekit-simulator'), ['--listen', `127.0.0.1:${world.simulatorPort}`, '--seed', file], {});
  await world.simulator.ready(`${world.simulatorUrl}/keys`, 60000);
  small.seed();
  const first = large.seed(), again = large.seed();
  console.log(`seed file of ${many} organizations, ${(large.seedBytes / 1e6).toFixed(1)} MB: ${first.toFixed(0)} ms, the same again ${again.toFixed(0)} ms`);
  for (const app of apps) world.postgres.psql('ANALYZE', app.name);  // as autovacuum does within a minute of such a change
  world.postgres.psql('SELECT pg_stat_reset()', 'many');
  await measure(small, large);
  await Promise.all(apps.map((app) => app.stop()));  // PostgreSQL's counters are complete when its clients have gone
  report({ first, again, bytes: large.seedBytes, read: scans(world.postgres, 'many') });
} finally {
  await Promise.all(apps.map((app) => app.stop()));
  await world.simulator?.stop();
  world.postgres.remove();
  rmSync(world.dir, { recursive: true, force: true });
}

function report({ first, again, bytes, read }) {
  const ms = (list, share) => percentile(list, share).toFixed(2);
  const rows = ['| what | 10 organizations: p50 / p90 / p99 ms | ' + `${many.toLocaleString('en')}: p50 / p90 / p99 ms | ratio of p50 / p90 | samples |`, '| --- | --- | --- | --- | --- |'];
  for (const [name, { few: a, many: b }] of series) {
    const all = (list) => [0.5, 0.9, 0.99].map((share) => ms(list, share)).join(' / ');
    const ratio = (share) => (percentile(b, share) / percentile(a, share)).toFixed(2);
    rows.push(`| ${name} | ${all(a)} | ${all(b)} | ${ratio(0.5)} / ${ratio(0.9)} | ${a.length} each |`);
  }
  rows.push(`| seed file of ${(bytes / 1e6).toFixed(1)} MB: first time / the same again | | ${(first / 1000).toFixed(1)} s / ${(again / 1000).toFixed(1)} s | | |`);
  const table = rows.join('\n');
  console.log(`\n${table}\n`);
  console.log(read.length ? `rows read without an index: ${read.map((r) => `${r.table} ${r.rows} in ${r.count} scans`).join(', ')}` : 'no row was read without an index');
  const grown = read.filter(({ table }) => ['sso_organizations', 'sso_domains', 'app_tenants', 'app_memberships', 'app_accounts'].includes(table));
  if (grown.length) throw new Error('a table that grows with the organizations was read as a whole');
  if (!opt.write) return;
  const file = join(sourceDir, 'docs/PERFORMANCE.md');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(<!-- organizations -->\n)[\s\S]*?(<!-- end -->)/, `$1${table}\n$2`));
}
