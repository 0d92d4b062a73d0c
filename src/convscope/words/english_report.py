"""What the page of a run says, in English."""

REPORT = {
    "report_title": "Report of {name}",
    # the result
    "report_result": (
        "{share} of the validation pictures are recognised: {right} of {count}. Of new pictures"
        " of the same kind, {low} to {high} would be (95 % interval, Wilson 1927)."
    ),
    "report_result_alone": (
        "{share} of the validation pictures are recognised. How uncertain that is cannot be "
        "said: there are no predictions to read."
    ),
    "report_no_result": "There is no result: no epoch was finished.",
    "report_ended": "this training is {status}: {reason}",
    "report_ended_so": "this training is {status}; what is told here is what there is so far",
    "report_interval": (
        "the interval is what chance in drawing the pictures leaves open; it says nothing about"
        " pictures of another kind"
    ),
    "report_chosen": (
        "told is epoch {epoch}, the best one: it was chosen on these same pictures, which flatters "
        "its result a little"
    ),
    "report_baseline": (
        "who always says {name} is right for {share} of them: that is what to compare with"
    ),
    "report_test": (
        "test pictures, looked at once at the end: {share} of {count} are recognised ({low} to "
        "{high})"
    ),
    # headings
    "report_h_data": "What was trained on what",
    "report_h_curves": "How the training went",
    "report_h_wrong": "Where it is wrong",
    "report_h_classes": "Class by class",
    "report_h_lists": "The worst and the least sure predictions",
    "report_h_worst": "The worst mistakes",
    "report_h_unsure": "The least sure",
    "report_h_suspects": "Pictures that look mislabelled",
    "report_h_calibration": "Do its probabilities mean what they say?",
    "report_h_inside": "The inside",
    "report_h_layers": "Layers",
    "report_h_seen": "What the layers gave while it learnt",
    "report_h_kernels": "The first kernels",
    "report_h_again": "Settings, versions, and how to train it again",
    "report_h_settings": "Settings",
    "report_h_versions": "Versions",
    # facts
    "report_fact_network": "network",
    "report_fact_parameters": "parameters",
    "report_fact_pictures": "pictures",
    "report_fact_size": "picture size",
    "report_fact_classes": "classes",
    "report_fact_validated": "validated on",
    "report_fact_epochs": "epochs done / asked",
    "report_fact_best": "best epoch",
    "report_fact_took": "time",
    "report_fact_device": "device",
    "report_fact_started": "started",
    "report_fact_status": "status",
    "report_curves_alt": (
        "Losses and accuracy, epochs: {epochs}; at the end training loss {train}, validation"
        " loss {valid}, accuracy {accuracy}"
    ),
    "report_schedule_alt": "Learning rate and momentum, steps: {steps}; the highest rate is {top}",
    # where it is wrong
    "report_matrix": (
        "A row for each class, a column for what its pictures were taken for; right answers lie"
        " on the diagonal. Click on a number to see its pictures, or walk with the arrow keys "
        "and press Enter; Escape leads back."
    ),
    "report_matrix_caption": (
        "Rows: the class of the pictures. Columns: what the model took them for. Colour: share "
        "of the row."
    ),
    "report_matrix_many": (
        "{count} classes are too many for a matrix that anybody could read (the limit is 40): "
        "these are the most confused pairs of classes, {most}. Click on a number to see its "
        "pictures."
    ),
    "report_all": "all",
    "report_truth": "class",
    "report_predicted": "taken for",
    "report_pictures": "pictures",
    "report_of_class": "share of the class",
    "report_cell": "class {truth}, taken for {predicted}: {count}",
    "report_pairs_left": "Confused pairs of classes not shown here: {left}; see predictions.csv.",
    "report_named_left": (
        "This page names {named} of {count} pictures, mistakes first; predictions.csv names all."
    ),
    "report_no_script": (
        "Without JavaScript the numbers cannot be clicked; predictions.csv, beside this page, "
        "has a line for each picture."
    ),
    "report_js_right": "Class {truth}, recognised: {pictures}",
    "report_js_wrong": "Class {truth}, taken for {predicted}: {pictures}",
    "report_js_one": "1 picture",
    "report_js_some": "{count} pictures",
    "report_js_none": "picture not kept",
    "report_js_more": "Show {count} more",
    "report_js_said": "{predicted}: {share}",
    "report_js_own": "its class, {truth}: {share}",
    "report_js_alt": "a picture of class {truth}",
    # classes
    "report_class": "class",
    "report_classes": (
        "Precision: of the pictures taken for a class, the share that is of it. Recall: of its "
        "pictures, the share that was recognised. F1: their harmonic mean. Support: its "
        "pictures."
    ),
    "report_precision": "precision",
    "report_recall": "recall",
    "report_f1": "F1",
    "report_support": "support",
    "report_classes_left": "The {shown} weakest classes by F1; {left} more are not shown.",
    # lists
    "report_worst": (
        "Mistakes with the largest loss: first where the picture's own class got the smallest "
        "probability. They are often odd pictures or wrong labels."
    ),
    "report_no_mistakes": "There is none: every validation picture was recognised.",
    "report_unsure": (
        "The likeliest class is least probable here, whether it is right or not. Pictures like "
        "these are worth collecting more of."
    ),
    "report_suspects": (
        "A suspicion, not a finding: look before you change a label. Listed is what the model "
        "takes for another class with at least the mean probability that it gives to pictures "
        "labelled with that class: confident learning in its simplest form (Northcutt, Jiang "
        "and Chuang, 2021). The largest surplus over the label's probability comes first. A "
        "model that learnt little suspects wrongly."
    ),
    "report_suspects_count": (
        "Shown: {shown} of {count}; suspicions.csv, written by convscope report RUN, lists all."
    ),
    "report_no_suspects": "No validation picture is suspected.",
    # calibration
    "report_calibration": (
        "Expected calibration error: {error} (0 is best), the mean gap between probability and "
        "share of right answers over {bins} bins of equal width, weighted by pictures (Guo et "
        "al., 2017)."
    ),
    "report_reliability_alt": (
        "Reliability diagram: share of right answers against probability; calibration error {error}"
    ),
    "report_reliability_caption": (
        "Bars: the share that was right of the predictions whose probability lies in the bin. "
        "Dots: at the mean probability of the bin. Dots on the dashed line: probabilities can "
        "be taken at their word; below it, the model is too sure. A bin of few pictures, see the "
        "numbers, moves by chance."
    ),
    "report_confidence": "probability of the predicted class",
    "report_share_right": "share that is right",
    "report_numbers": "The numbers",
    "report_bin": "bin",
    # inside
    "report_layers": (
        "In the order of execution. A place of a layer's output sees as many pixels of the "
        "picture as its receptive field says; multiply-adds are for one picture."
    ),
    "report_seen": (
        "Of the outputs of each layer, over the training: a layer whose deviation shrinks to "
        "nothing, or whose channels are dead, has stopped telling anything to the next."
    ),
    "report_mean_first": "mean, first",
    "report_mean_last": "mean, last",
    "report_std_first": "deviation, first",
    "report_std_last": "deviation, last",
    "report_near": "near zero, last",
    "report_dead": "dead channels",
    "report_broken": "steps with NaN",
    "report_looks_left": "{shown} layers, evenly chosen; convscope look shows {left} more.",
    "report_together_alt": (
        "Mean, standard deviation and share near zero of the outputs of layers, {layers}; recorded "
        "steps: {steps}"
    ),
    "report_colour_alt": (
        "Histograms of the outputs of layers, {layers}, as colours, a column a step; recorded "
        "steps: {steps}"
    ),
    "read_layers_together": (
        "A line a layer, the first one darkest. Healthy: means near 0, deviations that stay "
        "alike and do not fall to 0, shares near zero that level off below 1."
    ),
    "report_kernels": (
        "Weights of layer {layer}, {side} x {side}, averaged over its channels ({channels}): blue "
        "below 0, red above. Left the learnt kernel, right the one made by hand that is "
        "nearest."
    ),
    "report_likeness": (
        "The number is the cosine between both as vectors, without its sign: 1 is the same up "
        "to a factor, and a minus before a name means its negative. Kernels made by hand are "
        "stretched to this size where they are smaller. Chance alone gives {usual} to half of "
        "random kernels, and {rare} to one in twenty: what is above that is set in bold."
    ),
    "report_not_compared": (
        "Kernels of this size are not compared with those made by hand, which are 3 x 3 to 11 x 11."
    ),
    "report_kernel_alt": "learnt kernel {number}",
    "report_by_hand_alt": "made by hand: {name}",
    "report_none": "none",
    "report_kernels_left": "Not shown: {left} more.",
    "report_h_insights": "What it looked at",
    "report_insights": (
        "Four validation pictures at most: the two worst mistakes, the least sure, and the "
        "right answer that was surest."
    ),
    "report_read_cam": (
        "Grad-CAM (Selvaraju et al., 2017): bright where the last maps speak for the class. "
        "Does it lie on what you would look at yourself, or on the background? It is as coarse "
        "as the map it comes from."
    ),
    "report_read_fall": (
        "Occlusion (Zeiler and Fergus, 2014): red where covering a square makes the class less "
        "probable, so that the model needs what is there; blue where it becomes more probable. "
        "Pale where even the strongest place changes little."
    ),
    "report_read_maps": (
        "Maps: what a convolution gave for the picture, with the normalisation and activation that "
        "follow while the map keeps its size; those that vary most. White is the most in the "
        "layer, black the least. First layers show edges and strokes; later ones are coarse and "
        "answer to parts."
    ),
    "report_look_right": "recognised as {predicted} with {share}",
    "report_look_wrong": "class {truth} ({own}), taken for {predicted} with {share}",
    "report_look_picture": "the picture, class {name}",
    "report_look_cam": "Grad-CAM for {name}",
    "report_look_cam_none": "Grad-CAM for {name}: no place speaks for it",
    "report_look_fall": (
        "occlusion for {name}: a square of {window} px changes its probability by up to {share}"
    ),
    "report_cam_layer": "Grad-CAM asked layer {layer}, whose maps have {rows} x {columns} cells.",
    "report_maps": "Maps of its layers",
    "report_maps_of": "{shown} of {channels} maps, {rows} x {columns}, values {low} to {high}",
    "report_map_alt": "map {number} of layer {layer}",
    "report_no_insights": "No picture was looked into.",
    # again
    "report_command": "The exact command, with the seed that was used:",
    "report_no_command": "This run was not begun by a command.",
    "report_seed": "seed",
    "report_threads": "threads",
    "report_files": (
        "Everything told here lies in {folder}: run.json, results.csv, predictions.csv, "
        "suspicions.csv, steps.sqlite, activations.sqlite, anatomy.json, shown.zip, "
        "model.safetensors."
    ),
    # what there is not
    "report_no_rows": "There are no curves: no epoch was finished.",
    "report_no_steps": "There is no schedule: the steps were not recorded.",
    "report_no_predictions": (
        "Nothing can be said about mistakes, classes, calibration and labels: there are "
        "no predictions to read. They are kept when a training comes to its end."
    ),
    "report_no_anatomy": "There is no table of layers.",
    "report_no_seen": "Nothing was recorded inside.",
    "report_no_kernels": "There are no kernels to show: no model, or no convolution in it.",
}
