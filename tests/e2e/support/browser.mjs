// SPDX-License-Identifier: Apache-2.0
// Real Chromium in front of a world. A visitor is one person in a browser profile of their own; whatever the browser
// complains about while they are there (console errors, CSP violations, requests to elsewhere) fails the test.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';

import { sourceDir } from './processes.mjs';
import { World } from './world.mjs';

export const artifacts = join(sourceDir, 'tests/e2e/artifacts');
const referenceNumber = /^[0-9A-HJKMNP-TV-Z]{10}$/;  // Crockford's base 32

/** One renderer for all sites of a test: a new process for each navigation was a third of the time. What a page may do to
 *  another is the same. */
const oneRenderer = ['--disable-site-isolation-trials', '--renderer-process-limit=1'];

export async function launch() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: apt-get install chromium, or set CHROMIUM`);
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', ...oneRenderer] });
}

/** One world and one browser for a test file. */
export function suite(worldOptions = {}) {
  const shared = {
    world: undefined, browser: undefined,
    /** Runs scenario(visitor, ...) with a fresh profile each, then asks every browser what it had to complain about. A failure leaves
     *  a picture in artifacts/, unless it is meant. */
    async visit(scenario, { evidence = true, ...options } = {}) {
      const visitors = [];
      const arrive = async (more = {}) => {
        visitors.push(await Visitor.arrive(shared, { ...options, ...more }));
        return visitors.at(-1);
      };
      try {
        await scenario(await arrive(), arrive);
        for (const visitor of visitors) visitor.assertNoComplaints();
      } catch (error) {
        for (const [i, visitor] of evidence ? visitors.entries() : []) await visitor.keepEvidence(error, i);
        throw error;
      } finally {
        for (const visitor of visitors) await visitor.context.close();
      }
    },
  };
  before(async () => {
    mkdirSync(artifacts, { recursive: true });
    shared.world = await World.start(worldOptions);
    shared.browser = await launch();
  });
  after(async () => {
    await shared.browser?.close();
    await shared.world?.stop();
  });
  return shared;
}

export class Visitor {
  static async arrive({ browser, world }, options) {
    const visitor = new Visitor();
    visitor.world = world;
    visitor.complaints = [];
    visitor.refusedDocuments = new Set();
    visitor.callbacks = [];
    visitor.context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    visitor.context.setDefaultTimeout(15000);
    visitor.context.on('page', (page) => visitor.watch(page));
    visitor.page = await visitor.context.newPage();
    return visitor;
  }

  watch(page) {
    const ours = [new URL(this.world.baseUrl).host, new URL(this.world.simulatorUrl).host];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.complaints.push({ text: message.text(), url: message.location().url });
      }
    });
    page.on('pageerror', (error) => this.complaints.push({ text: String(error), url: page.url() }));
    page.on('dialog', (dialog) => {
      this.complaints.push({ text: `dialog: ${dialog.message()}`, url: page.url() });
      return dialog.dismiss();
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (!ours.includes(url.host)) this.complaints.push({ text: 'request to elsewhere', url: url.href });
      if (url.href.startsWith(`${this.world.baseUrl}/sso/callback`)) this.callbacks.push(url.href);
    });
    page.on('response', (response) => {
      if (response.request().isNavigationRequest() && response.status() >= 400) this.refusedDocuments.add(response.url());
    });
  }

  /** A page that is refused on purpose is reported by Chromium as a failed resource; that alone is no complaint. */
  get realComplaints() {
    return this.complaints.filter(({ text, url }) =>
      !(text.startsWith('Failed to load resource: the server responded with a status of') && this.refusedDocuments.has(url.split('#')[0])));
  }
  assertNoComplaints() {
    const complaints = this.realComplaints;
    assert.equal(complaints.length, 0, `the browser complained: ${JSON.stringify(complaints)}`);
  }

  async keepEvidence(error, number) {
    const name = `failed-${process.pid}-${Date.now()}-${number}.png`;
    await this.page.screenshot({ path: join(artifacts, name), fullPage: true }).catch(() => {});
    error.message += `\n  visitor ${number} at ${this.page.url()} (${name}), complaints: ${JSON.stringify(this.realComplaints)}` +
      `\n  application: ${this.world.apps.at(-1).output.slice(-800)}`;
  }

  url(path) { return new URL(path, this.world.baseUrl).href; }
  goTo(path) { return this.page.goto(this.url(path)); }
  button(name) { return this.page.getByRole('button', { name }); }
  heading(name) { return this.page.getByRole('heading', { level: 1, name }); }
  async arrived(path) {
    await this.page.waitForURL(this.url(path));
    return this;
  }
  async sees(heading) { await this.heading(heading).waitFor(); }

  // ---- who am I
  /** The application's own word for who is signed in in this browser. */
  async me() {
    // A kept connection may end just as it is used again; browsers ask anew, this client only when it is told to.
    const answer = await this.context.request.get(this.url('/me'), { maxRetries: 2 });
    return { status: answer.status(), ...(await answer.json()) };
  }
  async assertSignedIn(email) {
    const me = await this.me();
    assert.equal(me.status, 200, 'nobody is signed in');
    assert.equal(me.account.email, email);
    return me;
  }
  async assertNobody() {
    const me = await this.me();
    assert.equal(me.status, 401, `signed in: ${JSON.stringify(me)}`);
    assert.equal(me.error, 'unauthorized');
  }
  async cookie(name) { return (await this.context.cookies(this.world.baseUrl)).find((c) => c.name === name); }

  // ---- the application's steps
  /** Types the work e-mail; where the organization leaves the choice, takes its sign-in. */
  async startByEmail(email) {
    await this.goTo('/login');
    await this.continueWithCompany(email);
  }
  async continueWithCompany(email) {
    await this.page.getByLabel('Work e-mail').fill(email);
    await this.button('Continue').click();
    const choice = this.button("Continue with your company's sign-in");
    await Promise.race([choice.waitFor(), this.page.waitForURL(this.isIdp)]);
    if (await choice.isVisible()) await choice.click();
    await this.atIdp();
  }
  startByLink(organizationId, returnTo = '') {
    return this.goTo(`/sso/login?organization_id=${organizationId}${returnTo && `&return_to=${encodeURIComponent(returnTo)}`}`);
  }
  async typePassword(email, password) {
    await this.goTo('/login?method=password');
    await this.page.getByLabel('Work e-mail').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.button('Sign in').click();
  }
  async signInByPassword(email, password) {
    await this.typePassword(email, password);
    await this.arrived('/dashboard');
  }
  async signOut() {
    await this.button('Sign out').first().click();
    await this.arrived('/login');
  }

  // ---- the identity provider's page
  get isIdp() { return (url) => url.origin === this.world.simulatorUrl && url.pathname === '/login'; }
  async atIdp() {
    await this.page.waitForURL(this.isIdp);
    await this.sees('IdP Simulator');
  }
  async chooseAtIdp(email) {
    await this.atIdp();
    const listed = this.page.getByRole('radio', { name: email });
    if (await listed.count()) return listed.check();
    const [name, domain] = email.split('@');
    await this.page.getByRole('radio', { name: 'Somebody else' }).check();
    await this.page.getByLabel('Email', { exact: true }).fill(name);
    await this.page.getByLabel('Domain').selectOption(domain);
  }
  submitIdp() { return this.page.getByRole('button', { name: 'Simulate Login' }).last().click(); }
  async signInAtIdp(email) {
    await this.chooseAtIdp(email);
    await this.submitIdp();
  }
  async failAtIdp(code) {
    await this.atIdp();
    await this.page.getByRole('radio', { name: /^Error/ }).check();
    await this.page.getByRole('radio', { name: /Another code/ }).check();
    await this.page.getByLabel('Error code').selectOption(code);
    await this.submitIdp();
  }

  // ---- refusals
  /** The page says what happened and what to do next; its reference number leads to the reason in the log; the way on works. */
  async assertRefused({ reason, title = 'Something did not work', says, next = /\w/, app = this.world.apps[0] }) {
    await this.sees(title);
    const reference = await this.page.locator('.reference code').innerText();
    assert.match(reference, referenceNumber);
    const line = app.output.split('\n').find((l) => l.includes(`reference=${reference}`));
    assert.ok(line, `no log line for ${reference}`);
    assert.match(line, new RegExp(`\\breason=(${[].concat(reason).join('|')})( |$)`));
    if (says) assert.match(await this.page.locator('.message').innerText(), says);
    assert.match(await this.page.locator('.message + .sub').innerText(), next);
    await this.page.locator('.actions').getByRole('link').click();
    await this.arrived('/login');
    await this.sees('Sign in');
    return reference;
  }
  async assertRefusedAndNobody(expected) {
    const reference = await this.assertRefused(expected);
    await this.assertNobody();
    return reference;
  }
}
