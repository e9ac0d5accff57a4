// SPDX-License-Identifier: Apache-2.0
// jose takes WebCrypto from the global scope, where Debian 12's Node.js 18 does not put it. Import this before jose.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;
