"""What each command does: options in, sentences out; PyTorch is imported only by those that need it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tabsam_training.data.sources import read_sources
from tabsam_training.errors import TrainingError

if TYPE_CHECKING:
    from tabsam_training.graphs.weights import Networks

Say = Callable[[str], None]

_NANO = Path(__file__).parents[2] / "nano"


def fetch(options: argparse.Namespace, say: Say) -> None:
    """Bring the repositories here."""
    from tabsam_training.data import fetching

    fetching.fetch(read_sources(options.sources).repositories(), options.fetched, say, options.host)


def pack(options: argparse.Namespace, say: Say) -> None:
    """Make of them what training reads."""
    from tabsam_training.data import packing

    sources = read_sources(options.sources)
    packing.pack(sources, options.fetched, options.data, say)
    packing.pack_held_out(sources, options.fetched, options.data / "held-out", say)


def train(options: argparse.Namespace, say: Say) -> None:
    """Train, or go on with it."""
    import torch

    from tabsam_training.data.bank import load_bank
    from tabsam_training.data.drawing import draw_data
    from tabsam_training.learning.plan import Plan, Stage, tiny_plan
    from tabsam_training.learning.run import Run
    from tabsam_training.learning.run import train as train_run

    device = torch.device("cpu" if options.tiny else options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    torch.manual_seed(options.seed)
    if options.tiny:
        plan = tiny_plan(options.steps or 20, options.seed)
    else:
        plan = Plan(
            minutes=options.minutes,
            steps=options.steps,
            small_share=options.small_share,
            small=Stage(512, max(1, round(options.scenes * 60 / 22)), 8e-4, 0.65),
            large=Stage(1024, options.scenes, 5.2e-4, 0.03),
            seed=options.seed,
        )
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    with TemporaryDirectory() as drawn:
        if options.tiny:
            draw_data(Path(drawn))
        bank = load_bank(Path(drawn) if options.tiny else options.data, device, plan.sides)
    say(f"{len(bank.photos)} photos, {len(bank.things)} things to cut out, {len(bank.cutouts)} cut-outs, on {device}")
    run = Run(_start(options), bank, plan)
    if options.resume:
        run.resume(options.run)
    elif (options.run / "checkpoint.pt").exists():
        raise TrainingError("run-exists", f"There is a run in {options.run}.", "Go on with --resume, or choose another folder.")
    train_run(run, options.run, say, say_every=2 if options.tiny else 100)
    say(f"Done: {options.run / 'checkpoint.pt'}")


def _start(options: argparse.Namespace) -> Networks:
    """Make the networks that a run starts from."""
    import torch

    from tabsam_training.graphs.weights import load_networks
    from tabsam_training.network import Decoder, Encoder

    if options.backbone is None and not (options.tiny and options.start is None):
        return load_networks(options.start or _NANO)
    networks = load_networks(options.start) if options.start else (Encoder(), Decoder())
    if options.backbone is not None:
        networks[0].backbone.take_published(torch.load(options.backbone, map_location="cpu", weights_only=True))
    return networks


def export(options: argparse.Namespace, say: Say) -> None:
    """Write the ONNX files."""
    from tabsam_training.graphs import exporting
    from tabsam_training.graphs.weights import load_networks

    for one in exporting.export(load_networks(options.weights), options.model):
        say(f"{one.output:<18} off PyTorch's by at most {one.largest:.2g} (deviation {one.deviation:.2g})")
    for name in exporting.FILES:
        say(f"{options.model / name}: {options.model.joinpath(name).stat().st_size:,} bytes")


def everything(options: argparse.Namespace, say: Say) -> None:
    """Print what a search finds at every combination of the thresholds, of each set."""
    from tabsam import load
    from tabsam_training import finding

    tried = [
        finding.Thresholds(*values)
        for values in product(*(getattr(options, name) for name in finding.Thresholds.__dataclass_fields__))
    ]
    rows = []
    with load(options.model, threads=options.threads) as segmenter:
        for folder in options.sets:
            found = [
                finding.search(segmenter, image, labels, points_per_side=options.points_per_side)
                for _, image, labels in finding.known_pictures(folder)
            ]
            rows += [(folder.name, one, sum((finding.counts(each, one) for each in found), finding.Counts())) for one in tried]
    say(finding.table(rows))


def evaluate(options: argparse.Namespace, say: Say) -> None:
    """Print the scores."""
    from tabsam import load
    from tabsam_training import evaluation

    scores = []
    with load(options.model, threads=options.threads) as segmenter:
        for folder in options.sets:
            answers = [evaluation.ask(segmenter, sample) for _, sample in evaluation.samples(folder)]
            if not answers:
                raise TrainingError("no-data", f"No object in {folder} is large enough to be asked for.")
            scores.append((folder.name, evaluation.scores(answers)))
    say(evaluation.table(scores))
