// SPDX-License-Identifier: Apache-2.0
// A link for an IT admin without an account: an owner makes it, somebody in a browser of their own sets up single sign-on with it,
// and the owner takes it back. Pictures of each state go to artifacts/setup_link.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { artifacts, suite } from './support/browser.mjs';
import { pictureInto } from './support/pictures.mjs';
import { defaultSeed } from './support/world.mjs';

const password = 'copper lantern ridge';
const pictures = join(artifacts, 'setup_link');
mkdirSync(pictures, { recursive: true });

function seed() {
  const all = defaultSeed();
  for (const name of ['meadow', 'orchard']) {
    all.organizations.push({ tenant_id: name, name: `${name[0].toUpperCase()}${name.slice(1)} Estates`, members: [
      { email: `lena@${name}.example`, name: 'Lena Lindqvist', role: 'owner', password },
      { email: `adam@${name}.example`, name: 'Adam Adler', role: 'admin', password }] });
  }
  return all;
}
const place = suite({ simulatorHost: 'localhost', seed: seed() });

const portalHeading = (visitor, name) => visitor.page.frameLocator('iframe.sso-frame').getByRole('heading', { level: 1, name });
const share = (visitor) => visitor.page.getByRole('region', { name: 'Share with an IT admin' });
/** Chromium reports what is refused on purpose as a failed resource. */
const forget = (visitor, pattern) => { visitor.complaints = visitor.complaints.filter(({ text, url }) => !pattern.test(`${text} ${url}`)); };

const picture = (visitor, name) => pictureInto(pictures, visitor, name);
async function settings(visitor, who) {
  await visitor.signInByPassword(who, password);
  await visitor.goTo('/settings/sso');
  await visitor.sees('Single sign-on');
}
async function makeLink(owner, lifetime = '1 day') {
  await share(owner).getByRole('radio', { name: lifetime }).check();
  await share(owner).getByRole('button', { name: 'Make a link' }).click();
  await owner.sees('A link for your IT admin');
  return owner.page.getByLabel('The link').inputValue();
}
const openPortal = async (visitor) => {
  await portalHeading(visitor, 'Single sign-on').waitFor();
  await visitor.page.locator('[data-sso-portal][data-state="ready"]').waitFor();
};

test('an owner makes a link, an IT admin without an account sets up with it, the owner takes it back', () => place.visit(async (lena, arrive) => {
  await settings(lena, 'lena@meadow.example');
  await picture(lena, '1-settings');
  const link = await makeLink(lena);
  assert.match(link, new RegExp(`^${place.world.baseUrl}/setup#[A-Za-z0-9_-]{43}$`));
  const token = link.slice(link.indexOf('#') + 1);
  await picture(lena, '2-made');
  await lena.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await lena.button('Copy').click();
  await lena.page.getByText('Copied.').waitFor();
  assert.equal(await lena.page.evaluate(() => navigator.clipboard.readText()), link);

  const kim = await arrive();  // of another company's IT, and nobody here
  const asked = [];
  kim.page.on('request', (request) => asked.push({ url: request.url(), referrer: request.headers().referer ?? '', method: request.method() }));
  const caches = new Set();
  kim.page.on('response', async (response) => { if (new URL(response.url()).pathname.startsWith('/setup')) caches.add(await response.headerValue('cache-control')); });
  await kim.page.goto(link);
  await kim.sees('Set up single sign-on');
  await kim.page.getByText('Meadow Estates').waitFor();
  await openPortal(kim);
  assert.equal(kim.page.url(), kim.url('/setup'), 'the token is out of the address');
  const frame = kim.page.locator('iframe.sso-frame');  // SEC-AP-10
  assert.equal(await frame.getAttribute('sandbox'), 'allow-scripts allow-same-origin allow-forms allow-popups');
  assert.equal(await frame.getAttribute('referrerpolicy'), 'no-referrer');
  await picture(kim, '3-setup');
  assert.ok(asked.some(({ url, method }) => method === 'POST' && url.endsWith('/setup/portal-link')));
  for (const { url, referrer } of asked) assert.doesNotMatch(url.replace(/#.*/, '') + referrer, new RegExp(token), 'SEC-AP-12');
  assert.ok(!(await kim.page.content()).includes(token), 'nor is it in the page');
  assert.deepEqual([...caches], ['no-store']);
  await kim.assertNobody();

  // What is done there takes effect here at once, as far as it is shown.
  const portal = kim.page.frameLocator('iframe.sso-frame');
  await portal.getByRole('link', { name: 'Domains' }).click();
  await portal.getByLabel('Domain', { exact: true }).fill('meadow.example');
  await portal.getByRole('button', { name: 'Add' }).click();
  await portal.getByRole('button', { name: 'Publish this record' }).click();
  await portal.getByRole('button', { name: 'Verify' }).click();
  await portal.getByText('meadow.example is verified').waitFor();
  await kim.button('Check again').click();
  await kim.page.getByRole('region', { name: 'Domains', exact: true }).getByText('Verified', { exact: true }).waitFor();

  await kim.page.reload();  // the tab has kept it
  await kim.sees('Set up single sign-on');
  await openPortal(kim);
  const [tab] = await Promise.all([kim.context.waitForEvent('page'), kim.button('Open in a new tab').click()]);
  await tab.getByRole('heading', { level: 1, name: 'Single sign-on' }).waitFor();
  assert.equal(new URL(tab.url()).origin, place.world.simulatorUrl);
  await tab.close();

  await lena.page.getByRole('link', { name: 'Back to the settings' }).click();
  await lena.sees('Single sign-on');
  await share(lena).getByText(/opened 3 times, the last time just now/).waitFor();
  await picture(lena, '4-listed');
  await share(lena).getByRole('button', { name: /^Revoke/ }).click();
  await share(lena).getByText('The link was revoked.').waitFor();

  await kim.page.reload();
  await kim.sees('This link does not work any more');
  await kim.page.getByText('Ask the person who sent it for a new one').waitFor();
  assert.equal(await frame.count(), 0);
  await picture(kim, '5-dead');
  forget(kim, /404/);
  await kim.page.goto(link);  // nor does the address itself, once more
  await kim.sees('This link does not work any more');
  forget(kim, /404/);

  await lena.page.getByRole('link', { name: 'Audit trail' }).click();
  for (const words of ['A link for an IT admin was made', 'The setup was opened with a link for an IT admin', 'A link for an IT admin was revoked']) {
    await lena.page.getByText(words).first().waitFor();
  }
  assert.ok(!place.world.apps[0].output.includes(token), 'SEC-AP-12: in no log line');
}));

test('a link that is taken back closes an open page at its next look; a broken one is said to be so', () => place.visit(async (lena, arrive) => {
  await settings(lena, 'lena@orchard.example');
  const link = await makeLink(lena, '1 hour');
  const kim = await arrive();
  await kim.page.goto(link);
  await openPortal(kim);
  await lena.page.getByRole('link', { name: 'Back to the settings' }).click();
  await share(lena).getByRole('button', { name: /^Revoke/ }).click();
  await share(lena).getByText('The link was revoked.').waitFor();
  // The page looks by itself, too: when it was faster, nothing is left to press.
  const closed = kim.page.getByText('This link does not work any more');
  await kim.button('Check again').click({ timeout: 3000 }).catch(() => closed.waitFor());
  await kim.sees('This link does not work any more');
  assert.equal(await kim.page.locator('iframe.sso-frame').count(), 0);
  forget(kim, /404/);

  for (const address of ['/setup', `/setup#${link.slice(-20)}`, '/setup#main']) {
    const lost = await arrive();
    await lost.goTo(address);
    await lost.sees('This link does not work any more');
  }
  const adam = await arrive();
  await settings(adam, 'adam@orchard.example');
  await share(adam).getByText('An owner of Orchard Estates can make such a link.').waitFor();
  assert.equal(await share(adam).getByRole('button').count(), 0);
}));
