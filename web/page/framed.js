/**
 * Inside another page nothing here runs: whoever frames it could lay it under their own, and have its buttons clicked. Hosts that send
 * headers forbid it by `frame-ancestors`; this is for those that cannot. Imported first, it ends the page's start by throwing.
 *
 * @module
 */

import { h } from './dom.js';

if (window.top !== window) {
  const address = new URL(location.href);
  address.search = ''; // what the other page asks for is not done here either
  const link = h('a', { href: address.href, target: '_blank', rel: 'noopener' }, 'Open tabsam in a tab of its own');
  document.body.replaceChildren(h('main', { class: 'framed' }, h('p', {}, 'tabsam does not run inside another page.'), h('p', {}, link)));
  throw new Error('tabsam does not run inside another page');
}
