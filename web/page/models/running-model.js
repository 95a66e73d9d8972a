/**
 * What runs now, and why.
 *
 * @module
 */

import { byId, h } from '../dom.js';
import { duration, megabytes, providerName } from '../formatting.js';

/** @import {State, Store} from '../state/store.js' */

/** @param {Store} store */
export function mountRunningModel(store) {
  const title = byId('models-title', HTMLElement);
  const now = byId('models-now', HTMLElement);
  store.subscribe((state, before) => {
    const { engine, model, view, modelList } = state;
    const isSame = engine === before.engine && model === before.model && view.timings === before.view.timings && modelList === before.modelList;
    if (isSame && now.childElementCount) return;
    title.textContent = model?.name ?? (engine.status === 'running' ? engine.info.model : 'The engine');
    now.replaceChildren(...facts(state));
  });
}

/** @param {State} state */
function facts({ engine, view, modelList }) {
  if (engine.status === 'starting') return [h('p', {}, 'Starting. A picture can be opened meanwhile.')];
  if (engine.status === 'failed') return [h('p', {}, `${engine.failure.message} ${engine.failure.hint}`)];
  const { info } = engine;
  const isKept = info.storage === 'opfs' && modelList?.models.find(({ current }) => current)?.storedBytes !== 0; // it may have been deleted since
  const { encode, decode, total } = view.timings;
  const { pictures, bytes } = view.encoded;
  const ready = `${pictures === 1 ? '1 picture' : `${pictures} pictures`} kept encoded (${megabytes(bytes)})`;
  const ofModel = decode === undefined ? ', which was known' : `, ${duration(decode)} of it in the model`;
  /** @type {[string, string | undefined][]} */
  const rows = [
    ['Runs on', providerName(info)],
    ['Why', info.why],
    ['Model', megabytes(info.modelBytes)],
    ['Encoder', info.decoderOnly ? 'not here: pictures come with their embeddings' : undefined],
    ['Kept', isKept ? 'in this browser, for the next visit' : 'in memory, until the tab closes'],
    ['On the GPU', modelList?.gpu ? `${megabytes(modelList.gpu.bytes)} in ${modelList.gpu.buffers} buffers` : undefined],
    ['Ready', pictures ? ready : undefined],
    ['Last encode', encode === undefined ? undefined : duration(encode)],
    ['Last answer', total === undefined ? undefined : duration(total) + ofModel],
  ];
  const list = h('dl', {});
  for (const [term, value] of rows) if (value) list.append(h('dt', {}, term), h('dd', {}, value));
  return [list];
}
