// SPDX-License-Identifier: Apache-2.0
// Headers on every route, and what production adds: https outside, a proxy in front, TLS to Scalekit (SEC-HT, SEC-SE-01).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { formFields } from '../../e2e/support/http_client.mjs';
import { Program, freePort, program, sourceDir } from '../../e2e/support/processes.mjs';
import { World, clientId, organization } from '../../e2e/support/world.mjs';
import { Browser, begin, me, requireCleanLogs, signIn, signInWithPassword, signOut } from './steps.mjs';

let world, people = 0;
const somebody = () => ({ email: `header-${++people}@globex.example`, given_name: 'Sess', family_name: 'Ion' });
const signedIn = async (person = somebody()) => {
  const browser = new Browser(world);
  assert.equal((await signIn(browser, person)).status, 303);
  return browser;
};

before(async () => { world = await World.start(); });
after(() => world?.stop());

const paths = ['/', '/login', '/login?method=password', '/login/link', '/login/switch', '/signup', '/dashboard', '/account', '/me', '/healthz', '/readyz', '/logout', '/sso/login', '/sso/callback', '/sso/initiate',
  '/robots.txt', '/favicon.svg', '/nothing', '/.git/config', '/assets/', '/assets/../.git/config', '/%2e%2e/etc/passwd', '/index.html'];
const requireHeaders = (answer, path, hsts) => {
  const h = answer.headers;
  assert.equal(h['x-content-type-options'], 'nosniff', path);
  assert.match(h['content-security-policy'] ?? '', /default-src 'none'.*frame-ancestors 'none'/, path);
  assert.doesNotMatch(h['content-security-policy'], /unsafe|\*|https:(?!\/\/)/, path);
  assert.equal(h['x-frame-options'], 'DENY', path);
  assert.match(h['referrer-policy'] ?? '', /^(same-origin|no-referrer)$/, path);
  assert.equal(h['cross-origin-opener-policy'], 'same-origin', path);
  assert.equal(h['access-control-allow-origin'], undefined, path);
  assert.equal(h.server, undefined, path);
  assert.equal(h['strict-transport-security'] !== undefined, hsts, path);
  if (!/robots|favicon|assets/.test(path) || answer.status === 404) assert.equal(h['cache-control'], 'no-store', path);
};

describe('headers', () => {
  test('SEC-HT-11, -18, -20, SEC-CS-07 on every route, signed in or not, and on errors', async () => {
    for (const browser of [new Browser(world), await signedIn()]) {
      for (const path of paths) {
        for (const [method, headers] of [['GET', {}], ['HEAD', {}], ['POST', {}], ['OPTIONS', { origin: 'https://attacker.example', 'access-control-request-method': 'POST' }], ['PATCH', {}], ['BREW', {}]]) {
          const answer = await browser.request(method, path, { headers, ...(method !== 'GET' && method !== 'HEAD' && { body: '' }) });
          assert.ok(method === 'BREW' ? answer.status === 501 : answer.status < 500, `${method} ${path}: ${answer.status}`);
          requireHeaders(answer, `${method} ${path}`, false);
        }
      }
      for (const path of ['/.git/config', '/assets/nothing.css', '/index.html', '/nothing-echoed']) {
        const answer = await browser.get(path);
        assert.equal(answer.status, 404, path);
        assert.ok(!answer.text.includes(path), 'SEC-HT-10 no echo');
        assert.doesNotMatch(answer.text, /Poco|SOCI|nlohmann|std::|exception/i);
      }
    }
  });
});

describe('in production: https outside, a proxy in front, TLS to Scalekit', () => {
  let house, folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sso-production-'));
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    house = { baseUrl: 'https://app.example.com', secretKeys: world.secretKeys, ca: readFileSync(certificate) };
    const simulatorPort = await freePort();
    house.simulatorUrl = `https://localhost:${simulatorPort}`;
    const seed = JSON.parse(readFileSync(join(sourceDir, 'simulator/seed.default.json')));
    const ownSecret = 'live_kR7vQ2mXw9ZpL4tB';  // production refuses the one that everybody knows
    Object.assign(seed.clients[0], { client_secrets: [ownSecret], redirect_uris: [`${house.baseUrl}/sso/callback`], initiate_login_uri: `${house.baseUrl}/sso/initiate` });
    writeFileSync(join(folder, 'seed.json'), JSON.stringify(seed));
    house.simulator = new Program('scalekit-simulator', program('simulator/scalekit-simulator'),
      ['--listen', `localhost:${simulatorPort}`, '--seed', join(folder, 'seed.json'), '--tls-cert', certificate, '--tls-key', key], {});
    const port = await freePort();
    house.app = new Program('host-app', program('host-app/host-app'), ['--seed', world.seedFile], { APP_ENV: 'production', APP_BASE_URL: house.baseUrl, APP_LISTEN: `127.0.0.1:${port}`,
      APP_SECRET_KEYS: world.secretKeys, DATABASE_URL: `sqlite://${folder}/app.db`, SCALEKIT_ENVIRONMENT_URL: house.simulatorUrl, SCALEKIT_CA_FILE: certificate,
      SCALEKIT_CLIENT_ID: clientId, SCALEKIT_CLIENT_SECRET: ownSecret, SSLKEYLOGFILE: join(folder, 'tls-keys') });
    Object.assign(house.app, { port, url: `http://127.0.0.1:${port}` });
    house.apps = house.everyApp = [house.app];
    await house.app.ready(`${house.app.url}/readyz`, 30000);
  });
  after(async () => {
    await Promise.all([house?.app?.stop(), house?.simulator?.stop()]);
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** One request to the local Scalekit over TLS; the browser's own certificates are no matter of this test. */
  const overTls = (url, { method = 'GET', body, headers = {} } = {}) => new Promise((done, fail) => {
    https.request(url, { method, ca: house.ca, headers }, (answer) => { answer.resume(); done({ status: answer.statusCode, location: answer.headers.location }); }).on('error', fail).end(body);
  });
  const production = () => new Browser(house);

  test('SEC-SE-01 every cookie: __Host-, Secure, HttpOnly, SameSite=Lax, Path=/, no Domain', async () => {
    const browser = production();
    const lines = [];
    const started = await begin(browser, { organization_id: organization.globex });
    assert.equal(started.status, 302, started.text);
    lines.push(...started.headers['set-cookie']);
    assert.equal(new URL(started.headers.location).searchParams.get('redirect_uri'), `${house.baseUrl}/sso/callback`);
    const page = await overTls(started.headers.location);
    const authRequestID = new URL(page.location, house.simulatorUrl).searchParams.get('authRequestID');
    const form = new URLSearchParams({ authRequestID, email: 'pro@globex.example', given_name: 'Pro' }).toString();
    const back = await overTls(`${house.simulatorUrl}/login`, { method: 'POST', body: form, headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': form.length } });
    const done = await browser.get(back.location);
    assert.equal(done.status, 303, done.text);
    lines.push(...done.headers['set-cookie']);
    assert.equal((await me(browser)).status, 200);
    assert.match(browser.cookie('__Host-sid'), /^[0-9a-f]{64}$/);
    lines.push(...(await production().get('/login')).headers['set-cookie'], ...(await signOut(browser)).headers['set-cookie']);
    assert.ok(lines.length >= 6, lines.join('\n'));
    for (const line of lines) {
      const [pair, ...attributes] = line.split('; ');
      assert.match(pair, /^__Host-(sid|visit|sso_login_[0-9a-f]+|sso_link)=/);
      for (const wanted of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Lax']) assert.ok(attributes.includes(wanted), line);
      assert.ok(!attributes.some((a) => /^domain/i.test(a)), line);
    }
  });

  test('SEC-SE-01 the name without its prefix is no session, nor is it on a downgraded form', async () => {
    const browser = production();
    await signInWithPassword(browser, 'pat@harbour-cafe.example', 'seven tidy marbles');
    const id = browser.cookie('__Host-sid');
    assert.equal((await me(browser)).status, 200);
    for (const cookie of [`sid=${id}`, `__host-sid=${id}`, `__Secure-sid=${id}`]) {
      assert.equal((await production().get('/me', { headers: { cookie } })).status, 401, cookie.split('=')[0]);
    }
  });

  test('SEC-CS-02 the form of the http origin is of another site; HSTS everywhere (SEC-HT-11)', async () => {
    const browser = production();
    const form = formFields((await browser.get('/login')).text, '/login');
    const answer = await browser.post('/login', { ...form, email: 'pat@harbour-cafe.example' }, { headers: { origin: 'http://app.example.com' } });
    assert.equal(answer.status, 403);
    for (const path of paths) requireHeaders(await browser.get(path), path, true);
  });

  test('SEC-CF-12 no TLS key was written down, whatever SSLKEYLOGFILE says', () => {
    assert.ok(house.app.output.includes('SSLKEYLOGFILE is ignored'));
    assert.ok(!existsSync(join(folder, 'tls-keys')));
  });

  test('its log is clean, too', () => { assert.ok(requireCleanLogs(house) > 3); });
});

test('the log: one line an event, nothing secret, nobody named (SEC-LG-02, -04, SEC-AR-08)', () => {
  assert.ok(requireCleanLogs(world) > 20);
});
