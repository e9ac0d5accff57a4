// SPDX-License-Identifier: Apache-2.0
// Two instances of the application on one PostgreSQL are one application (R-07, N1, N2).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { formFields } from '../../e2e/support/http_client.mjs';
import { World, clientId, connection } from '../../e2e/support/world.mjs';
import { Browser, accountOf, brokenAccounts, me, query, requireCleanLogs, signIn, signInWithPassword, signOut, untilCallback } from './steps.mjs';

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

test('the logs: one line an event, nothing secret, nobody named (SEC-LG-02, -04, SEC-AR-08)', () => {
  assert.ok(requireCleanLogs(world) > rounds);
});
