// SPDX-License-Identifier: Apache-2.0
// Everything an attacker, a broken browser or a broken provider can put into the callback, over HTTP and against two
// instances: refused with one audit event, nothing stored, and no code sent where it must not go (SEC-CB, SEC-TR, SEC-ID).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { formFields } from '../../e2e/support/http_client.mjs';
import { World, organization } from '../../e2e/support/world.mjs';
import { Browser, accountOf, auditMark, auditSince, begin, fingerprint, me, query, raw, requireCleanLogs, signIn, untilCallback } from './steps.mjs';

const person = (name) => ({ email: `${name}@globex.example`, given_name: name, family_name: 'Tester' });
let world, people = 0;
const somebody = () => person(`callback-${++people}`);
const tokenRequests = async () => (await world.control('GET', '/simulator/counters')).token;

before(async () => {
  world = await World.start({ backend: 'postgres', instances: 2 });
  // Afterwards the token of the management API is cached, so that the token endpoint's counter counts codes alone.
  for (const app of world.apps) assert.equal((await signIn(new Browser(world, app), somebody())).status, 303);
});
after(() => world?.stop());

/** REJ of SECURITY section 0; tokens: how often the token endpoint may be asked; reason: null for no audit event. */
async function requireRefused(browser, visit, { reason, tokens = 0, statuses = [400, 403], within = 3000 }) {
  const before = await fingerprint(world), mark = await auditMark(world), asked = await tokenRequests();
  const began = Date.now();
  const answer = await visit();
  assert.ok(Date.now() - began < within, `answered after ${Date.now() - began} ms`);
  assert.ok(statuses.includes(answer.status), `${answer.status}: ${answer.text}`);
  assert.equal(await tokenRequests() - asked, tokens, 'requests at the token endpoint');
  assert.equal((await me(browser)).status, 401);
  assert.equal(await fingerprint(world), before, 'nothing is stored');
  const events = await auditSince(world, mark);
  assert.deepEqual(events.map((e) => e.reason), reason === null ? [] : [reason], JSON.stringify(events));
  for (const value of Object.values(events[0]?.details ?? {})) assert.ok(value.length <= 200 && !/[\x00-\x1f\x7f]/.test(value));
  return { answer, event: events[0] };
}

describe('one hostile callback at a time', () => {
  const edit = (url, work) => { const u = new URL(url); work(u.searchParams); return u.href; };
  const rows = [
    ['SEC-CB-01 state of nobody', 'state', (u) => edit(u, (p) => p.set('state', 'x'.repeat(43)))],
    ['SEC-CB-01 state missing', 'state', (u) => edit(u, (p) => p.delete('state'))],
    ['SEC-CB-01 state empty', 'state', (u) => edit(u, (p) => p.set('state', ''))],
    ['SEC-CB-01 state cut', 'state', (u) => edit(u, (p) => p.set('state', p.get('state').slice(0, -1)))],
    ['SEC-CB-01 state longer', 'state', (u) => edit(u, (p) => p.set('state', `${p.get('state')}A`))],
    ['SEC-CB-01 state in the other case', 'state', (u) => edit(u, (p) => p.set('state', p.get('state').toUpperCase()))],
    ['SEC-CB-01 state with NUL', 'malformed', (u) => edit(u, (p) => p.set('state', `${p.get('state')}\0`))],
    ['SEC-CB-02 state twice', 'duplicate_parameter', (u) => edit(u, (p) => p.append('state', p.get('state')))],
    ['SEC-CB-02 state twice, one wrong', 'duplicate_parameter', (u) => edit(u, (p) => p.append('state', 'x'))],
    ['SEC-CB-02 code twice', 'duplicate_parameter', (u) => edit(u, (p) => p.append('code', 'another'))],
    ['SEC-CB-02 error twice', 'duplicate_parameter', (u) => edit(u, (p) => { p.append('error', 'a'); p.append('error', 'b'); })],
    ['SEC-CB-07 iss twice', 'duplicate_parameter', (u) => edit(u, (p) => { p.append('iss', world.simulatorUrl); p.append('iss', world.simulatorUrl); })],
    ['SEC-CB-03 no code, no error', 'malformed', (u) => edit(u, (p) => p.delete('code'))],
    ['SEC-CB-03 code empty', 'malformed', (u) => edit(u, (p) => p.set('code', ''))],
    ['SEC-CB-06 code of 12 kB', 'malformed', (u) => edit(u, (p) => p.set('code', 'c'.repeat(12_000)))],
    ['SEC-CB-06 code with CR LF and a form field', 'malformed', (u) => edit(u, (p) => p.set('code', 'c\r\n&grant_type=client_credentials'))],
    ['SEC-CB-06 code with a space', 'malformed', (u) => edit(u, (p) => p.set('code', 'two words'))],
    ['SEC-CB-06 code beyond ASCII', 'malformed', (u) => edit(u, (p) => p.set('code', 'cödé'))],
    ['SEC-CB-06 bad percent escape', 'malformed', (u) => `${u}%zz`],
    ['SEC-CB-06 NUL in the code', 'malformed', (u) => edit(u, (p) => p.set('code', `${p.get('code')}\0`))],
    ['SEC-CB-06 invalid UTF-8', 'malformed', (u) => `${u}&x=%ff%fe`],
    ['SEC-CB-06 150 parameters', 'malformed', (u) => `${u}${'&a=1'.repeat(150)}`],
    ['SEC-CB-07 another issuer', 'issuer', (u) => edit(u, (p) => p.set('iss', 'https://attacker.example'))],
    ['SEC-CB-07 our issuer with a slash', 'issuer', (u) => edit(u, (p) => p.set('iss', `${world.simulatorUrl}/`))],
    ['SEC-CB-07 our issuer in capitals', 'issuer', (u) => edit(u, (p) => p.set('iss', world.simulatorUrl.toUpperCase()))],
    ['SEC-CB-09 access_denied', 'provider_error', (u) => edit(u, (p) => { p.delete('code'); p.set('error', 'access_denied'); })],
    ['SEC-CB-09 error and code', 'provider_error', (u) => edit(u, (p) => p.set('error', 'access_denied'))],
    ['SEC-CB-09 an error without a name', 'provider_error', (u) => edit(u, (p) => p.set('error', ''))],
    ['SEC-CB-10 script and 10 kB', 'provider_error', (u) => edit(u, (p) => {
      p.set('error', '<script>alert(1)</script>');
      p.set('error_description', `<img src=x onerror=alert(2)> ${'long '.repeat(2000)}`);
      p.set('error_uri', 'https://attacker.example/help');
    })],
    ['SEC-CB-13 the answer in the fragment: nothing arrives', 'state', (u) => u.slice(0, u.indexOf('?'))],
    ['SEC-CB-12 id_token in the query', 'malformed', (u) => edit(u, (p) => p.set('id_token', 'a.b.c'))],
    ['SEC-CB-12 access_token in the query', 'malformed', (u) => edit(u, (p) => p.set('access_token', 'abc'))],
    ['SEC-CB-12 idp_initiated_login beside a code', 'malformed', (u) => edit(u, (p) => p.set('idp_initiated_login', 'a.b.c'))],
  ];
  for (const [name, reason, change] of rows) {
    test(name, async () => {
      const browser = new Browser(world);
      const url = await untilCallback(browser, somebody());
      const { answer, event } = await requireRefused(browser, () => browser.get(change(url)), { reason, statuses: reason === 'provider_error' ? [400, 403] : [400] });
      assert.equal(event.address, '127.0.0.1');
      assert.doesNotMatch(answer.text, /<script>|<img src|attacker\.example/);
      assert.equal(answer.headers['referrer-policy'], 'no-referrer');
      assert.equal(answer.headers['cache-control'], 'no-store');
      const sent = new URL(url).searchParams;
      for (const secret of [sent.get('state'), sent.get('code')]) {
        assert.ok(!answer.text.includes(secret) && !JSON.stringify(answer.headers).includes(secret), 'SEC-AR-07: in no link of ours');
      }
    });
  }

  for (const [name, add] of [
    ['SEC-CB-07 the right issuer', (u) => `${u}&iss=${encodeURIComponent(world.simulatorUrl)}`],
    ['SEC-CB-08 unknown parameters and a return_to', (u) => `${u}&session_state=1&scope=openid&return_to=https%3A%2F%2Fattacker.example&x=%E2%9C%93`],
  ]) {
    test(`${name}: accepted, and the destination is ours`, async () => {
      const browser = new Browser(world);
      const url = await untilCallback(browser, somebody(), { returnTo: '/account' });
      const answer = await browser.get(add(url));
      assert.equal(answer.status, 303, answer.text);
      assert.equal(answer.headers.location, '/account');
      assert.equal((await me(browser)).status, 200);
    });
  }

  test('a refused answer uses the login up: the right callback comes too late', async () => {
    const browser = new Browser(world);
    const url = await untilCallback(browser, somebody());
    const copy = browser.copy();
    await browser.get(`${url}&error=access_denied`);
    await requireRefused(copy, () => copy.get(url), { reason: 'replayed' });
  });
});

describe('whose login it is', () => {
  test('SEC-CS-01 the attacker\'s callback in a browser without a login, and in one with its own', async () => {
    const url = await untilCallback(new Browser(world), somebody());
    const victim = new Browser(world);
    await requireRefused(victim, () => victim.get(url), { reason: 'browser' });
    const own = await untilCallback(victim, somebody());
    await requireRefused(victim, () => victim.get(url), { reason: 'state' });
    assert.equal((await victim.get(own)).status, 303, 'its own login still finishes');
  });

  test('SEC-RD-03 a transaction cookie of another login, renamed or edited, opens nothing', async () => {
    const attacker = new Browser(world), victim = new Browser(world);
    await begin(attacker, { organization_id: organization.globex });
    const [[, sealed]] = attacker.jar(world.baseUrl);
    const url = await untilCallback(victim, somebody());
    const [[name, own]] = victim.jar(world.baseUrl);
    const flipped = own.slice(0, 40) + (own[40] === 'A' ? 'B' : 'A') + own.slice(41);
    for (const value of [sealed, flipped, own.slice(0, -4), `${own}AAAA`, '']) {
      victim.set(name, value);
      await requireRefused(victim, () => victim.get(url), { reason: 'state' });
    }
    victim.set(name, own);
    assert.equal((await victim.get(url)).status, 303);
  });

  test('every error that Scalekit can send back signs nobody in, and uses the login up', async () => {
    const begun = async (browser) => {
      const started = await begin(browser, { organization_id: organization.globex });
      const redirect = await browser.get(started.headers.location);
      return browser.get(new URL(redirect.headers.location, redirect.url).href);
    };
    const page = await begun(new Browser(world));
    const choice = /<select id="error"[\s\S]*?<\/select>/.exec(page.text)[0];
    const codes = [...choice.matchAll(/<option value="([a-z_]+)"/g)].map((match) => match[1]);
    assert.ok(codes.length >= 30, `only ${codes.length} codes`);
    for (const error of codes) {
      const browser = new Browser(world);
      const authRequestID = new URL((await begun(browser)).url).searchParams.get('authRequestID');
      const answer = await browser.post(`${world.simulatorUrl}/login`, { authRequestID, scenario: 'error', error });
      assert.equal(new URL(answer.headers.location).searchParams.get('error'), error);
      await requireRefused(browser, () => browser.get(answer.headers.location), { reason: 'provider_error', statuses: [400, 403, 502, 503] });
      await requireRefused(browser, () => browser.get(answer.headers.location), { reason: 'browser' });
    }
  });

  test('SEC-CB-11 an error with another state leaves the pending login alone', async () => {
    const browser = new Browser(world);
    const url = await untilCallback(browser, somebody());
    await requireRefused(browser, () => browser.get('/sso/callback?error=access_denied&state=somebody-elses'), { reason: 'state' });
    assert.equal((await browser.get(url)).status, 303);
  });

  test('SEC-CB-13 a posted answer is none, and the login goes on by GET', async () => {
    const browser = new Browser(world);
    const url = await untilCallback(browser, somebody());
    const fields = Object.fromEntries(new URL(url).searchParams);
    const { answer } = await requireRefused(browser, () => browser.post('/sso/callback', fields, { headers: { origin: world.simulatorUrl, 'sec-fetch-site': 'cross-site' } }),
      { reason: null, statuses: [405] });
    assert.equal(answer.headers.allow, 'GET');
    assert.equal((await browser.get(url)).status, 303);
  });

  test('SEC-CB-18 HEAD, OPTIONS and prefetch neither spend the code nor use the login up', async () => {
    const browser = new Browser(world);
    const url = await untilCallback(browser, somebody());
    for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE']) {
      await requireRefused(browser, () => browser.request(method, url, method === 'PUT' ? { body: '' } : {}), { reason: null, statuses: [405] });
    }
    for (const headers of [{ 'sec-purpose': 'prefetch;prerender' }, { purpose: 'prefetch' }]) {
      await requireRefused(browser, () => browser.get(url, { headers }), { reason: null, statuses: [204] });
    }
    assert.equal((await browser.get(url)).status, 303);
  });

  for (const order of ['first', 'last']) {
    test(`SEC-CB-14 two tabs, the ${order} one finishes first: no mixing`, async () => {
      const browser = new Browser(world);
      const [one, two] = [somebody(), somebody()];
      const urls = [await untilCallback(browser, one, { returnTo: '/account?tab=1' }), await untilCallback(browser, two, { returnTo: '/account?tab=2' })];
      const turns = order === 'first' ? [0, 1] : [1, 0];
      for (const turn of turns) {
        const answer = await browser.get(urls[turn]);
        assert.equal(answer.status, 303, answer.text);
        assert.equal(answer.headers.location, `/account?tab=${turn + 1}`);
        assert.equal((await me(browser)).body.account.email, [one, two][turn].email);
      }
    });
  }

  test('SEC-CB-15 reload and back button: one exchange, then home; without a session, refused', async () => {
    const browser = new Browser(world);
    const url = await untilCallback(browser, somebody());
    const stale = browser.copy();
    const asked = await tokenRequests();
    assert.equal((await browser.get(url)).status, 303);
    const sid = browser.cookie('sid');
    for (let i = 0; i < 2; i++) {
      const again = await browser.get(url);
      assert.deepEqual([again.status, again.headers.location], [303, '/']);
    }
    assert.equal(browser.cookie('sid'), sid, 'the session is the same');
    assert.equal(await tokenRequests() - asked, 1);
    await requireRefused(stale, () => stale.at(world.apps[1]).get(url), { reason: 'replayed' });
  });

  test('SEC-CB-19 somebody else signs in over a session: a new one, and nothing is linked', async () => {
    const browser = new Browser(world);
    const [one, two] = [somebody(), somebody()];
    await signIn(browser, one);
    const before = browser.copy();
    await signIn(browser, two);
    assert.notEqual(browser.cookie('sid'), before.cookie('sid'));
    assert.equal((await me(browser)).body.account.email, two.email);
    assert.equal((await me(before)).status, 401, 'the session of the first is ended');
    for (const who of [one, two]) {
      const account = await accountOf(world, who.email);
      assert.deepEqual(await query(world, `SELECT count(*) FROM sso_identities WHERE account_id = '${account}'`), ['1']);
    }
    assert.doesNotMatch((await browser.get('/account')).text, new RegExp(one.email));
  });

  test('SEC-CB-19 begun by a link on another site: nobody\'s session ends unasked, and to stay leaves nothing', async () => {
    const browser = new Browser(world);
    const [one, two] = [somebody(), somebody()];
    await signIn(browser, one);
    const sid = browser.cookie('sid'), before = await fingerprint(world);
    for (const from of ['cross-site', 'same-site', 'none']) {
      const asked = await browser.get(await untilCallback(browser, two, { from }));
      assert.deepEqual([asked.status, asked.headers.location], [303, '/login/switch'], from);
      assert.equal(browser.cookie('sid'), sid);
    }
    const page = await browser.at(world.apps[1]).get('/login/switch');
    assert.equal(page.status, 200);
    for (const text of [one.email, two.email, 'Globex']) assert.ok(page.text.includes(text), text);
    const form = formFields(page.text, '/login/switch');
    const forged = await browser.post('/login/switch', { ...form, action: 'switch' }, { headers: { 'sec-fetch-site': 'cross-site' } });
    assert.equal(forged.status, 403);
    const other = browser.copy();
    const stayed = await browser.post('/login/switch', { ...form, action: 'stay' });
    assert.deepEqual([stayed.status, stayed.headers.location], [303, '/dashboard']);
    assert.equal((await browser.get('/login/switch')).status, 410);
    assert.equal((await me(browser)).body.account.email, one.email);
    assert.equal(await fingerprint(world), before, 'no account, no identity, no session of the other');

    const switched = await other.post('/login/switch', { ...form, action: 'switch' });
    assert.deepEqual([switched.status, switched.headers.location], [303, '/']);
    assert.equal((await me(other)).body.account.email, two.email);
    assert.equal((await me(browser)).status, 401, 'the session of the first is ended');
    assert.equal((await other.post('/login/switch', { ...form, action: 'switch' })).status, 400, 'once');
  });

  test('SEC-CB-19 nobody is asked who has no session, or comes back as themselves', async () => {
    const browser = new Browser(world), who = somebody();
    for (let i = 0; i < 2; i++) {
      const done = await signIn(browser, who, { from: 'cross-site' });
      assert.deepEqual([done.status, done.headers.location], [303, '/']);
      assert.equal((await me(browser)).body.account.email, who.email);
    }
  });

  // Twenty rounds, since a race that is won once proves little.
  test('R-08 the same callback eight times at once on two instances: one exchange, one session', async () => {
    for (let round = 0; round < 20; round++) {
      const browser = new Browser(world);
      const who = somebody();
      const url = await untilCallback(browser, who);
      const asked = await tokenRequests();
      const tabs = Array.from({ length: 8 }, (_, i) => browser.copy().at(world.apps[i % 2]));
      const answers = await Promise.all(tabs.map((tab) => tab.get(url)));
      const signedIn = answers.filter((answer) => (answer.headers['set-cookie'] ?? []).some((line) => /^sid=[0-9a-f]{64}/.test(line)));
      assert.equal(signedIn.length, 1, answers.map((a) => a.status).join());
      assert.deepEqual(answers.filter((a) => a !== signedIn[0]).map((a) => a.status), Array(7).fill(400));
      assert.equal(await tokenRequests() - asked, 1);
      assert.deepEqual(await query(world, `SELECT count(*) FROM app_sessions WHERE account_id = '${await accountOf(world, who.email)}'`), ['1']);
    }
  });
});

// --- what the provider may do wrong ---

/** Of each fault of the local Scalekit: the audit reason and, for trouble of theirs, the class of the answer. */
const idToken = { tokens: 1, statuses: [400] };
const trouble = { reason: 'upstream', tokens: 1, statuses: [502, 503], within: 7000 };
const faults = {
  slow: { value: '9000', ...trouble, statuses: [503] },
  drip: { value: '200', ...trouble, statuses: [503] },
  hang: { ...trouble, statuses: [503] },
  status_500: { ...trouble, within: 3000 },
  status_503_html: { ...trouble, within: 3000 },
  rate_limited: { value: '3600', ...trouble, within: 3000 },
  redirect: { ...trouble, within: 3000 },
  truncated: { ...trouble, within: 3000 },
  huge_body: { ...trouble, within: 6000 },
  garbage_body: { ...idToken, reason: 'malformed' },
  empty_body: { ...idToken, reason: 'malformed' },
  deep_json: { ...idToken, reason: 'malformed' },
  wrong_content_type: { ...idToken, reason: 'token_response' },
  duplicate_json_member: { ...idToken, reason: 'json_duplicate' },
  no_id_token: { ...idToken, reason: 'token_response' },
  wrong_key: { ...idToken, reason: 'signature' },
  unknown_kid: { ...idToken, reason: 'kid' },
  missing_kid: { ...idToken, reason: 'kid' },
  alg_none: { ...idToken, reason: 'malformed' },  // its signature is empty, which is refused before the header is read
  alg_hs256: { ...idToken, reason: 'alg' },
  alg_hs256_public_key: { ...idToken, reason: 'alg' },
  header_crit: { ...idToken, reason: 'crit' },
  wrong_typ: { ...idToken, reason: 'typ' },
  wrong_iss: { ...idToken, reason: 'iss' },
  wrong_aud: { ...idToken, reason: 'aud' },
  extra_aud: { ...idToken, reason: 'aud' },
  wrong_azp: { ...idToken, reason: 'azp' },
  wrong_nonce: { ...idToken, reason: 'nonce' },
  replayed_id_token: { ...idToken, reason: 'nonce' },
  wrong_oid: { ...idToken, reason: 'organization' },
  wrong_connection: { ...idToken, reason: 'connection' },
  wrong_sub: { ...idToken, reason: 'sub' },
  expired: { ...idToken, reason: 'exp' },
  stale_iat: { ...idToken, reason: 'iat' },
  future_iat: { ...idToken, reason: 'iat' },
  not_yet_valid: { ...idToken, reason: 'nbf' },
  wrong_at_hash: { ...idToken, reason: 'at_hash' },
  wrong_c_hash: { ...idToken, reason: 'c_hash' },
  duplicate_member: { ...idToken, reason: 'json_duplicate' },
  missing_claim: { value: 'nonce', ...idToken, reason: 'nonce' },
  set_claim: { value: 'sub="conn_70000000000000012;victim\\u0000x"', ...idToken, reason: 'sub' },
  html_claims: 'accepted',
  // Keys and discovery are cached: a login in between does not ask for them. Their rules are tested where they are read.
  keys_empty: 'accepted',
  keys_without_current: 'accepted',
  discovery_wrong_issuer: 'accepted',
  discovery_foreign_endpoint: 'accepted',
};

describe('every fault of the provider', () => {
  let where;
  before(async () => { where = new Map((await world.control('GET', '/simulator/faults')).known.map((f) => [f.fault, f.where])); });

  test('each has an expectation here', async () => {
    assert.deepEqual([...where.keys()].sort(), Object.keys(faults).sort());
  });

  for (const [fault, expected] of Object.entries(faults)) {
    test(expected === 'accepted' ? `${fault}: the login goes on` : `${fault}: refused with ${expected.reason}`, async () => {
      const browser = new Browser(world);
      const url = await untilCallback(browser, somebody());
      const wire = where.get(fault) === 'any endpoint';
      await world.fault({ fault, count: 1, ...(wire && { endpoint: 'token' }), ...(expected.value && { value: expected.value }) });
      try {
        if (expected === 'accepted') {
          assert.equal((await browser.get(url)).status, 303);
          assert.doesNotMatch((await browser.get('/account')).text, /<script>alert|<img src=x/);
        } else {
          const { value, ...rest } = expected;
          const { event } = await requireRefused(browser, () => browser.get(url), rest);
          assert.equal(event.name, rest.statuses[0] >= 500 ? 'sso.login.error' : 'sso.login.failed');
        }
      } finally {
        await world.clearFaults();
      }
      assert.equal((await signIn(new Browser(world), somebody())).status, 303, 'the next login is as ever');
    });
  }

  for (const [claim, reason] of [['sub', 'sub'], ['exp', 'exp'], ['iat', 'iat'], ['aud', 'aud'], ['iss', 'iss'], ['oid', 'organization']]) {
    test(`a token without ${claim}: refused with ${reason}`, async () => {
      const browser = new Browser(world);
      const url = await untilCallback(browser, somebody());
      await world.fault({ fault: 'missing_claim', count: 1, value: claim });
      await requireRefused(browser, () => browser.get(url), { ...idToken, reason });
    });
  }

  test('SEC-CB-04 a code of an earlier login: Scalekit\'s invalid_grant, once', async () => {
    const first = new Browser(world);
    const used = await untilCallback(first, somebody());
    await first.get(used);
    const browser = new Browser(world);
    const url = new URL(await untilCallback(browser, somebody()));
    url.searchParams.set('code', new URL(used).searchParams.get('code'));
    await requireRefused(browser, () => browser.get(url.href), { ...idToken, reason: 'invalid_grant' });
  });
});

test('the instances live, and their logs are clean (SEC-LG-02, -04, SEC-AR-08)', async () => {
  for (const app of world.apps) assert.equal((await raw(app, 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).status, 200);
  assert.ok(requireCleanLogs(world) > 200);
});
