// SPDX-License-Identifier: Apache-2.0
// Starts of logins, sessions, forms, redirects and headers under hostile hands (SEC-AR, SEC-SE, SEC-CS, SEC-RD, SEC-HT).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { formFields } from '../../e2e/support/http_client.mjs';
import { Program, freePort, program, sourceDir } from '../../e2e/support/processes.mjs';
import { World, clientId, clientSecret, defaultSeed, organization } from '../../e2e/support/world.mjs';
import { Browser, auditMark, auditSince, begin, fingerprint, me, query, requireCleanLogs, secretsOf, signIn, signInWithPassword, signOut, untilCallback } from './steps.mjs';

let world, people = 0;
const somebody = () => ({ email: `session-${++people}@globex.example`, given_name: 'Sess', family_name: 'Ion' });
const signedIn = async (person = somebody()) => {
  const browser = new Browser(world);
  assert.equal((await signIn(browser, person)).status, 303);
  return browser;
};
const tokenOf = async (browser) => formFields((await browser.get('/account')).text, '/account/sessions/end-all').csrf_token;

before(async () => {
  const seed = defaultSeed();
  seed.organizations.find((o) => o.tenant_id === 'globex').members = [{ email: 'keeper@globex.example', name: 'Kay Keeper', password: 'silver garden chair' }];
  world = await World.start({ seed });
});
after(() => world?.stop());

describe('the start of a login', () => {
  const parametersOf = (answer) => new URL(answer.headers.location).searchParams;

  test('SEC-AR-01 every parameter once, unguessable where it must be', async () => {
    const answer = await begin(new Browser(world), { email: 'zoe@example.com' });
    const parameters = parametersOf(answer);
    const names = [...parameters.keys()];
    assert.equal(new Set(names).size, names.length);
    assert.equal(parameters.get('response_type'), 'code');
    assert.equal(parameters.get('redirect_uri'), `${world.baseUrl}/sso/callback`);
    assert.equal(parameters.get('code_challenge_method'), 'S256');
    assert.ok(parameters.get('scope').split(' ').includes('openid'));
    for (const name of ['state', 'nonce', 'code_challenge']) assert.ok(Buffer.from(parameters.get(name), 'base64url').length >= 16, name);
    assert.ok(!answer.headers.location.includes('secret'));
  });

  test('SEC-AR-02 eighty starts of one browser and of forty: nothing repeats, and the browser keeps few cookies', async () => {
    const one = new Browser(world);
    const seen = { state: new Set(), nonce: new Set(), code_challenge: new Set() };
    for (let i = 0; i < 80; i++) {
      const answer = await begin(i % 2 ? one : new Browser(world), { organization_id: organization.globex });
      for (const [name, values] of Object.entries(seen)) values.add(parametersOf(answer).get(name));
      assert.match(answer.headers['set-cookie'][0], /^sso_login_[0-9a-f]+=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
    }
    for (const values of Object.values(seen)) assert.equal(values.size, 80);
    assert.ok(one.jar(world.baseUrl).size <= 8, `${one.jar(world.baseUrl).size} cookies`);
  });

  test('SEC-AR-03 hostile selectors: refused, or one encoded parameter', async () => {
    const values = ['a&prompt=none', 'a#b', 'a\r\nSet-Cookie: x=1', 'a\0b', 'x'.repeat(10_000), 'org_[]', "org_1' OR '1'='1", '../../x', '%', 'ö@example.com'];
    for (const name of ['organization_id', 'connection_id', 'domain', 'email']) {
      for (const value of values) {
        const answer = await begin(new Browser(world), { [name]: value });
        assert.ok([400, 404].includes(answer.status), `${name} ${value.slice(0, 30)}: ${answer.status}`);
        assert.equal(answer.headers['set-cookie'], undefined);
      }
      const twice = await new Browser(world).get(`/sso/login?${name}=${organization.globex}&${name}=${organization.globex}`);
      assert.equal(twice.status, 400, `${name} twice`);
    }
    const odd = await begin(new Browser(world), { email: 'a+b&c=d@globex.example' });
    if (odd.status === 302) assert.equal(parametersOf(odd).get('login_hint'), 'a+b&c=d@globex.example');
    else assert.equal(odd.status, 400);
    assert.equal((await new Browser(world).get(`/sso/login?organization_id[]=${organization.globex}`)).status, 400);
  });

  test('SEC-AR-04 who exists is not told', async () => {
    const scrub = (answer) => [answer.status, answer.text.replace(/<code>[^<]*<\/code>/g, '').replace(/\b[0-9A-Z]{10}\b/g, '')].join();
    const before = await fingerprint(world), mark = await auditMark(world);
    const answers = [];
    for (const selector of [{ organization_id: 'org_11111111111111111' }, { organization_id: 'org_2' }, { domain: 'nobody.example' }, { email: 'x@nobody.example' }]) {
      answers.push(scrub(await begin(new Browser(world), selector)));
    }
    assert.equal(new Set(answers).size, 1);
    assert.match(answers[0], /^404/);
    assert.equal(await fingerprint(world), before);
    assert.equal((await auditSince(world, mark)).length, 0);
  });

  test('SEC-AR-05 Host and X-Forwarded-* name nothing of ours; X-Forwarded-For is nobody (SEC-HT-16)', async () => {
    const headers = { host: 'attacker.example', 'x-forwarded-host': 'attacker.example', 'x-forwarded-proto': 'gopher', forwarded: 'host=attacker.example', 'x-forwarded-for': '203.0.113.9' };
    const browser = new Browser(world);
    const started = await browser.get(`/sso/login?organization_id=${organization.globex}`, { headers });
    assert.equal(parametersOf(started).get('redirect_uri'), `${world.baseUrl}/sso/callback`);
    assert.ok(!JSON.stringify(started.headers).includes('attacker'));
    for (const path of ['/', '/login', '/signup', '/account', '/nothing', '/sso/callback']) {
      const page = await browser.get(path, { headers });
      assert.ok(!page.text.includes('attacker') && !JSON.stringify(page.headers).includes('attacker'), path);
    }
    const mark = await auditMark(world);
    await browser.get('/sso/callback?state=x&code=y', { headers });
    assert.equal((await auditSince(world, mark))[0].address, '127.0.0.1');
  });

  test('SEC-AR-06 starts leave no row behind', async () => {
    const before = await fingerprint(world), mark = await auditMark(world);
    const replays = await query(world, 'SELECT count(*) FROM sso_replays');
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 20 }, () => begin(new Browser(world), { organization_id: organization.globex })));
    assert.equal(await fingerprint(world), before);
    assert.equal((await auditSince(world, mark)).length, 0);
    assert.deepEqual(await query(world, 'SELECT count(*) FROM sso_replays'), replays);
  });

  test('SEC-AR-09 HEAD and prefetch start nothing', async () => {
    const browser = new Browser(world);
    const path = `/sso/login?organization_id=${organization.globex}`;
    for (const answer of [await browser.request('HEAD', path), await browser.get(path, { headers: { 'sec-purpose': 'prefetch' } })]) {
      assert.ok([204, 405].includes(answer.status), answer.status);
      assert.equal(answer.headers['set-cookie'], undefined);
      assert.equal(answer.headers.location, undefined);
    }
  });
});

describe('sessions', () => {
  test('SEC-SE-02, SEC-SE-08 a planted id is never taken over; the database holds digests only', async () => {
    const victim = new Browser(world);
    const attacker = await signedIn();
    for (const planted of ['0'.repeat(64), attacker.cookie('sid')]) {
      victim.set('sid', planted);
      await signIn(victim, somebody());
      assert.notEqual(victim.cookie('sid'), planted);
    }
    const id = victim.cookie('sid');
    assert.match(id, /^[0-9a-f]{64}$/);
    const rows = await fingerprint(world);
    assert.ok(!rows.includes(id));
    assert.ok(rows.includes(createHash('sha256').update(id).digest('hex')));
  });

  test('SEC-SE-04, -05, -09 a doubled, sandwiched, nameless or misplaced cookie is no session', async () => {
    const browser = await signedIn();
    const id = browser.cookie('sid');
    const asks = async (cookie) => (await new Browser(world).get('/me', { headers: { cookie } })).status;
    assert.equal(await asks(`sid=${id}`), 200, 'the control');
    for (const cookie of [`sid=${id}; sid=${id}`, `sid=${'0'.repeat(64)}; sid=${id}`, `SID=${id}`, `__Host-sid=${id}`, `=sid=${id}`, id, `sid="${id}"`, `sid=${id}x`, `sid=${id.toUpperCase()}`,
      `sid=${id.slice(0, 63)}`, `sid=%${id}`, `z="sid=${id}"`]) {
      assert.equal(await asks(cookie), 401, cookie.replaceAll(id, 'ID'));
    }
    assert.equal(await asks(`z="; sid=${id}; y="`), 200, 'semicolons split, whatever the quotes say (RFC 6265 5.4)');
    const nobody = new Browser(world);
    assert.equal((await nobody.get(`/me?sid=${id}`)).status, 401);
    assert.equal((await nobody.get('/me', { headers: { authorization: `Bearer ${id}`, 'x-session': id } })).status, 401);
    assert.equal((await me(browser)).status, 200);
  });

  test('SEC-SE-06 logout ends the session in every tab', async () => {
    const browser = await signedIn();
    const tab = browser.copy();
    assert.equal((await signOut(browser)).status, 303);
    assert.equal((await me(tab)).status, 401);
    assert.equal((await tab.get('/dashboard')).headers.location, '/login?return_to=%2Fdashboard');
  });

  for (const [name, sql] of [
    ['idle for 31 minutes', (now) => `last_seen_at = ${now - 31 * 60}`],
    ['12 hours old', (now) => `created_at = ${now - 12 * 3600 - 1}, expires_at = ${now - 1}`],
    ['12 hours old, whatever expires_at says', (now) => `created_at = ${now - 12 * 3600 - 1}, expires_at = ${now + 9999}`],
    ['seen in the future: the clock went back', (now) => `last_seen_at = ${now + 3600}`],
  ]) {
    test(`SEC-SE-07 ${name}: ended by the server's clock, for good`, async () => {
      const browser = await signedIn();
      const hash = createHash('sha256').update(browser.cookie('sid')).digest('hex');
      await query(world, `UPDATE app_sessions SET ${sql(Math.floor(Date.now() / 1000))} WHERE id_hash = '${hash}'`);
      assert.equal((await me(browser)).status, 401);
      assert.deepEqual(await query(world, `SELECT count(*) FROM app_sessions WHERE id_hash = '${hash}'`), ['0']);
    });
  }

  test('SEC-SE-10 suspended, removed, demoted: with the next request', async () => {
    const browsers = [await signedIn(), await signedIn(), await signedIn()];
    const accounts = [];
    for (const browser of browsers) accounts.push((await me(browser)).body.account.id);
    await query(world, `UPDATE app_accounts SET state = 'suspended' WHERE id = '${accounts[0]}'`);
    await query(world, `UPDATE app_memberships SET role = 'admin' WHERE account_id = '${accounts[2]}'`);
    assert.equal((await me(browsers[0])).status, 401);
    assert.equal((await me(browsers[2])).body.organization.role, 'admin');
    await query(world, `DELETE FROM app_memberships WHERE account_id = '${accounts[1]}'`);
    assert.equal((await me(browsers[1])).status, 401);
  });

  test('SEC-SE-11 of one account\'s sessions the newest twenty live', async () => {
    const person = somebody();
    const browsers = [];
    for (let i = 0; i < 21; i++) browsers.push(await signedIn(person));
    // Another instance whose clock is ahead made those: by its time the new session is the oldest, and yet it must live.
    await query(world, 'UPDATE app_sessions SET created_at = created_at + 60, last_seen_at = last_seen_at + 60');
    browsers.push(await signedIn(person));
    const states = [];
    for (const browser of browsers) states.push((await me(browser)).status);
    assert.equal(states.filter((s) => s === 200).length, 20);
    assert.equal(states.at(-1), 200);
  });

  test('SEC-SE-12 heaps of cookies: no lock-out, and stale login cookies are cleared', async () => {
    const browser = new Browser(world);
    for (let i = 0; i < 30; i++) browser.set(`sso_login_${i.toString(16).padStart(16, '0')}`, 'A'.repeat(100));
    const started = await begin(browser, { organization_id: organization.globex });
    assert.equal(started.status, 302);
    assert.equal(browser.jar(world.baseUrl).size, 1, 'what opens nothing is cleared');
    for (const cookie of [Array.from({ length: 150 }, (_, i) => `c${i}=1`).join('; '), `big=${'x'.repeat(7000)}`]) {
      const page = await new Browser(world).get('/login', { headers: { cookie } });
      assert.equal(page.status, 200);
    }
  });

  test('SEC-SE-13 a changed password ends the other sessions; "sign out everywhere" ends all', async () => {
    const [one, two] = [new Browser(world), new Browser(world)];
    for (const browser of [one, two]) assert.equal((await signInWithPassword(browser, 'keeper@globex.example', 'silver garden chair')).status, 303);
    secretsOf(world).add('golden meadow bench');
    const changed = await one.post('/account/password', { csrf_token: await tokenOf(one), current_password: 'silver garden chair', new_password: 'golden meadow bench' });
    assert.equal(changed.headers.location, '/account?done=password', changed.text);
    assert.equal((await me(one)).status, 200);
    assert.equal((await me(two)).status, 401);
    await signInWithPassword(two, 'keeper@globex.example', 'golden meadow bench');
    assert.equal((await one.post('/account/sessions/end-all', { csrf_token: await tokenOf(one) })).status, 303);
    for (const browser of [one, two]) assert.equal((await me(browser)).status, 401);
  });
});

describe('forms', () => {
  const posts = new Map([['/login', 'visitor'], ['/login/link', 'visitor'], ['/signup', 'visitor'], ['/logout', 'member'], ['/account/password', 'member'], ['/account/sessions/end', 'member'],
    ['/account/sessions/end-all', 'member'], ['/work-orders', 'member'], ['/work-orders/done', 'member']]);

  test('every route that changes something is in the list below', () => {
    const folder = join(sourceDir, 'host-app/src/pages');
    const found = readdirSync(folder).flatMap((f) => [...readFileSync(join(folder, f), 'utf8').matchAll(/router\.post\("([^"]+)"/g)].map((m) => m[1]));
    assert.deepEqual(found.sort(), [...posts.keys()].sort());
  });

  for (const [path, kind] of posts) {
    test(`SEC-CS-02 ${path} takes no post of another site`, async () => {
      const browser = await signedIn(), other = await signedIn();
      const visitor = kind === 'visitor' ? new Browser(world) : browser;
      const token = kind === 'visitor' ? formFields((await visitor.get('/login')).text, '/login').csrf_token : await tokenOf(browser);
      const foreign = kind === 'visitor' ? formFields((await new Browser(world).get('/login')).text, '/login').csrf_token : await tokenOf(other);
      const fields = { email: 'pat@harbour-cafe.example', password: 'seven tidy marbles', title: 'x', site: 'y', number: '1', action: 'connect', session: 'x' };
      const before = await fingerprint(world);
      const attempts = {
        'no token': [fields, {}],
        'a wrong token': [{ ...fields, csrf_token: 'f'.repeat(64) }, {}],
        'a token of another session': [{ ...fields, csrf_token: foreign }, {}],
        'Origin null': [{ ...fields, csrf_token: token }, { origin: 'null' }],
        'another origin': [{ ...fields, csrf_token: token }, { origin: 'https://attacker.example' }],
        'our origin with something behind': [{ ...fields, csrf_token: token }, { origin: `${world.baseUrl}.attacker.example` }],
        'cross-site': [{ ...fields, csrf_token: token }, { 'sec-fetch-site': 'cross-site' }],
        'same-site': [{ ...fields, csrf_token: token }, { 'sec-fetch-site': 'same-site' }],
        'text/plain': [{ ...fields, csrf_token: token }, { 'content-type': 'text/plain' }],
        'JSON': [{ ...fields, csrf_token: token }, { 'content-type': 'application/json' }],
        'multipart': [{ ...fields, csrf_token: token }, { 'content-type': 'multipart/form-data' }],
      };
      for (const [name, [body, headers]] of Object.entries(attempts)) {
        const answer = await visitor.post(path, body, { headers });
        assert.equal(answer.status, 403, `${name}: ${answer.text}`);
        assert.equal((answer.headers['set-cookie'] ?? []).filter((line) => line.startsWith('sid=')).length, 0, name);
      }
      const inQuery = await visitor.post(`${path}?csrf_token=${token}`, fields);
      assert.equal(inQuery.status, 403, 'a token in the query is none');
      assert.equal(await fingerprint(world), before, 'nothing is stored');
      assert.equal((await me(browser)).status, 200, 'SEC-CS-03 the session survives');
    });

    if (!['/login', '/login/link', '/signup'].includes(path)) {
      test(`SEC-CS-05 GET ${path} changes nothing`, async () => {
        const browser = await signedIn();
        const answer = await browser.get(path);
        assert.equal(answer.status, 405);
        assert.equal(answer.headers.allow, 'POST');
        assert.equal((await me(browser)).status, 200);
      });
    }
  }
});

describe('redirects', () => {
  /** The list's lines as query values: {hh} is a raw byte. */
  const payloads = readFileSync(join(sourceDir, 'tests/golden/open_redirects.txt'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split(/(\{[0-9a-f]{2}\})/).map((piece) => (/^\{..\}$/.test(piece) ? `%${piece.slice(1, 3)}` : encodeURIComponent(piece))).join(''));
  const isOurs = (location) => typeof location === 'string' && new URL(location, `${world.baseUrl}/sso/callback`).origin === world.baseUrl;

  test('SEC-RD-01, -05 through a whole login and out again: every line stays on our origin', async () => {
    assert.ok(payloads.length > 300, `${payloads.length} lines`);
    let next = 0, finished = 0;
    const workers = Array.from({ length: 6 }, async (_, worker) => {
      const person = { email: `redirect-${worker}@globex.example`, given_name: 'Re' };
      for (let i = next++; i < payloads.length; i = next++) {
        const browser = new Browser(world);
        const started = await browser.get(`/sso/login?organization_id=${organization.globex}&return_to=${payloads[i]}`);
        if (started.status === 400) continue;  // broken UTF-8 or a control byte
        assert.equal(started.status, 302, payloads[i]);
        assert.equal(new URL(started.headers.location).origin, world.simulatorUrl);
        const page = await browser.get(started.headers.location);
        const authRequestID = new URL(page.headers.location, page.url).searchParams.get('authRequestID');
        const back = await browser.post(`${world.simulatorUrl}/login`, { authRequestID, ...person });
        const done = await browser.get(back.headers.location);
        assert.equal(done.status, 303, payloads[i]);
        assert.ok(isOurs(done.headers.location), `${payloads[i]} -> ${done.headers.location}`);
        const seen = await browser.get(`/login?return_to=${payloads[i]}`);
        assert.ok(seen.status === 303 && isOurs(seen.headers.location), `${payloads[i]} at the form -> ${seen.headers.location}`);
        finished++;
      }
    });
    await Promise.all(workers);
    assert.ok(finished > 200, `${finished} whole logins`);
  });

  test('SEC-RD-01 in the hidden field, the password form and the logout form', async () => {
    for (const payload of payloads) {
      const browser = new Browser(world);
      const page = await browser.get(`/login?return_to=${payload}`);
      assert.equal(page.status, 200);
      assert.ok(isOurs(formFields(page.text, '/login').return_to), payload);
    }
    const browser = new Browser(world);
    for (const payload of ['//evil.example', '/\\evil.example', 'https://evil.example', '/%09/evil.example', '/login', '/logout']) {
      const done = await signInWithPassword(browser, 'pat@harbour-cafe.example', 'seven tidy marbles', payload);
      assert.equal(done.status, 303, payload);
      assert.ok(isOurs(done.headers.location), payload);
      const out = await signOut(browser, { return_to: payload, post_logout_redirect_uri: payload, state: 'x' });
      assert.equal(out.headers.location, '/login');
    }
  });

  test('SEC-RD-06 a return_to that would loop or undo the login is replaced', async () => {
    for (const returnTo of ['/sso/callback?code=x', '/sso/login?email=a@globex.example', '/logout', '/login', `/${'a'.repeat(1500)}`, '/login/link']) {
      const browser = new Browser(world);
      const done = await browser.get(await untilCallback(browser, somebody(), { returnTo }));
      assert.equal(done.headers.location, '/', returnTo.slice(0, 40));
    }
    assert.equal((await begin(new Browser(world), { organization_id: organization.globex }, `/${'a'.repeat(10_000)}`)).status, 400);
  });
});

const paths = ['/', '/login', '/login?method=password', '/login/link', '/signup', '/dashboard', '/account', '/me', '/healthz', '/readyz', '/logout', '/sso/login', '/sso/callback', '/sso/initiate',
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
          assert.ok(answer.status < 500, `${method} ${path}: ${answer.status}`);
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
    Object.assign(seed.clients[0], { redirect_uris: [`${house.baseUrl}/sso/callback`], initiate_login_uri: `${house.baseUrl}/sso/initiate` });
    writeFileSync(join(folder, 'seed.json'), JSON.stringify(seed));
    house.simulator = new Program('scalekit-simulator', program('simulator/scalekit-simulator'),
      ['--listen', `localhost:${simulatorPort}`, '--seed', join(folder, 'seed.json'), '--tls-cert', certificate, '--tls-key', key], {});
    const port = await freePort();
    house.app = new Program('host-app', program('host-app/host-app'), ['--seed', world.seedFile], { APP_ENV: 'production', APP_BASE_URL: house.baseUrl, APP_LISTEN: `127.0.0.1:${port}`,
      APP_SECRET_KEYS: world.secretKeys, DATABASE_URL: `sqlite://${folder}/app.db`, SCALEKIT_ENVIRONMENT_URL: house.simulatorUrl, SCALEKIT_CA_FILE: certificate,
      SCALEKIT_CLIENT_ID: clientId, SCALEKIT_CLIENT_SECRET: clientSecret });
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

  test('its log is clean, too', () => { assert.ok(requireCleanLogs(house) > 3); });
});

test('the log: one line an event, nothing secret, nobody named (SEC-LG-02, -04, SEC-AR-08)', () => {
  assert.ok(requireCleanLogs(world) > 100);
});
