// SPDX-License-Identifier: Apache-2.0
// JIT.md row 2, where the organization's policy asks for approval: from the first try to the account.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { suite } from './support/browser.mjs';
import { defaultSeed, organization } from './support/world.mjs';

const seed = defaultSeed();
seed.organizations.find((o) => o.tenant_id === 'northside').policy.approval_required = true;
const place = suite({ seed });

async function come(visitor) {
  await visitor.startByLink(organization.test);
  await visitor.signInAtIdp('nora@example.com');
}

test('whoever comes the first time waits until an administrator has agreed', () => place.visit(async (nora, another) => {
  await come(nora);
  await nora.assertRefusedAndNobody({ reason: 'approval_required', says: /has to approve your access/, next: /Sign in again/ });

  const ada = await another();
  await ada.signInByPassword('ada.lovelace@example.com', 'copper lantern ridge');
  await ada.goTo('/settings/requests');
  await ada.sees('Requests');
  await ada.button('Decline nora@example.com').click();
  await ada.page.getByText('Declined. You can still approve it later.').waitFor();
  await come(nora);
  await nora.assertRefusedAndNobody({ reason: 'approval_declined', says: /declined/ });

  await ada.button('Approve nora@example.com').click();
  await ada.page.getByText('Approved. Their next sign-in makes the account.').waitFor();
  await ada.page.getByRole('heading', { name: 'Nobody waits' }).waitFor();
  await come(nora);
  await nora.arrived('/dashboard');
  const me = await nora.assertSignedIn('nora@example.com');
  assert.deepEqual([me.organization.id, me.organization.role], ['northside', 'member']);
}));
