// SPDX-License-Identifier: Apache-2.0
// Sessions and forms under hostile hands (SEC-SE, SEC-CS).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { formFields } from '../../e2e/support/http_client.mjs';
import { sourceDir } from '../../e2e/support/processes.mjs';
import { World, defaultSeed, organization } from '../../e2e/support/world.mjs';
import { Browser, backend, begin, everyRow, fingerprint, me, query, requireCleanLogs, secretsOf, signIn, signInWithPassword, signOut } from './steps.mjs';

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
  seed.organizations.find((o) => o.tenant_id === 'globex').members = [
    { email: 'keeper@globex.example', name: 'Kay Keeper', password: 'silver garden chair' }, { email: 'linker@globex.example', name: 'Lin Linker', password: 'amber window frame' }];
  world = await World.start({ backend, seed });
});
after(() => world?.stop());

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
    const rows = await everyRow(world);
    assert.ok(!rows.includes(id));
    assert.ok(rows.includes(createHash('sha256').update(id).digest('hex')));
  });

  test('SEC-SE-04, -05 a doubled, sandwiched or nameless cookie is no session', async () => {
    const browser = await signedIn();
    const id = browser.cookie('sid');
    const asks = async (cookie) => (await new Browser(world).get('/me', { headers: { cookie } })).status;
    assert.equal(await asks(`sid=${id}`), 200, 'the control');
    for (const cookie of [`sid=${id}; sid=${id}`, `sid=${'0'.repeat(64)}; sid=${id}`, `SID=${id}`, `__Host-sid=${id}`, `=sid=${id}`, id, `sid="${id}"`, `sid=${id}x`, `sid=${id.toUpperCase()}`,
      `sid=${id.slice(0, 63)}`, `sid=%${id}`, `z="sid=${id}"`]) {
      assert.equal(await asks(cookie), 401, cookie.replaceAll(id, 'ID'));
    }
    assert.equal(await asks(`z="; sid=${id}; y="`), 200, 'semicolons split, whatever the quotes say (RFC 6265 5.4)');
    assert.equal((await me(browser)).status, 200);
  });

  test('SEC-SE-09 a session id in a URL, a form or another header is none', async () => {
    const browser = await signedIn();
    const id = browser.cookie('sid');
    const nobody = new Browser(world);
    for (const path of [`/me?sid=${id}`, `/me?__Host-sid=${id}`, `/me?session=${id}`]) assert.equal((await nobody.get(path)).status, 401, path.replaceAll(id, 'ID'));
    assert.equal((await nobody.get(`/account?sid=${id}`)).status, 303, 'to the sign-in page');
    assert.equal((await nobody.get('/me', { headers: { authorization: `Bearer ${id}`, 'x-session': id, 'set-cookie': `sid=${id}` } })).status, 401);
    // Everything else of these posts is right: the token is that session's own.
    const fields = { sid: id, session: id, csrf_token: await tokenOf(browser) };
    for (const path of ['/logout', '/account/sessions/end-all', '/work-orders']) {
      for (const url of [path, `${path}?sid=${id}`]) assert.equal((await nobody.post(url, { ...fields, title: 'x', site: 'y' })).headers.location, '/login', path);
    }
    assert.equal((await nobody.post('/me', fields)).status, 405);
    assert.notEqual(nobody.cookie('sid'), id);
    assert.equal((await me(browser)).status, 200, 'and nothing happened to the session');
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
  const posts = new Map([['/login', 'visitor'], ['/login/link', 'visitor'], ['/login/switch', 'visitor'], ['/login/confirm', 'visitor'], ['/invitation', 'visitor'], ['/signup', 'visitor'], ['/logout', 'member'], ['/account/password', 'member'], ['/account/sessions/end', 'member'],
    ['/account/sessions/end-all', 'member'], ['/work-orders', 'member'], ['/work-orders/done', 'member'],
    ['/settings/people', 'member'],
    ['/settings/emergency', 'member'], ['/settings/requests', 'member'], ['/settings/invitations', 'member'], ['/settings/invitations/renew', 'member'],
    ['/settings/invitations/revoke', 'member'], ['/settings/sso/migration', 'member'], ['/settings/sso/mode', 'member'], ['/settings/sso/policy', 'member'], ['/settings/sso/portal-link', 'member'],
    ['/settings/sso/setup-links', 'member'], ['/settings/sso/setup-links/revoke', 'member'], ['/setup/portal-link', 'visitor'], ['/setup/status', 'visitor']]);

  test('every route that changes something is in the list below', () => {
    const folder = join(sourceDir, 'host-app/src/pages');
    const found = readdirSync(folder).filter((f) => f.endsWith('.cpp')).flatMap((f) => {
      const text = readFileSync(join(folder, f), 'utf8'), both = text + readFileSync(join(folder, f.replace('.cpp', '.h')), 'utf8');
      const named = [...text.matchAll(/\bpost\((k\w+), /g)].map((m) => both.match(new RegExp(`\\b${m[1]} = "([^"]+)"`))[1]);
      return [...named, ...[...text.matchAll(/router\.post\("([^"]+)"/g)].map((m) => m[1])];
    });
    assert.deepEqual(found.sort(), [...posts.keys()].sort());
  });

  test('SEC-CS-06 another site cannot finish, or call off, a connection that waits for its password', async () => {
    const browser = new Browser(world);
    const asked = await signIn(browser, { email: 'linker@globex.example', given_name: 'Lin', family_name: 'Linker' });
    assert.equal(asked.headers.location, '/login/link', asked.text);
    const right = { ...formFields((await browser.get('/login/link')).text, '/login/link'), action: 'connect', password: 'amber window frame' };
    const without = Object.fromEntries(Object.entries(right).filter(([name]) => name !== 'csrf_token'));
    const before = await fingerprint(world);
    for (const [name, fields, headers] of [
      ['no token', without, {}], ['a token of another browser', { ...right, csrf_token: formFields((await new Browser(world).get('/login')).text, '/login').csrf_token }, {}],
      ['another origin', right, { origin: 'https://attacker.example' }], ['Origin null', right, { origin: 'null' }], ['cross-site', right, { 'sec-fetch-site': 'cross-site' }],
      ['called off from another site', { ...right, action: 'decline' }, { 'sec-fetch-site': 'cross-site' }],
    ]) {
      assert.equal((await browser.post('/login/link', fields, { headers })).status, 403, name);
      assert.equal((await me(browser)).status, 401, name);
    }
    assert.equal((await browser.get(`/login/link?${new URLSearchParams(right)}`)).status, 200, 'a GET shows the page again');
    assert.equal(await fingerprint(world), before, 'nothing is connected');
    assert.equal((await browser.post('/login/link', right)).status, 303, 'the control');
    assert.equal((await me(browser)).body.account.email, 'linker@globex.example');
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

    if (!['/login', '/login/link', '/login/switch', '/login/confirm', '/invitation', '/signup', '/settings/emergency',
      '/settings/people', '/settings/requests', '/settings/invitations', '/settings/sso/migration', '/settings/sso/policy'].includes(path)) {
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

test('the log: one line an event, nothing secret, nobody named (SEC-LG-02, -04, SEC-AR-08)', () => {
  assert.ok(requireCleanLogs(world) > 20);
});
