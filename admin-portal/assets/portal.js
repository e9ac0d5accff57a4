// SPDX-License-Identifier: Apache-2.0
// The admin portal inside the settings page: fetches a fresh link, shows a skeleton meanwhile, listens to the portal's events,
// renews what has expired, and leads out into a tab of its own where a browser will not have it embedded. The page works
// without this script: the portal then opens in a tab.
import { Bounded, readEvent } from './portal_events.js';

const loadTimeout = 20000;      // from the link to the portal's first word
const settle = 500;             // a change in the portal, and what it leads to, make one look at the status
const lookEvery = 60000;        // while the portal is open: domains are verified without an event
const renewals = [3, 600000];   // by itself: so many in so long
// Strict: it may run, keep its own cookie, send forms, and open help and sign-in pages in tabs. It may not navigate us away.
const sandbox = 'allow-scripts allow-same-origin allow-forms allow-popups';

const say = {
  opened: 'The setup is open.',
  renewed: 'The setup was opened again. What you had saved is kept.',
  unchanged: 'Checked just now. Nothing has changed.',
  notChecked: 'We could not check just now. Nothing was lost; check again in a moment.',
  late: ['The setup does not appear', 'Your browser, or an extension in it, may keep it from being shown inside this page. Nothing was lost. You can go on in a new tab.'],
  blocked: ['Your browser keeps the setup from signing you in here', 'It blocks cookies of embedded pages. Nothing was lost. You can go on in a new tab: everything works the same there.'],
  failed: ['The setup could not be opened here', 'We tried with fresh links. Nothing was lost. Try again, or go on in a new tab.'],
  noLink: ['The setup cannot be opened at the moment', 'The service behind it does not answer. Nothing was lost. Try again in a minute.'],
  signedOut: ['You were signed out', 'Sign in again to go on. What you saved in the setup is kept.'],
  refused: ['You may not open the setup', 'Your role here may have changed. Load this page again.'],
  away: ['The setup was closed for your safety', 'Its session ended while you were away. What you had saved is kept.'],
};

/** An answer of ours that is no success. */
export class Refused extends Error {
  constructor(status, retryAfter) { super(`status ${status}`); Object.assign(this, { status, retryAfter }); }
}

async function askJson(path, options = {}) {
  const answer = await fetch(path, { cache: 'no-store', credentials: 'same-origin', redirect: 'error', ...options,
    headers: { accept: 'application/json', ...options.headers } });
  if (!answer.ok) throw new Refused(answer.status, Number(answer.headers.get('retry-after')) || 0);
  return answer.json();
}

/** Replaces what an element shows and keeps focus, open details and what is scrolled where they are. */
function replaceKeepingPlace(element, html) {
  const fresh = new DOMParser().parseFromString(html, 'text/html');  // scripts in it would not run, and CSP has none
  const focus = element.contains(document.activeElement) ? document.activeElement.id : '';
  const open = new Map([...element.querySelectorAll('details[id]')].map((details) => [details.id, details.open]));
  const { scrollX, scrollY } = window;
  for (const details of fresh.querySelectorAll('details[id]')) if (open.has(details.id)) details.open = open.get(details.id);
  element.replaceChildren(...document.adoptNode(fresh.body).childNodes);
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  window.scrollTo(scrollX, scrollY);
}

export class Portal {
  constructor(root) {
    this.root = root;
    this.at = (name) => root.querySelector(`[data-sso-${name}]`);
    this.revision = root.dataset.revision;
    this.announcer = document.querySelector('[data-sso-announce]');
    this.organizationId = root.dataset.organization;
    this.renewals = new Bounded(...renewals);
    this.frame = null;
    window.addEventListener('message', (message) => this.onMessage(message));
    document.addEventListener('visibilitychange', () => this.onVisible());
    document.addEventListener('click', (click) => this.onClick(click));
    root.addEventListener('submit', () => { this.wentOut = true; });
    // A link that was shown once is spent, and a page that comes back from the back button shows an old state.
    window.addEventListener('pageshow', (event) => { if (event.persisted) window.location.reload(); });
    this.at('enter').hidden = false;
    if (root.dataset.open === 'true') this.open();
  }

  onClick(click) {
    const action = click.target.closest?.('[data-sso-action]')?.dataset.ssoAction;
    if (action === 'open') this.open({ focus: true });
    if (action === 'renew') this.open({ renewed: true, focus: true });
    if (action === 'check') this.check({ asked: true });
    if (action === 'close') this.close();
    if (action === 'to-portal') this.show();
  }

  /** From the list of what is missing to where it is done. */
  show() {
    if (!this.frame) return this.open({ focus: true });
    this.root.scrollIntoView({ block: 'start' });
    this.frame.focus({ preventScroll: true });
    return undefined;
  }

  // ---- asking
  /** What shows the server that this page asks, and for whom. */
  fields() { return { [this.root.dataset.csrfField]: this.root.dataset.csrf }; }
  post(path) { return askJson(path, { method: 'POST', body: new URLSearchParams(this.fields()) }); }
  askStatus() { return askJson(this.root.dataset.statusPath); }

  // ---- opening
  /** A fresh link, in a frame of its own: a new frame leaves no entry in the history that would lead back to a spent link. */
  async open({ renewed = false, focus = false } = {}) {
    if (this.opening) return;
    this.opening = true;
    const focused = focus || (this.frame && document.activeElement === this.frame);
    this.state(renewed ? 'renewing' : 'loading');
    try {
      const link = await this.post(this.root.dataset.linkPath);
      const location = new URL(link.location);
      if (location.origin !== this.root.dataset.origin) throw new Refused(502, 0);  // never frame anything else (SEC-AP-03)
      this.organizationId = link.organization_id;
      this.at('enter').querySelector('button').textContent = 'Open the setup';  // it is begun, and may be closed
      this.place(location.href, { renewed, focused });
    } catch (error) {
      this.couldNotOpen(error);
    } finally {
      this.opening = false;
    }
  }

  place(location, { renewed, focused }) {
    const frame = document.createElement('iframe');
    frame.title = 'Single sign-on setup';
    frame.className = 'sso-frame';
    frame.setAttribute('sandbox', sandbox);
    frame.allow = 'clipboard-write';
    frame.referrerPolicy = 'no-referrer';
    frame.addEventListener('load', () => { if (this.loaded) this.checkSoon(); });
    frame.src = location;
    this.frame?.remove();
    this.frame = frame;
    this.loaded = false;
    Object.assign(this, { renewed, focused });
    this.at('stage').append(frame);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.trouble('late'), loadTimeout);
    clearInterval(this.looking);
    this.looking = setInterval(() => { if (!document.hidden && this.frame) this.check(); }, lookEvery);
  }

  close() {
    clearTimeout(this.timer);
    clearInterval(this.looking);
    this.frame?.remove();
    this.frame = null;
    this.state('closed');
    this.at('enter').querySelector('button').focus();
    this.check();
  }

  couldNotOpen(error) {
    this.frame?.remove();
    this.frame = null;
    if (error instanceof Refused && error.status === 429) {
      this.trouble(['You opened the setup very often', `Wait ${error.retryAfter || 60} seconds, then try again.`]);
    } else if (error instanceof Refused && error.status === 401) {
      this.trouble('signedOut');
    } else if (error instanceof Refused && (error.status === 403 || error.status === 404)) {
      this.trouble('refused');
    } else {
      this.trouble('noLink');
    }
  }

  // ---- what the portal says
  onMessage(message) {
    const event = readEvent(message, { source: this.frame?.contentWindow, origin: this.root.dataset.origin, organizationId: this.organizationId });
    if (event?.kind === 'loaded') this.onLoaded();
    if (event?.kind === 'failed') this.onFailed(event.code);
    if (event?.kind === 'warning') this.onWarning(event.expiry);
    if (event?.kind === 'expired') this.onExpired();
    if (event?.kind === 'changed') this.checkSoon();
  }

  onLoaded() {
    clearTimeout(this.timer);
    const first = !this.loaded;
    this.loaded = true;
    this.state('ready');
    if (first && this.focused) this.frame.focus({ preventScroll: true });
    if (first) this.announce(this.renewed ? say.renewed : say.opened);
    this.checkSoon();
  }

  /** A link that was spent or too old is cured by a fresh one; a browser without its cookie is not. */
  onFailed(code) {
    clearTimeout(this.timer);
    if (code === 'COOKIES_BLOCKED') this.trouble('blocked');
    else if (this.renewals.take(Date.now())) this.open({ renewed: this.loaded });
    else this.trouble('failed');
  }

  onWarning(expiry) {
    const minutes = expiry ? Math.max(1, Math.round((expiry - Date.now()) / 60000)) : 5;
    this.at('warning-text').textContent = `The setup closes in about ${Math.min(minutes, 60)} ${minutes === 1 ? 'minute' : 'minutes'}. Save in it what you have typed, then stay signed in.`;
    this.at('warning').hidden = false;
  }

  /** Renewed by itself while somebody looks; otherwise when they are back. */
  onExpired() {
    if (document.hidden) this.expiredWhileAway = true;
    else if (this.renewals.take(Date.now())) this.open({ renewed: true });
    else this.trouble('away');
  }

  onVisible() {
    if (document.hidden) return;
    if (this.expiredWhileAway) {
      this.expiredWhileAway = false;
      this.onExpired();
    } else if (this.frame || this.wentOut) {
      this.check();  // they may have done something in the other tab
    }
  }

  // ---- what is shown
  state(name) {
    this.root.dataset.state = name;
    this.at('enter').hidden = name !== 'closed';
    this.at('bar').hidden = name === 'closed';
    this.at('skeleton').hidden = !['loading', 'renewing'].includes(name);
    this.at('trouble').hidden = name !== 'trouble';
    this.at('stage').hidden = name === 'closed' || (name === 'trouble' && !this.frame);
    this.at('stage').setAttribute('aria-busy', String(['loading', 'renewing'].includes(name)));
    if (name !== 'ready') this.at('warning').hidden = true;
  }

  /** Says what happened and what leads on. The frame stays: what is only late may still come. */
  trouble(what) {
    const [title, text] = Array.isArray(what) ? what : say[what];
    if (what !== 'late') {
      this.frame?.remove();
      this.frame = null;
    }
    this.state('trouble');
    this.at('trouble-title').textContent = title;
    this.at('trouble-text').textContent = text;
    this.wentOut = true;
    this.announce(`${title}. ${text}`);
  }

  announce(text) {
    if (!this.announcer) return;
    this.announcer.textContent = '';
    requestAnimationFrame(() => { this.announcer.textContent = text; });
  }

  // ---- the state of things, from the server alone
  checkSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.check(), settle);
  }

  async check({ asked = false } = {}) {
    if (this.checking) {
      this.checkAgain = true;
      return;
    }
    this.checking = true;
    try {
      const status = await this.askStatus();
      const changed = this.take(status);
      if (changed) this.announce(`Updated. ${status.headline}.`);
      else if (asked) this.announce(say.unchanged);
    } catch (error) {
      this.couldNotCheck(error, asked);
    } finally {
      this.checking = false;
    }
    if (this.checkAgain) {
      this.checkAgain = false;
      this.checkSoon();
    }
  }

  couldNotCheck(error, asked) {
    if (error instanceof Refused && error.status === 401) this.trouble('signedOut');
    else if (asked) this.announce(say.notChecked);
  }

  /** Shows a status; whether it is another one than before. */
  take(status) {
    if (status.revision === this.revision) return false;
    for (const part of document.querySelectorAll('[data-sso-live]')) replaceKeepingPlace(part, status.html[part.dataset.ssoLive] ?? '');
    this.revision = status.revision;
    return true;
  }
}

for (const root of document.querySelectorAll('[data-sso-portal]:not([data-sso-by-link])')) new Portal(root);
