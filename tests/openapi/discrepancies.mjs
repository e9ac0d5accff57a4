// SPDX-License-Identifier: Apache-2.0
// Where the public document is wrong or silent, and what holds instead. Each with its reason; nothing else may differ.
export const discrepancies = {
  /** Members that schemas lack, and the descriptors of Scalekit's SDKs have (CONTRACT.md 4.5). */
  members: {
    connectionsListConnection: { created_at: { type: 'string', format: 'date-time' }, ui_button_title: { type: 'string' } },
    connectionsConnection: {
      create_time: { type: 'string', format: 'date-time' },
      update_time: { type: 'string', format: 'date-time' },
      ui_button_title: { type: 'string' },
    },
  },
  /** Words that enumerations lack: the first one, which the document's generator leaves out (CONTRACT.md 1.2). */
  words: { clientsClientSecretStatus: ['ACTIVE'], directoriesSecretStatus: ['ACTIVE'] },
  /** Request bodies that the document describes wrongly. */
  body: {
    // "required": ["membership"] names the field of the RPC that is the body, not a member of it.
    'POST /api/v1/memberships/organizations/{organization_id}/users/{id}': { schema: { $ref: '#/schemas/v1usersCreateMembership' } },
  },
  /** Operations whose body may be left out, although the document calls it required. */
  withoutBody: {
    // The body is a message without members.
    'PATCH /api/v1/invites/organizations/{organization_id}/users/{id}/resend': true,
  },
};
