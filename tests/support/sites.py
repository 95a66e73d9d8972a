"""Copies of the built site in which something is different: another model, a provider that lies, a browser without storage."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx

from tests.support.page import Page
from tests.support.pyodide_dist import link_or_copy
from tests.support.tiny_model import TinyModel

#: In the bytes of a model that `offer_as_large` offers, and of no other.
MARK = "offered as large"

#: Wraps a build of onnxruntime-web: a decoder on WebGPU answers that there is nothing, if some text is in its file.
LYING_RUNTIME = """
import * as honest from './{honest}';
export * from './{honest}';
export const InferenceSession = {{
  async create(model, options) {{
    const text = new TextDecoder('latin1').decode(model);
    const session = await honest.InferenceSession.create(model, options);
    if (!options.executionProviders.includes('webgpu') || !session.inputNames.includes('point_labels')) return session;
    if (!text.includes('{text}')) return session;
    const run = session.run.bind(session);
    session.run = async (...parameters) => {{
      const results = await run(...parameters);
      const {{ queue }} = await honest.env.webgpu.device;
      for (const {{ gpuBuffer: buffer }} of Object.values(results)) {{
        queue.writeBuffer(buffer, 0, new Float32Array(buffer.size / 4).fill(-5));
      }}
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
    if (!options.executionProviders.includes('webgpu') || !session.inputNames.includes('point_labels')) return session;
    const run = session.run.bind(session);
    session.run = async (feeds, ...parameters) => {{
      if (feeds.point_labels.dims[1] === 2) (await honest.env.webgpu.device).destroy();
      return run(feeds, ...parameters);
    }};
    return session;
  }},
}};
"""

#: Wraps a build of onnxruntime-web: the decoder says in the console how many objects it is asked for.
COUNTING_RUNTIME = """
import * as honest from './{honest}';
export * from './{honest}';
export const InferenceSession = {{
  async create(model, options) {{
    const session = await honest.InferenceSession.create(model, options);
    const run = session.run.bind(session);
    session.run = (feeds, ...parameters) => {{
      if (feeds.point_labels) console.info(`objects: ${{feeds.point_labels.dims[0]}};`);
      return run(feeds, ...parameters);
    }};
    return session;
  }},
}};
"""

#: Wraps a build of onnxruntime-web: the first time that it is asked with two points, it fails.
FAILING_RUNTIME = """
import * as honest from './{honest}';
export * from './{honest}';
let failed = false;
export const InferenceSession = {{
  async create(model, options) {{
    const session = await honest.InferenceSession.create(model, options);
    const run = session.run.bind(session);
    session.run = async (feeds, ...parameters) => {{
      if (feeds.point_labels?.dims[1] === 2 && !failed) {{
        failed = true;
        throw new Error('out of memory');
      }}
      return run(feeds, ...parameters);
    }};
    return session;
  }},
}};
"""

#: Wraps a build of onnxruntime-web: it has no room for an encoder in whose file there is some text.
NARROW_RUNTIME = """
import * as honest from './{honest}';
export * from './{honest}';
export const InferenceSession = {{
  async create(model, options) {{
    const isIt = new TextDecoder('latin1').decode(model).includes('{text}');
    const session = await honest.InferenceSession.create(model, options);
    if (isIt && session.inputNames.length === 1) throw new Error('no room');
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
    catalog = {"default": "tiny", "models": [added(model.encoder, model.decoder, site, "tiny")]}
    rewrite(site / "models" / "catalog.json", json.dumps(catalog))


def offer_as_large(model: TinyModel, site: Path) -> None:
    """Offer a model, as "large", beside those of a site; and have the site take it, and any other, for large."""
    path = site / "models" / "catalog.json"
    catalog = json.loads(path.read_text(encoding="utf-8"))
    catalog["models"].append(added(with_mark(model.encoder), with_mark(model.decoder), site, "large"))
    rewrite(path, json.dumps(catalog))
    rewrite(site / "worker" / "models" / "model-size.js", "export const LARGE_BYTES = 0;\n")


def added(encoder: bytes, decoder: bytes, site: Path, name: str) -> dict[str, Any]:
    """Put a model's files into a site, and give its entry for the catalogue."""
    TinyModel(encoder, decoder).save(site / "models" / name)
    parts = {
        part: {"url": f"{name}/{part}.onnx", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for part, data in (("encoder", encoder), ("decoder", decoder))
    }
    return {"id": name, "name": name, "family": "sam2", "licence": "none", "dtype": "float32", "description": "", **parts}


def with_mark(file: bytes) -> bytes:
    """Give the same graph, in a file that is another."""
    model = onnx.load_from_string(file)
    model.doc_string = MARK
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def lie_on_webgpu(site: Path, text: str = "") -> None:
    """Make WebGPU answer wrongly in a site, and WASM rightly; with a text, only for decoders that have it in their file."""
    wrap_runtime(site, LYING_RUNTIME, text=text)


def leave_no_room_on_wasm(site: Path, text: str) -> None:
    """Make WASM fail to load encoders that have a text in their file."""
    wrap_runtime(site, NARROW_RUNTIME, text=text, builds=("wasm",))


def lose_the_gpu(site: Path) -> None:
    """Make a site lose the GPU when a mask is asked for by two points."""
    wrap_runtime(site, FRAIL_RUNTIME)


def count_objects(site: Path) -> None:
    """Make a site's decoder say in the console how many objects it is asked for."""
    wrap_runtime(site, COUNTING_RUNTIME, builds=("jspi", "webgpu", "wasm"))


def fail_once(site: Path) -> None:
    """Make a site's decoder fail the first time that it is asked with two points."""
    wrap_runtime(site, FAILING_RUNTIME, builds=("wasm",))


def wrap_runtime(site: Path, wrapper: str, *, text: str = "", builds: Sequence[str] = ("jspi", "webgpu")) -> None:
    """Put a module around builds of onnxruntime-web; those that have WebGPU, when none are named."""
    for build in builds:
        runtime = site / "vendor" / "onnxruntime" / f"ort.{build}.min.mjs"
        honest = runtime.with_name(f"honest-{runtime.name}")
        runtime.rename(honest)
        rewrite(runtime, wrapper.format(honest=honest.name, text=text))


def take_storage_away(site: Path) -> None:
    """Make a site's workers find no storage in the browser."""
    for main in (site / "engine" / "main.js", site / "worker" / "main.js"):
        rewrite(main.with_name("no-storage.js"), NO_STORAGE)
        rewrite(main, f"import './no-storage.js';\n{main.read_text(encoding='utf-8')}")


#: What befalls a worker when it is told so by `befall`.
FAULTS = """
const { write } = FileSystemSyncAccessHandle.prototype;
new BroadcastChannel('faults').onmessage = ({ data: { to, fault } }) => {
  const faults = {
    close() { close(); },
    freeze() { for (;;); },
    fail() { throw new Error('of the test'); },
    refuse() {
      FileSystemSyncAccessHandle.prototype.write = () => { throw new DOMException('of the test', 'InvalidStateError'); };
    },
    mend() { FileSystemSyncAccessHandle.prototype.write = write; },
    fill() {
      FileSystemSyncAccessHandle.prototype.write = () => { throw new DOMException('of the test', 'QuotaExceededError'); };
    },
  };
  if (to !== '{name}') return;
  new BroadcastChannel('befallen').postMessage(fault);
  setTimeout(faults[fault]);
};
"""


def with_frail_workers(site: Path) -> None:
    """Have a copied site's workers do what they are told by :func:`befall`."""
    for name in ("worker", "engine"):
        main = site / name / "main.js"
        rewrite(main, FAULTS.replace("{name}", name) + main.read_text(encoding="utf-8"))


#: A message by a channel may come after one that was sent to the worker itself later. A worker that is not there hears nothing.
BEFALL = """
const [to, fault, done] = arguments;
new BroadcastChannel('befallen').onmessage = function () { this.close(); done(); };
new BroadcastChannel('faults').postMessage({ to, fault });
setTimeout(done, 5000);
"""


def befall(page: Page, to: str, fault: str) -> None:
    """``close``, ``freeze`` or ``fail`` (throw in) the page's ``worker`` or its ``engine``; ``fill`` its disk, or ``mend`` it.

    A disk can ``refuse`` what is written, too, without being full. It has been heard when this returns: what the page asks
    afterwards comes after it.
    """
    page.driver.execute_async_script(BEFALL, to, fault)
