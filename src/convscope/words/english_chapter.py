"""What is said in English about the chapter's ladder of experiments."""

CHAPTER = {
    # the table
    "ladder_step": "step",
    "ladder_batch": "batch",
    "ladder_lr": "rate",
    "ladder_schedule": "schedule",
    "ladder_epochs": "epochs",
    "ladder_net": "net",
    "ladder_train_loss": "train loss",
    "ladder_valid_loss": "valid loss",
    "ladder_accuracy": "accuracy",
    "ladder_book": "the book",
    "ladder_band": "expected",
    "ladder_expected": "expected",
    "ladder_held": "held",
    "ladder_yes": "yes",
    "ladder_no": "NO",
    "ladder_constant": "constant",
    "ladder_plain": "plain",
    "ladder_sample": "3 or 7",
    "ladder_digits": "the embedded digits",
    "ladder_below": "median below {value}",
    "ladder_at_least": "median at least {value}",
    "ladder_some_below": "of 5 seeds one below {value}, median below C's",
    # around the table
    "ladder_title": "The chapter's ladder",
    "ladder_learns_from": "learning from {data}: {train} pictures to train with, {valid} to judge",
    "ladder_more_epochs": (
        "MNIST is not at hand: {factor} epochs stand for one of the book's, so that there are "
        "about as many steps; what is expected was measured on these digits"
    ),
    "ladder_fitted": "{step}, seed {seed}: accuracy {accuracy} (the book {book}), {time}",
    "ladder_spread": "of {count} seeds the median, and under it the smallest and the largest",
    "ladder_so_far": "interrupted; what is done so far:",
    "ladder_nothing": "interrupted before the first step was done",
    "ladder_took": "all steps took {time} ({processor} of processor time)",
    "ladder_page": "page: {file}",
    "ladder_under_way": "{step}, seed {seed}",
    # the page
    "page_lead": (
        "A net that fails to learn, and what makes it learn: the experiments of chapter 13 of "
        "“Deep Learning for Coders with fastai and PyTorch”, run here, beside the numbers that "
        "the book prints."
    ),
    "page_data": "Learnt from {data}.",
    "page_seeds": "Seeds: {seeds}. Pictures of the inside: seed {watched}.",
    "page_all_steps": "All steps",
    "page_table_caption": (
        "Every step beside the book's. With several seeds: the median, and from the smallest to "
        "the largest."
    ),
    "page_range": "{low} to {high}",
    "page_ours": "here",
    "page_book": "the book",
    "page_measure": "measured",
    "page_changed": "What changed",
    "page_why": "What that did, and why",
    "page_result": "What came out here",
    "page_contents": "Contents",
    "page_skip": "Skip to the content",
    "page_made": "Made by convscope {version}.",
    "page_row_caption": "Step {step}, here and in the book",
    "page_held": "As expected: {band}.",
    "page_not_held": "Not as expected: {band}. Treat what is said above with care.",
    "page_not_judged": (
        "Expected: {band}. It takes 5 seeds to judge that (here: {count}): --seeds 5."
    ),
    "page_within": "The book's accuracy, {book}, lies within what the seeds here gave.",
    "page_above": "The accuracy is {difference} above the book's {book}.",
    "page_under": "The accuracy is {difference} below the book's {book}.",
    "page_equal": "The accuracy is the book's, {book}.",
    "page_other_data": (
        "The book's numbers are of all of MNIST, so the two accuracies can be compared in their "
        "order from step to step, not one by one."
    ),
    "page_silent": (
        "Nets that give the same answer to every picture: {silent} of {count}. Such a net's "
        "accuracy is the share of one digit; in the book it is 0.1135, the share of ones."
    ),
    "page_learnt_anyway": (
        "In the book this step fails. Here nets learnt with {learnt} of {count} seeds: whether "
        "one survives the first steps is a matter of chance."
    ),
    "page_stats_alt": (
        "Mean, standard deviation and shares of the outputs of convolution {layer}, last but one, "
        "step by step. The deviation begins at {first}, has its peak {peak} at step {at} and "
        "ends at {last}. Stopped by a ReLU: {blocked} of the outputs at the end."
    ),
    "page_color_alt": (
        "Histograms of the same outputs as colours, a column a step, {steps} steps in all; nearly "
        "all values lie between {low} and {high}."
    ),
    "page_stats_caption": (
        "Step {step}, the last convolution but one, before normalisation and ReLU: deviation "
        "{first} at first, at most {peak} (step {at}), {last} in the end; a ReLU stops {blocked} "
        "of its outputs in the end, near zero are {near}."
    ),
    "page_color_caption": "Step {step}: the same outputs, the colourful dimension.",
    "page_no_network": "This page is one file; it loads nothing from a network.",
    # step by step
    "A_title": "Small batches at a high, constant rate",
    "A_changed": (
        "The start: five convolutions with stride 2 and a ReLU after each but the last. Batches "
        "of 64 pictures, and a rate of 0.06 from the first step to the last."
    ),
    "A_why": (
        "The first steps at this rate throw the weights so far that nearly everything in front of "
        "a ReLU turns negative. What a ReLU stops sends no gradient back, so nothing can bring "
        "the net to life again: it gives the same answer to every picture from then on. In the "
        "pictures this is a burst at the left edge and a flat line after it."
    ),
    "B_title": "Larger batches",
    "B_changed": "Batches of 512 pictures instead of 64. All else is as in A.",
    "B_why": (
        "The gradient of a larger batch is a mean over more pictures and points more reliably "
        "downhill; on the other hand there are fewer steps. It is not enough: with random weights "
        "the rate is too high from the first step on, and whether a net survives it depends on "
        "the seed. One seed says little about this step."
    ),
    "C_title": "1cycle training",
    "C_changed": (
        "The rate rises from 0.0024 to 0.06 over the first quarter of the steps and then falls to "
        "nearly nothing; momentum goes the other way. All else is as in B."
    ),
    "C_why": (
        "As long as the weights are random, steps are small and cannot break anything. Where the "
        "ground is safer they are large: training is quick, and passes by narrow valleys that "
        "would not hold for new pictures. In the end they are small again, and the net settles. "
        "Yet look at the first batches: the outputs may still grow and collapse a few times "
        "before they spread. That is what the chapter calls bad training, and a part of the net "
        "may have died of it."
    ),
    "D_title": "Batch normalisation",
    "D_changed": "BatchNorm after every convolution. All else is as in C.",
    "D_why": (
        "Every channel is brought to mean 0 and deviation 1 over the batch, then scaled and moved "
        "by two numbers that are learnt. Whatever the layers before do, the next one sees values "
        "of the same size: nothing explodes, nothing collapses, and the pictures are smooth from "
        "the first batch on. As a picture is normalised with other pictures each time, there is "
        "also a little noise: one explanation for why such nets do better on new pictures."
    ),
    "E_title": "A higher rate for longer",
    "E_changed": (
        "A top rate of 0.1 instead of 0.06, and five times the epochs. All else is as in D."
    ),
    "E_why": (
        "Normalised layers bear a higher rate, and the longer cycle has time to use it. Compare "
        "the two losses: that of training now ends below that of validation. The net begins to "
        "know its training pictures by heart."
    ),
    "S_title": "Beside the ladder: is it a 3 or a 7?",
    "S_changed": (
        "The chapter's first net: five convolutions, 6,722 parameters, two classes. Batches of "
        "64, a top rate of 0.01, 1cycle over two epochs."
    ),
    "S_why": (
        "Two classes that look different, a small net and a modest rate: nothing goes wrong, "
        "without any normalisation. Step A has ten classes, and a rate that is six times as high "
        "from the first step on."
    ),
}
