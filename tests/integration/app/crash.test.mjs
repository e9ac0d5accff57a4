// SPDX-License-Identifier: Apache-2.0
// kill -9 at random points of many logins. Nothing is half there, nobody is locked out, and every session whose
// cookie reached a browser is valid (N1, N2, N6). RANDOM_SEED=n repeats the choices of a run.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../../e2e/support/processes.mjs';
import { World } from '../../e2e/support/world.mjs';
import { Browser, brokenAccounts, me, query, requireCleanLogs, seededRandom, signIn, untilCallback } from './steps.mjs';

const isBroken = (error) => ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(error.code);

/** Eight browsers at a time; whoever was interrupted is kept for later. */
class Crowd {
  constructor(world, size) {
    Object.assign(this, { world, size, next: 0, inside: [], interrupted: [], inCallback: 0, cutInCallback: 0, atStart: () => {}, atCallback: () => {} });
    this.up = Promise.resolve();
  }
  get over() { return this.next >= this.size; }
  async worker() {
    while (!this.over) {
      await this.up;
      if (this.over) return;  // the others took the last ones while this one waited
      const number = this.next++;
      this.atStart();
      const person = { email: `crash-${number}@globex.example`, given_name: 'Crash', family_name: `Number ${number}` };
      const browser = new Browser(this.world);
      let arrived = false;
      try {
        const url = await untilCallback(browser, person, { returnTo: '/account' });
        arrived = true;
        this.inCallback++;
        this.atCallback();
        const answer = await browser.get(url);
        assert.equal(answer.status, 303, answer.text);
        this.inside.push({ person, browser });
      } catch (error) {
        if (!isBroken(error)) throw error;
        if (arrived) this.cutInCallback++;
        this.interrupted.push({ person, browser });
      }
    }
  }
  run() { return Promise.all(Array.from({ length: 8 }, () => this.worker())); }
}

/** Kills the instance until the crowd is through: half the time anywhere, half the time while a callback is at work. */
async function killer(world, crowd, random) {
  let kills = 0;
  for (;;) {
    await new Promise((done) => {
      const over = setInterval(() => { if (crowd.over) fire(); }, 50);
      const fire = () => { clearInterval(over); crowd.atStart = crowd.atCallback = () => {}; done(); };
      // Counted in people, not in time, so that a fast machine is interrupted as often as a slow one.
      const after = crowd.next + 2 + Math.floor(random() * 14), delay = random() * 30, anywhere = random() < 0.5;
      const due = () => {
        if (crowd.next < after) return;
        crowd.atStart = crowd.atCallback = () => {};
        setTimeout(fire, delay);
      };
      if (anywhere) crowd.atStart = due; else crowd.atCallback = due;
    });
    if (crowd.over) return kills;
    let isUp;
    crowd.up = new Promise((done) => { isUp = done; });
    const began = Date.now();
    await world.restartApp(0);
    crowd.longestRestart = Math.max(crowd.longestRestart ?? 0, Date.now() - began);
    kills++;
    isUp();
  }
}

for (const { backend, people, least } of [{ backend: 'postgres', people: 1000, least: 25 }, { backend: 'sqlite', people: 250, least: 8 }]) {
  test(`kill -9 during ${people} logins on ${backend}`, async (t) => {
    const random = seededRandom();
    const world = await World.start({ backend });
    try {
      const crowd = new Crowd(world, people);
      const began = Date.now();
      const [kills] = await Promise.all([killer(world, crowd, random.next), crowd.run()]);
      t.diagnostic(`${kills} kills in ${Math.round((Date.now() - began) / 1000)} s; ${crowd.inside.length} logins, ${crowd.interrupted.length} interrupted, ` +
        `${crowd.cutInCallback} of them in the callback; ready again within ${crowd.longestRestart} ms; RANDOM_SEED=${random.seed}`);
      assert.ok(kills >= least, `only ${kills} kills; RANDOM_SEED=${random.seed}`);
      assert.ok(crowd.cutInCallback > 0, 'no kill hit a callback');
      assert.equal(crowd.inside.length + crowd.interrupted.length, people);

      assert.deepEqual(await brokenAccounts(world, 'crash-%'), [], `RANDOM_SEED=${random.seed}`);
      for (const { person, browser } of crowd.inside) {  // N1
        const state = await me(browser);
        assert.equal(state.status, 200, `${person.email} lost the session; RANDOM_SEED=${random.seed}`);
        assert.equal(state.body.account.email, person.email);
      }
      for (const { person, browser } of crowd.interrupted) {  // N6: the same browser, with whatever it still holds
        const answer = await signIn(browser, person);
        assert.equal(answer.status, 303, `${person.email} is locked out: ${answer.text}`);
        assert.equal((await me(browser)).status, 200);
      }
      assert.deepEqual(await brokenAccounts(world, 'crash-%'), []);
      assert.deepEqual(await query(world, "SELECT count(*), count(DISTINCT email) FROM app_accounts WHERE email LIKE 'crash-%'"), [`${people}|${people}`]);
      await until(async () => (await fetch(`${world.apps[0].url}/readyz`)).ok, 5000, 'ready at the end');
      assert.ok(requireCleanLogs(world) > people / 2);
    } finally {
      await world.stop();
    }
  });
}
