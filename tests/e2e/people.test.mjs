// SPDX-License-Identifier: Apache-2.0
// JIT.md rows 9, 15 and 18: what the refusals send people to an administrator for, done by one.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { suite } from './support/browser.mjs';
import { defaultSeed, organization } from './support/world.mjs';

const password = 'velvet anchor meadow';
const seed = defaultSeed();
const northside = seed.organizations.find((o) => o.tenant_id === 'northside');
northside.members.push({ email: 'mover@example.com', name: 'Mo Ver', role: 'member', password });
northside.members.push({ email: 'leaver@example.com', name: 'Lea Ver', role: 'member', state: 'deprovisioned' });
const place = suite({ seed });

async function come(visitor, email) {
  await visitor.startByLink(organization.test);
  await visitor.signInAtIdp(email);
}
async function administrator(another) {
  const ada = await another();
  await ada.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
  await ada.goTo('/settings/people');
  await ada.sees('People');
  return ada;
}
async function connect(visitor) {
  await visitor.sees('Connect your account');
  await visitor.page.getByLabel('Password of this account').fill(password);
  await visitor.button('Connect and sign in').click();
  await visitor.arrived('/dashboard');
}

test('a disconnected sign-in ends its sessions, and the next one has to be proven again', () => place.visit(async (mo, another) => {
  await come(mo, 'mover@example.com');
  await connect(mo);
  const { account } = await mo.assertSignedIn('mover@example.com');

  const ada = await administrator(another);
  await ada.page.getByText('Company sign-in, last used just now; password').waitFor();
  await ada.button('Disconnect the company sign-in of Mo Ver').click();
  await ada.page.getByText('Disconnected.').waitFor();
  assert.equal(await ada.page.getByText('Company sign-in, last used').count(), 0);
  await mo.assertNobody();

  const again = await another();
  await come(again, 'mover@example.com');
  await connect(again);
  assert.equal((await again.assertSignedIn('mover@example.com')).account.id, account.id);

  await ada.goTo('/settings/audit');
  await ada.page.getByText("An account was disconnected from your company's sign-in").waitFor();
  await ada.page.getByText('account of Mo Ver').first().waitFor();
}));

test('a suspended account is out at once, and in again once it is restored', () => place.visit(async (mo, another) => {
  await mo.signInByPassword('mover@example.com', password);
  const ada = await administrator(another);
  await ada.button('Suspend Mo Ver').click();
  await ada.page.getByText('Suspended. All their sessions have ended.').waitFor();
  await mo.assertNobody();

  await ada.button('Restore Mo Ver').click();
  await ada.page.getByText('Restored. They can sign in again.').waitFor();
  await mo.assertNobody();
  await mo.signInByPassword('mover@example.com', password);
  await mo.assertSignedIn('mover@example.com');
}));

test('whoever was removed is let in again by an administrator', () => place.visit(async (ada) => {
  await ada.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
  await ada.goTo('/settings/people');
  await ada.page.getByText('Removed', { exact: true }).waitFor();
  await ada.button('Restore Lea Ver').click();
  await ada.page.getByText('Restored. They can sign in again.').waitFor();
  assert.equal(await ada.page.getByText('Removed', { exact: true }).count(), 0);
}));
