/**
 * Scripts to begin with, each a file of its own. They are fetched when one is chosen.
 *
 * @module
 */

const FOLDER = new URL('examples/', import.meta.url);

/** @type {readonly { file: string, title: string, about: string }[]} */
export const EXAMPLES = [
  { file: 'batch.py', title: 'Batch over the project', about: 'Find everything in each picture' },
  { file: 'filter_by_area.py', title: 'Filter by area', about: 'Delete objects that are too small' },
  { file: 'measure_to_csv.py', title: 'Measure to CSV', about: 'Areas, boxes and mean colours as a file' },
  { file: 'own_export.py', title: 'Own export', about: 'Cut-outs and a JSON file in a zip' },
  { file: 'dilate_all.py', title: 'Dilate all masks', about: 'Grow every object by some pixels' },
];

/** @param {string} file */
export async function exampleCode(file) {
  const answer = await fetch(new URL(file, FOLDER));
  if (!answer.ok) throw new Error(`${file}: the server answered ${answer.status}`);
  return answer.text();
}
