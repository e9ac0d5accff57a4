// SPDX-License-Identifier: Apache-2.0
// Starts of logins, and where a login or a logout leads (SEC-AR, SEC-RD).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { formFields } from '../../e2e/support/http_client.mjs';
import { sourceDir } from '../../e2e/support/processes.mjs';
import { World, organization } from '../../e2e/support/world.mjs';
import { Browser, auditMark, auditSince, backend, begin, fingerprint, query, requireCleanLogs, signInWithPassword, signOut, untilCallback } from './steps.mjs';

let world, people = 0;
const somebody = () => ({ email: `start-${++people}@globex.example`, given_name: 'Sess', family_name: 'Ion' });

/** Megabytes in memory, of the instance. */
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${world.apps[0].child.pid}/status`, 'utf8'))[1]) / 1024;

before(async () => { world = await World.start({ backend }); });
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

  test('SEC-AR-06 a flood of starts, known and made up, cost no memory that grows', async (t) => {
    const start = (i) => begin(new Browser(world), [{ organization_id: organization.globex }, { organization_id: `org_9${i}` }, { domain: `d${i}.example` }, { email: `p${i}@globex.example` }][i % 4]);
    const storm = async (from, count) => {
      for (let i = from; i < from + count; i += 50) await Promise.all(Array.from({ length: 50 }, (_, n) => start(i + n)));
    };
    await storm(0, 300);  // threads and buffers are there
    const atRest = resident();
    await storm(300, 1500);
    const grown = resident() - atRest;
    t.diagnostic(`grown by ${grown.toFixed(1)} MB`);
    // The sanitizers keep freed memory for a while, to notice its use.
    assert.ok(grown < (process.env.MODULAR_SSO_SANITIZE ? 256 : 32), `${grown} MB`);
    const browser = new Browser(world);
    assert.equal((await browser.get(await untilCallback(browser, somebody()))).status, 303, 'a login meanwhile');
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

describe('redirects', () => {
  /** The list's lines as query values: {hh} is a raw byte. */
  const payloads = readFileSync(join(sourceDir, 'tests/golden/open_redirects.txt'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#'))
    .filter((line, i) => backend === 'sqlite' || i % 8 === 0)  // no database judges a path: the second one need not see them all
    .map((line) => line.split(/(\{[0-9a-f]{2}\})/).map((piece) => (/^\{..\}$/.test(piece) ? `%${piece.slice(1, 3)}` : encodeURIComponent(piece))).join(''));
  const isOurs = (location) => typeof location === 'string' && new URL(location, `${world.baseUrl}/sso/callback`).origin === world.baseUrl;

  test('SEC-RD-01, -05 through a whole login and out again: every line stays on our origin', async () => {
    const least = backend === 'sqlite' ? 300 : 30;
    assert.ok(payloads.length > least, `${payloads.length} lines`);
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
    assert.ok(finished > least / 2, `${finished} whole logins`);
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

test('the log: one line an event, nothing secret, nobody named (SEC-LG-02, -04, SEC-AR-08)', () => {
  assert.ok(requireCleanLogs(world) > 20);
});
