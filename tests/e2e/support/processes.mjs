// SPDX-License-Identifier: Apache-2.0
// Starts the built programs on free loopback ports with throw-away data, and ends them by their own pid.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, chmodSync, existsSync, readFileSync, readdirSync, mkdirSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const sourceDir = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
export const buildDir = process.env.MODULAR_SSO_BUILD_DIR ?? join(sourceDir, 'build/dev');

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((done, fail) => {
    const probe = net.createServer().once('error', fail).listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** Resolves when check() returns a truthy value; rejects after limitMs. Polls, so a test need not guess a duration. */
export async function until(check, limitMs = 15000, what = 'condition') {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`timed out after ${limitMs} ms: ${what}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}

/** A report of a sanitizer fails the test that it belongs to, so the programs get the options of the run. */
const sanitizerOptions = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^[A-Z]+SAN_OPTIONS$/.test(name)));

/** One child process whose output is kept for the failure message. */
export class Program {
  constructor(name, command, args, env) {
    this.name = name;
    this.output = '';
    this.child = spawn(command, args, { env: { PATH: process.env.PATH, ...sanitizerOptions, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => { this.output = (this.output + text).slice(-8_000_000); });
    }
    this.exited = new Promise((done) => this.child.once('exit', (code, signal) => { this.exit = { code, signal }; done(this.exit); }));
  }
  async ready(url, limitMs = 60000) {
    await until(async () => {
      if (this.exit) throw new Error(`${this.name} ended early (${JSON.stringify(this.exit)}):\n${this.output}`);
      try { return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok; } catch { return false; }
    }, limitMs, `${this.name} at ${url}\n${this.output}`);
    return this;
  }
  kill(signal = 'SIGKILL') { if (!this.exit) this.child.kill(signal); return this.exited; }
  /** Throws when a sanitizer has found something: a test must not pass over it. */
  requireNoSanitizerReport() {
    const at = this.output.search(/(?:WARNING|ERROR|SUMMARY): \w+Sanitizer|: runtime error: /);
    if (at >= 0) throw new Error(`${this.name}:\n${this.output.slice(at, at + 20_000)}`);
  }
  /** SIGTERM, then SIGKILL when the grace time is over; returns how it ended. */
  async stop(graceMs = 12000) {
    if (this.exit) return this.exit;
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(late);
    return this.exit;
  }
}

export const program = (...path) => {
  const file = join(buildDir, ...path);
  if (!existsSync(file)) throw new Error(`${file} is missing: build first (./dev test does)`);
  return file;
};

/** A throw-away PostgreSQL on a unix socket; runs as user postgres when we are root, since initdb refuses root. */
export class Postgres {
  constructor() {
    const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => b - a) : [];
    if (!versions.length) throw new Error('PostgreSQL server is missing: apt-get install postgresql');
    this.bin = `/usr/lib/postgresql/${versions[0]}/bin`;
    this.dir = mkdtempSync(join(tmpdir(), 'sso-pg-'));
    this.root = process.getuid() === 0;
    if (this.root) execFileSync('chown', ['postgres', this.dir]);
    this.run('initdb', ['-D', `${this.dir}/data`, '-U', 'app', '-A', 'trust', '-E', 'UTF8', '--no-locale']);
    this.start();
    this.psql('CREATE DATABASE app');
  }
  command(tool, args) {
    return this.root ? ['runuser', ['-u', 'postgres', '--', `${this.bin}/${tool}`, ...args]] : [`${this.bin}/${tool}`, args];
  }
  run(tool, args) {
    return execFileSync(...this.command(tool, args), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' });
  }
  /** As run(), while requests of this process go on. */
  runBeside(tool, args) {
    const child = spawn(...this.command(tool, args), { stdio: 'ignore', cwd: '/' });
    return new Promise((done, fail) => child.once('error', fail).once('exit', (code) => (code === 0 ? done() : fail(new Error(`${tool} ${args.at(-1)}: ${code}`)))));
  }
  get startArguments() { return ['-D', `${this.dir}/data`, '-w', '-l', `${this.dir}/log`, '-o', `-c listen_addresses='' -c unix_socket_directories=${this.dir} -c max_connections=100`, 'start']; }
  stopArguments(mode) { return ['-D', `${this.dir}/data`, '-w', '-m', mode, 'stop']; }
  start() { this.run('pg_ctl', this.startArguments); }
  stop(mode = 'fast') { this.run('pg_ctl', this.stopArguments(mode)); }
  /** SIGSTOP to the server and all its processes: it keeps its connections and never answers. SIGCONT: it goes on. */
  signalAll(signal) {
    const postmaster = Number(readFileSync(`${this.dir}/data/postmaster.pid`, 'utf8').split('\n')[0]);
    process.kill(postmaster, signal);  // first, so that it starts nothing while the others are looked for
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      let stat = '';
      try { stat = readFileSync(`/proc/${entry}/stat`, 'utf8'); } catch { continue; /* it has just ended */ }
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === postmaster) process.kill(Number(entry), signal);
    }
  }
  freeze() { this.signalAll('SIGSTOP'); }
  thaw() { this.signalAll('SIGCONT'); }
  startBeside() { return this.runBeside('pg_ctl', this.startArguments); }
  stopBeside(mode = 'fast') { return this.runBeside('pg_ctl', this.stopArguments(mode)); }
  psql(sql, database = 'postgres') { return this.run('psql', ['-h', this.dir, '-U', 'app', '-d', database, '-X', '-A', '-t', '-c', sql]).trim(); }
  query(sql) { return this.psql(sql, 'app'); }
  get url() { return `postgresql://app@/app?host=${encodeURIComponent(this.dir)}`; }
  remove() {
    try { this.stop('immediate'); } catch { /* it was stopped by a test */ }
    rmSync(this.dir, { recursive: true, force: true });
  }
}
