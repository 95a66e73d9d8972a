/**
 * Asks what objects measure.
 *
 * @module
 */

import { download } from './downloads.js';

/** @import {Client} from '../client.js' */
/** @import {Methods} from '../../protocol.js' */

/** @param {{ client: Client, settled: () => Promise<void> }} parts */
export function createMeasuring({ client, settled }) {
  return {
    /** @param {boolean} all  of all pictures that were worked on, and not of the open one alone */
    async measure(all) {
      await settled();
      return client.call('measure', { all });
    },

    /** Of all pictures. @param {number | null} perPixel  how long a pixel is; null for no scale @param {string} unit */
    setScale: (perPixel, unit) => client.call('setScale', { perPixel, unit }),

    /**
     * Hold the objects against the truth; nothing is changed.
     *
     * @param {{ name: string, bytes?: ArrayBuffer, pictured?: string, category: number | null }} truth  a file, or the class whose objects are true
     */
    async measureAgainst(truth) {
      await settled();
      return client.call('measureAgainst', truth);
    },

    /** What was held against the truth last. @param {'csv' | 'html'} as */
    async saveAgainst(as) {
      const { bytes, type, name } = await client.call('saveAgainst', { as });
      download(new File([bytes], name, { type }));
    },

    /** Ask the model that runs for the objects. @param {string} name @param {boolean} anew  whether it is the first of several */
    async measureModel(name, anew) {
      await settled();
      return client.call('measureModel', { name, anew });
    },

    /** What came of the models. @param {'csv' | 'html'} as */
    async saveModels(as) {
      const { bytes, type, name } = await client.call('saveModels', { as });
      download(new File([bytes], name, { type }));
    },

    /** Encode and decode once more, beside the open picture. @param {boolean} anew  whether it is the first round */
    benchmarkRound: (anew) => client.call('benchmarkRound', { anew }),

    /** Tell what the rounds took, where. @param {Methods['benchmark']['params']} where */
    benchmark: (where) => client.call('benchmark', where),

    /** @param {'json' | 'html'} as */
    async saveBenchmark(as) {
      const { bytes, type, name } = await client.call('saveBenchmark', { as });
      download(new File([bytes], name, { type }));
    },

    /** @param {boolean} all */
    async saveMeasures(all) {
      await settled();
      const { bytes, type, name } = await client.call('exportMeasures', { all });
      download(new File([bytes], name, { type }));
    },
  };
}
