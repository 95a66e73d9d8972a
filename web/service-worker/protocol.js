/**
 * What the build tells the service worker, and what page and service worker say to each other.
 *
 * @module
 */

/**
 * @typedef {'jspi' | 'asyncify' | 'model'} Condition
 *   When a file is kept that not everybody needs: those of onnxruntime's builds for GPUs once they are used; those of the built-in model
 *   while the model storage has them not.
 * @typedef {{ sha256: string, when?: Condition }} FileInfo
 * @typedef {{ build: string, version: string, news: string[], files: Record<string, FileInfo> }} Site
 *   `build` is a digest of all of it, `news` what the changelog says of its newest version; files are by their paths in the site.
 *
 * @typedef {{ version: string, news: string[] }} About
 * @typedef {'about' | 'take over' | { uses: Condition[] }} Question
 *   'about' is answered with an `About` on the port that comes with it; 'take over' is for one that waits; `uses` says what the page uses.
 */

export {};
