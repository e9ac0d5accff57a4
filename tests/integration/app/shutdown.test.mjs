// SPDX-License-Identifier: Apache-2.0
// SIGTERM under load, with a client that drips a header. The instance ends by itself with code 0 within 10 s, and no
// browser whose code was exchanged is left without its answer.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { World } from '../../e2e/support/world.mjs';
import { Browser, brokenAccounts, me, requireCleanLogs, untilCallback } from './steps.mjs';

// SHUTDOWN_ROUNDS=100 is for a run by hand.
const rounds = Number(process.env.SHUTDOWN_ROUNDS ?? 10), callbacks = 8;
let world, people = 0;
before(async () => { world = await World.start({ backend: 'postgres' }); });
after(() => world?.stop());
const tokenRequests = async () => (await world.control('GET', '/simulator/counters')).token;

/** A client that comes after the signal: how it is answered, a status or the code of an error. */
const knock = (port) => new Promise((done) => {
  let text = '';
  const socket = net.connect(port, '127.0.0.1').on('error', (error) => done(error.code));
  socket.on('data', (bytes) => { text += bytes; }).on('close', () => done(text.slice(9, 12) || 'nothing'));
  socket.write('GET /readyz HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n');
});

test(`SIGTERM in ${rounds} rounds of ${callbacks} callbacks at work`, async (t) => {
  let longest = 0, finished = 0, turnedAway = 0;
  const knocks = {};
  for (let round = 0; round < rounds; round++) {
    const app = world.apps[0];
    const waiting = [];
    for (let i = 0; i < callbacks; i++) {
      const person = { email: `leaving-${++people}@globex.example`, given_name: 'Lea' };
      const browser = new Browser(world);
      waiting.push({ person, browser, url: await untilCallback(browser, person) });
    }
    const slow = net.connect(app.port, '127.0.0.1').on('error', () => { /* it is cut at the end */ });
    const drip = setInterval(() => slow.write('x'), 200);
    slow.write('GET /login HTTP/1.1\r\nX-Slow: ');
    const asked = await tokenRequests();
    // The provider takes a fifth of a second, so that all of them are at work when the signal comes.
    await world.fault({ fault: 'slow', endpoint: 'token', count: 0, value: '200' });
    const answers = Promise.all(waiting.map(({ browser, url }) => browser.get(url).catch((error) => error)));
    await new Promise((done) => {
      const look = setInterval(async () => { if (await tokenRequests() - asked >= 3) { clearInterval(look); done(); } }, 20);
    });
    const began = Date.now();
    app.child.kill('SIGTERM');
    const met = [];
    while (!app.exit) {
      const outcome = await knock(app.port);
      met.push(outcome);
      knocks[outcome] = (knocks[outcome] ?? 0) + 1;
      await new Promise((next) => setTimeout(next, 5));
    }
    // 200: connected before the program had noticed its signal. ECONNRESET: only between the last look at who waits and the
    // listener's close, which the kernel ends so; thus at most one, and whoever comes after it is refused.
    assert.match(met.join(' '), /^((200|503) ?)*(ECONNRESET ?)?(ECONNREFUSED ?)*$/);
    const exit = app.exit;
    longest = Math.max(longest, Date.now() - began);
    clearInterval(drip);
    slow.destroy();
    await world.clearFaults();
    const exchanged = await tokenRequests() - asked;
    assert.deepEqual(exit, { code: 0, signal: null });
    let answered = 0;
    for (const answer of await answers) {
      if (answer instanceof Error) {
        assert.equal((answer.cause ?? answer).code, 'ECONNREFUSED', answer.stack);
        turnedAway++;
      } else {
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
  t.diagnostic(`who came after the signal met ${JSON.stringify(knocks)}`);
  assert.ok((knocks.ECONNRESET ?? 0) <= rounds / 2, `${knocks.ECONNRESET} were reset`);
  assert.ok(longest < 10_000, `${longest} ms`);
  assert.ok(finished >= 3 * rounds);
});

test('the log: one line an event, nothing secret, nobody named (SEC-LG-02, -04)', () => {
  assert.ok(requireCleanLogs(world) > 20);
});
