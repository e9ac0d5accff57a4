// SPDX-License-Identifier: Apache-2.0
// Two instances of the application on one PostgreSQL are one application (R-07, N1, N2).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { formFields } from '../../e2e/support/http_client.mjs';
import { World, clientId, clientSecret, connection, organization } from '../../e2e/support/world.mjs';
import { Browser, accountOf, auditMark, auditSince, brokenAccounts, me, query, requireCleanLogs, signIn, signInWithPassword, signOut, untilCallback } from './steps.mjs';

const rounds = 300;
let world, a, b;
before(async () => {
  world = await World.start({ backend: 'postgres', instances: 2 });
  [a, b] = world.apps;
});
after(() => world?.stop());

test('a login that began on one instance ends on the other, both ways', async () => {
  for (const [from, to] of [[a, b], [b, a]]) {
    const browser = new Browser(world, from);
    const url = await untilCallback(browser, { email: `across-${from.port}@globex.example`, given_name: 'Across' }, { returnTo: '/account' });
    const done = await browser.at(to).get(url);
    assert.equal(done.status, 303, done.text);
    assert.equal(done.headers.location, '/account');
    for (const app of [a, b]) assert.equal((await me(browser.at(app))).status, 200);
  }
});

test('an IdP-initiated token spent on one instance is spent on the other', async () => {
  const browser = new Browser(world, a);
  const tile = await browser.post(`${world.simulatorUrl}/login`, { scenario: 'idp_initiated', client_id: clientId, connection_id: connection.globex, person: 'kim@globex.example' });
  assert.equal((await browser.get(tile.headers.location)).status, 302);
  assert.equal((await new Browser(world, b).get(tile.headers.location)).status, 400);
});

test('a link that waits for the password on one instance is confirmed on the other', async () => {
  const browser = new Browser(world, a);
  const asked = await signIn(browser, { email: 'sam.ortiz@example.com', given_name: 'Sam' });
  assert.equal(asked.headers.location, '/login/link');
  const form = formFields((await browser.at(b).get('/login/link')).text, '/login/link');
  const done = await browser.at(a).post('/login/link', { ...form, action: 'connect', password: 'quiet harbour maple' });
  assert.equal(done.status, 303, done.text);
  assert.equal((await me(browser.at(b))).status, 200);
});

test('a session made on one is valid on the other, and ended there it is ended everywhere', async () => {
  const browser = new Browser(world, a);
  assert.equal((await signInWithPassword(browser, 'pat@harbour-cafe.example', 'seven tidy marbles')).status, 303);
  const copy = browser.copy();
  assert.equal((await me(browser.at(b))).status, 200);
  assert.equal((await signOut(browser)).status, 303);
  for (const app of [a, b]) assert.equal((await me(copy.at(app))).status, 401);
});

// R-07, JIT.md row 29. Different people each round, the same one in two browsers, both callbacks at once.
test(`the first login of ${rounds} people raced on both instances: one account each, both browsers in`, async (t) => {
  let next = 0, bothIn = 0, raced = 0;
  const statuses = new Map();
  const runner = async () => {
    for (let round = next++; round < rounds; round = next++) {
      const email = `race-${round}@globex.example`;
      const browsers = [new Browser(world, a), new Browser(world, b)];
      const urls = await Promise.all(browsers.map((browser) => untilCallback(browser, { email, given_name: 'Race', family_name: `Number ${round}` })));
      const answers = await Promise.all(browsers.map((browser, i) => browser.get(urls[i])));
      raced++;
      for (const answer of answers) statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const states = await Promise.all(browsers.map((browser) => me(browser)));
      if (states.every((s) => s.status === 200)) {
        assert.equal(states[0].body.account.id, states[1].body.account.id, email);
        bothIn++;
      }
    }
  };
  await Promise.all([runner(), runner(), runner()]);
  t.diagnostic(`${raced} races, answers ${JSON.stringify([...statuses])}, both browsers in ${bothIn} times`);
  const refused = await query(world, "SELECT name, reason, details, count(*) FROM sso_audit_events WHERE name IN ('sso.login.failed', 'sso.login.error') GROUP BY 1, 2, 3");
  assert.equal(bothIn, rounds, `answers ${JSON.stringify([...statuses])}, refusals ${refused}`);
  assert.deepEqual(await query(world, "SELECT count(*), count(DISTINCT email) FROM app_accounts WHERE email LIKE 'race-%'"), [`${rounds}|${rounds}`]);
  assert.deepEqual(await query(world, "SELECT count(*), count(DISTINCT account_id) FROM sso_identities WHERE email LIKE 'race-%'"), [`${rounds}|${rounds}`]);
  assert.deepEqual(await brokenAccounts(world, 'race-%'), []);
  // Each account was made once, and each of the two logins is on record (N5).
  assert.deepEqual(await query(world, `SELECT e.name, count(*) FROM sso_audit_events e JOIN app_accounts a ON a.id = e.account_id AND a.email LIKE 'race-%' GROUP BY e.name ORDER BY e.name`),
    [`sso.account.created|${rounds}`, `sso.identity.linked|${rounds}`, `sso.login.completed|${2 * rounds}`]);
});

// JIT.md row 6 in a race: one connects with the password while the other does the same.
test('one account is connected once, however many browsers prove it at once', async () => {
  const browsers = [new Browser(world, a), new Browser(world, b)];
  for (const browser of browsers) assert.equal((await signIn(browser, { email: 'ada.lovelace@example.com', given_name: 'Ada' })).headers.location, '/login/link');
  const forms = await Promise.all(browsers.map(async (browser) => formFields((await browser.get('/login/link')).text, '/login/link')));
  const answers = await Promise.all(browsers.map((browser, i) => browser.post('/login/link', { ...forms[i], action: 'connect', password: 'copper lantern ridge' })));
  assert.ok(answers.every((answer) => answer.status < 500), answers.map((x) => x.status).join());
  assert.ok(answers.some((answer) => answer.status === 303));
  const account = await accountOf(world, 'ada.lovelace@example.com');
  assert.deepEqual(await query(world, `SELECT count(*) FROM sso_identities WHERE account_id = '${account}'`), ['1']);
});

/** Signed in with a password, with the token of the settings page: asks both instances in turn. */
async function administrator(email, password) {
  const browser = new Browser(world, a);
  assert.equal((await signInWithPassword(browser, email, password)).status, 303);
  const csrf_token = /name="csrf_token" value="([^"]+)"/.exec((await browser.get('/account')).text)[1];
  let turn = 0;
  return (path, fields = {}) => browser.copy().at([a, b][turn++ % 2]).post(path, { csrf_token, ...fields });
}

/** The organizations at Scalekit that stand for this customer, by its external id. */
async function organizationsAtScalekit(externalId) {
  const browser = new Browser(world, a);
  const granted = await browser.post(`${world.simulatorUrl}/oauth/token`,
    { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
  const headers = { authorization: `Bearer ${JSON.parse(granted.text).access_token}` };
  const page = JSON.parse((await browser.get(`${world.simulatorUrl}/api/v1/organizations?page_size=100`, { headers })).text);
  assert.equal(page.next_page_token ?? '', '', 'more than a page');
  return page.organizations.filter((one) => one.external_id === externalId);
}

test('a customer that begins on both instances at once is tied to one organization', async () => {
  const mark = await auditMark(world);
  const ask = await administrator('pat@harbour-cafe.example', 'seven tidy marbles');
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask('/settings/sso/portal-link')));
  const statuses = answers.map((answer) => answer.status);
  assert.ok(statuses.includes(200), statuses.join());
  // While one of them makes it the others may be asked to come again.
  for (const status of statuses) assert.ok([200, 429, 503].includes(status), statuses.join());
  const rows = await query(world, "SELECT id FROM sso_organizations WHERE tenant_id = 'harbour-cafe'");
  assert.equal(rows.length, 1);
  assert.deepEqual((await organizationsAtScalekit('harbour-cafe')).map((one) => one.id), rows);
  const tied = (await auditSince(world, mark)).filter((event) => event.name === 'sso.organization.tied');
  assert.deepEqual(tied.map((event) => event.organization), rows);
});

test('modes that are switched on both instances at once: one after the other, and none is lost', async () => {
  const ask = await administrator('ada.lovelace@example.com', 'copper lantern ridge');
  const stored = async () => {
    const [line] = await query(world, `SELECT version, policy FROM sso_organizations WHERE id = '${organization.test}'`);
    return { version: Number(line.split('|')[0]), mode: JSON.parse(line.slice(line.indexOf('|') + 1)).mode };
  };
  const before = await stored();
  const mark = await auditMark(world);
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(['off', 'optional', 'off', 'optional'].map((mode) => ask('/settings/sso/mode', { mode })));
    for (const answer of answers) assert.ok([303, 409].includes(answer.status), `${answer.status}: ${answer.text}`);
  }
  const after = await stored();
  const switched = (await auditSince(world, mark)).filter((event) => event.name === 'sso.organization.mode_changed');
  assert.ok(switched.length > 0);
  assert.equal(after.version - before.version, switched.length, 'each change is a version of its own, and told');
  let mode = before.mode;
  for (const { details } of switched) {
    assert.equal(details.from, mode, 'each begins where the one before ended');
    mode = details.to;
  }
  assert.equal(after.mode, mode);
  assert.equal((await ask('/settings/sso/mode', { mode: 'optional' })).status, 303);
});

test('the logs: one line an event, nothing secret, nobody named (SEC-LG-02, -04, SEC-AR-08)', () => {
  assert.ok(requireCleanLogs(world) > rounds);
});
