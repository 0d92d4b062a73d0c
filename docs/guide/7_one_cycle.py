# %% [markdown]
# # 7. One cycle
#
# The network of [page 6](6_unstable_training.md) died in its first steps, because they were too large for weights that knew nothing yet. A small rate throughout would be safe, but slow, and it would settle in the first hollow that it
# finds. So the rate should change: begin low, rise, and fall again. Leslie Smith called this **1cycle** training.

# %%
from convscope.all import *
from convscope.figures import schedule
from convscope.pictures import digits_folder
from convscope.train import combine_scheds, one_cycle, sched_cos, sched_lin

# %% [markdown]
# ## The schedule, by numbers
#
# Two parts. **Warm up**: for the first quarter of the steps, from a 25th of the highest rate up to it. **Annealing**: for the rest, down to a hundred-thousandth of it. Both along half a cosine, which is flat at both ends, so that the rate lingers where it is
# low and where it is high. For the chapter's case, 117 steps and 0.06 at the top, step k lies at k / 117 of the way:

# %%
cycle = one_cycle(0.25, 0.06, div=25, div_final=1e5)
rates = [cycle(k / 117) for k in range(117)]
top = int(np.argmax(rates))
print(f"first {rates[0]:.6f}, second {rates[1]:.9f}")
print(f"highest {rates[top]:.10f} at step {top}, last {rates[-1]:.10f}")
assert round(rates[0], 6) == 0.0024 and round(rates[1], 9) == 0.002565956
assert (top, round(rates[top], 10)) == (29, 0.0599896184)
assert abs(rates[-1] - 1.98241e-05) < 1e-9

# %% [markdown]
# 0.06 / 25 = 0.0024. It never reaches 0.06 exactly, since no step lies just at a quarter of 117.
#
# ## Momentum the other way
#
# **Momentum** lets a step go on in the direction of those before it: with 0.95, nineteen twentieths of the direction are old. Where the rate is high we want to react quickly, so momentum goes from 0.95 down to 0.85 and back, as a mirror of the rate:

# %%
momentum = combine_scheds([0.25, 0.75], [sched_cos(0.95, 0.85), sched_cos(0.85, 0.95)])
moms = [momentum(k / 117) for k in range(117)]
print(
    f"first {moms[0]:.2f}, lowest {min(moms):.7f} at step {int(np.argmin(moms))}, last {moms[-1]:.7f}"
)
assert moms[0] == 0.95 and round(min(moms), 7) == 0.8500180
assert int(np.argmin(moms)) == 29 and round(moms[-1], 7) == 0.9499680

# %% alt="Two panels: the rate rises for a quarter and falls; momentum does the opposite"
schedule(rates, moms)

# %% [markdown]
# Smith's first form used straight lines. A cosine stays a little longer near the top, and falls more steeply in the middle:

# %% alt="The rate along straight lines"
straight = combine_scheds([0.25, 0.75], [sched_lin(0.0024, 0.06), sched_lin(0.06, 0.06 / 1e5)])
lines = [straight(k / 117) for k in range(117)]
quarter = 117 // 4 + 22
print(f"at step {quarter}: cosine {rates[quarter]:.4f}, line {lines[quarter]:.4f}")
assert rates[quarter] > lines[quarter] and rates[-10] < lines[-10]
schedule(lines)

# %% [markdown]
# Which is better? `learn.fit_one_cycle(..., anneal="linear")` gives the straight one, and `convscope chapter --compare schedule` trains with all three, with several seeds.
#
# ## Training with it
#
# The network and the top rate that died on page 6:

# %%
path = digits_folder()


def get_dls(bs):
    return DataBlock(
        blocks=(ImageBlock(cls=PILImageBW), CategoryBlock),
        get_items=get_image_files,
        splitter=GrandparentSplitter(),
        get_y=parent_label,
        batch_tfms=Normalize(),
    ).dataloaders(path, bs=bs)


def conv(ni, nf, ks=3, act=True):
    layer = nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2)
    return nn.Sequential(layer, nn.ReLU()) if act else layer


def simple_cnn():
    return sequential(
        conv(1, 8, ks=5),
        conv(8, 16),
        conv(16, 32),
        conv(32, 64),
        conv(64, 10, act=False),
        Flatten(),
    )


dls = get_dls(512)
torch.manual_seed(0)
learn = Learner(dls, simple_cnn(), loss_func=F.cross_entropy, metrics=accuracy)
learn.fit_one_cycle(8, 0.06)
score = learn.validate()[1]
assert score > 0.85 and len(dls.train_files) == 4_000

# %% [markdown]
# It learns: above 0.85 after 56 steps on 4,000 pictures. (On the 60,000 of MNIST one epoch of 117 steps gives 0.974; that is step C of `convscope chapter`.)
#
# `learn.recorder` is the callback that keeps the **hyper-parameters** of every step, and the losses. It draws what really was set:

# %% alt="Rate and momentum of the 56 steps that were made"
assert len(learn.recorder.lrs) == 56 and len(dls.train) * 8 == 56
assert abs(learn.recorder.lrs[0] - 0.0024) < 1e-9 and max(learn.recorder.lrs) <= 0.06
learn.recorder.plot_sched()

# %% [markdown]
# ## What it gains
#
# - The warm up: the first steps are small, and the weights get into a region where larger ones do no harm.
# - The high rate in the middle: training is quick, which Smith called super-convergence, and a large step cannot stay in a narrow hollow of the loss.
# - The annealing: at the end small steps find the bottom of the wide hollow that is left.
#
# Wide hollows, or **flat minima**, are wanted, because new pictures are a little different: the loss is moved a little, and in a flat place that costs little. Flatness can be seen: shake the weights, and look how fast the loss rises.


# %%
def shaken(amount, tries=4):
    net, found = learn.model, []
    kept = [one.detach().clone() for one in net.parameters()]
    torch.manual_seed(1)
    for _ in range(tries):
        with torch.no_grad():
            for one, old in zip(net.parameters(), kept):
                one.copy_(old + amount * old.abs().mean() * torch.randn_like(old))
        found.append(learn.validate()[0])
    with torch.no_grad():
        for one, old in zip(net.parameters(), kept):
            one.copy_(old)
    return float(np.mean(found))


amounts = (0.0, 0.1, 0.3, 1.0)
losses = [shaken(amount) for amount in amounts]
for amount, loss in zip(amounts, losses):
    print(f"weights shaken by {amount:.1f} of their mean size: loss {loss:.3f}")
assert losses[0] < losses[-1] and abs(losses[1] - losses[0]) < losses[-1] - losses[0]

# %% [markdown]
# A shake of 0.1 does little, one of 1.0 a lot. Whether one schedule ends in a flatter place than another is the question of `--compare schedule`.
#
# ## How high may the top be?
#
# `lr_find` tries: it raises the rate from step to step, on a copy, and notes the loss. A good rate lies where the loss falls steeply; where it turns up, the rate is too high.

# %% alt="The loss against the rate, on a logarithmic axis: flat, falling, then shooting up"
torch.manual_seed(0)
fresh = Learner(get_dls(64), simple_cnn(), loss_func=F.cross_entropy, quiet=True)
found = fresh.lr_find()
print(f"suggested: {found.valley:.4f}")
assert 1e-4 < found.valley < 0.1

# %% [markdown]
# ## Exercises
#
# **1.** Work out `combined_cos(0.25, 0.5, 1, 0)` at 0, 0.1, 0.25, 0.5 and 1.
#
# <details><summary>Answer</summary>
#
# 0.5, 0.67275, 1, 0.75, 0. At 0.1 it is 0.4 of the way up, and (1 - cos(0.4 π)) / 2 = 0.3455 of the rise of 0.5.
#
# </details>

# %%
values = [round(combined_cos(0.25, 0.5, 1, 0)(x), 5) for x in (0, 0.1, 0.25, 0.5, 1)]
print(values)
assert values == [0.5, 0.67275, 1, 0.75, 0]
assert round((1 - np.cos(0.4 * np.pi)) / 2, 4) == 0.3455

# %% [markdown]
# **2.** Five epochs of 117 steps with 0.1 at the top: what are first, highest and last rate?
#
# <details><summary>Answer</summary>
#
# 585 steps: 0.004, then 0.09999930785 at step 146, and 2.281738e-06 at the end.
#
# </details>

# %%
longer = one_cycle(0.25, 0.1, div=25, div_final=1e5)
many = [longer(k / 585) for k in range(585)]
assert 5 * 117 == 585 and round(many[0], 6) == 0.004
assert int(np.argmax(many)) == 146 and round(max(many), 11) == 0.09999930785
assert abs(many[-1] - 2.281738e-06) < 1e-12

# %% [markdown]
# **3.** Why not begin at the high rate and only fall?
#
# <details><summary>Answer</summary>
#
# Because of page 6. The first weights are random, gradients are large and point anywhere; one large step then is enough to put a layer below zero for ever.
#
# </details>
