# %% [markdown]
# # 8. Looking inside
#
# A loss that does not fall says *that* something is wrong. What a layer gives, step by step, often says *what*. This page teaches to read one picture, the **colourful dimension**, on three trainings.

# %%
from convscope.all import *
from convscope.figures import column_made
from convscope.pictures import digits_folder


def conv(ni, nf, ks=3, act=True, norm=False):
    layers = [nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2)]
    if norm:
        layers.append(nn.BatchNorm2d(nf))
    if act:
        layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def simple_cnn(norm=False):
    return sequential(
        conv(1, 8, ks=5, norm=norm),
        conv(8, 16, norm=norm),
        conv(16, 32, norm=norm),
        conv(32, 64, norm=norm),
        conv(64, 10, act=False, norm=norm),
        Flatten(),
    )


def trained(bs, epochs, cycle, norm=False, seed=1):
    dls = DataBlock(
        blocks=(ImageBlock(cls=PILImageBW), CategoryBlock),
        get_items=get_image_files,
        splitter=GrandparentSplitter(),
        get_y=parent_label,
        batch_tfms=Normalize(),
    ).dataloaders(digits_folder(), bs=bs)
    torch.manual_seed(seed)
    learn = Learner(
        dls,
        simple_cnn(norm),
        loss_func=F.cross_entropy,
        metrics=accuracy,
        cbs=ActivationStats(with_hist=True),
    )
    if cycle:
        learn.fit_one_cycle(epochs, 0.06)
    else:
        learn.fit(epochs, 0.06)
    return learn


# %% [markdown]
# ## What is kept
#
# `ActivationStats` records, at every training batch and for every layer with parameters, the mean of the layer's outputs, their standard deviation, the share near zero and a histogram. It does so with a **hook**: a function that PyTorch calls whenever the
# layer has run, with what it gave. The hooks are taken off when the training ends, however it ends.

# %%
dead = trained(64, 1, cycle=False)
stats = dead.activation_stats
print(len(stats.layers), "layers:", stats.layers)
history = stats.layer_stats(-2)
print(len(history), "steps of layer", history.name, "with", history.counts[0], "outputs each")
assert stats.layers == ["0.0", "1.0", "2.0", "3.0", "4.0"]
assert len(history) == 62 and history.counts[0] == 64 * 64 * 2 * 2 == 16_384
assert not any(module._forward_hooks for module in dead.model.modules())

# %% [markdown]
# A callback is found after the training under its name in small letters, `learn.activation_stats`, as the recorder is `learn.recorder`. There are three plots: `plot_layer_stats(idx)` for mean, deviation and shares, `color_dim(idx)` for the
# histograms, and `hist(idx)` gives the numbers of the latter.
#
# ## How a column is made
#
# Take one batch and one layer. Count how many of its outputs lie in each narrow range of values: a **histogram**. Most outputs lie near the middle and only few far out; so that the few can be seen, replace each count n by log(1 + n). Give each its
# colour, from dark for none to yellow for many. Turn the strip on its side. That is one column; the next batch gives the next.

# %% alt="Bars of counts, bars of log counts in colours, the strip of colours, and the strip on its side"
good = trained(512, 4, cycle=True, norm=True)
grid = good.activation_stats.hist(-4, bins=40)
last = grid.counts[-1].sum() + grid.below[-1] + grid.above[-1]
print("outputs in the last column:", int(last))
assert last == 512 * 64 * 2 * 2 == 131_072
column_made(grid)

# %% [markdown]
# No output is left out: what lies outside the window is counted in strips above and below it, and so are NaN and infinite values.
#
# ## A good training
#
# That was a network with BatchNorm ([page 9](9_batchnorm.md)), 28 steps with 512 pictures each. With BatchNorm each convolution is followed by another layer with parameters, so that the fourth convolution is now -4. All columns:

# %% alt="A smooth spread that widens from the first step on"
assert good.activation_stats.layers[-4] == "3.0"
smooth = good.activation_stats.layer_stats(-4)
falls = (smooth.stds / np.maximum.accumulate(smooth.stds)).min()
print(
    f"deviation from {smooth.stds[0]:.2f} to {smooth.stds[-1]:.2f}; never below {falls:.2f} of what it was before"
)
assert falls > 0.9 and 0.2 < smooth.stds[0] < 0.6 and 1.5 < smooth.stds[-1] < 3
good.activation_stats.color_dim(-4)

# %% [markdown]
# **How to read it.** The step goes to the right, the value upwards, the dashed line is 0. From the first step on the outputs are spread, some above and some below 0, and the spread grows smoothly. Nothing is thrown away, nothing starts again: every step builds on
# the one before.
#
# ## A bad training
#
# The same without BatchNorm:

# %% alt="A thin line that swells, collapses to a thin line, and swells again"
bad = trained(512, 4, cycle=True)
wild = bad.activation_stats.layer_stats(-2)
print("deviation:", wild.stds[:14].round(2))
fall = (wild.stds / np.maximum.accumulate(wild.stds)).min()
print(f"at its worst it fell to {fall:.2f} of what it had been")
assert wild.stds[0] < 0.1 and fall < 0.8 < falls
bad.activation_stats.color_dim(-2)

# %% [markdown]
# It begins as a thin bright line at 0: nearly all outputs are nearly the same, and say nothing. Then the number of outputs away from zero grows, faster and faster (each layer makes larger what the one before has made larger: this is exponential growth), and falls back at once. Then it grows again.
# **Growth and collapse, again and again: this is what bad training looks like.** After each collapse the network starts nearly from the beginning. At the end it learns, if the rate lets it, but steps were lost:

# %%
results = {"with BatchNorm": good.validate()[1], "without": bad.validate()[1]}
print({name: round(score, 3) for name, score in results.items()})
assert results["with BatchNorm"] > results["without"]

# %% [markdown]
# ## A dead one
#
# And the network of page 6, at a constant high rate:

# %% alt="One burst in the first steps, then a thin band below zero"
print(
    f"deviation at the end {history.stds[-1]:.2f}, at or below zero {history.blocked_shares[-1]:.2f}"
)
assert history.stds[-1] < 0.3 and history.blocked_shares[-1] > 0.99
stats.color_dim(-2)

# %% [markdown]
# One burst, then a band below the dashed line that never moves.
#
# ## All layers at once
#
# `color_dim()` without a number draws them all, below each other, with loss and rate on top. Look from the input to the output: growth that begins in an early layer is larger in each later one.

# %% alt="Loss and rate, and below them the histograms of the five layers of the bad training"
bad.activation_stats.color_dim()

# %% [markdown]
# ## What the chapter's own library gets wrong
#
# Its picture has no axes and covers 0 to 10 only, so that everything negative, here about half, is not in it; and it calls *near zero* whatever is <= 0.05. `ActivationStats(book=True)` gives its numbers, to compare with the book. The same outputs, by both rules:

# %%
outputs = torch.tensor([-3.0, -0.04, 0.0, 0.02, 0.5, 12.0])
ours = (outputs.abs() <= 0.05).float().mean()
books = (outputs <= 0.05).float().mean()
seen = ((outputs >= 0) & (outputs <= 10)).float().mean()
print(f"near zero: {ours:.2f}, by the book's rule {books:.2f}; in the book's picture: {seen:.2f}")
assert round(float(ours), 2) == 0.5 and round(float(books), 2) == 0.67 and seen == 0.5

# %% [markdown]
# -3 is not near zero, but the book's rule counts it: 0.67 instead of 0.5.
#
# From the command line every training is recorded, and `convscope look RUN` draws these pictures for it.
#
# ## Exercises
#
# **1.** Why is the logarithm of 1 + n taken, and not of n?
#
# <details><summary>Answer</summary>
#
# Empty ranges have n = 0, and the logarithm of 0 does not exist; log(1 + 0) is 0, the darkest colour.
#
# </details>

# %%
assert np.log1p(0) == 0

# %% [markdown]
# **2.** You see a picture whose columns are all bright at one value, say 3. What is the matter?
#
# <details><summary>Answer</summary>
#
# The layer gives the same for every picture. As at 0, it tells the next layer nothing.
#
# </details>
#
# **3.** The layer of page 6 has 16,384 outputs a step. Which numbers are these?
#
# <details><summary>Answer</summary>
#
# 64 pictures x 64 channels x 2 x 2 places.
#
# </details>
