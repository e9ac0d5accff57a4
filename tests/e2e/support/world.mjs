// SPDX-License-Identifier: Apache-2.0
// One small world for a test file: a local Scalekit, a database, and one or more instances of the reference application.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from './http_client.mjs';
import { Postgres, Program, freePort, program, sourceDir } from './processes.mjs';

export const clientId = 'skc_70000000000000000';
export const clientSecret = 'test_local_simulator_secret';
export const organization = { test: 'org_59615193906282635', acme: 'org_70000000000000001', globex: 'org_70000000000000011' };
export const connection = { test: 'conn_59615193906282636', acme: 'conn_70000000000000002', globex: 'conn_70000000000000012' };

export class World {
  /**
   * backend: 'sqlite' or 'postgres'; instances: how many host applications share it; seed: the application's, an object;
   * organizations: more of the local Scalekit's, as in its seed file; simulatorHost: 'localhost' is the application's own site for
   * cookies, so that the admin portal works inside its pages; launcher: a command that starts the application in its place (exec).
   */
  static async start({ backend = 'sqlite', instances = 1, seed = defaultSeed(), env = {}, simulatorEnv = {}, organizations = [],
    simulatorHost = '127.0.0.1', launcher = [] } = {}) {
    const world = new World();
    world.launcher = launcher;
    world.moreOrganizations = organizations;
    try {
      world.dir = mkdtempSync(join(tmpdir(), 'sso-world-'));
      world.backend = backend;
      world.secretKeys = randomBytes(32).toString('base64');
      if (backend === 'postgres') world.postgres = new Postgres();
      world.databaseUrl = world.postgres?.url ?? `sqlite://${world.dir}/app.db`;
      world.simulatorPort = await freePort();
      world.simulatorHost = simulatorHost;
      world.simulatorUrl = `http://${simulatorHost}:${world.simulatorPort}`;
      world.apps = [];
      const ports = [];
      for (let i = 0; i < instances; i++) ports.push(await freePort());
      // All instances stand for one application behind one address: the first one's; a test may talk to any of them.
      world.baseUrl = `http://localhost:${ports[0]}`;
      await world.startSimulator(simulatorEnv);
      world.seedFile = join(world.dir, 'seed.json');
      writeFileSync(world.seedFile, JSON.stringify(seed));
      for (const port of ports) world.apps.push(await world.startApp(port, env));
      return world;
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  async startSimulator(env = {}) {
    const seed = JSON.parse(readFileSync(join(sourceDir, 'simulator/seed.default.json')));
    Object.assign(seed.clients[0], { redirect_uris: [`${this.baseUrl}/sso/callback`], post_logout_redirect_uris: [`${this.baseUrl}/login`],
      initiate_login_uri: `${this.baseUrl}/sso/initiate` });
    seed.organizations.push(...this.moreOrganizations);
    const file = join(this.dir, 'simulator-seed.json');
    writeFileSync(file, JSON.stringify(seed));
    this.simulator = new Program('scalekit-simulator', program('simulator/scalekit-simulator'), ['--listen', `${this.simulatorHost}:${this.simulatorPort}`, '--seed', file], env);
    await this.simulator.ready(`${this.simulatorUrl}/keys`);
  }

  appEnv(port) {
    return { APP_LISTEN: `127.0.0.1:${port}`, APP_BASE_URL: this.baseUrl, APP_DATA: join(this.dir, `data-${port}`), APP_SECRET_KEYS: this.secretKeys,
      DATABASE_URL: this.databaseUrl, SCALEKIT_ENVIRONMENT_URL: this.simulatorUrl, SCALEKIT_CLIENT_ID: clientId, SCALEKIT_CLIENT_SECRET: clientSecret };
  }
  async startApp(port, env = {}) {
    const [command, ...args] = [...this.launcher, program('host-app/host-app'), '--seed', this.seedFile];
    const app = new Program('host-app', command, args, { ...this.appEnv(port), ...env });
    (this.everyApp ??= []).push(app);  // with those that were killed: their output is looked at, too
    app.port = port;
    app.url = `http://127.0.0.1:${port}`;
    app.env = env;
    return app.ready(`${app.url}/readyz`);
  }
  /** Replaces an instance that was killed; same port, same data. */
  async restartApp(index) {
    await this.apps[index].kill();
    this.apps[index] = await this.startApp(this.apps[index].port, this.apps[index].env);
    return this.apps[index];
  }
  /** Switches a fault of the local Scalekit on; see simulator/README.md for names. */
  async fault(body) { return this.control('POST', '/simulator/faults', body); }
  async clearFaults() { return this.control('DELETE', '/simulator/faults'); }
  async control(method, path, body) {
    const answer = await new Client().request(method, this.simulatorUrl + path, { headers: { 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.headers['content-type']?.includes('json') ? JSON.parse(answer.text) : answer.text;
  }
  async stop() {
    // Every one, also what never became ready: it would keep the whole test from ending.
    await Promise.all([...(this.everyApp ?? []), ...(this.simulator ? [this.simulator] : [])].map((p) => p.stop()));
    this.postgres?.remove();
    if (this.dir) rmSync(this.dir, { recursive: true, force: true });
    for (const program of [...(this.everyApp ?? []), ...(this.simulator ? [this.simulator] : [])]) program.requireNoSanitizerReport();
  }
}

/** The demo's own seed: what a newcomer sees is what the tests run on. */
export function defaultSeed() {
  return JSON.parse(readFileSync(join(sourceDir, 'host-app/seed.demo.json')));
}
