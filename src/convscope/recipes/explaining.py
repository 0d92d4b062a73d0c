"""`convscope explain`: what a run's model makes of one picture; suspicions about all of them."""

from pathlib import Path

import torch
from rich.console import Console
from torch import Tensor, nn

from convscope.errors import ConfigError, ConvscopeError
from convscope.interpret import (
    Cam,
    ConvolutionMaps,
    all_maps,
    duplicates,
    grad_cam,
    label_suspicions,
    occlusion,
)
from convscope.probe import told
from convscope.probe import trace as trace_cell
from convscope.recipes.loading import load_trained
from convscope.recipes.preparing import prepare
from convscope.recipes.training import asked_of, refuse_other_pictures
from convscope.report import explain_page, write_page
from convscope.runs import (
    Copies,
    Explanation,
    LabelSuspicion,
    LayerPicture,
    Looked,
    RunFolder,
    TraceRecord,
    read_predictions,
)
from convscope.tensors import Images

MOST_ANSWERS, MOST_LAYERS, MOST_MAPS = 5, 8, 12
MOST_TRACED = 4  # maps between a traced cell and the picture: what one can still follow


def explain(run: RunFolder, picture: Path, *, layer: int | str | None = None) -> Explanation:
    """Ask a run's best model about one picture.

    Args:
        run: a run with weights.
        picture: a picture file, decoded, sized and scaled as in training.
        layer: where Grad-CAM asks; by default chosen, see `convscope.interpret.map_layer`.

    Returns:
        Answers, where it looked, maps of its layers, a cell traced back to the pixels.

    Raises:
        RunError: the run has no model.
        DataError: the picture cannot be read, or the model's answer is not a number.
        ConfigError: there is no such layer, or it makes no map.
    """
    trained = load_trained(run)
    model, prepare_ = trained.model, trained.prepare
    images = prepare_(picture)
    covered = occlusion(model, images)
    cam, no_cam = _cam(model, images, layer)
    with torch.no_grad():
        shares = model(images).softmax(dim=1)[0]
    best = shares.topk(min(MOST_ANSWERS, len(shares)))
    names = prepare_.classes
    answers = [
        (names[at], share)
        for at, share in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    ]
    found = all_maps(model, images)
    return Explanation(
        run=run.path.name,
        picture=picture.name,
        pixels=prepare_.scaling.undone(images)[0].numpy(),
        answers=tuple(answers),
        classes=len(names),
        cam=cam and _looked(cam),
        no_cam=no_cam,
        covered=Looked(
            covered.maps[0].numpy(), {"window": covered.window, "stride": covered.stride}
        ),
        layers=tuple(_layer(one) for one in _spread(found)),
        layers_total=len(found),
        traced=_traced(model, images, cam, found, 255 * prepare_.scaling.undone(images)),
    )


def write_explanation(explanation: Explanation, target: Path) -> None:
    """Write the page of one picture.

    Raises:
        RunError: it cannot be written.
    """
    write_page(explain_page(explanation), target)


def suspicions(run: RunFolder) -> tuple[list[LabelSuspicion], list[Copies]]:
    """Look for labels and pictures of a run that may be wrong.

    Args:
        run: one that has ended and whose pictures are still there.

    Returns:
        Validation pictures whose label may be wrong, the most suspect first; and groups of copies,
        the harmful first.

    Raises:
        RunError: it kept no predictions, or its pictures have changed.
    """
    made = read_predictions(run.predictions, run.about.classes)
    ready = prepare(Path(run.about.data), asked_of(run), Console(quiet=True), kept=run.start)
    refuse_other_pictures(run, ready)
    return label_suspicions(made), duplicates(ready.dls)


def _cam(model: nn.Module, images: Images, layer: int | str | None) -> tuple[Cam | None, str]:
    try:
        return grad_cam(model, images, layer=layer), ""
    except ConfigError as error:
        if layer is not None:  # it was asked for
            raise
        lines = dict(
            line.strip().split(" : ", 1) for line in f"{error}".splitlines() if " : " in line
        )
        return None, lines.get("because", f"{error}")


def _looked(cam: Cam) -> Looked:
    where = cam.layer
    facts: dict[str, str | int | float] = {
        "layer": f"{where.path} {where.kind}",
        "convolution": where.convolution,
        "coarser": ", ".join(where.coarser),
        "rows": where.cells[0],
        "columns": where.cells[1],
        "largest": float(cam.largest[0]),
    }
    return Looked(cam.maps[0].numpy(), facts)


def _spread(found: list[ConvolutionMaps]) -> list[ConvolutionMaps]:
    """Choose layers evenly where there are many, the first and the last among them."""
    if len(found) <= MOST_LAYERS:
        return found
    last = len(found) - 1
    return [found[round(at * last / (MOST_LAYERS - 1))] for at in range(MOST_LAYERS)]


def _layer(one: ConvolutionMaps) -> LayerPicture:
    spans = one.maps.amax(dim=(1, 2)) - one.maps.amin(dim=(1, 2))
    tops = one.maps.amax(dim=(1, 2))
    order = tops.argsort(descending=True, stable=True)[:MOST_MAPS].sort().values
    path = f"{one.path}#{one.turn + 1}" if one.turn else one.path
    channels = tuple(order.tolist())
    return LayerPicture(
        path, one.maps[order].numpy(), channels, len(spans), int((spans == 0).sum())
    )


def _traced(
    model: nn.Module,
    images: Images,
    cam: Cam | None,
    found: list[ConvolutionMaps],
    levels: Tensor,
) -> TraceRecord | None:
    """Trace the cell on which the heat is largest, of a layer not too far from the pixels."""
    if not found:
        return None
    layer = found[min(len(found), MOST_TRACED) - 1]
    if cam is not None:
        paths = [one.path for one in found]
        at = paths.index(cam.layer.convolution) if cam.layer.convolution in paths else len(paths)
        layer = found[min(at, MOST_TRACED - 1, len(found) - 1)]
    rows, columns = layer.maps.shape[1:]
    heat = images.abs().mean(dim=1) if cam is None else cam.maps
    places = nn.functional.adaptive_avg_pool2d(heat, (rows, columns))[0]
    cell = divmod(int(places.argmax()), columns)
    try:
        trace = trace_cell(model, images, layer.path, cell)
        return told(model, trace, levels.round().double().numpy())
    except ConvscopeError:  # a page without it is still a page
        return None
