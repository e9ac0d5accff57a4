// SPDX-License-Identifier: Apache-2.0
// Clients that hold what they get: silent, dripping, never reading. The others are served as if they were not there, the
// slow ones are cut in time, and nothing of them is left behind (SEC-HT-12 to -14; SECURITY 5, item 9).
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { until } from '../../e2e/support/processes.mjs';
import { World } from '../../e2e/support/world.mjs';
import { Browser, me, signIn } from './steps.mjs';

const silentClients = 10_000, drippingClients = 200, deafClients = 20;
const perAddress = 400;  // the front lets one address have 512
let world, app, member;
before(async () => {
  world = await World.start();
  app = world.apps[0];
  member = new Browser(world);
  assert.equal((await signIn(member, { email: 'steady@globex.example', given_name: 'Steady' })).status, 303);
});
after(() => world?.stop());

/** Megabytes in memory, of the instance. */
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${app.child.pid}/status`, 'utf8'))[1]) / 1024;
/** Descriptors that the instance has open. */
const descriptors = () => readdirSync(`/proc/${app.child.pid}/fd`).length;

/** Connections from as many loopback addresses as they need, network 127.NET. Each has `closed`, a promise. */
async function connect(count, network, use = () => {}) {
  const sockets = [];
  for (let from = 0; from < count; from += 500) {  // no more at a time than the kernel's queue holds
    sockets.push(...await Promise.all(Array.from({ length: Math.min(500, count - from) }, (_, i) => new Promise((done, fail) => {
      const localAddress = `127.${network}.0.${1 + Math.floor((from + i) / perAddress)}`;
      const socket = net.connect({ port: app.port, host: '127.0.0.1', localAddress });
      socket.closed_ = new Promise((over) => { socket.once('close', over); });
      socket.once('error', fail).once('connect', () => {
        socket.off('error', fail).on('error', () => { /* it is cut */ });
        use(socket);
        done(socket);
      });
    }))));
  }
  return sockets;
}
const end = (sockets) => Promise.all(sockets.map((socket) => { socket.destroy(); return socket.closed_; }));

/** GET /me, four at a time; milliseconds that nine of ten stay under. */
async function ninetieth(requests = 400) {
  const times = [];
  await Promise.all(Array.from({ length: 4 }, async () => {
    while (times.length < requests) {
      const began = performance.now();
      const answer = await me(member);
      times.push(performance.now() - began);
      assert.equal(answer.status, 200);
    }
  }));
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.9)];
}

test(`${silentClients} silent clients and ${drippingClients} that drip: members are served as ever, and the drips are cut`, async (t) => {
  const alone = await ninetieth();
  const before = resident();
  const silent = await connect(silentClients, 1);
  const began = performance.now();
  const dripping = await connect(drippingClients, 2, (socket) => {
    socket.write('GET /login HTTP/1.1\r\nX-Slow: ');
    const drip = setInterval(() => socket.write('x'), 500);
    socket.resume().once('close', () => clearInterval(drip));
  });
  const beside = await ninetieth();
  const held = resident() - before;
  await Promise.all(dripping.map((socket) => socket.closed_));
  const cut = performance.now() - began;
  t.diagnostic(`p90 of /me: ${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms beside them; memory for them ${held.toFixed(1)} MB; drips cut after ${Math.round(cut)} ms`);
  assert.ok(beside < 100, `${beside} ms`);
  assert.ok(held < 64, `${held} MB`);
  assert.ok(cut < 15_000, `${cut} ms`);
  assert.equal(silent.filter((socket) => socket.destroyed).length, 0, 'who is silent for less than half a minute is kept');
  await end(silent);
});

test('nothing is left of them: as many come again and again', async (t) => {
  const before = resident();
  await until(() => descriptors() < 100, 10_000, 'those of the test before are gone');
  const open = descriptors();
  // Together more than the process may open: a descriptor that is left behind for each would be seen.
  for (let round = 0; round < 4; round++) {
    const silent = await connect(silentClients, 3);
    assert.equal((await me(member)).status, 200);
    await end(silent);
  }
  await until(() => descriptors() <= open + 2, 5000, `${open} descriptors as before`);  // two: what a member's requests may keep
  const grown = resident() - before;
  t.diagnostic(`memory grown by ${grown.toFixed(1)} MB`);
  assert.ok(grown < 16, `${grown} MB`);
});

test(`${deafClients} clients that ask and never read: members are served as ever, and the deaf are cut`, async (t) => {
  const began = performance.now();
  const deaf = await connect(deafClients, 4, (socket) => {
    socket.pause();
    socket.write('GET /login HTTP/1.1\r\nHost: app\r\n\r\n'.repeat(1500));
  });
  const beside = await ninetieth();
  t.diagnostic(`p90 of /me: ${beside.toFixed(1)} ms`);
  assert.ok(beside < 2000, `${beside} ms`);
  await Promise.all(deaf.map((socket) => new Promise((over) => {
    // A paused socket hears of the end only when it is read from; a write meets the reset.
    const poke = setInterval(() => socket.write('x'), 500);
    socket.once('close', () => { clearInterval(poke); over(); });
  })));
  const cut = performance.now() - began;
  t.diagnostic(`cut after ${Math.round(cut)} ms`);
  assert.ok(cut < 45_000, `${cut} ms`);
  assert.equal((await me(member)).status, 200);
});
