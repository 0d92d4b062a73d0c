"""The page of one picture: what a model says of it, where it looked, what its layers saw."""

from dataclasses import replace

from convscope import figures
from convscope.report.pages import isolated, page
from convscope.report.pictures import Picture, inlined
from convscope.runs import Explanation, LayerPicture, Looked
from convscope.tables import number
from convscope.words import label, spoken

_ALMOST = 0.999  # 1.0000 would be taken for certainty


def explain_page(found: Explanation, lang: str | None = None) -> str:
    """Tell what was found out about one picture.

    Args:
        found: the numbers.
        lang: as for `words.label`.

    Returns:
        HTML, everything within.
    """
    answers = tuple((isolated(name), share) for name, share in found.answers)
    found = replace(found, answers=answers, picture=isolated(found.picture))
    with spoken(lang):
        name, share = found.answers[0]
        return page(
            "explain.html.j2",
            title=label("explain_title").format(picture=found.picture),
            found=found,
            verdict=label("explain_verdict").format(name=name, share=_share(share)),
            answers=[(one, number(its)) for one, its in found.answers],
            doubt=_doubt(found),
            cam=_cam(found),
            cam_where=_cam_where(found.cam),
            covered=_covered(found),
            covered_strength=_strength(found),
            layers=[_layer(found, one) for one in found.layers],
            traced=_traced(found),
        )


def _share(value: float) -> str:
    return f"> {_ALMOST:.1%}" if _ALMOST < value < 1 else f"{value:.1%}"


def _doubt(found: Explanation) -> str:
    if len(found.answers) < 2:
        return ""
    (_, first), (other, second) = found.answers[:2]
    key = "explain_sure" if first >= 0.9 else "explain_torn" if second > first / 2 else ""
    return label(key).format(other=other, share=_share(second)) if key else ""


def _cam(found: Explanation) -> Picture | None:
    if found.cam is None:
        return None
    drawn = figures.heat_over(
        found.pixels, found.cam.heat, title="Grad-CAM", scale=label("cam_scale")
    )
    return inlined(
        drawn, _told("cam_alt", found, found.cam), label("cam_caption"), all_colours=True
    )


def _cam_where(cam: Looked | None) -> list[str]:
    if cam is None:
        return []
    facts = cam.facts
    sentences = [label("cam_chosen" if facts["convolution"] else "cam_asked").format(**facts)]
    if facts["coarser"]:
        sentences.append(label("cam_coarser").format(**facts))
    if int(facts["rows"]) * int(facts["columns"]) < 16:
        sentences.append(label("cam_coarse").format(**facts))
    if not facts["largest"]:
        sentences.append(label("cam_nothing"))
    return sentences


def _covered(found: Explanation) -> Picture:
    drawn = figures.heat_over(
        found.pixels,
        found.covered.heat,
        signed=True,
        title=label("title_occlusion"),
        scale=label("occlusion_scale"),
    )
    return inlined(
        drawn,
        _told("occlusion_alt", found, found.covered),
        label("occlusion_caption"),
        all_colours=True,
    )


def _strength(found: Explanation) -> str:
    heat, (name, share) = found.covered.heat, found.answers[0]
    most = float(heat.max())
    key = "occlusion_weak" if most < 0.02 else "occlusion_strong"
    return label(key).format(most=_share(most), name=name, share=_share(share))


def _told(key: str, found: Explanation, looked: Looked) -> str:
    """Say in words where the heat is largest."""
    rows, columns = looked.heat.shape
    row, column = divmod(int(looked.heat.argmax()), columns)
    down = ("top", "middle", "bottom")[min(2, 3 * row // rows)]
    across = ("left", "centre", "right")[min(2, 3 * column // columns)]
    where = f"{label(f'place_{down}')} {label(f'place_{across}')}"
    name = found.answers[0][0]
    return label(key).format(picture=found.picture, name=name, where=where, row=row, column=column)


def _layer(found: Explanation, one: LayerPicture) -> Picture:
    rows, columns = one.maps.shape[1:]
    facts = {"layer": one.path, "shown": len(one.maps), "total": one.total, "silent": one.silent}
    facts |= {"rows": rows, "columns": columns, "picture": found.picture}
    title = label("maps_title").format(**facts)
    drawn = figures.layer_maps(one.maps, one.channels, title=title, key=None)
    text = label("maps_caption").format(**facts)
    if one.silent:
        text += " " + label("maps_silent").format(**facts)
    return inlined(drawn, label("maps_alt").format(**facts), text)


def _traced(found: Explanation) -> Picture | None:
    record = found.traced
    if record is None:
        return None
    facts = {"layer": record.layer, "channel": record.channel, "value": f"{record.value:.4g}"}
    facts["cell"] = ",".join(map(str, record.cell))
    alt = label("explain_trace_alt").format(**facts)
    return inlined(figures.traced(record), alt, label("explain_trace_caption").format(**facts))
