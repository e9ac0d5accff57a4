// SPDX-License-Identifier: Apache-2.0
// SIGTERM under load, with a client that drips a header. The instance ends by itself with code 0 within 10 s, and no
// browser whose code was exchanged is left without its answer.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { World } from '../../e2e/support/world.mjs';
import { Browser, brokenAccounts, me, requireCleanLogs, untilCallback } from './steps.mjs';

const rounds = 5;
let world, people = 0;
before(async () => { world = await World.start({ backend: 'postgres' }); });
after(() => world?.stop());
const tokenRequests = async () => (await world.control('GET', '/simulator/counters')).token;

test(`SIGTERM in ${rounds} rounds of twenty callbacks at work`, async (t) => {
  let longest = 0, finished = 0, turnedAway = 0;
  for (let round = 0; round < rounds; round++) {
    const app = world.apps[0];
    const waiting = [];
    for (let i = 0; i < 20; i++) {
      const person = { email: `leaving-${++people}@globex.example`, given_name: 'Lea' };
      const browser = new Browser(world);
      waiting.push({ person, browser, url: await untilCallback(browser, person) });
    }
    const slow = net.connect(app.port, '127.0.0.1').on('error', () => { /* it is cut at the end */ });
    const drip = setInterval(() => slow.write('x'), 200);
    slow.write('GET /login HTTP/1.1\r\nX-Slow: ');
    const asked = await tokenRequests();
    // The provider takes half a second, so that all of them are at work when the signal comes.
    await world.fault({ fault: 'slow', endpoint: 'token', count: 0, value: '500' });
    const answers = Promise.all(waiting.map(({ browser, url }) => browser.get(url).catch((error) => error)));
    await new Promise((done) => {
      const look = setInterval(async () => { if (await tokenRequests() - asked >= 5) { clearInterval(look); done(); } }, 20);
    });
    const began = Date.now();
    app.child.kill('SIGTERM');
    const exit = await app.exited;
    longest = Math.max(longest, Date.now() - began);
    clearInterval(drip);
    slow.destroy();
    await world.clearFaults();
    const exchanged = await tokenRequests() - asked;
    assert.deepEqual(exit, { code: 0, signal: null });
    let answered = 0;
    for (const answer of await answers) {
      if (answer instanceof Error) turnedAway++;
      else {
        assert.equal(answer.status, 303, answer.text);
        answered++;
      }
    }
    finished += answered;
    assert.ok(exchanged <= answered + 1, `${exchanged} codes were exchanged and ${answered} callbacks answered`);  // one may be the management token
    await world.restartApp(0);
    assert.deepEqual(await brokenAccounts(world, 'leaving-%'), []);
    const results = await answers;
    for (const [i, { browser }] of waiting.entries()) {
      if (!(results[i] instanceof Error)) assert.equal((await me(browser)).status, 200, 'its session outlives the restart');
    }
  }
  t.diagnostic(`${finished} callbacks finished, ${turnedAway} turned away before their code was sent; ended within ${longest} ms`);
  assert.ok(longest < 10_000, `${longest} ms`);
  assert.ok(finished >= 5 * rounds);
});

test('the log: one line an event, nothing secret, nobody named (SEC-LG-02, -04)', () => {
  assert.ok(requireCleanLogs(world) > 20);
});
