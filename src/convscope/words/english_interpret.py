"""What is said of a trained model: where it is wrong, and what it looks at, in English."""

INTERPRET = {
    # pictures that were judged
    "title_results": "Truth, and under it what the model takes it for",
    "title_top_losses": "The largest losses: prediction / truth, loss / probability, file",
    "title_least_losses": "The smallest losses: prediction / truth, loss / probability, file",
    "not_kept": "picture not kept",
    "read_results": (
        "Green and a check mark: right. Red and a cross: wrong. A handful of pictures shows what "
        "is confused, not how often: the accuracy says that."
    ),
    "read_top_losses": (
        "The loss is large where the model is sure of the wrong class. Look first whether the "
        "label is right: among the worst pictures there are often some that are called wrongly."
    ),
    # who is taken for whom
    "title_confusion": "Confusion matrix",
    "predicted_class": "predicted class",
    "actual_class": "true class",
    "read_confusion": (
        "Each row holds the pictures of one class; they stand in the column of the class that they "
        "were taken for. The diagonal is right, everything beside it wrong."
    ),
    "class": "class",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "support": "pictures",
    "mean_of_classes": "mean of the classes",
    "mean_of_pictures": "mean weighted by pictures",
    # what may be wrong with the pictures
    "suspicion": "suspicion",
    "file": "file",
    "suspect_label": "perhaps {other}: {share} against {own}",
    "copies_same": "the same picture",
    "copies_near": "nearly the same picture",
    "copies_harmful": ", on both sides of the split or in two classes",
    # what it looks at
    "as_the_net_sees": "as the net gets it",
    "cam_scale": "speaks for the class, 0 to 1",
    "title_occlusion": "Occlusion",
    "occlusion_scale": "fall of the probability",
    "title_patches": "What excites the channel most",
    "read_patches": (
        "Each picture with the place that excites this channel most; the number is the channel's "
        "own. The box is what that place can see of the picture, nothing outside counts."
    ),
    "read_filters": (
        "Each square is one kernel: a row makes one map, a column reads one. Red weights add what "
        "is bright, blue ones subtract it."
    ),
    "read_filters_alone": (
        "Each square is one kernel and makes one map. Red weights add what is bright, blue ones "
        "subtract it."
    ),
    "read_maps": (
        "Each square is one channel, bright where it fires. A channel that is bright on edges, "
        "or on one kind of place, has found something to tell the next layer."
    ),
    # the page of one picture
    "explain_title": "What the model makes of {picture}",
    "explain_verdict": "The model takes it for {name}, with a probability of {share}.",
    "explain_sure": "It is sure; how far that can be trusted, the calibration of the run tells.",
    "explain_torn": "It is torn: {other} gets {share}.",
    "explain_run": (
        "Run {run}; classes that the model knows: {classes}. It can answer with nothing else."
    ),
    "explain_answers": "The answer",
    "explain_answers_caption": "The likeliest classes: {shown} of {classes}.",
    "explain_probability": (
        "Probabilities add up to 1 over all classes that the model knows. A picture of something "
        "else gets them too: a high number does not mean that the picture belongs to any class."
    ),
    "probability": "probability",
    "explain_looked": "Where it looked",
    "cam_chosen": (
        "Asked was layer {layer}: what becomes of convolution {convolution}, the last one whose "
        "map has more than one cell ({rows} x {columns}). Later maps know most of what is in the "
        "picture; this is the last that still knows where."
    ),
    "cam_asked": "Asked was layer {layer}, as you wished; its map has {rows} x {columns} cells.",
    "cam_coarser": "Behind it every map is a single cell: {coarser}.",
    "cam_coarse": (
        "A map of {rows} x {columns} is coarse: the picture below is smoothed, nothing finer "
        "than a cell is known. Occlusion, further down, is finer."
    ),
    "cam_nothing": "Nothing on this map speaks for the class: the picture below is cold.",
    "cam_caption": (
        "How to read it: the hotter a place, the more the maps there raise the number of this "
        "class. Each picture is stretched to its own hottest place."
    ),
    "cam_not": (
        "What it does not mean: hot places need not suffice for the answer, and cold ones may "
        "count against it. It shows what this layer passes on, not why, and two pictures cannot "
        "be compared by their heat."
    ),
    "cam_none": "Grad-CAM cannot be asked here: {reason}. Occlusion works for any network.",
    "cam_alt": (
        "Grad-CAM over {picture} for {name}: hottest at the {where}, row {row}, column {column}"
    ),
    "occlusion_how": (
        "A square of {window} x {window} pixels was laid over every place, {stride} apart, in the "
        "picture's mean colour, and the model asked again."
    ),
    "occlusion_strong": (
        "Covering the most important place takes {most} of the {share} from {name}."
    ),
    "occlusion_weak": (
        "No single square matters: covering one takes at most {most} of the {share} from {name}. "
        "The answer hangs on many places, or on something larger than the square."
    ),
    "occlusion_caption": (
        "How to read it: red, the probability falls when this place is covered; blue, it rises. "
        "Colours are as strong as the strongest place: look at the scale."
    ),
    "occlusion_not": (
        "What it does not mean: places that stand in for each other both stay pale, and a covered "
        "square is itself a new shape, to which the model may react."
    ),
    "occlusion_alt": (
        "Occlusion of {picture} for {name}: the probability falls most at the {where}, row {row}, "
        "column {column}"
    ),
    "place_top": "top",
    "place_middle": "middle",
    "place_bottom": "bottom",
    "place_left": "left",
    "place_centre": "centre",
    "place_right": "right",
    "explain_layers": "What each layer saw",
    "explain_layers_how": (
        "Convolutions in the order of execution, {shown} of {total}, each with the normalisation "
        "and activation that follow while the map keeps its size. Maps grow coarser, and what they "
        "know less like a picture."
    ),
    "maps_title": "{layer}: channels {shown} of {total}, {rows} x {columns}",
    "maps_caption": (
        "Layer {layer}: the channels that fire most, {shown} of {total}, with their numbers, all "
        "in the same colours."
    ),
    "maps_silent": "Channels that are the same everywhere: {silent}. They tell nothing here.",
    "maps_alt": "Maps of layer {layer} for {picture}: {shown}, each of {rows} x {columns} cells",
    "explain_trace": "One cell, back to the pixels",
    "explain_trace_how": (
        "Nothing in a convolutional net is hidden: any number on any map is a sum of products of "
        "the numbers before it. Here is one, from the place that counted most."
    ),
    "explain_trace_alt": (
        "Cell {cell} of layer {layer}, channel {channel}, value {value}: the cells and pixels "
        "that it is made of, framed"
    ),
    "explain_trace_caption": (
        "Layer {layer}, channel {channel}, cell {cell}. Any other: convscope trace RUN PICTURE "
        "--layer {layer} --cell {cell}."
    ),
}
