// What build.py puts under vendor/ is imported by its address; these are its types, from the npm packages it comes from.
// TypeScript matches these names for a static import, and for `await import()` of a literal.

declare module '*/vendor/pyodide/pyodide.mjs' {
  export * from 'pyodide';
}
declare module '*/vendor/onnxruntime/ort.jspi.min.mjs' {
  export * from 'onnxruntime-web';
}
declare module '*/vendor/onnxruntime/ort.webgpu.min.mjs' {
  export * from 'onnxruntime-web';
}
declare module '*/vendor/onnxruntime/ort.wasm.min.mjs' {
  export * from 'onnxruntime-web';
}
declare module '*/vendor/codemirror/codemirror-state.js' {
  export * from '@codemirror/state';
}
declare module '*/vendor/codemirror/codemirror-view.js' {
  export * from '@codemirror/view';
}
declare module '*/vendor/codemirror/codemirror-language.js' {
  export * from '@codemirror/language';
}
declare module '*/vendor/codemirror/codemirror-commands.js' {
  export * from '@codemirror/commands';
}
declare module '*/vendor/codemirror/codemirror-autocomplete.js' {
  export * from '@codemirror/autocomplete';
}
declare module '*/vendor/codemirror/codemirror-lang-python.js' {
  export * from '@codemirror/lang-python';
}
declare module '*/vendor/codemirror/lezer-highlight.js' {
  export * from '@lezer/highlight';
}
declare module '*/vendor/hash-wasm/index.esm.min.js' {
  export * from 'hash-wasm';
}
