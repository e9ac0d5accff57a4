// SPDX-License-Identifier: Apache-2.0
// What the front costs: a constant answered by nginx, by Poco's own server and by the front, and /me of the reference
// application on both, in turn, in one run. PostgreSQL, a session that is looked up for each request.
// Usage: MODULAR_SSO_BUILD_DIR=... node bench/front_cost.mjs [rounds] [seconds]; needs wrk and nginx.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Program, buildDir, freePort } from '../tests/e2e/support/processes.mjs';
import { World } from '../tests/e2e/support/world.mjs';
import { Browser, signIn } from '../tests/integration/app/steps.mjs';

const run = promisify(execFile);
const rounds = Number(process.argv[2] ?? 5), seconds = Number(process.argv[3] ?? 5), connections = 64;
const body = '{"account":{"id":"a","email":"someone@example.com"},"organization":{"id":"t"}}';
const dir = mkdtempSync(join(tmpdir(), 'sso-front-cost-'));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** CPU seconds of a process and its children: nginx works in one. */
function cpuSeconds(pid) {
  let ticks = 0;
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let stat;
    try { stat = readFileSync(`/proc/${entry}/stat`, 'utf8'); } catch { continue; /* it has just ended */ }
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(entry) === pid || Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / 100;
}

async function nginx(port) {
  const file = join(dir, 'nginx.conf');
  writeFileSync(file, `daemon off; worker_processes 2; pid ${dir}/pid; error_log stderr crit; events { worker_connections 512; }
http { access_log off; keepalive_requests 1000000000; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${dir}/${name};`).join(' ')}
server { listen 127.0.0.1:${port}; default_type application/json; location / { return 200 '${body}'; } } }`);
  return new Program('nginx', 'nginx', ['-c', file, '-p', dir], {});
}

async function measure(server) {
  const before = cpuSeconds(server.program.child.pid);
  const { stdout } = await run('wrk', ['-t2', `-c${connections}`, `-d${seconds}s`, '-H', `Cookie: ${server.cookie}`, `http://127.0.0.1:${server.port}${server.path}`]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${server.name}: ${stdout}`);
  server.rate.push(Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]));
  server.cpu.push((cpuSeconds(server.program.child.pid) - before) / Number(/(\d+) requests in/.exec(stdout)[1]) * 1e6);
}

const servers = [];
async function add(name, start, { path = '/', ready = path, cookie = 'none=1' } = {}) {
  const port = await freePort();
  const server = { name, port, path, cookie, program: await start(port), rate: [], cpu: [] };
  servers.push(server);
  await server.program.ready(`http://127.0.0.1:${port}${ready}`);
}
const bare = (...how) => async (port) => new Program('bare_poco', join(buildDir, 'bench/bare_poco'), [String(port), ...how], {});
let world;
try {
  world = await World.start({ backend: 'postgres' });
  const browser = new Browser(world);
  await signIn(browser, { email: 'bench@globex.example', given_name: 'Ben' });
  const asMember = { path: '/me', ready: '/readyz', cookie: browser.cookieHeader(world.baseUrl) };
  const app = (...path) => async (port) => new Program(path.at(-1), join(buildDir, ...path), [], world.appEnv(port));
  await add('nginx, a constant', nginx);
  await add("bare handler on Poco's server", bare());
  await add('bare handler on the front', bare('front'));
  await add("`/me` on Poco's server", app('bench', 'app_on_poco'), asMember);
  await add('`/me` on the front', app('host-app', 'host-app'), asMember);
  const load = loadavg()[0];
  for (let round = 0; round < rounds; round++) for (const server of servers) await measure(server);
  console.log(`| what, ${connections} kept connections | requests/s | µs of CPU each | of Poco's rate |\n| --- | --- | --- | --- |`);
  for (const [at, { name, rate, cpu }] of servers.entries()) {
    const poco = servers[at < 3 ? 1 : 3];
    console.log(`| ${name} | ${median(rate).toFixed(0)} | ${median(cpu).toFixed(1)} | ${median(rate.map((value, i) => value / poco.rate[i])).toFixed(2)} |`);
  }
  console.log(`${rounds} rounds of ${seconds} s, medians; load before: ${load.toFixed(1)}`);
} finally {
  await Promise.all(servers.map(({ program }) => program.stop()));
  await world?.stop();
  rmSync(dir, { recursive: true, force: true });
}
