// SPDX-License-Identifier: Apache-2.0
// What the program lives without: somebody who reads its log, a disk that takes it, descriptors (R-14, R-20, SEC-LG-06).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { after, describe, test } from 'node:test';

import { until } from '../../e2e/support/processes.mjs';
import { World } from '../../e2e/support/world.mjs';
import { Browser, me, signIn } from './steps.mjs';

let people = 0;
async function newcomer(world) {
  const browser = new Browser(world);
  assert.equal((await signIn(browser, { email: `scarce-${++people}@globex.example`, given_name: 'Sam' })).status, 303);
  return browser;
}

/** Signs people in, one after the other, each with a look at /me; milliseconds of the slowest pair. */
async function signInMany(world, count) {
  let slowest = 0;
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    assert.equal((await me(await newcomer(world))).status, 200);
    slowest = Math.max(slowest, performance.now() - began);
  }
  return slowest;
}

describe('R-14 the log', () => {
  let world;
  after(() => world?.stop());

  test('its reader is stopped and the pipe is full: sign-ins go on, and what was dropped is told afterwards', async (t) => {
    // A real pipe, which Node's own are not; the first line names who reads it.
    world = await World.start({ launcher: ['bash', '-c', 'exec > >(exec cat) 2>&1; echo "reader=$!"; exec "$0" "$@"'] });
    const app = world.apps[0];
    const reader = Number(/^reader=(\d+)$/m.exec(app.output)[1]);
    const lines = () => app.output.split('event=sso.login.completed').length - 1;
    const mark = app.output.length;
    await signInMany(world, 5);
    await until(() => lines() === 5);
    const eachSignIn = (app.output.length - mark) / 5, pipe = 65_536;
    process.kill(reader, 'SIGSTOP');
    const count = Math.ceil(1.5 * pipe / eachSignIn);
    let slowest;
    try { slowest = await signInMany(world, count); } finally { process.kill(reader, 'SIGCONT'); }
    await until(async () => { await newcomer(world); return / log_lines_dropped=[1-9]/.test(app.output); });
    const dropped = Number(/ log_lines_dropped=(\d+)/.exec(app.output)[1]);
    t.diagnostic(`${count} sign-ins beside a full pipe, the slowest ${slowest.toFixed(0)} ms; ${dropped} lines dropped`);
    assert.ok(slowest < 2000, `${slowest} ms`);
    await until(() => app.output.endsWith('\n') && lines() + dropped >= people);  // nothing is missing that is not counted
    await world.stop();
  });

  test('its disk is full: sign-ins go on', async () => {
    world = await World.start({ launcher: ['bash', '-c', 'exec > /dev/full 2>&1; exec "$0" "$@"'] });
    assert.ok(await signInMany(world, 10) < 2000);
    assert.equal(world.apps[0].exit, undefined);
  });
});

describe('R-20 two hundred descriptors', () => {
  let world;
  after(() => world?.stop());

  test('more connections come than there are descriptors: who is signed in is served, nothing spins, and all is well afterwards', async (t) => {
    world = await World.start({ launcher: ['prlimit', '--nofile=200:200'] });
    const { port, child } = world.apps[0];
    const member = await newcomer(world);
    const descriptors = /Max open files\s+200\s+200/;
    assert.match(readFileSync(`/proc/${child.pid}/limits`, 'utf8'), descriptors);
    const flood = Array.from({ length: 600 }, (_, i) => net.connect({ port, host: '127.0.0.1', localAddress: `127.9.0.${1 + (i % 3)}` }).on('error', () => { /* turned away */ }));
    try {
      await until(() => flood.every((socket) => socket.destroyed || !socket.connecting));
      const answered = await me(member);
      assert.equal(answered.status, 200);
      // CPU time of the process in hundredths of a second, over one second in which nobody asks for anything.
      const used = () => { const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8'); const at = stat.slice(stat.lastIndexOf(')') + 2).split(' '); return Number(at[11]) + Number(at[12]); };
      const from = used(), began = performance.now();
      await until(() => performance.now() - began >= 1000);
      const spent = used() - from;
      t.diagnostic(`${spent * 10} ms of CPU in a second beside the flood; ${flood.filter((socket) => socket.destroyed).length} of ${flood.length} connections were closed`);
      assert.ok(spent < 30, `${spent * 10} ms of CPU in a second: the accept loop spins`);
    } finally {
      for (const socket of flood) socket.destroy();
    }
    assert.ok(await signInMany(world, 3) < 5000);
  });
});
