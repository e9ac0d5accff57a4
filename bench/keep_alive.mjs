// SPDX-License-Identifier: Apache-2.0
// One kept connection that sends one request at a time: what is measured is the server, not a client's machinery.
import net from 'node:net';

export class KeepAlive {
  constructor(port) { this.port = port; }

  /** Resolves to {status, headers, text, ms}; ms: from the first byte sent to the last one received. */
  async request(method, path, { headers = {}, body = '' } = {}) {
    const lines = [`${method} ${path} HTTP/1.1`, `Host: localhost:${this.port}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
    if (body || method === 'POST') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
    const bytes = `${lines.join('\r\n')}\r\n\r\n${body}`;
    await this.open();
    return new Promise((done, fail) => {
      const begun = performance.now();
      let got = Buffer.alloc(0);
      const end = (outcome) => { this.socket.off('data', onData).off('close', onClose); outcome(); };
      const onClose = () => end(() => fail(new Error(`${method} ${path}: the connection was closed`)));
      const onData = (chunk) => {
        got = got.length ? Buffer.concat([got, chunk]) : chunk;
        const answer = complete(got);
        if (answer) end(() => done({ ...answer, ms: performance.now() - begun }));
      };
      this.socket.on('data', onData).on('close', onClose).write(bytes);
    });
  }

  /** The server closes what was idle for some seconds; a request must not be the first to find out. */
  async open() {
    const fresh = this.socket && !this.socket.destroyed && performance.now() - this.usedAt < 1000;
    this.usedAt = performance.now();
    if (fresh) return;
    this.socket?.destroy();
    this.socket = net.connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    await new Promise((done, fail) => { this.socket.once('connect', done).once('error', fail); });
    this.socket.on('error', () => {});  // a close follows
  }
  close() { this.socket?.destroy(); }
}

/** The answer in these bytes, or null while something of it is missing. */
function complete(bytes) {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [first, ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const headers = { 'set-cookie': [] };
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase(), value = line.slice(line.indexOf(':') + 1).trim();
    if (name === 'set-cookie') headers[name].push(value); else headers[name] = value;
  }
  if (headers['content-length'] === undefined) throw new Error(`an answer without Content-Length: ${first}`);
  const whole = headEnd + 4 + Number(headers['content-length']);
  if (bytes.length < whole) return null;
  return { status: Number(first.split(' ')[1]), headers, text: bytes.toString('utf8', headEnd + 4, whole) };
}
