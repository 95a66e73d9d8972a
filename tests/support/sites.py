"""Copies of the built site in which something is different: another model, a provider that lies, a browser without storage."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from tests.support.pyodide_dist import link_or_copy
from tests.support.tiny_model import TinyModel

#: Wraps a build of onnxruntime-web: what a session on WebGPU answers has the wrong sign.
LYING_RUNTIME = """
import * as honest from './{honest}';
export * from './{honest}';
export const InferenceSession = {{
  async create(model, options) {{
    const session = await honest.InferenceSession.create(model, options);
    if (!options.executionProviders.includes('webgpu') || options.preferredOutputLocation) return session;
    const run = session.run.bind(session);
    session.run = async (...parameters) => {{
      const results = await run(...parameters);
      for (const tensor of Object.values(results)) tensor.data.forEach((value, i) => (tensor.data[i] = -value));
      return results;
    }};
    return session;
  }},
}};
"""

#: Wraps a build of onnxruntime-web: the GPU is lost when the decoder is asked for a person's second mask.
FRAIL_RUNTIME = """
import * as honest from './{honest}';
export * from './{honest}';
export const InferenceSession = {{
  async create(model, options) {{
    const session = await honest.InferenceSession.create(model, options);
    if (!options.executionProviders.includes('webgpu') || options.preferredOutputLocation) return session;
    const run = session.run.bind(session);
    session.run = async (feeds, ...parameters) => {{
      if (feeds.point_labels.dims[1] === 2) (await honest.env.webgpu.device).destroy();
      return run(feeds, ...parameters);
    }};
    return session;
  }},
}};
"""

#: What a private window of some browsers does.
NO_STORAGE = """
navigator.storage.getDirectory = () => Promise.reject(new DOMException('It is not allowed here.', 'SecurityError'));
"""


def copy_site(site: Path, target: Path) -> Path:
    """Copy the built site; return `target`. Files may be links: replace one with `rewrite`, do not write into it."""
    shutil.copytree(site, target, copy_function=link_or_copy)
    return target


def rewrite(path: Path, content: str | bytes) -> None:
    """Put other content in a file's place."""
    path.unlink(missing_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def offer_only(model: TinyModel, site: Path) -> None:
    """Make the generated model the only one that a site offers."""
    folder = site / "models" / "tiny"
    model.save(folder)
    parts = {
        part: {
            "url": f"tiny/{part}.onnx",
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        for part, data in (("encoder", model.encoder), ("decoder", model.decoder))
    }
    entry = {"id": "tiny", "name": "tiny", "family": "sam2", "licence": "none", "dtype": "float32", "description": ""}
    catalog = {"default": "tiny", "models": [{**entry, **parts}]}
    rewrite(site / "models" / "catalog.json", json.dumps(catalog))


def lie_on_webgpu(site: Path) -> None:
    """Make WebGPU answer wrongly in a site, and WASM rightly."""
    wrap_runtime(site, LYING_RUNTIME)


def lose_the_gpu(site: Path) -> None:
    """Make a site lose the GPU when a mask is asked for by two points."""
    wrap_runtime(site, FRAIL_RUNTIME)


def wrap_runtime(site: Path, wrapper: str) -> None:
    """Put a module around the builds of onnxruntime-web that have WebGPU."""
    for name in ("ort.jspi.min.mjs", "ort.webgpu.min.mjs"):
        runtime = site / "vendor" / "onnxruntime" / name
        honest = runtime.with_name(f"honest-{name}")
        runtime.rename(honest)
        rewrite(runtime, wrapper.format(honest=honest.name))


def take_storage_away(site: Path) -> None:
    """Make a site's engine find no storage in the browser."""
    main = site / "engine" / "main.js"
    rewrite(main.with_name("no-storage.js"), NO_STORAGE)
    rewrite(main, f"import './no-storage.js';\n{main.read_text(encoding='utf-8')}")
