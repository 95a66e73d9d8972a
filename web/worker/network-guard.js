/**
 * Keeps scripts on this site: of their requests only those go elsewhere that the person has agreed to. It guards against code that does more
 * than one thinks. It is no prison: who runs a script trusts it with what is open.
 *
 * @module
 */

import { ownFetch } from '../storage/own-fetch.js';

/** What may be reached at the moment. @type {ReadonlySet<string>} */
let reachable = new Set();
/** @type {(address: string) => void} */
let tell = () => {};
let stands = false;

/** @param {readonly string[]} hosts  with their ports */
export function reach(hosts) {
  reachable = new Set(hosts);
}

/** @param {string | URL | Request} input */
function check(input) {
  const { href, host, origin, protocol } = new URL(input instanceof Request ? input.url : String(input), location.href);
  if (origin === location.origin || protocol === 'blob:' || protocol === 'data:') return;
  if (!reachable.has(host)) throw new TypeError(`Nothing was asked of ${host}: a script reaches this site only. micropip.install asks you first.`);
  tell(href);
}

/** @param {(address: string) => void} onRequest  told of what is asked of other hosts */
export function guardNetwork(onRequest) {
  tell = onRequest;
  if (stands) return;
  stands = true;
  globalThis.fetch = async (input, init) => {
    check(input);
    return ownFetch(input, init);
  };
  const { open } = XMLHttpRequest.prototype;
  /** @type {(this: XMLHttpRequest, ...args: [string, string | URL, boolean, ...(string | null)[]]) => void} */
  const guarded = function (method, address, ...rest) {
    check(address);
    Reflect.apply(open, this, [method, address, ...rest]);
  };
  XMLHttpRequest.prototype.open = /** @type {typeof open} */ (guarded);
  for (const name of ['WebSocket', 'WebSocketStream', 'EventSource', 'WebTransport']) {
    if (!(name in globalThis)) continue;
    const value = class {
      constructor() {
        throw new TypeError(`${name} is not for scripts: they reach this site only.`);
      }
    };
    Object.defineProperty(globalThis, name, { value });
  }
}
