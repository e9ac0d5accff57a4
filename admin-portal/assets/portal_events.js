// SPDX-License-Identifier: Apache-2.0
// What the embedded admin portal may tell this page (Scalekit's UI events), and when it is believed. No side effects.

const words = {
  PORTAL_LOAD_SUCCESS: 'loaded',
  PORTAL_LOAD_FAILURE: 'failed',
  PORTAL_SESSION_WARNING: 'warning',
  PORTAL_SESSION_EXPIRY: 'expired',
  ORGANIZATION_SSO_ENABLED: 'changed',
  ORGANIZATION_SSO_DISABLED: 'changed',
  ORGANIZATION_DIRECTORY_ENABLED: 'changed',
  ORGANIZATION_DIRECTORY_DISABLED: 'changed',
};

/** A message as {kind, expiry, code}; null for whatever is not from this frame, not from the portal's origin, not of this
 *  organization or not an event that is known. Even then it is a hint: nothing of it is shown, and what it claims is asked
 *  of the server. expected: {source, origin, organizationId}. */
export function readEvent(message, expected) {
  if (!expected.source || message.source !== expected.source || message.origin !== expected.origin) return null;
  const { data } = message;
  if (typeof data !== 'object' || data === null || typeof data.event_type !== 'string') return null;
  if (!Object.hasOwn(words, data.event_type)) return null;
  const kind = words[data.event_type];
  // A portal that could not be loaded does not know whose it is.
  if (kind !== 'failed' && data.organization_id !== expected.organizationId) return null;
  if (kind === 'failed' && 'organization_id' in data && data.organization_id !== expected.organizationId) return null;
  const details = typeof data.data === 'object' && data.data !== null ? data.data : {};
  const expiry = typeof details.expiry === 'string' ? Date.parse(details.expiry) : NaN;
  const code = typeof details.error_code === 'string' && /^[A-Z_]{1,40}$/.test(details.error_code) ? details.error_code : '';
  return { kind, expiry: Number.isFinite(expiry) ? expiry : null, code };
}

/** At most `most` times within `windowMs`: what happens by itself must not go round in circles. */
export class Bounded {
  constructor(most, windowMs) { Object.assign(this, { most, windowMs, times: [] }); }
  take(now) {
    this.times = this.times.filter((at) => now - at < this.windowMs);
    if (this.times.length >= this.most) return false;
    this.times.push(now);
    return true;
  }
}
