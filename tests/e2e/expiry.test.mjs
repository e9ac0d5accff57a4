// SPDX-License-Identifier: Apache-2.0
// Time passes between two steps: the application runs on a clock that the tests move (libfaketime).
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';

import { suite } from './support/browser.mjs';
import { defaultSeed, organization } from './support/world.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sso-clock-'));
const clock = join(folder, 'offset');
const moveTo = (offset) => writeFileSync(clock, `${offset}\n`);
moveTo('+0');

const libraries = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`).filter(existsSync);
if (!libraries.length) throw new Error('libfaketime is missing: apt-get install faketime');

// The address sanitizer wants to be the first library; behind this one it works as well.
const ASAN_OPTIONS = `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0`;
const place = suite({ env: { LD_PRELOAD: libraries[0], ASAN_OPTIONS, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' }, seed: defaultSeed() });
beforeEach(() => moveTo('+0'));
after(() => rmSync(folder, { recursive: true, force: true }));

const startAt = (visitor, organizationId = organization.globex) => visitor.startByLink(organizationId);
const minutesLater = (minutes) => moveTo(`+${minutes}m`);

test('nine minutes at the identity provider are fine', () => place.visit(async (jun) => {
  await startAt(jun);
  await jun.chooseAtIdp('jun@globex.example');
  minutesLater(9);
  await place.world.control('POST', '/simulator/clock', { offset_seconds: 9 * 60 });
  try {
    await jun.submitIdp();
    await jun.arrived('/dashboard');
    await jun.assertSignedIn('jun@globex.example');
  } finally {
    await place.world.control('POST', '/simulator/clock', { offset_seconds: 0 });
  }
}));

// SEC-CB-17
test('a sign-in that took longer than ten minutes signs nobody in', () => place.visit(async (jun) => {
  await startAt(jun);
  await jun.chooseAtIdp('jun@globex.example');
  minutesLater(11);
  await jun.submitIdp();
  await jun.assertRefusedAndNobody({ reason: 'expired', says: /took too long/, next: /Start again/ });
}));

test('after one that took too long the next sign-in works', () => place.visit(async (jun) => {
  await startAt(jun);
  await jun.chooseAtIdp('jun@globex.example');
  minutesLater(11);
  await jun.submitIdp();
  await jun.assertRefused({ reason: 'expired' });
  moveTo('+0');
  await startAt(jun);
  await jun.signInAtIdp('jun@globex.example');
  await jun.arrived('/dashboard');
  await jun.assertSignedIn('jun@globex.example');
}));

test('a proof that comes too late connects nothing', () => place.visit(async (ada) => {
  await startAt(ada, organization.test);
  await ada.signInAtIdp('ada.lovelace@example.com');
  await ada.sees('Connect your account');
  minutesLater(16);
  await ada.page.getByLabel('Password of this account').fill('copper lantern ridge');
  await ada.button('Connect and sign in').click();
  await ada.sees('This step has expired');
  await ada.page.getByRole('link', { name: 'Back to sign-in' }).click();
  await ada.arrived('/login');
  await ada.assertNobody();
}));

test('a session ends by itself and leads to the sign-in page', () => place.visit(async (jun) => {
  await startAt(jun);
  await jun.signInAtIdp('jun@globex.example');
  await jun.arrived('/dashboard');
  const { session } = await jun.assertSignedIn('jun@globex.example');
  minutesLater(Math.ceil((session.expires_at - session.created_at) / 60) + 1);
  await jun.assertNobody();
  await jun.goTo('/account');
  await jun.page.waitForURL(/\/login\?return_to=/);
  await jun.sees('Sign in');
}));
