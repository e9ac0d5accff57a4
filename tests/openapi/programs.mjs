// SPDX-License-Identifier: Apache-2.0
// Starts client_calls against an environment and reads what it noted.
import { Program, program } from '../e2e/support/processes.mjs';

/** Every call that client_calls made, in order. Fails the test when it ended with an error or a sanitizer's report. */
export async function clientCalls({ url, id, secret }, args = []) {
  const client = new Program('client_calls', program('tests/openapi/client_calls'), args,
    { SCALEKIT_ENVIRONMENT_URL: url, SCALEKIT_CLIENT_ID: id, SCALEKIT_CLIENT_SECRET: secret });
  let stdout = '';
  client.child.stdout.on('data', (text) => { stdout += text; });
  const closed = new Promise((done) => client.child.once('close', done));
  const { code } = await client.exited;
  await closed;
  client.requireNoSanitizerReport();
  if (code !== 0) throw new Error(`client_calls ended with ${code}:\n${client.output.slice(-4000)}`);
  return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}
