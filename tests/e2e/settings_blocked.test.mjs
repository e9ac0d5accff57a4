// SPDX-License-Identifier: Apache-2.0
// The settings page where the browser keeps the cookies of embedded pages away: here the local Scalekit is another site (127.0.0.1)
// than the application (localhost), and its cookie is SameSite=Lax, so that Chromium blocks it as it would a third party's.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { artifacts, suite } from './support/browser.mjs';

const place = suite();
const pictures = join(artifacts, 'settings');
mkdirSync(pictures, { recursive: true });

test('blocked cookies leave a way: the setup in a new tab, and a look at what came of it', () => place.visit(async (pat) => {
  await pat.signInByPassword('pat@harbour-cafe.example', 'seven tidy marbles');
  await pat.goTo('/settings/sso');
  await pat.button('Start the setup').click();
  await pat.page.getByRole('heading', { name: 'Your browser keeps the setup from signing you in here' }).waitFor();
  assert.equal(await pat.page.locator('iframe').count(), 0);
  await pat.page.setViewportSize({ width: 1280, height: 800 });
  await pat.page.screenshot({ path: join(pictures, '11-blocked-1280-light.png'), fullPage: true });
  const [tab] = await Promise.all([pat.context.waitForEvent('page'), pat.button('Open in a new tab').click()]);
  await tab.getByRole('heading', { level: 1, name: 'Single sign-on' }).waitFor();
  await tab.getByRole('link', { name: 'Domains' }).click();
  await tab.getByLabel('Domain', { exact: true }).fill('harbour-cafe.example');
  await tab.getByRole('button', { name: 'Add' }).click();
  await tab.getByRole('button', { name: 'Publish this record' }).click();
  await tab.getByRole('button', { name: 'Verify' }).click();
  await tab.getByText('harbour-cafe.example is verified').waitFor();
  await tab.close();
  await pat.button('Check again').click();
  const domains = pat.page.getByRole('region', { name: 'Domains', exact: true });
  await domains.getByText('Verified', { exact: true }).waitFor();
  await pat.page.getByText('Updated. Connect your identity provider.').waitFor();
  pat.complaints = pat.complaints.filter(({ text }) => !/403/.test(text));
}));

test('a service that is away is said in words, and the page goes on', () => place.visit(async (pat) => {
  await pat.signInByPassword('pat@harbour-cafe.example', 'seven tidy marbles');
  await place.world.simulator.stop();
  await pat.goTo('/settings/sso');
  await pat.page.getByText('does not answer at the moment').waitFor();
  await pat.button('Open the setup').click();
  await pat.page.getByRole('heading', { name: 'The setup cannot be opened at the moment' }).waitFor();
  await place.world.startSimulator();
  pat.complaints = pat.complaints.filter(({ text }) => !/50[23]/.test(text));
}));
