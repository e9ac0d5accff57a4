// SPDX-License-Identifier: Apache-2.0
// What the program writes while it is lied to: one whole line an event, and nothing that could be used or that names
// somebody (SEC-LG-02, -04, -05, -07, SEC-AR-08). The other files of this folder end with the same check of their own logs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { World } from '../../e2e/support/world.mjs';
import { Browser, auditMark, auditSince, raw, requireCleanLogs, secretsOf, signIn, signInWithPassword, signOut, untilCallback } from './steps.mjs';

let world;
before(async () => { world = await World.start({ env: { APP_SCALEKIT_LOGOUT: 'true' } }); });
after(() => world?.stop());

describe('the check itself', () => {
  const good = 'time=2026-01-02T03:04:05.678Z level=info event=sso.login.completed reference=ABC org=org_1 detail="two \\"words\\""';
  const worldOf = (output) => ({ secretKeys: 'k'.repeat(44), everyApp: [{ output: `host-app: listening\n${good}\n${output}` }] });
  test('takes what is in order', () => assert.equal(requireCleanLogs(worldOf(`${good}\n`)), 2));
  for (const [name, bad] of Object.entries({
    'a line that is no event': 'terminate called after throwing\n',
    'half a line': `${good.slice(10)}\n`,
    'an open quote': `${good} detail="open\n`,
    'an address': `${good} email=ada@example.com\n`,
    'a token': `${good} detail=eyJhbGciOiJSUzI1NiJ9.x\n`,
    'the client secret': `${good} detail=test_local_simulator_secret\n`,
    'the application\'s key': `${good} detail=${'k'.repeat(44)}\n`,
    'SQL': `${good} detail="SELECT id FROM app_accounts"\n`,
  })) test(`refuses ${name}`, () => assert.throws(() => requireCleanLogs(worldOf(bad))));
  test('refuses a value that a browser of this world saw, as a word and inside other text', () => {
    const one = worldOf(`${good} detail=s3cr3t-s3cr3t-s3cr3t\n`), two = worldOf(`${good} detail="a pass phrase of somebody"\n`);
    secretsOf(one).add('s3cr3t-s3cr3t-s3cr3t');
    secretsOf(two).add('pass phrase of');
    for (const each of [one, two]) assert.throws(() => requireCleanLogs(each), /the log holds/);
  });
});

test('a day of everything: logins, passwords right and wrong, refusals, logouts here and at Scalekit', async () => {
  const browser = new Browser(world);
  assert.equal((await signIn(browser, { email: 'log@globex.example', given_name: 'Lo', family_name: 'G' })).status, 303);
  const out = await signOut(browser, { company: '1' });
  assert.match(out.text, /id_token_hint=/, 'the token travels to Scalekit, and only there');
  const hint = /id_token_hint=([\w.-]+)/.exec(out.text)[1];
  secretsOf(world).add(hint);
  secretsOf(world).add(hint.split('.')[2]);
  for (const password of ['seven tidy marbles', 'a wrong pass phrase']) await signInWithPassword(new Browser(world), 'pat@harbour-cafe.example', password);
  await signInWithPassword(new Browser(world), 'someone-unknown@nowhere.example', 'a wrong pass phrase');
  for (const fault of ['wrong_key', 'wrong_nonce', 'no_id_token', 'status_500', 'garbage_body']) {
    const visitor = new Browser(world);
    const url = await untilCallback(visitor, { email: `log-${fault}@globex.example`, given_name: 'Lo' });
    await world.fault({ fault, count: 1, endpoint: ['status_500', 'garbage_body'].includes(fault) ? 'token' : '' });
    const mark = await auditMark(world);
    const answer = await visitor.json(url);
    assert.ok(answer.status >= 400);
    const { reference } = JSON.parse(answer.text);
    const events = await auditSince(world, mark);
    assert.deepEqual(events.map((e) => e.reference), [reference], 'SEC-LG-07: one event');
    // The reference that the person reads leads to exactly one line.
    assert.equal(world.apps[0].output.split('\n').filter((line) => line.includes(`reference=${reference}`)).length, 1);
  }
  requireCleanLogs(world);
});

test('SEC-LG-02, -05 line breaks, escapes and broken text in every place stay inside one line', async () => {
  const app = world.apps[0];
  const lines = () => app.output.split('\n').length;
  const nasty = ['%0d%0atime=2026 level=error event=forged', '%1b[31mred%1b[0m', '%e2%80%a8x', '%ff%fe', '%00', '"quoted" x=y', "\\"];
  for (const text of nasty) {
    const target = text.replace(/[ "\\=]/g, encodeURIComponent);
    for (const bytes of [`GET /${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, `GET /sso/callback?state=${target}&error=${target}&error_description=${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      `GET /nothing HTTP/1.1\r\nHost: a\r\nUser-Agent: ${text}\r\nAccept: ${text}\r\nConnection: close\r\n\r\n`, `${text.replace(/[^!-~]/g, '')} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`]) {
      const before = lines();
      await raw(app, bytes);
      assert.ok(lines() - before <= 1, `${bytes} made ${lines() - before} lines`);
    }
  }
  for (const line of app.output.split('\n')) assert.doesNotMatch(line, /[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]|^time=\S+ level=\w+ event=forged/);
  requireCleanLogs(world);
});
