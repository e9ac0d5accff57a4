// SPDX-License-Identifier: Apache-2.0
// A browser reduced to what a login needs: cookies by exact name, redirects followed by hand, forms posted as a person would.
import http from 'node:http';

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

export class Client {
  constructor() { this.cookies = new Map(); }  // origin host:port -> Map(name -> value)

  jar(url) {
    const key = new URL(url).host;
    if (!this.cookies.has(key)) this.cookies.set(key, new Map());
    return this.cookies.get(key);
  }
  cookieHeader(url) { return [...this.jar(url)].map(([n, v]) => `${n}=${v}`).join('; '); }

  /** One request, no redirect followed. Returns {status, headers, text, url}. */
  request(method, url, { body, headers = {} } = {}) {
    const target = new URL(url);
    const cookie = this.cookieHeader(url);
    const all = { accept: 'text/html', ...(cookie && { cookie }), ...headers };
    if (body !== undefined) all['content-length'] = Buffer.byteLength(body);
    return new Promise((done, fail) => {
      const req = http.request({ agent, method, host: target.hostname, port: target.port, path: target.pathname + target.search, headers: all }, (res) => {
        let text = '';
        res.setEncoding('utf8').on('data', (d) => { text += d; }).on('error', fail).on('end', () => {
          for (const line of res.headers['set-cookie'] ?? []) this.store(url, line);
          done({ status: res.statusCode, headers: res.headers, text, url });
        });
      });
      // The server closed an idle connection while we were writing to it: browsers ask again on a new one.
      req.on('error', (error) => {
        if (req.reusedSocket && error.code === 'ECONNRESET') this.request(method, url, { body, headers }).then(done, fail);
        else fail(error);
      });
      req.setTimeout(20000, () => req.destroy(new Error('no answer in 20 s')));
      req.end(body);
    });
  }
  store(url, line) {
    const [pair, ...attributes] = line.split(';').map((s) => s.trim());
    const cut = pair.indexOf('=');
    const name = pair.slice(0, cut);
    const gone = attributes.some((a) => /^max-age=0$/i.test(a));
    if (gone) this.jar(url).delete(name); else this.jar(url).set(name, pair.slice(cut + 1));
  }
  get(url, options) { return this.request('GET', url, options); }
  /** Posts a form as a same-origin page would. */
  post(url, fields, { headers = {}, ...rest } = {}) {
    return this.request('POST', url, { body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin, 'sec-fetch-site': 'same-origin', ...headers }, ...rest });
  }
  /** Follows redirects by GET until an answer that is none, or until stop(url) says so. */
  async follow(answer, stop = () => false) {
    for (let hop = 0; hop < 12; hop++) {
      if (![301, 302, 303, 307].includes(answer.status)) return answer;
      const next = new URL(answer.headers.location, answer.url).href;
      if (stop(next)) return { ...answer, next };
      answer = await this.get(next);
    }
    throw new Error('too many redirects');
  }
}

/** Hidden and visible inputs of the first form whose action contains this text. */
export function formFields(html, action = '') {
  const form = [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map((m) => m[0]).find((f) => f.slice(0, f.indexOf('>')).includes(action));
  if (!form) throw new Error(`no form with action ${action}`);
  const fields = {};
  for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
    const name = /\bname="([^"]*)"/.exec(tag)?.[1];
    if (name) fields[name] = decode(/\bvalue="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  return fields;
}
const decode = (s) => s.replace(/&(amp|lt|gt|quot|#39|#x27|#x2F);/g, (m, e) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", '#x2F': '/' })[e]);
