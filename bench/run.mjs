// SPDX-License-Identifier: Apache-2.0
// Measures this build side by side with its floors on this machine, in one run, alternating, and prints the table of
// docs/PERFORMANCE.md:
//   node bench/run.mjs [--rounds 4] [--seconds 5] [--write]
// Absolute figures only show the scale; the ratios are what counts. Loopback only; ends by itself.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { Program, buildDir, freePort, sourceDir } from '../tests/e2e/support/processes.mjs';
import { World, organization } from '../tests/e2e/support/world.mjs';

const { values: opt } = parseArgs({ options: { rounds: { type: 'string', default: '4' }, seconds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } } });
const rounds = Number(opt.rounds), seconds = Number(opt.seconds);
const hz = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

// --- readings from /proc ---
const statOf = (pid) => { const s = readFileSync(`/proc/${pid}/stat`, 'latin1'); return s.slice(s.lastIndexOf(')') + 2).split(' '); };
const cpuSeconds = (pid) => { const f = statOf(pid); return (Number(f[11]) + Number(f[12])) / hz; };
/** Of the server with all its processes, those that ended included. */
function postgresSeconds(postgres) {
  const postmaster = readFileSync(`${postgres.dir}/data/postmaster.pid`, 'utf8').split('\n')[0];
  let sum = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const f = statOf(pid);
      if (pid === postmaster) sum += Number(f[13]) + Number(f[14]);
      if (pid === postmaster || f[1] === postmaster) sum += Number(f[11]) + Number(f[12]);
    } catch { /* it has ended */ }
  }
  return sum / hz;
}
const rssMiB = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024;
const peakMiB = (pid) => Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024;

function run(file, args) {
  return new Promise((done, fail) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (d) => { out += d; });
    child.on('error', fail).on('exit', (code) => (code === 0 ? done(out) : fail(new Error(`${file} ended with ${code}: ${out}`))));
  });
}
const lastJson = (text) => JSON.parse(text.trim().split('\n').reverse().find((l) => l.startsWith('{')));
const median = (list) => { const s = [...list].sort((a, b) => a - b); return s.length % 2 ? s[(s.length - 1) / 2] : (s[s.length / 2 - 1] + s[s.length / 2]) / 2; };

async function login(world, connections, extra = []) {
  const app = world.apps[0].child.pid;
  const before = cpuSeconds(app), postgresBefore = postgresSeconds(world.postgres);
  const r = lastJson(await run(join(buildDir, 'bench/login_load'), ['--app', world.apps[0].port, '--simulator', world.simulatorPort,
    '--connections', connections, '--seconds', seconds, '--organization', organization.test, ...extra].map(String)));
  if (r.errors > r.requests / 100) throw new Error(`${r.errors} logins failed`);
  return { ...r, cpu_us: (cpuSeconds(app) - before) / r.requests * 1e6,
    postgres_us: (postgresSeconds(world.postgres) - postgresBefore) / r.requests * 1e6 };
}
/** The same requests to either program, byte for byte but for the path: the same cookies over as many connections. */
async function wrk(port, path, pid, world, dir) {
  const before = cpuSeconds(pid), postgresBefore = postgresSeconds(world.postgres);
  const out = await run('wrk', ['-t2', '-c16', `-d${seconds}s`, '-s', join(sourceDir, 'bench/rotate.lua'), `http://127.0.0.1:${port}${path}`, '--', `${dir}/cookies.txt`]);
  const requests = Number(/(\d+) requests in/.exec(out)[1]);
  if (/Non-2xx|Socket errors/.test(out)) throw new Error(`wrk ${path}: ${out}`);
  return { per_second: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]), cpu_us: (cpuSeconds(pid) - before) / requests * 1e6,
    postgres_us: (postgresSeconds(world.postgres) - postgresBefore) / requests * 1e6 };
}

const seed = JSON.parse(readFileSync(join(sourceDir, 'host-app/seed.demo.json')));
const dir = mkdtempSync(join(tmpdir(), 'sso-bench-'));
const rows = [];
const verify = [], logins1 = [], logins32 = [], me = [], bare = [], startup = [], peaks = [];
const world = await World.start({ backend: 'postgres', seed, env: { APP_TRUSTED_PROXIES: '127.0.0.1' } });
let floor;
try {
  const barePort = await freePort();
  floor = new Program('bare_poco', join(buildDir, 'bench/bare_poco'), [String(barePort)], {});
  await floor.ready(`http://127.0.0.1:${barePort}/`);
  await new Promise((r) => setTimeout(r, 1000));
  const idle = rssMiB(world.apps[0].child.pid);
  await login(world, 8, ['--count', 300, '--prefix', 'kept', '--cookies-out', `${dir}/cookies.txt`]);
  await login(world, 32);  // warm-up, not counted
  for (let round = 1; round <= rounds; round++) {
    verify.push(lastJson(await run(join(buildDir, 'bench/verify_bench'), [])));
    logins1.push(await login(world, 1));
    logins32.push(await login(world, 32));
    bare.push(await wrk(barePort, '/me', floor.child.pid, world, dir));
    me.push(await wrk(world.apps[0].port, '/me', world.apps[0].child.pid, world, dir));
    peaks.push(peakMiB(world.apps[0].child.pid));
    const begun = performance.now();
    await world.restartApp(0).then(() => startup.push(performance.now() - begun));
    await login(world, 8, ['--count', 300, '--prefix', 'kept', '--cookies-out', `${dir}/cookies.txt`]);
    console.log(`round ${round}/${rounds}: ${logins32.at(-1).per_second.toFixed(0)} logins/s, /me ${me.at(-1).per_second.toFixed(0)}/s, bare ${bare.at(-1).per_second.toFixed(0)}/s`);
  }
  const peak = Math.max(...peaks);
  report({ idle, peak });
} finally {
  await floor?.stop();
  await world.stop();
  rmSync(dir, { recursive: true, force: true });
}

function report({ idle, peak }) {
  const m = (list, key) => median(list.map((r) => r[key]));
  const ratio = (a, b, key = 'per_second') => median(a.map((r, i) => r[key] / b[i][key]));
  const add = (...cells) => rows.push(`| ${cells.join(' | ')} |`);
  add('what', 'figure', 'beside', 'ratio', 'aim');
  add('---', '---', '---', '---', '---');
  add('ID token verified with every check, one thread', `${m(verify, 'verify_1').toFixed(0)}/s`, `raw RSA-2048 verify ${m(verify, 'raw_1').toFixed(0)}/s`, median(verify.map((v) => v.verify_1 / v.raw_1)).toFixed(2), '≥ 0.90');
  add('nothing but the RSA and the three SHA-256 of such a token', `${m(verify, 'hashed_1').toFixed(0)}/s`, `raw RSA-2048 verify ${m(verify, 'raw_1').toFixed(0)}/s`, median(verify.map((v) => v.hashed_1 / v.raw_1)).toFixed(2), '');
  add('token verified with every check, two threads', `${m(verify, 'verify_2').toFixed(0)}/s`, 'one thread', median(verify.map((v) => v.verify_2 / v.verify_1)).toFixed(2), '≥ 1.8');
  add('whole login, 32 browsers', `${m(logins32, 'per_second').toFixed(0)}/s, p99 ${m(logins32, 'p99_ms').toFixed(0)} ms`, `${m(logins32, 'cpu_us').toFixed(0)} µs of our CPU each, ${m(logins32, 'postgres_us').toFixed(0)} µs of PostgreSQL's`, '', '≥ 250/s, p99 ≤ 300 ms');
  add('whole login, one browser', `${m(logins1, 'per_second').toFixed(0)}/s`, `callback p50 ${m(logins1, 'callback_p50_ms').toFixed(2)} ms`, '', '');
  add('`/me`, session from PostgreSQL', `${m(me, 'per_second').toFixed(0)}/s, ${m(me, 'cpu_us').toFixed(0)} µs of our CPU, ${m(me, 'postgres_us').toFixed(0)} µs of PostgreSQL's`, `bare Poco handler ${m(bare, 'per_second').toFixed(0)}/s, ${m(bare, 'cpu_us').toFixed(0)} µs`, ratio(me, bare).toFixed(2), '≥ 0.26');
  add('start to first ready answer, schema check and database included', `${median(startup).toFixed(0)} ms`, '', '', '≤ 1 s');
  add('memory at rest / peak under load', `${idle.toFixed(0)} / ${peak.toFixed(0)} MiB`, '', '', '≤ 64 / ≤ 256 MiB');
  const table = rows.join('\n');
  console.log(`\n${table}\n`);
  if (!opt.write) return;
  const file = join(sourceDir, 'docs/PERFORMANCE.md');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(<!-- table -->\n)[\s\S]*?(<!-- end -->)/, `$1${table}\n$2`));
  console.log(`written to ${file}; ${cpus().length} cores, ${cpus()[0].model}`);
}
